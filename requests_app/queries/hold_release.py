"""What is held for a case, what its release would lose, and who proposed one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from accounts.models import User
from accounts.roles import Permission
from datamap import queries as datamap_queries
from requests_app.models import Case, HoldRelease
from requests_app.queries import words
from requests_app.queries.case import still_open
from requests_app.queries.timeline import Names
from retention import queries as retention
from retention.queries import HoldFacts


@dataclass(frozen=True, slots=True)
class Proposal:
    """A release that somebody proposed, and what became of it."""

    id: int
    hold: int
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved: bool | None
    settled_by: str
    settled_at: datetime | None
    settled_why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """What an answer that is owed could lose: by when it is, and where from."""

    due_on: date | None
    # Systems that overwrite themselves and were asked to keep something.
    kept: tuple[str, ...]
    # Systems whose search has no verdict yet; none of any before the first search.
    unsearched: tuple[str, ...]
    is_searched: bool


@dataclass(frozen=True, slots=True)
class HoldPage:
    """All that somebody reads before a hold is released by hand."""

    hold: HoldFacts | None
    lost: Lost
    proposals: tuple[Proposal, ...]
    # Which of them waits for a second person; none once the hold ended by itself.
    waiting: int | None


def page_of(case: Case) -> HoldPage:
    """Return what is held for a case.

    Costs 7 queries, and 1 for a revision new here.
    """
    hold = retention.hold_of(case.hold) if case.hold is not None else None
    held = case.hold if hold is not None and hold.released_at is None else None
    proposals = proposals_of(case, Names.of_staff())
    waits = (one.id for one in proposals if one.settled_at is None and one.hold == held)
    return HoldPage(hold, _lost(case), proposals, next(waits, None))


def proposals_of(case: Case, names: Names) -> tuple[Proposal, ...]:
    """Return the releases that were proposed, the newest first. Costs 1 query."""
    return tuple(_proposal(one, names) for one in case.hold_releases.order_by("-pk"))


def _lost(case: Case) -> Lost:
    register = datamap_queries.register_at(case.revision_id)
    kept = case.preservations.filter(let_go_at__isnull=True).order_by("system")
    systems = kept.values_list("system", flat=True)
    return Lost(
        case.due_on or case.safe_due_on,
        tuple(register.system(one).name for one in systems),
        tuple(still_open(case).values()),
        is_searched=case.tasks.exists(),
    )


def _proposal(one: HoldRelease, names: Names) -> Proposal:
    return Proposal(
        one.pk,
        one.hold,
        one.reason,
        names.of(one.proposed_by),
        one.proposed_at,
        one.approved,
        names.of(one.settled_by),
        one.settled_at,
        one.settled_why,
    )


def release_in(case: Case, pk: int) -> HoldRelease | None:
    """Return a proposal of this case, or None. Costs 1 query."""
    return case.hold_releases.select_related("case").filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that wants a second person."""

    id: int
    case: str
    what: str
    proposed_by: str
    proposed_at: datetime
    is_own: bool


def waiting_for(user: User) -> tuple[Waiting, ...]:
    """Return the proposals that ``user`` may know of, oldest first.

    Not of a case that has ended since: its hold went by itself. Costs 1 query, and 1
    more when something waits.
    """
    if not user.may(Permission.CASE_READ):
        return ()
    waiting = HoldRelease.objects.filter(
        settled_at__isnull=True, case__hold=F("hold"), case__closed_at__isnull=True
    )
    rows = list(waiting.select_related("case").order_by("pk"))
    if not rows:
        return ()
    names = Names.of_staff()
    return tuple(
        Waiting(
            one.pk,
            one.case.reference,
            words.RIGHTS[one.case.right],
            names.of(one.proposed_by),
            one.proposed_at,
            one.proposed_by == str(user.actor),
        )
        for one in rows
    )
