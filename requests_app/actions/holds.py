"""A request holds what it is about from disposal, for as long as it is open (C5).

Called where the status of a case is projected, so that no way to end a case, or to take
an answer back, can forget it. An answer in part leaves the case open and the hold on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from datamap.search import DOUBTED
from lumina_privacy.lib.actor import Actor
from requests_app.actions import preserving
from requests_app.models import Case, CaseEvent
from requests_app.rules import Proof
from requests_app.states import DATA_LEVEL, FINAL, HELD, CaseStatus, EventKind
from retention import actions as retention
from retention import queries as retention_queries
from retention.rules import HoldKind

AGAIN: Final = (
    "The answer was taken back, so the request about this data is open again "
    "(DPA 2018 section 173)."
)
_ENDED: Final[Mapping[str, str]] = {
    EventKind.ANSWERED: "The request was answered in full.",
    EventKind.CARRIED_OUT: "What was decided is done, and the person was told.",
    EventKind.CONFIRMED: "What was asked to stop has stopped.",
    EventKind.WITHDRAWN: "The person withdrew the request.",
    EventKind.LAPSED: "Nobody proved the request.",
    EventKind.CLOSED_NO_REPLY: "The person did not answer.",
    EventKind.MERGED: "An earlier request of the same person goes on for both.",
}
# After these the person may be known by more, or by less.
_LEARNED: Final = frozenset(
    {
        EventKind.IDENTIFIER_ADDED,
        EventKind.IDENTIFIER_RULED,
        EventKind.SYSTEM_SETTLED,
        EventKind.SEARCH_FINISHED,
    }
)
_NOTHING: Final = "It was read, and asks for nothing."
_CLOSED: Final = "The case was closed."
_DISOWNED: Final = "The owner of the address says that they did not send it."


def follow_status(
    case: Case, was: CaseStatus, event: CaseEvent, *, by: Actor, at: datetime
) -> None:
    """Release the hold of a locked case that has ended; place one when it is reopened.

    While it is open its holds cover all that the person is known by (C5). Costs nothing
    unless the case has just ended, was just opened again, or somebody was learned of.
    """
    now = CaseStatus(case.status)
    if event.kind in _LEARNED and now not in FINAL:
        cover_known(case, by=by, at=at)
    if now in FINAL and was not in FINAL and case.hold is not None:
        retention.release_hold(case.hold, reason=_why_ended(event), by=by, at=at)
    if now in FINAL and now is not CaseStatus.MERGED and was not in FINAL:
        preserving.let_go(case, by=by, at=at)
    if now in FINAL and was not in FINAL:
        # A use that was objected to: whoever ends it has told the person (D7).
        for hold in _restricting(case):
            retention.release_hold(hold, reason=_why_ended(event), by=by, at=at)
    if was in FINAL and now not in FINAL and case.right in HELD:
        case.hold = retention.place_hold(
            kind=HoldKind.REQUEST,
            placed_for=case.about,
            identifiers=list(perhaps_theirs(case)),
            ground=AGAIN,
            by=by,
            at=at,
        )
        case.save(update_fields=["hold"])
        preserving.ask_owners(case, by=by, at=at)


def cover_known(case: Case, *, by: Actor, at: datetime) -> None:
    """Let the holds of a locked case cover all by which the person is known now (C5).

    Its own, and those on a use that is objected to.
    """
    known = list(perhaps_theirs(case))
    if not known:
        return  # nobody is proved: the hold covers what was written down
    placed = [case.hold] if case.hold is not None else []
    for hold in retention_queries.live(placed):
        retention.cover_only(hold, known, by=by, at=at)
    for hold in retention_queries.live(_restricting(case)):
        retention.cover_only(hold, list(surely_theirs(case)), by=by, at=at)


def _restricting(case: Case) -> list[int]:
    """Return the holds on uses that were objected to, oldest first. Costs 1 query."""
    restricted = case.events.filter(kind=EventKind.USE_RESTRICTED).order_by("seq")
    return list(restricted.values_list("facts__hold", flat=True))


def _why_ended(event: CaseEvent) -> str:
    if event.facts.get("disowned"):
        return _DISOWNED
    if event.facts.get("asks_nothing"):
        return _NOTHING
    return _ENDED.get(event.kind, _CLOSED)


def perhaps_theirs(case: Case) -> Iterator[tuple[str, str]]:
    """Yield every identifier that may be the person's, proved or learned (C5).

    Also contacts that wait for a person to say whose they are: what is kept too long is
    let go when the case ends, and what went meanwhile is gone. Not what is in doubt.
    """
    for proved in case.proved.order_by("pk"):
        yield proved.kind, proved.value
    known = case.identifiers.exclude(status__in=DOUBTED)
    for learned in known.order_by("pk"):
        yield learned.kind, learned.value


def surely_theirs(case: Case) -> Iterator[tuple[str, str]]:
    """Yield those that are surely the person's: whose use may be paused (D7).

    Not what waits for a person to say whose it is. What an agent named waits before the
    first search as well, and when it is in doubt.
    """
    known = [one.known for one in case.identifiers.all()]
    followed = {
        one.pair for one in known if not (one.is_doubted or one.awaits_a_person)
    }
    named = case.proved.filter(proof=Proof.AGENT, level=DATA_LEVEL)
    waiting = {one.pair for one in known if one.awaits_a_person}
    waiting |= set(named.values_list("kind", "value")) - followed
    return (pair for pair in perhaps_theirs(case) if pair not in waiting)
