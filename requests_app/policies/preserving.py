"""What the owner of a system that overwrites itself may answer."""

from __future__ import annotations

from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app.models import Preservation
from requests_app.rules import KeepOutcome


def may_answer_at_all(task: Preservation) -> Verdict:
    """Whether the task still waits for its owner."""
    if task.let_go_at is not None:
        return refuse(
            "It need not be kept any longer: the request is at its end. Thank you."
        )
    return ALLOWED


def may_answer(task: Preservation, outcome: KeepOutcome, note: str) -> Verdict:
    """Whether the owner may answer so; a first answer can be put right."""
    verdict = may_answer_at_all(task)
    if not verdict:
        return verdict
    if outcome is KeepOutcome.NONE:
        return refuse("Choose what became of it.")
    if outcome is not KeepOutcome.KEPT and not note.strip():
        return refuse("Write what you looked for, and where. The person may be told.")
    return ALLOWED
