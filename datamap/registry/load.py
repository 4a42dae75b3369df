"""Reads a register folder; every complaint names file, line and key. No Django."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from datamap.registry.notices import NotDeclared, Words, written_out
from datamap.registry.schema import DataField, Dataset, Register, System

_LISTS: Final = ("bases", "categories", "purposes", "sources", "notices")
# What the notice may quote of the facts that staff pages keep after the first load.
_QUOTED: Final = ("recipients", "contacts")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong, and where."""

    file: str
    line: int
    key: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.problem}"


class RegisterBroken(Exception):
    """The folder is no register; ``complaints`` say why."""

    def __init__(self, complaints: list[Complaint]) -> None:
        super().__init__("\n".join(map(str, complaints)))
        self.complaints = complaints


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    content: Any
    root: yaml.Node | None

    def line_of(self, keys: tuple[int | str, ...]) -> int:
        """Return the line on which the innermost known part of ``keys`` stands."""
        node, line = self.root, 1
        for key in keys:
            child, at = _child(node, key)
            if child is None:
                break
            node, line = child, at
        return line


def _child(node: yaml.Node | None, key: int | str) -> tuple[yaml.Node | None, int]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return value, name.start_mark.line + 1
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if isinstance(key, int) and key < len(items):
        return items[key], items[key].start_mark.line + 1
    return None, 1


def load_register(folder: Path) -> Register:
    """Return the register in ``folder``. Raises RegisterBroken."""
    files = {name: _read(folder / f"{name}.yaml") for name in ("controller", "portal")}
    files |= {name: _read(folder / f"{name}.yaml") for name in _LISTS}
    systems = [_read(path) for path in sorted((folder / "systems").glob("*.yaml"))]
    raw: dict[str, Any] = {name: files[name].content or [] for name in _LISTS}
    raw["notices"] = _written_out(folder, raw, files["notices"])
    raw["promises"] = files["controller"].content
    raw["portal"] = files["portal"].content
    raw["systems"] = [file.content for file in systems]
    try:
        register = Register.model_validate(raw)
    except ValidationError as error:
        raise RegisterBroken(
            [_complaint(problem, files, systems) for problem in error.errors()]
        ) from error
    complaints = list(_cross_check(register, systems))
    complaints += _altered_notices(register, files["notices"])
    if complaints:
        raise RegisterBroken(complaints)
    return register


def load_system(path: Path) -> System:
    """Return the one system that ``path`` declares. Raises RegisterBroken."""
    file = _read(path)
    try:
        return System.model_validate(file.content)
    except ValidationError as error:
        raise RegisterBroken(
            [_located(file, tuple(p["loc"]), str(p["msg"])) for p in error.errors()]
        ) from error


def _read(path: Path) -> _File:
    try:
        text = path.read_text(encoding="utf-8")
        return _File(path, yaml.safe_load(text), yaml.compose(text, yaml.SafeLoader))
    except OSError as error:
        raise RegisterBroken(
            [Complaint(str(path), 1, "-", f"cannot be read ({error.strerror})")]
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RegisterBroken(
            [Complaint(str(path), line, "-", f"is no YAML: {error.problem}")]
        ) from error


def _complaint(
    problem: Mapping[str, Any], files: Mapping[str, _File], systems: list[_File]
) -> Complaint:
    part, *rest = problem["loc"]
    if part == "systems" and rest:
        file, rest = systems[rest[0]], rest[1:]
    else:
        file = files["controller" if part == "promises" else part]
    return _located(file, tuple(rest), str(problem["msg"]))


def _located(file: _File, keys: tuple[int | str, ...], message: str) -> Complaint:
    key = ".".join(map(str, keys)) or "-"
    return Complaint(str(file.path), file.line_of(keys), key, message)


def _written_out(folder: Path, raw: Mapping[str, Any], file: _File) -> list[Any]:
    """Return the notices with what they name. Raises RegisterBroken."""
    first = {name: _read(folder / "first" / f"{name}.yaml").content for name in _QUOTED}
    lists = {name: raw[name] for name in _LISTS if name != "notices"}
    words = Words(
        {**lists, "recipients": first["recipients"] or []}, first["contacts"] or {}
    )
    try:
        return written_out(raw["notices"], words)
    except NotDeclared as error:
        raise RegisterBroken([_located(file, error.at, str(error))]) from error


def _altered_notices(register: Register, file: _File) -> Iterator[Complaint]:
    """Yield the published notices whose words are no longer those published (C29)."""
    for place, notice in enumerate(register.notices):
        if notice.sha256 and notice.sha256 != notice.digest():
            yield _located(
                file,
                (place, "sha256"),
                f"version {notice.version} is published and its words have changed, "
                "here or in an entry it quotes: put them back, or draft a new version "
                f"(the text's digest is now {notice.digest()})",
            )


def _cross_check(register: Register, files: list[_File]) -> Iterator[Complaint]:
    """Yield what the files say of each other that is not so."""
    for system, file in zip(register.systems, files, strict=True):
        if system.location not in register.promises.storage_locations:
            yield _located(
                file,
                ("location",),
                f"{system.location} is outside the storage promise "
                f"({', '.join(register.promises.storage_locations)})",
            )
        for dataset in system.datasets.values():
            for keys, problem in _dataset_problems(register, dataset):
                yield _located(file, ("datasets", dataset.id, *keys), problem)


def _dataset_problems(
    register: Register, dataset: Dataset
) -> Iterator[tuple[tuple[str, ...], str]]:
    fields = dict(dataset.declared)
    if dataset.fields == "all":
        fields["*"] = dataset.default_field
    for name, field in fields.items():
        for problem in _field_problems(register, field):
            yield ("fields", name), problem
    sources = {source.code for source in register.sources}
    if dataset.source and dataset.source not in sources:
        yield ("source",), f"no source {dataset.source!r} is declared"
    if not dataset.find_by:
        yield ("find_by",), "nobody can be found here without an identifier"


def _field_problems(register: Register, field: DataField) -> Iterator[str]:
    if field.category not in {category.code for category in register.categories}:
        yield f"no category {field.category!r} is declared"
    if not field.purposes:
        yield "a field needs at least one purpose"
    declared = {purpose.code for purpose in register.purposes}
    for purpose in field.purposes:
        if purpose not in declared:
            yield f"no purpose {purpose!r} is declared"
