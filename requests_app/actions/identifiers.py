"""What a case knows the person by: proved, learned on the way, or in doubt (D1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from datamap.search import IdentifierStatus, KnownIdentifier, Step
from lumina_privacy.lib.subject_ref import canonical, subject_ref
from lumina_privacy.lib.verdict import Refused, require
from requests_app.actions.projection import append, locked
from requests_app.models import (
    Case,
    CaseIdentifier,
    IdentifierRuling,
    ProvedIdentifier,
)
from requests_app.policies import casework as policies
from requests_app.states import DATA_LEVEL, EventKind


def begin_with_proved(case: Case) -> None:
    """Forget what former searches learned: it is learned again, or no longer true.

    What staff wrote down without proof has a first step of its own: control of a
    mailbox outweighs what a row says, a note does not. What a person said of shared
    values goes on counting.
    """
    case.identifiers.all().delete()
    begin = {
        (proved.kind, proved.ref): CaseIdentifier(
            case=case,
            kind=proved.kind,
            ref=proved.ref,
            value=proved.value,
            status=IdentifierStatus.SURE,
            route=[] if proved.level else [["", "", proved.kind]],
        )
        for proved in case.proved.order_by("pk")
    }
    for ruling in case.rulings.order_by("pk"):
        begin[ruling.kind, ruling.ref] = CaseIdentifier(
            case=case,
            kind=ruling.kind,
            ref=ruling.ref,
            value=ruling.value,
            status=IdentifierStatus.SETTLED
            if ruling.same_person
            else IdentifierStatus.CONTESTED,
            route=ruling.route,
        )
    CaseIdentifier.objects.bulk_create(begin.values())


@transaction.atomic
def add(
    case: Case, *, kind: str, value: str, reason: str, by: User, at: datetime
) -> ProvedIdentifier:
    """Write down what else the person was known by, as data and not as proof (D2).

    The next search uses it; nobody signs in with it. Raises Refused with the reason.
    """
    case = locked(case)
    require(policies.may_name_identifiers(case, by, reason=reason))
    try:
        value = canonical(kind, value)
    except ValueError as error:
        raise Refused(f"That is {error}. Write it as it is on file.") from error
    known, created = ProvedIdentifier.objects.get_or_create(
        case=case,
        kind=kind,
        ref=subject_ref(kind, value),
        defaults={"value": value, "proof": "staff", "level": DATA_LEVEL, "at": at},
    )
    if not created:
        raise Refused("The case knows the person by this already.")
    append(
        case,
        EventKind.IDENTIFIER_ADDED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"kind": kind, "identifier": known.pk},
        text=reason.strip(),
    )
    return known


@transaction.atomic
def rule(
    contested: CaseIdentifier,
    *,
    same_person: bool,
    reason: str,
    by: User,
    at: datetime,
) -> IdentifierRuling:
    """Say whether two who share a value are one and the same person (decision D1).

    The next search goes by it. Raises Refused with the reason.
    """
    case = locked(contested.case)
    require(policies.may_name_identifiers(case, by, reason=reason))
    ruling = IdentifierRuling.objects.create(
        case=case,
        kind=contested.kind,
        ref=contested.ref,
        value=contested.value,
        route=contested.route,
        same_person=same_person,
        reason=reason.strip(),
        by=str(by.actor),
        at=at,
    )
    append(
        case,
        EventKind.IDENTIFIER_RULED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={
            "kind": contested.kind,
            "ruling": ruling.pk,
            "same_person": same_person,
        },
        text=reason.strip(),
    )
    return ruling


def known_of(case: Case) -> list[KnownIdentifier]:
    """Return what the case knows the person by. Costs 1 query."""
    return [
        KnownIdentifier(
            row.kind,
            row.value,
            IdentifierStatus(row.status),
            tuple(Step(*step) for step in row.route),
        )
        for row in case.identifiers.order_by("pk")
    ]


def marks(known: Iterable[KnownIdentifier]) -> Iterable[tuple[str, str, str]]:
    """Return identifiers as they are compared; of one given twice the doubt counts."""
    marks: dict[tuple[str, str], str] = {}
    for one in known:
        key = (one.kind, _ref(one))
        if marks.get(key) != IdentifierStatus.CONTESTED:
            marks[key] = str(one.status)
    return [(kind, ref, status) for (kind, ref), status in marks.items()]


def _ref(one: KnownIdentifier) -> str:
    """Return the keyed hash of an identifier.

    A system may hold something that is no address or number where one belongs; it
    equals itself and nothing else.
    """
    try:
        return subject_ref(one.kind, one.value)
    except ValueError:
        return subject_ref(f"malformed-{one.kind}", one.value)


def learn(case: Case, learned: Iterable[KnownIdentifier]) -> None:
    """Add what a search learned. Doubt wins over certainty, never the other way.

    When an identifier that was followed turns out to belong to two people, everything
    learned on the way is taken back and learned again without it (decision D1).
    """
    have = {(row.kind, row.ref): row for row in case.identifiers.select_for_update()}
    doubted = False
    for one in learned:
        ref = _ref(one)
        row = have.get((one.kind, ref))
        if row is None:
            have[one.kind, ref] = CaseIdentifier.objects.create(
                case=case,
                kind=one.kind,
                ref=ref,
                value=one.value,
                status=one.status,
                route=[[step.system, step.dataset, step.kind] for step in one.route],
            )
        elif (row.status, one.status) == (
            IdentifierStatus.SURE,
            IdentifierStatus.CONTESTED,
        ):
            row.status = IdentifierStatus.CONTESTED
            row.save(update_fields=["status"])
            doubted = True
    if doubted:
        case.identifiers.filter(status=IdentifierStatus.SURE).exclude(route=[]).delete()
