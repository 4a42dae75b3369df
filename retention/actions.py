"""Place, confirm and release holds; propose and approve lines of the schedule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from audit import actions as audit
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import all_refs, subject_ref
from lumina_privacy.lib.verdict import Refused
from retention.models import Hold, HoldDataset, HoldIdentifier, ScheduleLine
from retention.rules import EndAction, HoldKind, Period


@transaction.atomic
def place_hold(
    *,
    kind: HoldKind,
    placed_for: str,
    identifiers: Sequence[tuple[str, str]],
    ground: str,
    by: Actor,
    at: datetime,
    datasets: Sequence[tuple[str, str]] = (),
    provisional_until: date | None = None,
) -> int:
    """Keep what is held about a person from disposal; return the hold's id.

    A provisional hold (decision C5) is not renewed by a second unproved submission:
    while one covers the same identifier, that one's end stays. Costs 4 queries and 4
    an identifier, savepoints counted; 1 when provisional, 1 for datasets.
    """
    if provisional_until is not None:
        earlier = _provisional_over(identifiers, on=london_day(at))
        provisional_until = min(provisional_until, earlier or provisional_until)
    hold = Hold.objects.create(
        kind=kind,
        placed_for=placed_for,
        ground=ground,
        placed_at=at,
        provisional_until=provisional_until,
    )
    _cover(hold, identifiers)
    HoldDataset.objects.bulk_create(
        HoldDataset(hold=hold, system=system, dataset=dataset)
        for system, dataset in datasets
    )
    audit.record(
        "retention.hold.placed",
        about=f"hold:{hold.pk}",
        by=by,
        at=at,
        details={
            "kind": kind,
            "placed_for": placed_for,
            "provisional": provisional_until is not None,
        },
    )
    return hold.pk


def _provisional_over(
    identifiers: Sequence[tuple[str, str]], *, on: date
) -> date | None:
    refs = [ref for kind, value in identifiers for ref in all_refs(kind, value)]
    return (
        Hold.objects.filter(
            identifiers__ref__in=refs,
            released_at__isnull=True,
            provisional_until__gte=on,
        )
        .order_by("provisional_until")
        .values_list("provisional_until", flat=True)
        .first()
    )


@transaction.atomic
def cover_only(
    hold_id: int, identifiers: Sequence[tuple[str, str]], *, by: Actor, at: datetime
) -> None:
    """Let the hold cover these identifiers and no others: the rest was not proved.

    Raises Refused once the hold is released.
    """
    hold = _live(hold_id)
    refs = [ref for kind, value in identifiers for ref in all_refs(kind, value)]
    left, _ = hold.identifiers.exclude(ref__in=refs).delete()
    added = _cover(hold, identifiers)
    if not (left or added):
        return
    audit.record(
        "retention.hold.covers",
        about=f"hold:{hold.pk}",
        by=by,
        at=at,
        details={"placed_for": hold.placed_for, "added": added, "left_out": left},
    )


def _live(hold_id: int) -> Hold:
    hold = Hold.objects.select_for_update().get(pk=hold_id)
    if hold.released_at is not None:
        raise Refused("The hold has been released.")
    return hold


def _cover(hold: Hold, identifiers: Sequence[tuple[str, str]]) -> int:
    """Cover the identifiers too; return how many were not covered before."""
    added = 0
    for kind, value in identifiers:
        _, created = HoldIdentifier.objects.get_or_create(
            hold=hold,
            kind=kind,
            ref=subject_ref(kind, value),
            defaults={"value": value},
        )
        added += created
    return added


@transaction.atomic
def confirm_hold(hold_id: int, *, by: Actor, at: datetime) -> None:
    """Make a provisional hold last: the person is proved."""
    hold = _live(hold_id)
    hold.provisional_until = None
    hold.save(update_fields=["provisional_until"])
    audit.record(
        "retention.hold.confirmed",
        about=f"hold:{hold.pk}",
        by=by,
        at=at,
        details={"placed_for": hold.placed_for},
    )


@transaction.atomic
def release_hold(hold_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Let disposal go on. Raises Refused without a reason; twice is harmless."""
    if not reason.strip():
        raise Refused("Say why the hold is released.")
    hold = Hold.objects.select_for_update().get(pk=hold_id)
    if hold.released_at is not None:
        return
    hold.released_at, hold.released_by, hold.released_because = at, str(by), reason
    hold.save(update_fields=["released_at", "released_by", "released_because"])
    # Whose data it covered has served: what stays says that there was a hold, and why.
    hold.identifiers.all().delete()
    audit.record(
        "retention.hold.released",
        about=f"hold:{hold.pk}",
        by=by,
        at=at,
        details={"placed_for": hold.placed_for},
    )


@transaction.atomic
def propose_line(
    *,
    code: str,
    name: str,
    trigger: str,
    period: str,
    end_action: EndAction,
    why: str,
    owner: str,
    review_on: date,
    by: Actor,
    at: datetime,
) -> ScheduleLine:
    """Add the next version of a line of the schedule; it counts and removes nothing.

    Raises ValueError for a period that is none.
    """
    Period.parse(period)
    last = ScheduleLine.objects.filter(code=code).order_by("-version").first()
    line = ScheduleLine.objects.create(
        code=code,
        version=last.version + 1 if last else 1,
        name=name,
        trigger=trigger,
        period=period,
        end_action=end_action,
        why=why,
        owner=owner,
        review_on=review_on,
        proposed_at=at,
    )
    audit.record(
        "retention.line.proposed",
        about=f"line:{line.pk}",
        by=by,
        at=at,
        details={"code": code, "version": line.version},
    )
    return line


@transaction.atomic
def approve_line(line_id: int, *, reason: str, by: Actor, at: datetime) -> ScheduleLine:
    """Let the newest version of a line remove what its time is over for (C22).

    Raises Refused without a reason, for a version that is not the newest, or twice.
    """
    if not reason.strip():
        raise Refused("Say why the line may run.")
    line = ScheduleLine.objects.select_for_update().filter(pk=line_id).first()
    if line is None:
        raise Refused("There is no such line.")
    if line.approved_at is not None:
        raise Refused("This line has been approved already.")
    if ScheduleLine.objects.filter(code=line.code, version__gt=line.version).exists():
        raise Refused("A newer version of this line waits; approve that one.")
    line.approved_at, line.approved_by = at, str(by)
    line.approved_because = reason.strip()
    line.save(update_fields=["approved_at", "approved_by", "approved_because"])
    audit.record(
        "retention.line.approved",
        about=f"line:{line.pk}",
        by=by,
        at=at,
        details={"code": line.code, "version": line.version},
    )
    return line
