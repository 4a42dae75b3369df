"""Other requests of the same person: shown to staff, merged by nobody else (C33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q

from datamap import queries as datamap_queries
from lumina_privacy.lib.subject_ref import all_refs, written
from requests_app.models import Case, ProvedIdentifier
from requests_app.queries import words
from requests_app.queries.asked import AskedFacts, asked_of
from requests_app.states import CaseStatus, Right

# No person asked us for them: a breach, and what a customer passed to us (D13).
_NOBODYS: Final = (Right.BREACH, Right.PASSED_ON)


@dataclass(frozen=True, slots=True)
class Other:
    """Another request of whoever sent this one; ``how`` we know that they are one."""

    reference: str
    right: str
    status: str
    received_at: datetime
    due_on: date | None
    how: str
    is_earlier: bool
    is_open: bool
    in_tray: bool  # nobody has proved it: it has no page yet


@dataclass(frozen=True, slots=True)
class Joined:
    """A later request that was taken into this one, and what it asked for."""

    reference: str
    received_at: datetime
    asked: tuple[AskedFacts, ...]


@dataclass(frozen=True, slots=True)
class About:
    """A complaint or a breach that is about this case."""

    reference: str
    right: str
    status: str


@dataclass(frozen=True, slots=True)
class SamePerson:
    """What else the person of a case has asked, and what is about the case."""

    others: tuple[Other, ...]
    earlier: tuple[Other, ...]  # closed already: a repeat is read beside them
    joined: tuple[Joined, ...]
    goes_on_as: str  # the reference of the case into which this one was merged
    about: tuple[About, ...]


def same_person(case: Case) -> SamePerson:
    """Return the person's other requests, oldest first. Costs 6 queries at most.

    A request that nobody has proved is among them only where it was sent together with
    this one: else who sent it is not known.
    """
    known = _others(case)
    return SamePerson(
        others=tuple(one for one in known if one.is_open),
        earlier=tuple(one for one in known if not one.is_open),
        joined=_joined(case),
        goes_on_as=goes_on_as(case),
        about=_about(case),
    )


@dataclass(frozen=True, slots=True)
class Side:
    """One of two requests, for comparing who sent them."""

    reference: str
    name: str
    received_at: datetime
    due_on: date | None
    reach: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two requests side by side, and what was proved in both."""

    later: Side
    into: Side
    shared: tuple[tuple[str, str], ...]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, the one that goes on first."""
        return self.into, self.later


def compared(later: Case, into: Case) -> Compared:
    """Return who sent either, and what they share. Costs 4 queries."""
    return Compared(
        _side(later),
        _side(into),
        tuple(
            (words.identifier(kind), written(kind, value))
            for kind, value in sorted(_proved(later) & _proved(into))
        ),
    )


def _proved(case: Case) -> set[tuple[str, str]]:
    return set(case.proved.really_proved().values_list("kind", "value"))


def _side(case: Case) -> Side:
    sent = case.submission
    reach = [
        (words.identifier(known.kind), f"{known.shown} ({how})")
        for known in case.proved.order_by("pk")
        for how in [words.proof(known.proof, known.level, right=case.right)]
    ]
    if sent.postal:
        reach.append(("Postal address", sent.postal))
    return Side(case.reference, sent.name, sent.received_at, case.due_on, tuple(reach))


def goes_on_as(case: Case) -> str:
    """Return the reference of the case that goes on for a merged one.

    Costs 1 query a step of the chain.
    """
    goes_on = case.goes_on()
    return "" if goes_on.pk == case.pk else goes_on.reference


def _others(case: Case) -> tuple[Other, ...]:
    if not case.is_open or case.right in _NOBODYS:
        return ()
    same = Q(pk__in=[])
    for known in case.proved.really_proved():
        same |= Q(kind=known.kind, ref__in=all_refs(known.kind, known.value))
    kinds: dict[int, set[str]] = {}
    proved = ProvedIdentifier.objects.really_proved().filter(same)
    for case_id, kind in proved.values_list("case_id", "kind"):
        kinds.setdefault(case_id, set()).add(kind)
    found = Case.objects.filter(
        Q(pk__in=kinds) | Q(submission=case.submission_id)
    ).exclude(Q(pk=case.pk) | Q(right__in=_NOBODYS))
    return tuple(
        Other(
            other.reference,
            words.RIGHTS[other.right],
            words.status(other.right, other.status),
            other.submission.received_at,
            other.due_on,
            _how(case, other, kinds.get(other.pk, set())),
            other.came_before(case),
            other.is_open,
            other.status == CaseStatus.UNPROVED,
        )
        for other in found.select_related("submission").order_by(
            "submission__received_at", "pk"
        )
    )


def _how(case: Case, other: Case, kinds: set[str]) -> str:
    """Return how we know that both were sent by one person."""
    if other.submission_id == case.submission_id:
        return "Sent together with this one."
    known = " and ".join(words.identifier(kind).lower() for kind in sorted(kinds))
    return f"Proved by the same {known}."


def _about(case: Case) -> tuple[About, ...]:
    rows = case.relatives.exclude(status=CaseStatus.MERGED).order_by("pk")
    return tuple(
        About(
            one.reference, words.RIGHTS[one.right], words.status(one.right, one.status)
        )
        for one in rows
    )


def _joined(case: Case) -> tuple[Joined, ...]:
    register = datamap_queries.register_at(case.revision_id)
    return tuple(
        Joined(
            other.reference,
            other.submission.received_at,
            asked_of(other, register, for_staff=True),
        )
        for other in case.taken_in()
    )
