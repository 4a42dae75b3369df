"""Ledger events of cases, and what runs by itself for them, as staff read it."""

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
    "case.reckoned": frozenset({"was", "due_on"}),
    "case.read": frozenset({"page"}),
    "case.file.read": frozenset({"purpose"}),
    "case.identity.reminded": frozenset({"pictures"}),
    "case.evidence.made": frozenset({"rows", "sha256"}),
    "case.package.rebuilt": frozenset({"package"}),
    "case.download.started": frozenset({"package"}),
    "case.download.finished": frozenset({"package", "bytes"}),
    "case.owner.asked": frozenset({"system"}),
    "case.owner.answered": frozenset({"system", "answer"}),
    "case.owner.chased": frozenset({"system"}),
    "case.keep.asked": frozenset({"system"}),
    "case.keep.confirmed": frozenset({"system"}),
    "case.keep.answered": frozenset({"system", "answer"}),
    "case.keep.chased": frozenset({"system"}),
    "case.keep.let_go": frozenset({"system"}),
    "case.row.decided": frozenset({"dataset", "choice", "ground"}),
    "case.pass_on.noted": frozenset({"system", "may_name"}),
    "case.row.voided": frozenset({"dataset", "rows"}),
}

SWEEPS: Final[Mapping[str, str]] = {
    "search-sweep": "Wake a worker for each search that is due",
    "package-sweep": "Wake a worker for each package that is due",
    "shown-sweep": "Make pictures of what waited for the virus scanner",
    "alarm-sweep": "Tell the DCO of what must be told and has not gone",
    "letter-sweep": "Note of each letter by mail whether it left or came back",
}
# By the name of the job's heartbeat, in the order of ``tasks.jobs``.
NIGHTLY: Final[Mapping[str, str]] = {
    "chase-owners": "Remind owners of systems whose answer is overdue",
    "chase-keeping": "Remind owners of what had to be kept the same day",
    "chase-persons": "Remind people of what we asked them for",
    "remind-unproved": "Remind senders who have not entered their code",
    "remind-of-identity": "Remind staff that who asks is not decided for 20 days",
    "let-identity-go": "Delete what shows who somebody is, after 30 days at most",
    "forget-withdrawn": "Destroy what was gathered for withdrawn requests",
    "forget-unproved": "Blank requests that nobody proved and that were closed",
    "destroy-packages": "Destroy copies whose time is over",
    "destroy-gathered": "Destroy what was gathered for answered requests, in time",
    "destroy-unreferenced": "Destroy files that belong to no case",
    "clear-vault": "Remove what killed processes left among the encrypted files",
    "clear-sessions": "Erase sessions that have ended",
    "check-register": "Compare the register with the systems it declares",
    "seed-holidays": "Add the bank holidays to come and reckon open cases anew",
    "remind-of-due": "Remind who has a case of its day, and tell the DCO",
    "remind-of-post": "Remind of letters that wait to be posted",
    "forget-codes": "Erase codes that were used or are too old, in time",
    "unlink-ledger": "Destroy the ledger’s pseudonyms of people, in time",
}
