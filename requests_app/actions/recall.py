"""What became of a printed answer that may go to nobody any more (C36, C40, D9)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import first_refusal, require
from requests_app.actions import answer
from requests_app.actions.projection import append, locked
from requests_app.models import Case, Dispatch, Package
from requests_app.policies import recall as policies
from requests_app.policies.answer import was_posted
from requests_app.states import EventKind, PackageState, RevokedWhy


@transaction.atomic
def take_back(package: Package, *, words: str, by: User, at: datetime) -> Package:
    """Record that the paper never left us. ``words``: who has it, or destroyed it.

    Nobody has it then, so nothing went wrong. Raises Refused.
    """
    case = locked(package.case)
    package = answer.lock(package)
    require(policies.may_take_back(package, by, words=words, today=london_day(at)))
    append(
        case,
        EventKind.PAPER_TAKEN_BACK,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"package": package.pk},
        text=words.strip(),
    )
    return package


@transaction.atomic
def record_posted(
    package: Package,
    *,
    method: str,
    to: str,
    tracking: str,
    posted_at: datetime,
    by: User,
    at: datetime,
) -> Dispatch:
    """Record that it was posted all the same, at ``posted_at``.

    Posted while it might go it is the answer. Later it went to somebody who may not
    have it: it is revoked and the case of the breach opens (UK GDPR Article 33). Of one
    that was revoked before, that case is open. Raises Refused.
    """
    case = locked(package.case)
    package = answer.lock(package)
    require(
        first_refusal(
            policies.may_open(package, by, today=london_day(at)),
            was_posted(package, posted_at, at=at),
        )
    )
    revoked = package.state == PackageState.REVOKED
    too_late = not revoked and policies.went_too_late(
        package, posted_on=london_day(posted_at)
    )
    sent = Dispatch(
        package=package, method=method, to=to, tracking=tracking, by=str(by.actor)
    )
    _went(case, sent, posted_at, meant=not (revoked or too_late), by=by, at=at)
    if too_late:
        answer.revoke(
            package,
            reason=f"It was posted to somebody who might not have it any more: {to}",
            why=RevokedWhy.AUTHORITY_OVER,
            by=by,
            at=at,
        )
    return sent


def _went(
    case: Case,
    sent: Dispatch,
    posted_at: datetime,
    *,
    meant: bool,
    by: User,
    at: datetime,
) -> None:
    """Note that it went; ``meant``: while it might, so that it is the answer."""
    package = sent.package
    # Of a day alone the hour is not known, and noon may be before the printing.
    sent.at = max(posted_at, package.released_at or posted_at)
    sent.save()
    facts: dict[str, object] = {"package": package.pk, "dispatch": sent.pk}
    append(
        case,
        EventKind.DISPATCHED,
        happened_at=sent.at,
        by=by.actor,
        at=at,
        facts=facts if meant else {**facts, "not_meant": True},
    )
    if meant and case.is_open and not package.dispatches.exclude(pk=sent.pk).exists():
        answer.count_as_answer(case, package, happened_at=sent.at, by=by.actor, at=at)
