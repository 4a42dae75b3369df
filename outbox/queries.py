"""Questions about mail, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lumina_privacy.lib.verdict import Verdict
from outbox import rules
from outbox.models import Message
from outbox.states import ALARMS, MessageState


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
    # Of an alarm that somebody has seen to.
    seen_by: str = ""
    seen_at: datetime | None = None
    seen_why: str = ""


def deliveries_about(*about: str) -> list[Delivery]:
    """Return the mails about any of these things, oldest first. Costs 1 query."""
    return [
        _delivery(message)
        for message in Message.objects.unopened().filter(about__in=about).order_by("pk")
    ]


def deliveries(ids: Iterable[int]) -> list[Delivery]:
    """Return the mails ``ids``, oldest first. Costs 1 query."""
    rows = Message.objects.unopened().filter(pk__in=list(ids)).order_by("pk")
    return [_delivery(message) for message in rows]


def not_delivered() -> list[Delivery]:
    """Return every mail that came back, was given up or was not let out. 1 query."""
    ended = [MessageState.BOUNCED, MessageState.FAILED, MessageState.DROPPED]
    return [
        _delivery(message)
        for message in Message.objects.unopened().filter(state__in=ended).order_by("pk")
    ]


def alarms(*, unsent_since: datetime) -> list[Delivery]:
    """Return mails that somebody must see to: refused, given up, or statutory and late.

    ``unsent_since``: a statutory mail queued before and still unsent. Costs 1 query.
    """
    rows = Message.objects.unopened().filter(
        Q(state__in=[state.value for state in ALARMS], seen_at__isnull=True)
        | Q(state=MessageState.QUEUED, statutory=True, queued_at__lt=unsent_since)
    )
    return [_delivery(message) for message in rows.order_by("-pk")[:200]]


def seen(*, since: datetime) -> list[Delivery]:
    """Return the alarms that somebody has seen to since then, newest first.

    Costs 1 query.
    """
    rows = (
        Message.objects.unopened()
        .filter(seen_at__gte=since)
        .order_by("-seen_at", "-pk")
    )
    return [_delivery(message) for message in rows[:200]]


def alarm(pk: int) -> tuple[Delivery, Verdict] | None:
    """Return a mail that did not arrive, and whether it may be seen to.

    None when there is no such alarm. Costs 1 query.
    """
    message = (
        Message.objects.unopened()
        .filter(pk=pk, state__in=[state.value for state in ALARMS])
        .first()
    )
    if message is None:
        return None
    return _delivery(message), rules.may_see_to(message.state, message.seen_at)


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
        message.seen_by,
        message.seen_at,
        message.seen_why,
    )
