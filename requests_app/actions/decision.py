"""The decision of a person about a case, and taking it back before it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Refused, first_refusal, require
from requests_app.actions import answer, disposal, letters
from requests_app.actions.projection import append, locked
from requests_app.grounds import refusal_ground
from requests_app.models import Case, Decision
from requests_app.policies import decision as policies
from requests_app.policies import reviewed
from requests_app.policies.common import names_of, wrote
from requests_app.queries.clock import late_since
from requests_app.states import (
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
    PackageState,
    TaskState,
)


@transaction.atomic
def decide(
    case: Case,
    *,
    outcome: Outcome,
    words: str,
    form: DeliveryForm,
    open_until: Mapping[str, date],
    by: User,
    at: datetime,
    seen: str | None = None,
) -> Decision:
    """Decide, and order the package that the decision needs.

    ``open_until`` names, for an answer in part, the day by which each system that has
    not answered will have: the person reads both (decision D5). ``words`` are read by
    the person too (C39). ``seen``: the mark of the review that a page was opened on.
    """
    case = locked(case)
    if seen is not None:
        require(reviewed.as_seen(reviewed.mark_of_all(case), seen))
    require(
        first_refusal(
            policies.may_decide(case, by, outcome=outcome),
            policies.may_deliver(case, form),
        )
    )
    disposal.destroy_unreleased(case, by=by.actor, at=at)
    part = outcome is Outcome.IN_PART
    decision = Decision.objects.create(
        case=case,
        outcome=outcome,
        still_open=_still_open(case, open_until, on=london_day(at)) if part else [],
        words=words.strip(),
        form=form,
        reviewed=reviewed.marks_of(case, answered_only=part),
        by=str(by.actor),
        at=at,
    )
    _note(case, decision, by=by.actor, at=at)
    answer.order_package(case, decision)
    return decision


def _note(case: Case, decision: Decision, *, by: Actor, at: datetime) -> None:
    part = decision.outcome == Outcome.IN_PART
    append(
        case,
        EventKind.DECIDED_IN_PART if part else EventKind.DECIDED,
        happened_at=at,
        by=by,
        at=at,
        facts={
            "decision": decision.pk,
            "outcome": decision.outcome,
            "form": decision.form,
            "open": [one["system"] for one in decision.still_open],
        },
    )


@transaction.atomic
def refuse(case: Case, *, ground: str, words: str, by: User, at: datetime) -> Decision:
    """Refuse the whole request, and tell the person by letter (C1, C23).

    UK GDPR Article 12(4). ``words`` are the reasons that the person reads. Raises
    Refused.
    """
    case = locked(case)
    today = london_day(at)
    require(policies.may_refuse(case, by, ground=ground, words=words, today=today))
    disposal.destroy_unreleased(case, by=by.actor, at=at)
    disposal.destroy_strays(case, by=by.actor, at=at)
    made = Decision.objects.create(
        case=case,
        outcome=Outcome.REFUSED,
        ground=ground,
        words=words.strip(),
        form=form_of_letter(case),
        by=str(by.actor),
        at=at,
    )
    event = append(
        case,
        EventKind.REFUSED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"decision": made.pk, "ground": ground},
    )
    said = {
        "ground": refusal_ground(case.right, ground),
        "reason": made.words,
        "late": late_since(case, at=at),
        "given": case.packages.filter(state=PackageState.RELEASED).exists(),
    }
    letters.send(case, event, LetterKind.REFUSAL, said, by=by.actor, at=at)
    return made


def form_of_letter(case: Case) -> DeliveryForm:
    """Return how a decision without a package reaches the person: as their letters."""
    return DeliveryForm.DOWNLOAD if case.submission.address else DeliveryForm.PRINT


def _still_open(
    case: Case, open_until: Mapping[str, date], *, on: date
) -> list[dict[str, str]]:
    waiting = case.tasks.exclude(state=TaskState.DONE).order_by("system")
    named = []
    for system in waiting.values_list("system", flat=True):
        by_day = open_until.get(system)
        if by_day is None or by_day <= on:
            name = names_of(case, [system])
            raise Refused(f"Say by which day to come {name} will have answered.")
        named.append({"system": system, "by": by_day.isoformat()})
    return named


@transaction.atomic
def reopen(case: Case, *, reason: str, by: User, at: datetime) -> Case:
    """Take a decided case back into review; its package is destroyed, not released.

    So is one that was released on paper and can go to nobody any more.
    """
    case = locked(case)
    require(
        first_refusal(
            policies.may_reopen(case, by, today=london_day(at)),
            wrote(reason, "Write why the decision is taken back."),
        )
    )
    disposal.destroy_unreleased(case, by=by.actor, at=at)
    disposal.destroy_strays(case, by=by.actor, at=at)
    append(
        case,
        EventKind.REVIEW_REOPENED,
        happened_at=at,
        by=by.actor,
        at=at,
        text=reason.strip(),
    )
    return case
