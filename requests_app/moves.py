"""The legal moves of a case, as data. No Django.

The event of a move changes the status, and docs/case-states.md draws it. Who may make
one, and why not, is asked of the policies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from requests_app.states import OPEN, CaseStatus, EventKind


@dataclass(frozen=True, slots=True)
class Move:
    """One legal change of status, named by the event that makes it."""

    event: EventKind
    sources: tuple[CaseStatus, ...]
    target: CaseStatus
    # From another status a strict event is refused; any other leaves it as it was.
    strict: bool = True


# Before anything is decided about a request whose sender is known.
WEIGHED: Final = (CaseStatus.RECEIVED, CaseStatus.SEARCHING, CaseStatus.IN_REVIEW)
MOVES: Final = (
    # Stopping a use needs no proof (C34), and again when the address is corrected.
    Move(
        EventKind.STOPPED_AT_ONCE,
        (CaseStatus.UNPROVED,),
        CaseStatus.RECEIVED,
        strict=False,
    ),
    # Of what was stopped at once the address may be proved later, or never.
    Move(
        EventKind.ADDRESS_PROVED,
        (CaseStatus.UNPROVED, CaseStatus.RECEIVED),
        CaseStatus.RECEIVED,
    ),
    # A complaint never stands in the tray: it is looked into whoever sends it (C3).
    Move(EventKind.COMPLAINT_RECEIVED, (CaseStatus.UNPROVED,), CaseStatus.RECEIVED),
    Move(EventKind.COMPLAINT_ANSWERED, (CaseStatus.RECEIVED,), CaseStatus.DONE),
    # Nor does what a customer passes to us: whether it is surely they is judged (D13).
    Move(EventKind.INSTRUCTION_RECEIVED, (CaseStatus.UNPROVED,), CaseStatus.RECEIVED),
    # Recorded anew until the customer has been answered.
    Move(
        EventKind.ASSISTED,
        (CaseStatus.RECEIVED, CaseStatus.IN_REVIEW, CaseStatus.DECIDED),
        CaseStatus.DECIDED,
    ),
    # What was recorded before answers another instruction, and is recorded anew.
    Move(
        EventKind.INSTRUCTION_CORRECTED,
        (CaseStatus.DECIDED,),
        CaseStatus.IN_REVIEW,
        strict=False,
    ),
    Move(EventKind.CUSTOMER_ANSWERED, (CaseStatus.DECIDED,), CaseStatus.DONE),
    Move(
        EventKind.SEARCH_STARTED,
        (CaseStatus.RECEIVED, CaseStatus.IN_REVIEW),
        CaseStatus.SEARCHING,
    ),
    Move(EventKind.SEARCH_FINISHED, (CaseStatus.SEARCHING,), CaseStatus.IN_REVIEW),
    # Of what needs no search, as an objection, before any.
    Move(
        EventKind.DECIDED,
        (CaseStatus.RECEIVED, CaseStatus.IN_REVIEW),
        CaseStatus.DECIDED,
    ),
    # A person records that it was carried out; the portal claims nothing by itself.
    Move(EventKind.CARRIED_OUT, (CaseStatus.DECIDED,), CaseStatus.DONE),
    Move(EventKind.CONFIRMED, (CaseStatus.RECEIVED,), CaseStatus.DONE),
    Move(EventKind.REFUSED, WEIGHED, CaseStatus.REFUSED),
    # To make an answer again (C16), or once a refused person shows what was missing.
    Move(
        EventKind.REVIEW_REOPENED,
        (CaseStatus.DECIDED, CaseStatus.DONE, CaseStatus.REFUSED),
        CaseStatus.IN_REVIEW,
    ),
    Move(EventKind.ANSWERED, (CaseStatus.DECIDED,), CaseStatus.DONE),
    # A wrong recipient: the answer was none (decision C40).
    Move(
        EventKind.PACKAGE_REVOKED,
        (CaseStatus.DONE, CaseStatus.DECIDED, CaseStatus.IN_REVIEW),
        CaseStatus.IN_REVIEW,
        strict=False,
    ),
    # A person reads the thread, decides and sends; a late answer opens it again (C9).
    Move(EventKind.CLOSED_NO_REPLY, WEIGHED, CaseStatus.NO_REPLY),
    Move(EventKind.TAKEN_UP_AGAIN, (CaseStatus.NO_REPLY,), CaseStatus.RECEIVED),
    Move(EventKind.WITHDRAWN, OPEN, CaseStatus.WITHDRAWN),
    Move(EventKind.LAPSED, (CaseStatus.UNPROVED,), CaseStatus.LAPSED),
    Move(EventKind.CLOSED, (CaseStatus.RECEIVED,), CaseStatus.DONE),
    # A later request of the same person goes on with the earlier one (decision C33).
    Move(EventKind.MERGED, WEIGHED, CaseStatus.MERGED),
)


def status_after(status: CaseStatus, event: EventKind) -> CaseStatus | None:
    """Return the status that ``event`` leads to, or None when it may not happen."""
    if event is EventKind.BREACH_OPENED:
        return CaseStatus.RECEIVED
    move = move_for(event)
    if move is None:
        return status
    if status in move.sources:
        return move.target
    return None if move.strict else status


def move_for(event: EventKind) -> Move | None:
    """Return the move that ``event`` makes, or None when it changes no status."""
    return next((move for move in MOVES if move.event is event), None)
