"""What a customer passes to us: taken in, judged, worked, answered, closed (D13).

A request made to them, as controller, which they instruct us to help with (UK GDPR
Article 28(3)(a) and (e)). All letters go to the customer and none to the person, whose
page never opens for it: of the person nothing is proved, and only noted to search by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.verdict import require
from requests_app.actions import letters, receiving
from requests_app.actions.projection import append, locked
from requests_app.contract import ContractSays, named_day
from requests_app.models import Case, CaseEvent, Submission
from requests_app.models.instructed import (
    Assisted,
    Instruction,
    assisted_in,
    instruction_of,
)
from requests_app.policies import instruction as policies
from requests_app.policies.reviewed import as_seen
from requests_app.queries import words as said_as
from requests_app.queries.clock import late_since
from requests_app.rules import Proof
from requests_app.states import (
    DATA_LEVEL,
    Assistance,
    Channel,
    EventKind,
    LetterKind,
    Right,
)


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What a customer passes to us, and where they are answered.

    ``known_by``: what the person is searched by, by kind, as it was typed. ``due_on``:
    the day that the contract names.
    """

    said: Instruction
    due_on: date | None = None
    known_by: Sequence[tuple[str, str]] = ()
    email: str = ""
    phone: str = ""
    postal: str = ""


def take_in(
    passed: PassedOn,
    *,
    channel: Channel,
    received_at: datetime,
    key: UUID,
    by: User,
    at: datetime,
) -> Submission:
    """Take in what a customer passed to us, at its true receipt, and acknowledge it.

    The same form is one request, however often it is sent. Raises Refused.
    """
    require(
        policies.may_take_in(
            by,
            passed.said,
            reached=bool(passed.email or passed.postal.strip()),
            due_on=passed.due_on,
            received_at=received_at,
            at=at,
        )
    )
    receiving.as_compared(passed.known_by)  # refuses what is not of its kind
    submission, _ = receiving.once(
        lambda: _receive(
            passed,
            key=key,
            channel=channel,
            received_at=received_at,
            by=by.actor,
            at=at,
        ),
        key=key,
        by=by.actor,
        at=at,
    )
    return submission


@transaction.atomic
def _receive(
    passed: PassedOn,
    *,
    key: UUID,
    channel: Channel,
    received_at: datetime,
    by: Actor,
    at: datetime,
) -> Submission:
    submission = Submission.objects.create(
        reference=new_reference(),
        idempotency_key=key,
        channel=channel,
        received_at=received_at,
        recorded_at=at,
        actor=str(by),
        # No reference of the address: nobody is found or let in by it.
        address=canonical_email(passed.email) if passed.email else "",
        name=passed.said.customer,
        phone=passed.phone,
        postal=passed.postal,
        answers=passed.said.answers(),
    )
    case = receiving.open_case(
        submission,
        Right.PASSED_ON,
        event=EventKind.INSTRUCTION_RECEIVED,
        by=by,
        at=at,
        facts={"due_on": _iso(passed.due_on)},
    )
    receiving.note_known(
        case, list(passed.known_by), proof=Proof.STAFF, level=DATA_LEVEL, at=at
    )
    audit.record(
        "submission.received",
        about=submission.about,
        by=by,
        at=at,
        details={"channel": channel},
    )
    _acknowledge(case, passed.said, at=at)
    return submission


def _acknowledge(case: Case, said: Instruction, *, at: datetime) -> None:
    """Write to the customer that it came. The portal does, whoever took it in."""
    letters.send(
        case,
        case.events.get(kind=EventKind.INSTRUCTION_RECEIVED),
        LetterKind.CUSTOMER_ACKNOWLEDGEMENT,
        {"passed": said, "late": late_since(case, at=at)},
        by=letters.CLERK,
        at=at,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@transaction.atomic
def correct(
    case: Case,
    *,
    contract: ContractSays,
    due_on: date | None,
    clause: str,
    held_as: str,
    reason: str,
    by: User,
    at: datetime,
    email: str | None = None,
    postal: str | None = None,
) -> CaseEvent:
    """Correct what the contract says, or as whom and where the customer is known.

    ``email``, ``postal``: where they are answered; None leaves it as it is. What was
    said before stays in the record, with the reason. Who is answered elsewhere is
    judged anew. Raises Refused.
    """
    case = locked(case)
    sent, was = case.submission, instruction_of(case)
    until_now = (sent.address, sent.postal)
    answered_at = _answered_at(sent, email, postal)
    now = replace(
        was,
        contract=str(contract),
        clause=clause.strip() if due_on else "",
        held_as=held_as.strip(),
    )
    require(
        policies.may_correct(
            case, by, now, reached=any(answered_at), due_on=due_on, reason=reason
        )
    )
    moved = [one for one in until_now if one] if answered_at != until_now else []
    elsewhere = {"elsewhere": True} if moved else {}
    earlier = named_day(case.events.order_by("seq"))
    sent.answers, (sent.address, sent.postal) = now.answers(), answered_at
    sent.save(update_fields=["answers", "address", "postal"])
    return append(
        case,
        EventKind.INSTRUCTION_CORRECTED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"due_on": _iso(due_on), "was": _iso(earlier), **elsewhere},
        text="\n".join([reason.strip(), *_changed(was, now, moved)]),
    )


def _answered_at(
    sent: Submission, email: str | None, postal: str | None
) -> tuple[str, str]:
    """Return where the customer is answered from now on: by mail, and by post."""
    return (
        sent.address if email is None else email and canonical_email(email),
        sent.postal if postal is None else postal.strip(),
    )


def _changed(was: Instruction, now: Instruction, moved: Sequence[str]) -> list[str]:
    """Return what else was said before, as the record keeps it.

    ``moved``: where they were answered until now.
    """
    changed = [
        f"{label} was: {before or 'nothing'}"
        for label, before, after in (
            ("Where the contract says so", was.clause, now.clause),
            ("In our records named", was.held_as, now.held_as),
        )
        if before != after
    ]
    return changed + [f"Answered until now at: {one}" for one in moved]


@transaction.atomic
def judge(case: Case, *, sure: bool, reason: str, by: User, at: datetime) -> CaseEvent:
    """Say whether it is surely the customer who asks, and what shows it."""
    case = locked(case)
    require(policies.may_judge(case, by, reason=reason))
    return append(
        case,
        EventKind.CUSTOMER_JUDGED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"sure": sure},
        text=reason.strip(),
    )


@transaction.atomic
def write(case: Case, *, words: str, token: UUID, by: User, at: datetime) -> CaseEvent:
    """Write to the customer: a question, or how it stands.

    The same form (the same ``token``) is one letter, however often it is sent.
    """
    case = locked(case)
    kind, form = EventKind.CUSTOMER_WRITTEN_TO, str(token)
    if known := case.events.filter(kind=kind, facts__form=form).first():
        return known
    require(policies.may_write(case, by, words=words))
    event = append(case, kind, happened_at=at, by=by.actor, at=at, facts={"form": form})
    said = {"passed": instruction_of(case), "words": words.strip()}
    letters.send(case, event, LetterKind.CUSTOMER_MESSAGE, said, by=by.actor, at=at)
    return event


@transaction.atomic
def assist(
    case: Case,
    *,
    outcome: Assistance,
    done_on: date,
    what: str,
    who: str,
    by: User,
    at: datetime,
) -> CaseEvent:
    """Record what was done for the customer, when and by whom; or why not.

    The customer is told in a second step, by a decider (``answer``). Raises Refused.
    """
    case = locked(case)
    require(
        policies.may_assist(
            case,
            by,
            outcome=outcome,
            done_on=done_on,
            what=what,
            who=who,
            today=london_day(at),
        )
    )
    return append(
        case,
        EventKind.ASSISTED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"outcome": str(outcome), "done_on": done_on.isoformat()},
        text=Assisted.text(what, who),
    )


@transaction.atomic
def answer(
    case: Case, *, words: str, by: User, at: datetime, seen: str | None = None
) -> CaseEvent:
    """Answer the customer with what was recorded, in ``words``, and close the case.

    ``seen``: the mark of what the decider read as done, which is what is told.
    """
    case = locked(case)
    require(policies.may_open_answer(case, by))
    done = assisted_in(case)
    if done is None:
        raise ValueError("a decided case says what was done")
    if seen is not None:
        require(as_seen(done.mark, seen))
    require(policies.may_answer(case, by, outcome=done.outcome, words=words))
    event = append(
        case, EventKind.CUSTOMER_ANSWERED, happened_at=at, by=by.actor, at=at
    )
    said = {
        "passed": instruction_of(case),
        "outcome": said_as.ASSISTANCE[done.outcome],
        "done_on": done.done_on if done.outcome is Assistance.GIVEN else None,
        "words": words.strip(),
        "late": late_since(case, at=at),
    }
    letters.send(case, event, LetterKind.CUSTOMER_ANSWER, said, by=by.actor, at=at)
    return event
