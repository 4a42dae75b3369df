"""What of a case makes it necessary to know who asks, and how well (decision C2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from django.db.models import QuerySet

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
from requests_app.models import Case, FoundDataset, RowDecision, SystemTask
from requests_app.rules import Proof
from requests_app.states import (
    PROVED_LEVEL,
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


def needed_for(case: Case) -> Needed:
    """Return what the table needs of who asks, as far as it is known now.

    Costs up to 7 queries.
    """
    return needed(Right(case.right), signs_asked(case) | signs_found(case))


def signs_asked(case: Case) -> set[Sign]:
    """Return the signs that hang on how it was asked. Costs 2 queries.

    The person knows all of them: nothing that was found is among them.
    """
    known = list(case.proved.values_list("kind", "value", "proof", "level"))
    coded = [
        value
        for kind, value, proof, _ in known
        if kind == IdentifierKind.EMAIL and proof == Proof.CODE
    ]
    signs = {sign for address in coded for sign in signs_of_mailbox(address)}
    if not coded:
        signs.add(Sign.NO_CODE)
    if any(level < PROVED_LEVEL for _, _, _, level in known):
        signs.add(Sign.ONLY_NOTED)
    return signs | {sign_of_doubt(one) for one in doubts_of(case)}


def doubts_of(case: Case) -> list[Asking]:
    """Return what was asked because of a doubt about who asks, and still stands.

    Costs 1 query.
    """
    events = case.events.order_by("seq")
    return [
        one
        for one in record_of(events).askings
        if one.what is Asked.IDENTITY and not one.dropped
    ]


def sign_of_doubt(asking: Asking) -> Sign:
    """Return what a doubt needs: the least that was named, or else something seen."""
    least = asking.basis
    is_small = least in set(CheckMethod) and SHOWS[CheckMethod(least)] <= Level.FACT
    return Sign.SMALL_DOUBT if is_small else Sign.DOUBT


def signs_found(case: Case) -> set[Sign]:
    """Return the signs that hang on what was found and may go out. Up to 5 queries."""
    if case.status in _UNSEARCHED:
        return set()
    one_by_one = set(given_rows(case).values_list("found_id", flat=True))
    found = found_in(case)
    register = datamap_queries.register_at(case.revision_id)
    seen = {system.id for system in rules.sighting_systems(register)}
    signs = {
        sign
        for one, dataset in found
        if goes_out(one, one_by_one)
        and (sign := sign_of(dataset, by_sighting=one.system in seen)) is not None
    }
    if not is_on_file(found):
        signs.add(Sign.NOT_ON_FILE)
    if given_rows(case).filter(standing=RowStanding.POSSIBLE).exists():
        signs.add(Sign.SET_APART)
    if owners_files(case).exists():
        signs.add(Sign.OWNERS_FILE)
    return signs


def found_in(case: Case) -> list[Found]:
    """Return what was found, with what the register says of it. Costs 1 query."""
    register = datamap_queries.register_at(case.revision_id)
    declared = {system.id: system.datasets for system in register.systems}
    return [
        (one, declared.get(one.system, {}).get(one.dataset))
        for one in case.found.order_by("system", "dataset")
    ]


def given_rows(case: Case) -> QuerySet[RowDecision]:
    """Return the rows that go out because somebody said so of each."""
    return RowDecision.objects.filter(found__case=case, choice__in=_GIVES)


def owners_files(case: Case) -> QuerySet[SystemTask]:
    """Return the systems of which an owner's file may go out."""
    return case.tasks.filter(owner_task__files__isnull=False).exclude(
        owner_task__files__choice=RowChoice.WITHHOLD
    )


def goes_out(found: FoundDataset, one_by_one: Collection[int]) -> bool:
    """Whether some of what was found goes out, or would if nobody withholds it."""
    whole = found.sure > 0 and found.choice != RowChoice.WITHHOLD
    return whole or found.pk in one_by_one


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
