"""What staff do around a case: give it to somebody, check who asks, pass on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Refused, require
from requests_app.actions import evidence, timekeeping
from requests_app.actions.projection import append, locked
from requests_app.models import Case, FurtherCheck, PassOn
from requests_app.policies import casework as policies
from requests_app.policies import check as check_policies
from requests_app.policies import evidence as evidence_policies
from requests_app.states import CheckMethod, EventKind


@transaction.atomic
def assign(case: Case, *, to: User | None, by: User, at: datetime) -> Case:
    """Give the case to ``to``, or to nobody."""
    case = locked(case)
    require(policies.may_assign(case, by))
    if to is not None:
        require(policies.may_be_given(to))
    give(case, to=to, by=by, at=at)
    return case


def give(case: Case, *, to: User | None, by: User, at: datetime) -> None:
    """Give a locked case to ``to``, or to nobody; the caller has judged it."""
    case.assignee = to
    case.save(update_fields=["assignee"])
    append(
        case,
        EventKind.ASSIGNED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"to": str(to.actor) if to else ""},
    )


@transaction.atomic
def plan(case: Case, *, on: date | None, what: str, by: User, at: datetime) -> None:
    """Say on which day somebody looks at the case next, and for what; None: on none.

    It moves no day of the law, and nobody is told but colleagues. Raises Refused.
    """
    case = locked(case)
    require(policies.may_plan(case, by, on=on, what=what, today=london_day(at)))
    append(
        case,
        EventKind.ACTION_PLANNED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"on": on.isoformat() if on else ""},
        text=what.strip(),
    )


@transaction.atomic
def record_check(
    case: Case,
    *,
    method: CheckMethod,
    passed: bool,
    reason: str,
    by: User,
    at: datetime,
) -> FurtherCheck:
    """Record the check that the mailbox cannot answer, or its waiver (decision D2).

    It never moves the clock: that only an Article 12(6) request with its reason does.
    """
    case = locked(case)
    require(
        check_policies.may_record_check(
            case, by, method=method, reason=reason, passed=passed
        )
    )
    check = FurtherCheck.objects.create(
        case=case,
        method=method,
        passed=passed,
        reason=reason.strip(),
        by=str(by.actor),
        at=at,
    )
    append(
        case,
        EventKind.FURTHER_CHECK,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"check": check.pk, "method": method, "passed": passed},
    )
    if evidence_policies.settles(check):
        evidence.let_go_when_settled(case, by=by.actor, at=at)
    return check


@transaction.atomic
def decide_identity(
    case: Case,
    *,
    method: CheckMethod,
    passed: bool,
    reason: str,
    seen: bool,
    by: User,
    at: datetime,
    complete_at: datetime | None = None,
    why_later: str = "",
) -> FurtherCheck:
    """Say whether what was shown is enough; what was shown is deleted (decision D9).

    ``seen``: whether ``by`` looked at all of it. When it is enough, what we asked for
    has come: on the day it was complete, not today (Art 12A(2)). That is when something
    was first shown, or ``complete_at`` by who says ``why_later``. Raises Refused.
    """
    case = locked(case)
    require(evidence_policies.may_decide(case, by, seen=seen, reason=reason))
    asking = evidence_policies.open_question(case.record())
    if passed and asking is not None and asking.shown_at is not None:
        came_at = complete_at or asking.shown_at
        last = case.shown.filter(asked=asking.seq).aggregate(at=Max("given_at"))["at"]
        require(
            evidence_policies.may_be_complete(
                asking, came_at=came_at, last_at=last, reason=why_later
            )
        )
        timekeeping.receive(
            case, asked=asking.seq, came_at=came_at, note=why_later, by=by, at=at
        )
    return record_check(case, method=method, passed=passed, reason=reason, by=by, at=at)


@transaction.atomic
def pass_on(
    opened: PassOn, *, may_name: bool, done: bool, by: User, at: datetime
) -> PassOn:
    """Say whether the customer may be named, and that they have been told (D13).

    The letter names the customer only when ``may_name``. The person reads that we
    passed their request on once the customer has been told, and not before.
    """
    case = locked(opened.case)
    require(policies.may_pass_on(case, by))
    opened = PassOn.objects.select_for_update().get(pk=opened.pk)
    if opened.done_at is not None and not done:
        raise Refused("It is recorded that the customer was told.")
    told_now = done and opened.done_at is None
    opened.may_name = may_name
    if told_now:
        opened.done_at, opened.done_by = at, str(by.actor)
    opened.save(update_fields=["may_name", "done_at", "done_by"])
    audit.record(
        "case.pass_on.noted",
        about=case.about,
        by=by.actor,
        at=at,
        details={"system": opened.system, "may_name": may_name},
    )
    if not told_now:
        return opened
    append(
        case,
        EventKind.PASSED_ON,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={
            "pass_on": opened.pk,
            "system": opened.system,
            "may_name": may_name,
            "told": True,
        },
    )
    return opened


def note_evidence(
    case: Case, *, rows: int, sum_of_rows: str, by: User, at: datetime
) -> None:
    """Record that a copy of all that is in a case was made, and of what (C32)."""
    audit.record(
        "case.evidence.made",
        about=case.about,
        by=by.actor,
        at=at,
        details={"rows": rows, "sha256": sum_of_rows},
    )


def note_reading(case: Case, *, page: str, by: User, at: datetime) -> None:
    """Record that somebody read the case: an access log per case and per person."""
    audit.record(
        "case.read", about=case.about, by=by.actor, at=at, details={"page": page}
    )
