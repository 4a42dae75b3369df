"""Receiving a form once, however often and however much at once it is sent (C33)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from audit import actions as audit
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.subject_ref import SubjectRef, canonical_email, subject_ref
from requests_app.actions import preserving
from requests_app.actions.projection import append
from requests_app.actions.stopping import stop_at_once
from requests_app.models import Case, Submission
from requests_app.policies.intake import TRAY_DAYS
from requests_app.states import (
    AT_ONCE,
    HELD,
    CaseStatus,
    Channel,
    ClockState,
    EventKind,
    Right,
)
from retention import actions as retention
from retention.rules import HoldKind

if TYPE_CHECKING:
    from requests_app.actions.intake import Filing

HOLD_GROUND: Final = "A request about this data is open (DPA 2018 section 173)."


def receive_once(
    filing: Filing,
    *,
    key: UUID,
    channel: Channel,
    received_at: datetime,
    by: Actor,
    at: datetime,
) -> tuple[Submission, bool]:
    """Receive a form, or count that it came again; return also whether it is new (C33).

    The unique key lets one of many be first, at once or later; the others count.
    """
    try:
        submission = _receive(
            filing, key=key, channel=channel, received_at=received_at, by=by, at=at
        )
    except IntegrityError:
        known = count_again(key, by=by, at=at)
        if known is None:
            raise
        return known, False
    return submission, True


@transaction.atomic
def count_again(key: UUID, *, by: Actor, at: datetime) -> Submission | None:
    """Count that a form came again; return its submission, None when none is known."""
    known = Submission.objects.filter(idempotency_key=key)
    if not known.update(times_sent=F("times_sent") + 1):
        return None
    submission = known.get()
    audit.record(
        "submission.repeated",
        about=submission.about,
        by=by,
        at=at,
        details={"times": submission.times_sent},
    )
    return submission


@transaction.atomic
def _receive(
    filing: Filing,
    *,
    key: UUID,
    channel: Channel,
    received_at: datetime,
    by: Actor,
    at: datetime,
) -> Submission:
    email = canonical_email(filing.email) if filing.email else ""
    submission = Submission.objects.create(
        reference=new_reference(),
        idempotency_key=key,
        channel=channel,
        received_at=received_at,
        recorded_at=at,
        actor=str(by),
        address=email,
        address_ref=_main_ref(filing),
        name=filing.name,
        phone=filing.phone,
        postal=filing.postal,
        answers=json.dumps(filing.answers),
    )
    # In their own order, whatever that of the form: the same request reads the same.
    for right in sorted(set(filing.rights), key=list(Right).index):
        case = _open_case(submission, right, by=by, at=at)
        if right in HELD:
            _hold(case, filing, by=by, at=at)
            preserving.ask_owners(case, by=by, at=at)
        if right in AT_ONCE:
            stop_at_once(case, filing.identifiers(), by=by, at=at)
    audit.record(
        "submission.received",
        about=submission.about,
        by=by,
        at=at,
        details={"channel": channel},
    )
    return submission


def _open_case(
    submission: Submission, right: Right, *, by: Actor, at: datetime
) -> Case:
    """Open the case of a submission; its clock starts when that was received (D11)."""
    case = Case.objects.create(
        reference=new_reference(),
        submission=submission,
        right=right,
        status=CaseStatus.UNPROVED,
        clock_state=ClockState.NOT_STARTED,
        revision_id=datamap_queries.active_revision_id(),
    )
    append(
        case,
        EventKind.REQUEST_RECEIVED,
        happened_at=submission.received_at,
        by=by,
        at=at,
        facts={"channel": submission.channel},
    )
    return case


def _hold(case: Case, filing: Filing, *, by: Actor, at: datetime) -> None:
    """Hold the data asked for: for now, until somebody is proved (decision C5)."""
    case.hold = retention.place_hold(
        kind=HoldKind.REQUEST,
        placed_for=case.about,
        identifiers=filing.identifiers(),
        ground=HOLD_GROUND,
        provisional_until=london_day(at) + timedelta(days=TRAY_DAYS),
        by=by,
        at=at,
    )
    case.save(update_fields=["hold"])


def _main_ref(filing: Filing) -> SubjectRef | str:
    """Return the reference of the person's first identifier: how they are looked up."""
    for kind, value in filing.identifiers():
        return subject_ref(kind, value)
    return ""
