"""What of a case makes it necessary to know who asks, and how well (decision C2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from datamap import queries as datamap_queries
from datamap.registry.systems import Dataset
from datamap.search import RowStanding
from lumina_privacy.lib.subject_ref import IdentifierKind
from requests_app import rules
from requests_app.identity import (
    SHOWS,
    Level,
    Needed,
    Sign,
    needed,
    sign_of,
    signs_of_mailbox,
)
from requests_app.models import (
    Case,
    CaseEvent,
    FoundDataset,
    ProvedIdentifier,
    RowDecision,
    SystemTask,
)
from requests_app.rules import Proof
from requests_app.states import (
    CaseStatus,
    CheckMethod,
    Right,
    RowChoice,
)
from requests_app.timekeeping import Asked, Asking, record_of

_GIVES: Final = (RowChoice.RELEASE.value, RowChoice.REDACT.value)
_CONTACT: Final = "contact"
# Before the search nobody knows what the answer will hold.
_UNSEARCHED: Final = frozenset({CaseStatus.UNPROVED, CaseStatus.RECEIVED})

# What was found, and what the register says of it; None: nothing.
Found = tuple[FoundDataset, Dataset | None]
_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a case that says how sure we must be, read at one time."""

    proved: tuple[ProvedIdentifier, ...]
    doubts: tuple[Asking, ...]
    found: tuple[Found, ...]
    given: frozenset[tuple[int, str]]  # datasets with rows that go out, as they stand
    has_owners_file: bool


def known_of(cases: Sequence[Case]) -> dict[int, Known]:
    """Return of each case what is known of it. Costs 5 queries, however many.

    Before the search nobody knows what the answer will hold: then it costs 2.
    """
    proved, doubts = _proved_of(cases), doubts_of(cases)
    searched = [case for case in cases if case.status not in _UNSEARCHED]
    found, given = _found_in(searched), _given_rows(searched)
    files = _with_owners_file(searched)
    return {
        case.pk: Known(
            proved.get(case.pk, ()),
            doubts[case.pk],
            found.get(case.pk, ()),
            frozenset(given.get(case.pk, ())),
            case.pk in files,
        )
        for case in cases
    }


def needed_for(case: Case, known: Known) -> Needed:
    """Return what the table needs of who asks, as far as it is known now. No query."""
    signs = _signs_asked(known.proved, known.doubts) | _signs_found(case, known)
    return needed(Right(case.right), signs)


def signs_asked(case: Case) -> set[Sign]:
    """Return the signs that hang on how it was asked. Costs 2 queries.

    The person knows all of them: nothing that was found is among them.
    """
    return _signs_asked(_proved_of([case]).get(case.pk, ()), doubts_of([case])[case.pk])


def _signs_asked(
    proved: Sequence[ProvedIdentifier], doubts: Sequence[Asking]
) -> set[Sign]:
    coded = [
        one.value
        for one in proved
        if one.kind == IdentifierKind.EMAIL and one.proof == Proof.CODE
    ]
    signs = {sign for address in coded for sign in signs_of_mailbox(address)}
    if not coded:
        signs.add(Sign.NO_CODE)
    if not all(one.is_really_proved for one in proved):
        signs.add(Sign.ONLY_NOTED)
    return signs | {sign_of_doubt(one) for one in doubts}


def _proved_of(cases: Sequence[Case]) -> dict[int, tuple[ProvedIdentifier, ...]]:
    ids = [case.pk for case in cases]
    return _by_case(
        (one.case_id, one) for one in ProvedIdentifier.objects.filter(case__in=ids)
    )


def doubts_of(cases: Sequence[Case]) -> dict[int, tuple[Asking, ...]]:
    """Return of each what was asked because of a doubt about who asks, and stands.

    Costs 1 query.
    """
    ids = [case.pk for case in cases]
    happened = CaseEvent.objects.filter(case__in=ids).order_by("case", "seq")
    events = _by_case((one.case_id, one) for one in happened)
    return {
        pk: tuple(
            one
            for one in record_of(events.get(pk, ())).askings
            if one.what is Asked.IDENTITY and not one.dropped
        )
        for pk in ids
    }


def _by_case(pairs: Iterable[tuple[int, _One]]) -> dict[int, tuple[_One, ...]]:
    rows: dict[int, list[_One]] = {}
    for pk, one in pairs:
        rows.setdefault(pk, []).append(one)
    return {pk: tuple(ones) for pk, ones in rows.items()}


def sign_of_doubt(asking: Asking) -> Sign:
    """Return what a doubt needs: the least that was named, or else something seen."""
    least = asking.basis
    is_small = least in set(CheckMethod) and SHOWS[CheckMethod(least)] <= Level.FACT
    return Sign.SMALL_DOUBT if is_small else Sign.DOUBT


def _signs_found(case: Case, known: Known) -> set[Sign]:
    """Return the signs that hang on what was found and may go out. No query."""
    if case.status in _UNSEARCHED:
        return set()
    register = datamap_queries.register_at(case.revision_id)
    seen = {system.id for system in rules.sighting_systems(register)}
    signs = {
        sign
        for one, dataset in going_out(known)
        if (sign := sign_of(dataset, by_sighting=one.system in seen)) is not None
    }
    if not is_on_file(known.found):
        signs.add(Sign.NOT_ON_FILE)
    if gives_set_apart(known):
        signs.add(Sign.SET_APART)
    if known.has_owners_file:
        signs.add(Sign.OWNERS_FILE)
    return signs


def _found_in(cases: Sequence[Case]) -> dict[int, tuple[Found, ...]]:
    """Return what was found, with what the register says of it. Costs 1 query."""
    ids = [case.pk for case in cases]
    revisions = {case.pk: case.revision_id for case in cases}
    rows = FoundDataset.objects.filter(case__in=ids).order_by("system", "dataset")
    return _by_case(
        (one.case_id, (one, _declared(revisions[one.case_id], one))) for one in rows
    )


def _declared(revision: int, found: FoundDataset) -> Dataset | None:
    register = datamap_queries.register_at(revision)
    for system in register.systems:
        if system.id == found.system:
            return system.datasets.get(found.dataset)
    return None


def _given_rows(cases: Sequence[Case]) -> dict[int, tuple[tuple[int, str], ...]]:
    """Return of what rows go out because somebody said so of each. Costs 1 query."""
    ids = [case.pk for case in cases]
    rows = RowDecision.objects.filter(found__case__in=ids, choice__in=_GIVES)
    kinds = rows.values_list("found__case_id", "found_id", "standing").distinct()
    return _by_case((pk, (found, standing)) for pk, found, standing in kinds)


def _with_owners_file(cases: Sequence[Case]) -> set[int]:
    """Return the cases with an owner's file that may go out. Costs 1 query."""
    tasks = SystemTask.objects.filter(
        case__in=[case.pk for case in cases], owner_task__files__isnull=False
    ).exclude(owner_task__files__choice=RowChoice.WITHHOLD)
    return set(tasks.values_list("case_id", flat=True))


def gives_set_apart(known: Known) -> bool:
    """Whether a row goes out that was set apart as another's, perhaps (D1)."""
    return any(standing == RowStanding.POSSIBLE for _, standing in known.given)


def going_out(known: Known) -> list[Found]:
    """Return of what was found what goes out, or would if nobody withholds it."""
    one_by_one = {found for found, _ in known.given}
    return [
        (one, dataset)
        for one, dataset in known.found
        if (one.sure > 0 and one.choice != RowChoice.WITHHOLD) or one.pk in one_by_one
    ]


def is_on_file(found: Sequence[Found]) -> bool:
    """Whether a contact record that is surely the person's carries what they proved.

    Found in one step: by the address itself, not by what another record led to. Rows
    that we hold for customers are in no route (decision D13).
    """
    return any(
        len(route["route"]) == 1
        and route["route"][0][2] == IdentifierKind.EMAIL
        and route.get("sure")
        for one, dataset in found
        if dataset is not None and _CONTACT in rules.categories_of(dataset)
        for route in one.routes
    )
