"""Two requests of one person become one: a person says so (decision C33)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.verdict import require
from requests_app import emails
from requests_app.actions import holds, identifiers, letters
from requests_app.actions.projection import append, locked
from requests_app.models import Case, CaseEvent
from requests_app.policies import merging as policies
from requests_app.policies.timekeeping import came_before_asking
from requests_app.queries import addresses
from requests_app.rules import Proof
from requests_app.states import EventKind, LetterKind


@transaction.atomic
def merge(later: Case, *, into: Case, reason: str, by: User, at: datetime) -> Case:
    """End ``later``: ``into``, received first, goes on and is the answer to both.

    Its clock is the earlier one, so nobody waits longer. What the later request was
    proved by counts there as data (D2): it is searched for and lets nobody in. What it
    was only said to be known by is in doubt there, until somebody says whose it is
    (D1). The person is told. Raises Refused with the reason.
    """
    rows = Case.objects.select_for_update(no_key=True).order_by("pk")
    cases = {case.pk: case for case in rows.filter(pk__in=[later.pk, into.pk])}
    later, into = cases[later.pk], cases[into.pk]
    require(policies.may_merge(later, into, by, reason=reason))
    later.related = into
    later.save(update_fields=["related"])
    ended = append(
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
    doubted = policies.in_doubt(later)
    for known in later.proved.order_by("pk"):
        identifiers.note(
            into,
            kind=known.kind,
            given=known.shown,
            reason=f"Known from {later.reference}.",
            by=by,
            at=at,
            proof=Proof.JOINED if known.pk in doubted else Proof.STAFF,
        )
    holds.cover_known(into, by=by.actor, at=at)
    _tell(later, into, ended, by=by, at=at)
    return later


def _tell(later: Case, into: Case, ended: CaseEvent, *, by: User, at: datetime) -> None:
    """Tell the person by mail, or by letter who wants letters or has no mailbox."""
    to = addresses.person_of(later)
    if to.mailbox:
        emails.merged(later, into, at=at)
    elif to.is_reachable:
        said = emails.said_of_merging(later, into, at=at)
        kind = LetterKind.MERGED
        letters.send(later, ended, kind, said, by=by.actor, at=at, to=to)


def follow_receipt(merged: Case, *, reason: str, by: User, at: datetime) -> None:
    """Let the case that goes on for ``merged`` run from the first receipt of them all.

    Harmless for a case that was merged into none. Raises Refused.
    """
    if merged.goes_on().pk == merged.pk:
        return
    case = locked(merged.goes_on())
    first = min(one.submission.received_at for one in [case, *case.taken_in()])
    record = case.record()
    if first == record.received_at:
        return
    require(came_before_asking(record, first))
    append(
        case,
        EventKind.RECEIPT_CORRECTED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={
            "was": record.received_at.isoformat(),
            "received_at": first.isoformat(),
            "case": merged.pk,
        },
        text=reason.strip(),
    )
