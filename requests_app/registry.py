"""Ledger events of cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from requests_app.states import EventKind

_CASE: Final = frozenset({"right", "status", "due_on"})

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    **{f"case.{kind}": _CASE for kind in EventKind},
    "submission.received": frozenset({"channel"}),
    "submission.repeated": frozenset({"times"}),
    "submission.corrected": frozenset(),
    "submission.reminded": frozenset({"number"}),
    "submission.forgotten": frozenset(),
    "case.read": frozenset({"page"}),
    "case.file.read": frozenset({"purpose"}),
    "case.package.rebuilt": frozenset({"package"}),
    "case.download.started": frozenset({"package"}),
    "case.download.finished": frozenset({"package", "bytes"}),
    "case.owner.asked": frozenset({"system"}),
    "case.owner.answered": frozenset({"system", "answer"}),
    "case.owner.chased": frozenset({"system"}),
    "case.row.decided": frozenset({"dataset", "choice", "ground"}),
    "case.row.voided": frozenset({"dataset", "rows"}),
    "case.dataset.decided": frozenset({"dataset", "choice", "ground"}),
}
