"""Reminding colleagues of a case's day, in time: who has it, then the DCO (ADR 23)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from requests_app import emails
from requests_app.actions.projection import append, locked
from requests_app.models import Case
from requests_app.queries import reminders
from requests_app.states import EventKind


@transaction.atomic
def remind(case: Case, *, by: Actor, at: datetime) -> int:
    """Take the steps that are due in the case; return how many mails that makes.

    Each step is taken once for the day it counts to, however many workers come at
    once: the case is locked, and its event says that it was. Nothing is noted when
    there is nobody to write to; the next night looks again. Costs 2 queries when
    nothing is due.
    """
    case, today = locked(case), london_day(at)
    written = 0
    for step in reminders.due_in(case, today=today):
        to = reminders.readers(case, step.who, today=today)
        if not to:
            continue
        append(
            case,
            EventKind.DUE_REMINDED,
            happened_at=at,
            by=by,
            at=at,
            facts={
                "who": step.who,
                "days": step.days,
                "safe_due_on": str(case.safe_due_on),
                "to": [str(user.actor) for user in to],
            },
        )
        for user in to:
            emails.due_soon(case, step, to=user, at=at)
        written += len(to)
    return written
