"""Reminding colleagues of what waits to be printed and posted (C17, C36)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from requests_app import emails
from requests_app.actions.projection import append, locked
from requests_app.models import Case, Package, Sending
from requests_app.policies.posting import is_to_be_posted
from requests_app.queries import posting, reminders
from requests_app.reminders import Reminds
from requests_app.states import EventKind, SendingState


@transaction.atomic
def remind(sending: Sending, *, by: Actor, at: datetime) -> int:
    """Remind who has the case of an envelope that waits more than a working day.

    Once for each envelope; returns how many mails that makes. Asked again under the
    lock: somebody may have posted it meanwhile.
    """
    case = locked(sending.letter.case)
    meant = Sending.objects.meant(today=london_day(at)).filter(
        state=SendingState.WAITING
    )
    waiting = meant.select_related("letter").filter(pk=sending.pk).first()
    if waiting is None:
        return 0
    sending = waiting
    facts = {"sending": sending.pk}
    to = _take(case, sending.at, facts, kind=sending.letter.kind, by=by, at=at)
    for user in to:
        emails.post_waits(case, sending, to=user, at=at)
    return len(to)


@transaction.atomic
def remind_of_answer(package: Package, *, by: Actor, at: datetime) -> int:
    """Remind likewise of a released answer on paper or a medium that nobody posted."""
    case = locked(package.case)
    waiting = posting.answers().filter(pk=package.pk).first()
    if waiting is None or waiting.released_at is None:
        return 0
    if not is_to_be_posted(waiting, today=london_day(at)):
        return 0
    facts = {"package": waiting.pk}
    form = waiting.decision.form
    to = _take(case, waiting.released_at, facts, kind=form, by=by, at=at)
    for user in to:
        emails.answer_waits(case, waiting, to=user, at=at)
    return len(to)


def _take(
    case: Case,
    since: datetime,
    facts: Mapping[str, int],
    *,
    kind: str,
    by: Actor,
    at: datetime,
) -> list[User]:
    """Note the reminder and return who gets it; nobody before its time, or again."""
    today = london_day(at)
    if not posting.is_late(since, today=today, holidays=datamap_queries.holidays()):
        return []
    taken = case.events.filter(kind=EventKind.POST_REMINDED, facts__contains=facts)
    to = list(reminders.readers(case, Reminds.WORKER, today=today))
    if not to or taken.exists():
        return []
    append(
        case,
        EventKind.POST_REMINDED,
        happened_at=at,
        by=by,
        at=at,
        facts={**facts, "kind": kind, "to": [str(user.actor) for user in to]},
    )
    return to
