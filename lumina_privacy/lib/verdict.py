"""A refusal is an answer with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


class Refused(Exception):
    """An action that may not happen now; its text is the reason, for the reader."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy answers. False when it carries a reason."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


ALLOWED: Final = Verdict()


def refuse(reason: str) -> Verdict:
    """Return a verdict that says no, and why."""
    return Verdict(reason)


def first_refusal(*verdicts: Verdict) -> Verdict:
    """Return the first verdict that says no, or ``ALLOWED``."""
    return next((verdict for verdict in verdicts if not verdict), ALLOWED)


def require(verdict: Verdict) -> None:
    """Raise ``Refused`` with the verdict's reason when it says no."""
    if not verdict:
        raise Refused(verdict.reason)
