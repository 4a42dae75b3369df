"""What a case knows the person by: proved, learned on the way, or in doubt (D1)."""

from __future__ import annotations

from collections.abc import Iterable

from datamap.search import IdentifierStatus, KnownIdentifier, Step
from lumina_privacy.lib.subject_ref import subject_ref
from requests_app.models import Case, CaseIdentifier


def begin_with_proved(case: Case) -> None:
    """Forget what former searches learned: it is learned again, or no longer true."""
    case.identifiers.all().delete()
    CaseIdentifier.objects.bulk_create(
        CaseIdentifier(
            case=case,
            kind=proved.kind,
            ref=proved.ref,
            value=proved.value,
            status=IdentifierStatus.SURE,
        )
        for proved in case.proved.order_by("pk")
    )


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
