"""Two requests of one person become one: a person says so (decision C33)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.verdict import require
from requests_app import emails
from requests_app.actions import holds, identifiers
from requests_app.actions.projection import append
from requests_app.models import Case
from requests_app.policies import merging as policies
from requests_app.states import EventKind


@transaction.atomic
def merge(later: Case, *, into: Case, reason: str, by: User, at: datetime) -> Case:
    """End ``later``: ``into``, received first, goes on and is the answer to both.

    Its clock is the earlier one, so nobody waits longer. What the later request was
    proved by counts there as data (D2): it is searched for and lets nobody in. The
    person is told. Raises Refused with the reason.
    """
    locked = Case.objects.select_for_update(no_key=True).order_by("pk")
    cases = {case.pk: case for case in locked.filter(pk__in=[later.pk, into.pk])}
    later, into = cases[later.pk], cases[into.pk]
    require(policies.may_merge(later, into, by, reason=reason))
    later.related = into
    later.save(update_fields=["related"])
    append(
        later,
        EventKind.MERGED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"case": into.pk, "reference": into.reference},
        text=reason.strip(),
    )
    append(
        into,
        EventKind.JOINED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"case": later.pk, "reference": later.reference},
        text=reason.strip(),
    )
    for known in later.proved.order_by("pk"):
        identifiers.note(
            into,
            kind=known.kind,
            given=known.shown,
            reason=f"Known from {later.reference}.",
            by=by,
            at=at,
        )
    holds.cover_known(into)
    emails.merged(later, into, at=at)
    return later
