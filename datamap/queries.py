"""Questions about the register, the calendar and the controller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from accounts.queries import staff_names
from datamap.models import (
    ContactPoint,
    Disclosure,
    Finding,
    Holiday,
    Recipient,
    Revision,
)
from datamap.registry.diff import Change, differences
from datamap.registry.promises import Notice
from datamap.registry.schema import Register
from datamap.states import TOLD_ONLY_WHEN_DECIDED, DisclosureBasis
from lumina_privacy.lib.once import once
from lumina_privacy.lib.subject_ref import SubjectRef, all_refs
from lumina_privacy.lib.wording import humane


@dataclass(frozen=True, slots=True)
class Controller:
    """How the controller and its regulator are reached (one home a fact: C28)."""

    name: str
    dco_title: str
    dco_email: str
    dco_phone: str
    dco_post: str
    regulator_name: str
    regulator_web: str
    regulator_phone: str
    regulator_post: str


@dataclass(frozen=True, slots=True)
class HolidayFacts:
    """A bank holiday of England and Wales."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """A recipient or a kind of recipients."""

    code: str
    name: str
    quote: str
    kind: str
    location: str


def has_revision() -> bool:
    """Whether any register was ever loaded here. Costs 1 query."""
    return Revision.objects.exists()


@once
def active_revision_id() -> int:
    """Return the revision in force. Raises Revision.DoesNotExist.

    Costs 1 query, once a request.
    """
    newest = Revision.objects.filter(approved_at__isnull=False).order_by("-approved_at")
    return int(newest.values_list("pk", flat=True)[:1].get())


def register() -> Register:
    """Return the register in force.

    Costs 1 query, once a request, and 1 for a revision new here.
    """
    return register_at(active_revision_id())


@lru_cache(maxsize=16)
def register_at(revision_id: int) -> Register:
    """Return a revision's register; it never changes, so it is kept."""
    return Register.model_validate(Revision.objects.get(pk=revision_id).content)


def notices() -> list[Notice]:
    """Return the published versions of the notice, newest first. Costs 1 query."""
    published = [notice for notice in register().notices if notice.sha256]
    return sorted(published, key=lambda notice: notice.version, reverse=True)


def holidays() -> dict[date, str]:
    """Return the bank holidays of England and Wales by their days. Costs 1 query.

    Read anew each time: a day is reckoned from what stands once the case is locked.
    """
    kept = Holiday.objects.filter(cancelled=False)
    return dict(kept.values_list("day", "name"))


def calendar(*, since: date) -> list[HolidayFacts]:
    """Return the bank holidays from ``since`` on, in their order. Costs 1 query."""
    kept = Holiday.objects.filter(cancelled=False, day__gte=since).order_by("day")
    return [HolidayFacts(holiday.day, holiday.name) for holiday in kept]


@once
def controller() -> Controller:
    """Return the controller's contact points. Costs 2 queries, once a request."""
    newest: dict[str, str] = {}
    for point in ContactPoint.objects.order_by("since", "pk"):
        newest[point.kind] = point.value
    return Controller(
        name=register().promises.name,
        dco_title=newest.get("dco_title", ""),
        dco_email=newest.get("dco_email", ""),
        dco_phone=newest.get("dco_phone", ""),
        dco_post=newest.get("dco_post", ""),
        regulator_name=newest.get("regulator_name", ""),
        regulator_web=newest.get("regulator_web", ""),
        regulator_phone=newest.get("regulator_phone", ""),
        regulator_post=newest.get("regulator_post", ""),
    )


def recipients() -> list[RecipientFacts]:
    """Return the active recipients, kinds first. Costs 1 query."""
    rows = Recipient.objects.filter(active=True).select_related("kind").order_by("pk")
    return [
        RecipientFacts(
            row.code,
            row.name,
            row.quote,
            row.kind.code if row.kind else "",
            row.location,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """A revision of the register; ``changes`` is what it would change in force."""

    id: int
    sha256: str
    loaded_at: datetime
    loaded_by: str
    approved_at: datetime | None
    approved_by: str
    changes: tuple[Change, ...] = ()


def revision_in_force() -> RevisionFacts | None:
    """Return the revision in force; None before the first setup. Costs 1 query."""
    newest = Revision.objects.filter(approved_at__isnull=False).order_by("-approved_at")
    row = newest.defer("content").first()
    return _revision(row) if row else None


def waiting_revisions() -> list[RevisionFacts]:
    """Return the revisions that wait for the DCO, newest first, with what they change.

    Costs 2 queries, and 1 for each revision that is new to this process.
    """
    waiting = Revision.objects.filter(approved_at__isnull=True).defer("content")
    rows = list(waiting.order_by("-loaded_at", "-pk"))
    if not rows:
        return []
    now = register()
    return [_revision(row, differences(now, register_at(row.pk))) for row in rows]


def revision(pk: int) -> Revision | None:
    """Return a revision, for datamap's own actions. Costs 1 query."""
    return Revision.objects.filter(pk=pk).first()


def finding(pk: int) -> Finding | None:
    """Return a finding, for datamap's own actions. Costs 1 query."""
    return Finding.objects.filter(pk=pk).first()


def _revision(row: Revision, changes: tuple[Change, ...] = ()) -> RevisionFacts:
    return RevisionFacts(
        row.pk,
        row.sha256,
        row.loaded_at,
        row.loaded_by,
        row.approved_at,
        row.approved_by,
        changes,
    )


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """Something about a dataset that a person must settle, once for all cases (D5)."""

    id: int
    system: str
    dataset: str
    problem: str
    severity: str
    raised_at: datetime


def open_findings() -> list[FindingFacts]:
    """Return the findings nobody has settled, worst first. Costs 1 query."""
    waiting = Finding.objects.filter(settled_at__isnull=True)
    return [
        FindingFacts(
            row.pk, row.system, row.dataset, row.problem, row.severity, row.raised_at
        )
        for row in waiting.order_by("severity", "system", "dataset", "pk")
    ]


@dataclass(frozen=True, slots=True)
class SettledFacts:
    """A finding that somebody settled, and why."""

    system: str
    dataset: str
    problem: str
    settled_at: datetime
    settled_by: str
    reason: str


def settled_findings(*, limit: int = 50) -> list[SettledFacts]:
    """Return the findings settled last, newest first. Costs 2 queries."""
    settled = Finding.objects.exclude(settled_at=None)
    rows = settled.order_by("-settled_at", "-pk")[:limit]
    names = staff_names(row.settled_by for row in rows)
    return [
        SettledFacts(
            row.system,
            row.dataset,
            row.problem,
            row.settled_at,
            names[row.settled_by],
            row.reason,
        )
        for row in rows
        if row.settled_at is not None
    ]


@dataclass(frozen=True, slots=True)
class DisclosureFacts:
    """Data of a person that somebody else received, as the person may read it."""

    recipient: str
    purpose: str
    categories: tuple[str, ...]
    disclosed_at: datetime


def disclosures_about(subjects: Iterable[tuple[str, str]]) -> list[DisclosureFacts]:
    """Return what the person may be told of, oldest first. Costs 1 query.

    What is undecided or not to be told leaves no trace here (decision D10).
    """
    return _facts(_disclosures(subjects).filter(tell_person=True))


def disclosures_by_subject(
    subjects: Iterable[tuple[str, str]],
) -> dict[tuple[str, str], list[DisclosureFacts]]:
    """Return likewise of each of ``subjects``, of several people at once. 1 query."""
    pairs = {ref: pair for pair in subjects for ref in all_refs(*pair)}
    told: dict[tuple[str, str], list[DisclosureFacts]] = {}
    rows = Disclosure.objects.filter(subject_ref__in=pairs, tell_person=True)
    for row in rows.select_related("recipient").order_by("disclosed_at", "pk"):
        told.setdefault(pairs[SubjectRef(row.subject_ref)], []).append(_fact(row))
    return told


def disclosures_withheld() -> list[DisclosureFacts]:
    """Return those, of anybody, that were decided not to be told. Costs 1 query.

    For what went out before: whose they are may not be known any more.
    """
    return _facts(Disclosure.objects.filter(tell_person=False))


def _facts(rows: QuerySet[Disclosure]) -> list[DisclosureFacts]:
    """Return each once: one row is kept for each thing the person is known by."""
    ordered = rows.select_related("recipient").order_by("disclosed_at", "pk")
    return list(dict.fromkeys(_fact(row) for row in ordered))


def _fact(row: Disclosure) -> DisclosureFacts:
    return DisclosureFacts(
        row.recipient.name, row.purpose, tuple(row.categories), row.disclosed_at
    )


def telling_is_undecided(subjects: Iterable[tuple[str, str]], *, on: date) -> bool:
    """Whether the DCO must decide before an access package may go. Costs 1 query.

    A decision not to tell holds for a year, then it is to be taken anew (D10).
    """
    return _disclosures(subjects).filter(_undecided(on)).exists()


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision about telling the person."""

    tell: bool
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class TellingFacts:
    """A disclosure of which the person is told only when the DCO decides so (D10)."""

    id: int
    recipient: str
    basis: str
    purpose: str
    categories: tuple[str, ...]
    disclosed_at: datetime
    review_on: date | None
    is_open: bool
    decided: tuple[Decided, ...]  # newest first


def tellings_about(
    subjects: Iterable[tuple[str, str]], *, on: date
) -> list[TellingFacts]:
    """Return those to authorities about somebody. Costs 3 queries."""
    return _tellings(_disclosures(subjects), on)


def tellings_to_decide(*, on: date) -> list[TellingFacts]:
    """Return every disclosure whose decision is open or a year old. Costs as above."""
    return _tellings(Disclosure.objects.filter(_undecided(on)), on)


def _undecided(on: date) -> Q:
    return Q(tell_person__isnull=True) | Q(review_on__lte=on)


def _tellings(rows: QuerySet[Disclosure], on: date) -> list[TellingFacts]:
    asked = rows.filter(basis__in=list(TOLD_ONLY_WHEN_DECIDED)).select_related(
        "recipient"
    )
    ordered = asked.order_by("disclosed_at", "pk").prefetch_related("tellings")
    names = staff_names(one.by for row in ordered for one in row.tellings.all())
    return [_telling(row, names, on) for row in ordered]


def _telling(row: Disclosure, names: Mapping[str, str], on: date) -> TellingFacts:
    decided = sorted(row.tellings.all(), key=lambda one: one.pk, reverse=True)
    return TellingFacts(
        row.pk,
        row.recipient.name,
        DisclosureBasis(row.basis).words,
        humane(row.purpose),
        tuple(map(humane, row.categories)),
        row.disclosed_at,
        row.review_on,
        row.tell_person is None or (row.review_on is not None and row.review_on <= on),
        tuple(Decided(one.tell, one.reason, one.at, names[one.by]) for one in decided),
    )


def _disclosures(subjects: Iterable[tuple[str, str]]) -> QuerySet[Disclosure]:
    refs = [ref for kind, value in subjects for ref in all_refs(kind, value)]
    return Disclosure.objects.filter(subject_ref__in=refs)
