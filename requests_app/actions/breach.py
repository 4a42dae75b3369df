"""The case of a breach: opened when an answer went wrong, closed by a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, Q, Sum

from accounts.models import User
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.verdict import require
from requests_app.actions.projection import append, locked
from requests_app.models import Case, Package, Submission
from requests_app.policies import breach as policies
from requests_app.states import CaseStatus, Channel, ClockState, EventKind, Right


def open_breach(
    case: Case, package: Package, *, reason: str, by: Actor, at: datetime
) -> Case:
    """Open the case of a breach. Article 33(1); its clock is in hours.

    Call in the transaction that revokes the package, under the lock of its case.
    """
    submission = Submission.objects.create(
        reference=new_reference(),
        idempotency_key=uuid4(),
        channel=Channel.IN_PERSON,
        received_at=at,
        recorded_at=at,
        actor=str(by),
        proved_at=at,
    )
    breach = Case.objects.create(
        reference=new_reference(),
        submission=submission,
        right=Right.BREACH,
        status=CaseStatus.UNPROVED,
        clock_state=ClockState.NOT_STARTED,
        revision_id=case.revision_id,
        related=case,
    )
    append(
        breach,
        EventKind.BREACH_OPENED,
        happened_at=at,
        by=by,
        at=at,
        facts={"case": case.pk, "package": package.pk},
        text=reason,
    )
    return breach


@transaction.atomic
def close_breach(
    case: Case,
    *,
    reason: str,
    told_at: datetime | None,
    why_not: str,
    by: User,
    at: datetime,
) -> Case:
    """Close the case of a breach: when the regulator was told, or why not.

    UK GDPR Article 33(1) and (5): the facts, the effects and what was done stand in
    ``reason``, and also why it took longer than 72 hours, if it did.
    """
    case = locked(case)
    require(
        policies.may_close_breach(
            case, by, reason=reason, told_at=told_at, why_not=why_not, at=at
        )
    )
    words = reason.strip()
    if told_at is None:
        words = f"{words}\n\nWhy the regulator was not told: {why_not.strip()}"
    append(
        case,
        EventKind.CLOSED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"regulator_told_at": told_at.isoformat() if told_at else ""},
        text=words,
    )
    return case


def went_wrong(package: Package, *, astray: bool) -> dict[str, Any]:
    """Return how far it went: by how many downloads, and whose page that closes."""
    fetched = package.downloads.aggregate(
        n=Count("pk"),
        finished=Count("pk", filter=Q(finished_at__isnull=False)),
        b=Sum("bytes_sent"),
    )
    return {
        "downloads": fetched["n"],
        "finished": fetched["finished"],
        "bytes": fetched["b"] or 0,
        # Whether the page closes, to who reads there and may have had it posted.
        "by_page": package.went_to_person and not astray,
        **({"astray": True} if astray else {}),
    }
