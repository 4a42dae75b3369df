"""What one person did alone, until somebody else has looked (decision C19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.models import User
from accounts.roles import Permission
from requests_app.models import Case, CaseEvent, Decision, Package
from requests_app.queries import rulings, words
from requests_app.queries.rulings import Assessment, Told
from requests_app.queries.timeline import Names
from requests_app.states import EventKind, Right


@dataclass(frozen=True, slots=True)
class WantedLook:
    """Something that somebody has still to look at; no ``package`` for an objection."""

    case: str
    package: str
    what: str
    due_on: date
    is_late: bool
    by: str
    is_own: bool  # whoever reads this did it


def looks_wanted(user: User, *, today: date) -> tuple[WantedLook, ...]:
    """Return what ``user`` may know to be looked at, by its day.

    Costs 2 queries, and 1 more when something waits.
    """
    if not user.may(Permission.CASE_READ):
        return ()
    answers = Package.objects.filter(
        second_look_due_on__isnull=False, second_look_by=""
    ).select_related("case", "decision")
    decided = Decision.objects.filter(case=OuterRef("pk")).order_by("-pk")
    objections = Case.objects.filter(second_look_due_on__isnull=False).annotate(
        decided_by=Subquery(decided.values("by")[:1])
    )
    waiting = (list(answers), list(objections))
    if not any(waiting):
        return ()
    looks = _listed(*waiting, names=Names.of_staff(), me=str(user.actor), today=today)
    return tuple(sorted(looks, key=lambda look: (look.due_on, look.case)))


def _listed(
    answers: list[Package], objections: list[Any], *, names: Names, me: str, today: date
) -> list[WantedLook]:
    looks = [
        WantedLook(
            one.case.reference,
            one.reference,
            f"{words.RIGHTS[one.case.right]}: answer {one.reference}",
            one.second_look_due_on,
            one.second_look_due_on < today,
            names.of(one.released_by),
            me in {one.released_by, one.decision.by},
        )
        for one in answers
        if one.second_look_due_on is not None
    ]
    looks += [
        WantedLook(
            one.reference,
            "",
            f"{words.RIGHTS[one.right]}: a use goes on",
            one.second_look_due_on,
            one.second_look_due_on < today,
            names.of(one.decided_by),
            me == one.decided_by,
        )
        for one in objections
        if one.second_look_due_on is not None
    ]
    return looks


@dataclass(frozen=True, slots=True)
class Weighed:
    """A use objected to: what was assessed of it, and what was ruled."""

    assessment: Assessment
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class LookFacts:
    """All that somebody reads before they say that a refused objection stands."""

    situation: str
    uses: tuple[Weighed, ...]
    words: str  # to the person
    decided_by: str
    decided_at: datetime
    alone_reason: str


def look_of(case: Case, decision: Decision) -> LookFacts:
    """Return what was weighed, and what was decided alone. Costs up to 10 queries."""
    names = Names.of_staff()
    event = (
        case.events.filter(kind=EventKind.DECIDED, facts__decision=decision.pk)
        .select_related("text")
        .first()
    )
    uses = tuple(
        Weighed(
            rulings.assessment_of(case, one.thing.purpose),
            rulings.told_of(case, (one,)),
        )
        for one in rulings.judged_of(case)
    )
    return LookFacts(
        rulings.situation_of(case) if case.right == Right.OBJECTION else "",
        uses,
        decision.words,
        names.of(decision.by),
        decision.at,
        _text(event),
    )


def _text(event: CaseEvent | None) -> str:
    text = getattr(event, "text", None)
    return text.body if text else ""
