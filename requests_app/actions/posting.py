"""Reminding colleagues of a letter that waits to be printed and posted (C17)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from requests_app import emails
from requests_app.actions.projection import append, locked
from requests_app.models import Sending
from requests_app.queries import posting, reminders
from requests_app.reminders import Reminds
from requests_app.states import EventKind, SendingState


@transaction.atomic
def remind(sending: Sending, *, by: Actor, at: datetime) -> int:
    """Remind who has the case of an envelope that waits more than a working day.

    Once for each envelope; returns how many mails that makes. Asked again under the
    lock: somebody may have posted it meanwhile.
    """
    case, today = locked(sending.letter.case), london_day(at)
    sending = Sending.objects.select_related("letter").get(pk=sending.pk)
    waits = sending.state == SendingState.WAITING and posting.is_late(
        sending.at, today=today, holidays=datamap_queries.holidays()
    )
    taken = case.events.filter(
        kind=EventKind.POST_REMINDED, facts__sending=sending.pk
    ).exists()
    to = reminders.readers(case, Reminds.WORKER, today=today)
    if not waits or taken or not to:
        return 0
    append(
        case,
        EventKind.POST_REMINDED,
        happened_at=at,
        by=by,
        at=at,
        facts={
            "sending": sending.pk,
            "kind": sending.letter.kind,
            "to": [str(user.actor) for user in to],
        },
    )
    for user in to:
        emails.post_waits(case, sending, to=user, at=at)
    return len(to)
