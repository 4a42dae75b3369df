"""Raising an alarm: an event of the case, and a mail to the DCO, once (C17)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lumina_privacy.lib.actor import Actor
from requests_app import emails
from requests_app.actions.projection import append, locked
from requests_app.models import Case
from requests_app.queries import alarms as queries
from requests_app.queries.reminders import officers
from requests_app.states import EventKind


@transaction.atomic
def raise_in(case: Case, *, by: Actor, at: datetime) -> int:
    """Raise what is an alarm in the case and was not raised yet; return how many.

    Asked again under the lock: the letter may have left since. With no officer to
    write to it is raised later; the queue shows it all the while.
    """
    case = locked(case)
    to = officers()
    if not to:
        return 0
    found = queries.not_raised(queries.alarms(at=at, case=case))
    for alarm in found:
        append(
            case,
            EventKind.ALARM_RAISED,
            happened_at=at,
            by=by,
            at=at,
            facts={
                "alarm": alarm.kind,
                "of": alarm.of,
                "to": [str(user.actor) for user in to],
            },
        )
        for user in to:
            emails.alarm(alarm, to=user, at=at)
    return len(found)
