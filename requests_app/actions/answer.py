"""What happens to an answer: ordered, released, revoked, destroyed.

How it is built stands in ``actions.building``, how posted in ``actions.delivery``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit import actions as audit
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import add_working_days, london_day
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.verdict import first_refusal, require
from requests_app import emails, tasks
from requests_app.actions import breach, disposal, in_part, portable
from requests_app.actions.building import series_begun
from requests_app.actions.projection import append, locked
from requests_app.models import Case, CaseEvent, Decision, Package
from requests_app.models.reached import getting_in, persons_in
from requests_app.policies import answer as policies
from requests_app.policies import reviewed
from requests_app.policies.common import wrote
from requests_app.queries import keeping
from requests_app.queries import release as release_queries
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    RevokedWhy,
    Right,
)
from vault import actions as vault

_DAY: Final = timedelta(days=1)
# C19: what went out without a second person is seen by one within these.
SECOND_LOOK_WORKING_DAYS: Final = 5


@transaction.atomic
def order_package(case: Case, decision: Decision) -> Package:
    """Have the package of ``decision`` built. Call in the decision's transaction."""
    package = Package.objects.create(
        reference=new_reference(),
        case=case,
        decision=decision,
        state=PackageState.PENDING,
    )
    transaction.on_commit(partial(tasks.nudge_build, package.pk))
    return package


@transaction.atomic
def build_again(package: Package, *, by: User, at: datetime) -> Package:
    """Start a failed build again, after what it named has been mended.

    Or that of an answer which tells what may not be told any more: that file goes.
    """
    locked(package.case)
    package = lock(package)
    require(policies.may_build_again(package, by))
    if package.file is not None:
        vault.destroy(package.file, reason="superseded", by=by.actor, at=at)
    package.state, package.problem, package.file = PackageState.PENDING, "", None
    package.attempt = series_begun(package.attempt)
    package.save(update_fields=["state", "problem", "attempt", "file"])
    audit.record(
        "case.package.rebuilt",
        about=package.case.about,
        by=by.actor,
        at=at,
        details={"package": package.pk},
    )
    transaction.on_commit(partial(tasks.nudge_build, package.pk))
    return package


@transaction.atomic
def make_again(package: Package, *, reason: str, by: User, at: datetime) -> bool:
    """Make the answer of a closed case again; return whether what it needs is there.

    From the same decision, while what was reviewed is kept; the case stays answered.
    Else the case goes back into review, to be searched again (decision C16).
    """
    case = locked(package.case)
    package = lock(package)
    require(
        first_refusal(
            policies.may_make_again(package, by, today=london_day(at)),
            wrote(reason, "Write who asked for it again, and when."),
        )
    )
    disposal.destroy_strays(case, by=by.actor, at=at)
    again = not reviewed.has_changed(package.decision)
    append(
        case,
        EventKind.MADE_AGAIN if again else EventKind.REVIEW_REOPENED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"package": package.pk},
        text=reason.strip(),
    )
    if again:
        order_package(case, package.decision)
    return again


@transaction.atomic
def release(
    package: Package,
    *,
    by: User,
    at: datetime,
    alone_reason: str = "",
    goes_empty: bool = False,
    seen: str | None = None,
) -> Package:
    """Let the package go to the person, and tell them. Raises Refused with the reason.

    The answer to a download is given now; on paper or on a medium it is given when it
    is dispatched. Decisions D2, C19, C23, C36. ``seen``: the mark of what a page showed
    of it, and of who receives it. ``goes_empty``: it is meant to give nothing, though
    rows are set apart.
    """
    case = locked(package.case)
    package = lock(package)
    if seen is not None:
        require(reviewed.as_seen(release_queries.release_of(package, at=at).mark, seen))
    require(
        policies.may_release(
            package,
            by,
            alone_reason=alone_reason,
            goes_empty=goes_empty,
            today=london_day(at),
            holidays=datamap_queries.holidays(),
        )
    )
    alone = _let_go(package, alone_reason=alone_reason, by=by, at=at)
    released = append(
        case,
        EventKind.PACKAGE_RELEASED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"package": package.pk, "alone": alone},
    )
    _tell(case, package, released, by=by.actor, at=at)
    return package


def _let_go(package: Package, *, alone_reason: str, by: User, at: datetime) -> bool:
    """Note that it is released; return whether one person alone has seen it."""
    package.state = PackageState.RELEASED
    package.released_at, package.released_by = at, str(by.actor)
    package.expires_at = at + settings.LUMINA_PACKAGE_DAYS * _DAY
    package.released_for = getting_in(package.case, today=london_day(at))
    package.released_to = "\n".join(sorted(persons_in(package.case)))
    alone = policies.goes_alone(package, by)
    package.alone_reason = alone_reason.strip() if alone else ""
    if alone and settings.LUMINA_TWO_PERSON_RELEASE != "off":
        package.second_look_due_on = add_working_days(
            london_day(at), SECOND_LOOK_WORKING_DAYS, datamap_queries.holidays()
        )
    package.save(
        update_fields=[
            "state",
            "released_at",
            "released_by",
            "released_for",
            "released_to",
            "expires_at",
            "alone_reason",
            "second_look_due_on",
        ]
    )
    return alone


def _tell(
    case: Case, package: Package, released: CaseEvent, *, by: Actor, at: datetime
) -> None:
    """Tell the person of a released answer: of a part, what is still open (D5)."""
    by_download = package.decision.form == DeliveryForm.DOWNLOAD
    if by_download:
        count_as_answer(case, package, happened_at=at, by=by, at=at)
    if package.decision.outcome == Outcome.IN_PART:
        in_part.tell(case, package, released, by=by, at=at)
    elif case.right == Right.PORTABILITY and not policies.is_repeat(package):
        portable.tell(case, package, released, by=by, at=at)
    elif by_download:
        emails.answer_ready(case, package, at=at)


def count_as_answer(
    case: Case, package: Package, *, happened_at: datetime, by: Actor, at: datetime
) -> None:
    if case.status == CaseStatus.DONE:
        return  # answered before; this is the same answer, made again
    in_part = package.decision.outcome == Outcome.IN_PART
    kind = EventKind.ANSWERED_IN_PART if in_part else EventKind.ANSWERED
    facts: dict[str, Any] = {"package": package.pk}
    if package.decision.form != DeliveryForm.DOWNLOAD:
        facts["posted"] = True  # the person reads of the posting itself
    append(case, kind, happened_at=happened_at, by=by, at=at, facts=facts)


@transaction.atomic
def revoke(
    package: Package,
    *,
    reason: str,
    by: User,
    at: datetime,
    why: RevokedWhy = RevokedWhy.WRONG_PERSON,
    astray: bool = False,
) -> Case:
    """Stop the package at once and open a breach case with its 72 hours; return that.

    One button for "wrong recipient" (decision C40). What was fetched is counted into
    the event; the content is destroyed, if it is not yet, and a download that runs
    stops. The manifest stays as evidence. They read ``why``; ``reason`` is ours alone.
    ``astray``: it was paper that the post brought to somebody else: who asked is the
    person still, and reads on at their mailbox.
    """
    case = locked(package.case)
    package = lock(package)
    astray = astray and package.is_on_paper and why == RevokedWhy.WRONG_PERSON
    require(
        first_refusal(
            policies.may_revoke(package, by),
            wrote(reason, "Write what happened: the breach case begins with it."),
        )
    )
    package.state, package.ended_at = PackageState.REVOKED, at
    package.save(update_fields=["state", "ended_at"])
    append(
        case,
        EventKind.PACKAGE_REVOKED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={
            "package": package.pk,
            "why": why,
            # Of what was never given the person is told nothing.
            **({} if package.released_at else {"unreleased": True}),
            **breach.went_wrong(package, astray=astray),
        },
        text=reason,
    )
    opened = breach.open_breach(case, package, reason=reason, by=by.actor, at=at)
    if package.file is not None:
        vault.destroy(package.file, reason="revoked", by=by.actor, at=at)
    return opened


@transaction.atomic
def destroy(package: Package, *, by: Actor, at: datetime) -> bool:
    """Destroy a package whose time is over; return whether it was (decision C16).

    Thirty days after collection, or ninety after release when nobody came. Manifest,
    counts and decisions stay; it can be made again on request.
    """
    package = lock(package)
    if package.state != PackageState.RELEASED or not _is_over(package, at):
        return False
    package.state, package.ended_at = PackageState.DESTROYED, at
    package.save(update_fields=["state", "ended_at"])
    if package.file is not None:
        vault.destroy(package.file, reason="expired", by=by, at=at)
    return True


def _is_over(package: Package, at: datetime) -> bool:
    if package.collected_at is not None:
        return package.collected_at + keeping.after_collection() <= at
    return package.expires_at is not None and package.expires_at <= at


def lock(package: Package) -> Package:
    """Return it, read again under a row lock; lock its case first."""
    return (
        Package.objects.select_for_update(of=("self",))
        .select_related("decision", "case__submission")
        .get(pk=package.pk)
    )
