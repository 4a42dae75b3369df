"""Ruling thing by thing, deciding on it, and recording that it was carried out.

Every ruling and every decision is a person's. The portal changes nothing in another
system by itself: somebody records that it was done.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import add_working_days, london_day
from lumina_privacy.lib.verdict import Refused, first_refusal, require
from requests_app.actions import disposal, letters
from requests_app.actions.answer import SECOND_LOOK_WORKING_DAYS
from requests_app.actions.decision import form_of_letter
from requests_app.actions.projection import append, locked
from requests_app.models import Case, CaseEvent, Decision, Ruling
from requests_app.policies import reviewed
from requests_app.policies import ruling as policies
from requests_app.policies.common import wrote
from requests_app.queries import keeping
from requests_app.queries import rulings as queries
from requests_app.queries.clock import late_since
from requests_app.rulings import (
    NOT_MEANT,
    Judged,
    Ruled,
    Thing,
    choice_of,
    is_dated,
)
from requests_app.states import EventKind, LetterKind, Outcome, Right

RULINGS = "rulings"
# What is left as it is: nobody has to do anything in any system.
_LEFT = frozenset(
    {
        Ruled.LEAVE,
        Ruled.KEEP,
        Ruled.DO_NOT_RESTRICT,
        Ruled.GO_ON,
        Ruled.NOT_MEANT,
    }
)


@transaction.atomic
def rule(
    case: Case,
    *,
    system: str,
    name: str,
    category: str,
    what: str,
    ground: str,
    words: str,
    until: date | None,
    seen: str,
    by: User,
    at: datetime,
) -> Ruling:
    """Rule on one thing as it was ``seen``, by its mark; a later ruling replaces it."""
    case = locked(case)
    judged = queries.judged_in(case, system, name)
    if judged is None:
        raise Refused("This case is not about that.")
    thing = judged.thing
    require(
        policies.may_rule(
            case,
            by,
            thing,
            category=category,
            what=what,
            ground=ground,
            words=words,
            until=until,
            assessed=queries.is_assessed(case, thing),
            today=london_day(at),
        )
    )
    require(reviewed.as_seen(thing.mark, seen))
    return _add(
        case,
        thing,
        by=by,
        at=at,
        category=category,
        what=what,
        ground=ground,
        words=words.strip(),
        until=until if is_dated(case.right, what) else None,
    )


@transaction.atomic
def rule_rest(
    case: Case, *, words: str, seen: str, by: User, at: datetime
) -> tuple[Ruling, ...]:
    """Say of all that is not ruled on, as it was ``seen``, that it is not meant.

    Each gets a ruling of its own, so that a later one can replace it.
    """
    case = locked(case)
    judged = queries.judged_of(case)
    require(policies.may_rule_rest(case, by, judged))
    require(reviewed.as_seen(queries.mark_of(judged), seen))
    said = {"what": Ruled.NOT_MEANT.value, "ground": NOT_MEANT, "words": words.strip()}
    made = []
    for one in judged:
        for category, _ in one.left:
            verdict = policies.may_rule(
                case,
                by,
                one.thing,
                category=category,
                until=None,
                assessed=True,
                today=london_day(at),
                **said,
            )
            require(verdict)
            made.append(_add(case, one.thing, by=by, at=at, category=category, **said))
    return tuple(made)


def _add(case: Case, thing: Thing, *, by: User, at: datetime, **said: Any) -> Ruling:
    made = Ruling.objects.create(
        case=case, **_about(thing), **said, by=str(by.actor), at=at
    )
    _note(case, made, by=by, at=at)
    return made


def _about(thing: Thing) -> dict[str, str]:
    return {
        "system": thing.system,
        "dataset": thing.dataset,
        "purpose": thing.purpose,
        "mark": thing.mark,
    }


def _note(case: Case, made: Ruling, *, by: User, at: datetime) -> None:
    named = {
        name: getattr(made, name)
        for name in ("system", "dataset", "category", "purpose")
        if getattr(made, name)
    }
    append(
        case,
        EventKind.RULED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"ruling": made.pk, "what": made.what, "ground": made.ground, **named},
    )


@transaction.atomic
def decide(
    case: Case,
    *,
    words: str,
    by: User,
    at: datetime,
    alone_reason: str = "",
    seen: str | None = None,
) -> Decision:
    """Decide as was ruled, by the mark ``seen``, and tell the person. May refuse."""
    case = locked(case)
    judged = queries.judged_of(case)
    if seen is not None:
        require(reviewed.as_seen(queries.mark_of(judged), seen))
    require(
        first_refusal(
            policies.may_decide(case, by, judged),
            policies.second_person(
                case,
                by,
                judged,
                alone_reason=alone_reason,
                today=london_day(at),
                holidays=datamap_queries.holidays(),
            ),
        )
    )
    disposal.destroy_unreleased(case, by=by.actor, at=at)
    decision = Decision.objects.create(
        case=case,
        outcome=outcome_of(case, judged),
        words=words.strip(),
        form=form_of_letter(case),
        reviewed={**reviewed.marks_of(case), RULINGS: _frozen(judged)},
        by=str(by.actor),
        at=at,
    )
    event = _decided(case, decision, judged, by=by, at=at, alone_reason=alone_reason)
    doing = _is_to_be_done(case, judged)
    _tell(case, decision, event, judged, doing=doing, by=by, at=at)
    if not doing:
        append(
            case,
            EventKind.CARRIED_OUT,
            happened_at=at,
            by=by.actor,
            at=at,
            facts={"decision": decision.pk, "nothing_to_do": True},
        )
    return decision


def _frozen(judged: tuple[Judged, ...]) -> dict[str, str]:
    return {str(made.pk): made.what for one in judged for made in one.made}


def _decided(
    case: Case,
    decision: Decision,
    judged: tuple[Judged, ...],
    *,
    by: User,
    at: datetime,
    alone_reason: str,
) -> CaseEvent:
    facts: dict[str, object] = {
        "decision": decision.pk,
        "outcome": decision.outcome,
        "form": decision.form,
    }
    alone = policies.goes_alone(case, by, judged)
    if alone and policies.wants_second_look():
        due = add_working_days(
            london_day(at), SECOND_LOOK_WORKING_DAYS, datamap_queries.holidays()
        )
        facts["second_look_due_on"] = due.isoformat()
    return append(
        case,
        EventKind.DECIDED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts=facts,
        text=alone_reason.strip() if alone else "",
    )


def outcome_of(case: Case, judged: tuple[Judged, ...]) -> Outcome:
    """Return what the rulings come to, of all that the person asks about."""
    asked = [
        choice.as_asked
        for one in judged
        for made in one.made
        if (choice := choice_of(case.right, made.what)) and choice.answers
    ]
    if not asked:
        return Outcome.NOTHING_HELD
    if all(asked):
        return Outcome.GRANTED
    return Outcome.PARTLY if any(asked) else Outcome.DECLINED


def _is_to_be_done(case: Case, judged: tuple[Judged, ...]) -> bool:
    """Whether somebody has to do something; a pause is ended by a person too."""
    if case.right == Right.OBJECTION:
        return True
    return any(made.what not in _LEFT for one in judged for made in one.made)


def _tell(
    case: Case,
    decision: Decision,
    event: CaseEvent,
    judged: tuple[Judged, ...],
    *,
    doing: bool,
    by: User,
    at: datetime,
) -> None:
    erases = case.right == Right.ERASURE
    kept_until = keeping.case_until(london_day(at)) if erases else None
    if erases and kept_until is None:
        raise Refused(
            "The schedule has no line for cases, so the letter cannot say until when "
            "this request itself is kept. The Data Compliance Officer adds one."
        )
    said = {
        "items": queries.told_of(case, judged),
        "besides": queries.besides(case, judged),
        "outcome": decision.outcome,
        "reason": decision.words,
        "unsearched": queries.unsearched_of(case),
        "customers": [one.customer for one in case.pass_ons.filter(may_name=True)],
        "doing": doing,
        "pause": case.right == Right.OBJECTION,
        "kept_until": kept_until,
        "late": late_since(case, at=at),
    }
    letters.send(case, event, LetterKind.DECISION, said, by=by.actor, at=at)


@transaction.atomic
def carry_out(case: Case, *, done: str, by: User, at: datetime) -> Case:
    """Record that what was decided is done, close the case and tell the person.

    ``done`` says what was done where, and who of those who had received the data was
    told (UK GDPR Article 19); the person reads it. Raises Refused.
    """
    case = locked(case)
    decision = case.decisions.order_by("-pk").first()
    require(
        first_refusal(
            policies.may_carry_out(case, by, decision, today=london_day(at)),
            wrote(done, "Write what was done. The person will read this."),
        )
    )
    if case.right == Right.OBJECTION:
        append(case, EventKind.RESTRICTION_LIFTED, happened_at=at, by=by.actor, at=at)
    event = append(
        case,
        EventKind.CARRIED_OUT,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"decision": decision.pk if decision else 0},
        text=done.strip(),
    )
    said = {"done": done.strip(), "decided_at": decision.at if decision else None}
    letters.send(case, event, LetterKind.DONE, said, by=by.actor, at=at)
    return case


@transaction.atomic
def confirm(case: Case, *, words: str, by: User, at: datetime) -> Decision:
    """Confirm a marketing stop or a consent taken back: it stopped when it was asked.

    Nothing is weighed and nothing can be refused (UK GDPR Articles 7(3), 21(3)).
    """
    case = locked(case)
    require(policies.may_confirm(case, by, today=london_day(at)))
    decision = Decision.objects.create(
        case=case,
        outcome=Outcome.GRANTED,
        words=words.strip(),
        form=form_of_letter(case),
        by=str(by.actor),
        at=at,
    )
    event = append(
        case,
        EventKind.CONFIRMED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"decision": decision.pk},
    )
    said = {"reason": decision.words, "at_once": True}
    letters.send(case, event, LetterKind.DECISION, said, by=by.actor, at=at)
    return decision
