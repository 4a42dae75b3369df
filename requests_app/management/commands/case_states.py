"""Print the diagram of a case's states, from the table that the events go by."""

from __future__ import annotations

from typing import Any

from lumina_privacy.lib.command import PlainCommand
from requests_app.moves import MOVES
from requests_app.states import FINAL, CaseStatus


def diagram() -> str:
    """Return docs/case-states.md; a test compares the two."""
    lines = [
        "# The states of a case",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {CaseStatus.UNPROVED}",
    ]
    for move in MOVES:
        lines += [
            f"    {source} --> {move.target}: {_words(move.event)}"
            for source in move.sources
            if source is not move.target
        ]
    # A breach is opened by staff: nobody has to prove an address.
    lines += [f"    [*] --> {CaseStatus.RECEIVED}: breach opened"]
    lines += [f"    {status} --> [*]" for status in FINAL]
    lines += ["```", ""]
    return "\n".join(lines)


def _words(event: str) -> str:
    return event.replace("_", " ")


class Command(PlainCommand):
    """``manage.py case_states > docs/case-states.md``."""

    help = "Prints the diagram of a case's states (Mermaid)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(diagram(), ending="")
