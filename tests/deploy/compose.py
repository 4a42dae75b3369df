"""docker-compose.yml and the Dockerfile as plain data, filled in as compose would."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
# The services that run our image.
PORTAL = ("migrate", "setup", "web", "worker", "beat")
_VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<word>[^}]*))?\})"
)


class Missing(Exception):
    """A variable without a value: the sentence that compose would stop with."""


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Fill in ``${NAME:-default}`` and ``${NAME:?sentence}`` as compose does."""

    def value(match: re.Match[str]) -> str:
        if match["escaped"]:
            return "$"
        given = variables.get(match["name"], "")
        if not given and match["how"] == ":?":
            raise Missing(f"{match['name']}: {match['word']}")
        return given or (match["word"] if match["how"] == ":-" else "")

    return _VARIABLE.sub(value, text)


def load(variables: Mapping[str, str]) -> dict[str, Any]:
    """Return the compose file with its variables filled in, value by value."""

    def fill(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: fill(value) for key, value in node.items()}
        if isinstance(node, list):
            return [fill(value) for value in node]
        return interpolate(node, variables) if isinstance(node, str) else node

    filled: dict[str, Any] = fill(yaml.safe_load(COMPOSE.read_text()))
    return filled


def variables_of(text: str) -> set[str]:
    """Return the variables that ``text`` asks for."""
    return {match["name"] for match in _VARIABLE.finditer(text) if match["name"]}


@dataclass
class Image:
    """What the last stage of the Dockerfile sets."""

    copied: set[str] = field(default_factory=set)
    environment: dict[str, str] = field(default_factory=dict)
    user: str = ""
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    instructions: list[tuple[str, str]] = field(default_factory=list)


def image() -> Image:
    """Read the Dockerfile."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE)
    found = Image()
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.partition(" ")
        found.instructions.append((word, rest.strip()))
        _read(found, word, rest.strip())
    return found


def _read(found: Image, word: str, rest: str) -> None:
    match word:
        case "FROM":
            found.bases.append(rest.split()[0])
            # A new stage begins with nothing of the one before.
            found.copied, found.environment = set(), {}
        case "COPY" if not rest.startswith("--from"):
            found.copied.update(rest.split()[:-1])
        case "ENV":
            pairs = re.findall(r"(\w+)=(\S+)", rest)
            found.environment.update(pairs)
        case "USER":
            found.user = rest
        case "CMD":
            found.command = json.loads(rest)
        case "HEALTHCHECK":
            found.healthcheck = json.loads(rest[rest.index("[") :])
        case _:
            pass
