"""Questions about mail, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from outbox.models import Message
from outbox.states import MessageState


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a mail fared. ``problem`` names no person."""

    id: int
    purpose: str
    about: str
    state: MessageState
    statutory: bool
    queued_at: datetime
    sent_at: datetime | None
    problem: str


def deliveries_about(about: str) -> list[Delivery]:
    """Return the mails about a thing, oldest first. Costs 1 query."""
    return [
        _delivery(message)
        for message in Message.objects.filter(about=about).order_by("pk")
    ]


def alarms(*, unsent_since: datetime) -> list[Delivery]:
    """Return mails that somebody must see to: refused, given up, or statutory and late.

    ``unsent_since``: a statutory mail queued before and still unsent. Costs 1 query.
    """
    rows = Message.objects.filter(
        Q(state__in=[MessageState.BOUNCED.value, MessageState.FAILED.value])
        | Q(state=MessageState.QUEUED, statutory=True, queued_at__lt=unsent_since)
    )
    return [_delivery(message) for message in rows.order_by("-pk")[:200]]


def _delivery(message: Message) -> Delivery:
    return Delivery(
        message.pk,
        message.purpose,
        message.about,
        MessageState(message.state),
        message.statutory,
        message.queued_at,
        message.sent_at,
        message.problem,
    )
