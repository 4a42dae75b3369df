"""Record what a person permits or stops; it takes effect in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from audit import actions as audit
from consent.models import PermissionEntry, PermissionState, Suppression
from consent.rules import Act, Channel, Entry, State, current
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.subject_ref import SubjectRef, all_refs, subject_ref


@transaction.atomic
def record(
    *,
    subject: tuple[str, str],
    purpose: str,
    channel: Channel,
    act: Act,
    wording: str,
    source: str,
    evidence: str,
    by: Actor,
    at: datetime,
    wording_version: str = "",
    recorded_at: datetime | None = None,
) -> int:
    """Add an entry about ``subject`` (kind, value) and return its id. Costs 10 queries.

    A stop (withdrawn, objected, refused) suppresses at once and needs no proof of who
    asks (C34). Raises ValueError for a value that is not of its kind.
    """
    ref = _home(*subject)
    _lock(ref, purpose, channel)
    entry = PermissionEntry.objects.create(
        subject_ref=ref,
        purpose=purpose,
        channel=channel,
        act=act,
        wording=wording,
        wording_version=wording_version,
        source=source,
        evidence=evidence,
        actor=str(by),
        at=at,
        recorded_at=recorded_at or at,
    )
    _project(ref, purpose, channel)
    audit.record(
        "consent.recorded",
        about=f"permission:{entry.pk}",
        by=by,
        at=at,
        subject=ref,
        details={"act": act, "purpose": purpose, "channel": channel},
    )
    return entry.pk


def _home(kind: str, value: str) -> SubjectRef:
    """Return the reference under which the ledger already knows the person.

    After a rotation of LUMINA_REF_KEYS earlier entries stay under the older key, and a
    fold over half of them would give permission back.
    """
    known = set(
        PermissionEntry.objects.filter(subject_ref__in=all_refs(kind, value))
        .values_list("subject_ref", flat=True)
        .distinct()
    )
    refs = [ref for ref in all_refs(kind, value) if ref in known]
    return refs[-1] if refs else subject_ref(kind, value)


def _lock(ref: SubjectRef, purpose: str, channel: str) -> None:
    """Let acts about one permission wait for each other, to the end of transactions.

    Two at once would each fold without the other's entry, and the last one to write
    would win: a withdrawal could be lost.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"consent {ref} {purpose} {channel}"],
        )


def _project(ref: SubjectRef, purpose: str, channel: str) -> None:
    rows = PermissionEntry.objects.filter(
        subject_ref=ref, purpose=purpose, channel=channel
    ).order_by("pk")
    entries = [Entry(Act(row.act), row.at, row.pk) for row in rows]
    state = current(entries)
    PermissionState.objects.update_or_create(
        subject_ref=ref,
        purpose=purpose,
        channel=channel,
        defaults={"state": state, "since": max(entry.at for entry in entries)},
    )
    if state is State.STOPPED:
        Suppression.objects.get_or_create(
            subject_ref=ref,
            purpose=purpose,
            channel=channel,
            defaults={"since": max(entry.at for entry in entries)},
        )
    else:
        Suppression.objects.filter(
            subject_ref=ref, purpose=purpose, channel=channel
        ).delete()


def rebuild() -> int:
    """Project every person, purpose and channel again; return how many there are."""
    keys = (
        PermissionEntry.objects.order_by("subject_ref", "purpose", "channel")
        .values_list("subject_ref", "purpose", "channel")
        .distinct()
    )
    count = 0
    for ref, purpose, channel in keys.iterator():
        with transaction.atomic():
            _lock(SubjectRef(ref), purpose, channel)
            _project(SubjectRef(ref), purpose, channel)
        count += 1
    return count
