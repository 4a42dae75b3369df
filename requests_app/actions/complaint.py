"""A complaint to the controller: received, acknowledged, looked into, answered.

DPA 2018 s.164A and decision C3: about anything, by anybody, with or without a case. It
never stands in the tray and nobody has to prove who they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts import actions as accounts
from accounts.models import User
from accounts.queries import proved_addresses
from audit import actions as audit
from lumina_privacy.lib.actor import STRANGER, Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.subject_ref import IdentifierKind, canonical_email, subject_ref
from lumina_privacy.lib.throttle import Limit, hit
from lumina_privacy.lib.verdict import Refused, require
from requests_app.actions import letters, receiving
from requests_app.actions.following import prove_complainant
from requests_app.actions.projection import append, locked
from requests_app.models import (
    Case,
    CaseEvent,
    ComplaintIssue,
    Submission,
)
from requests_app.models.reached import can_be_told
from requests_app.policies import complaint as policies
from requests_app.policies.contact_preference import can_be_followed
from requests_app.queries import words
from requests_app.queries.complaint import mark_of
from requests_app.states import (
    Channel,
    ContactMethod,
    EventKind,
    IssueOutcome,
    LetterKind,
    Right,
)

PER_CLIENT: Final = Limit("complaint-client", "10 per hour")
# Nobody floods a mailbox by complaining in its name: what is above waits for a person.
PER_ADDRESS: Final = Limit("complaint-address", "5 per day")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody complains of, and how they are reached."""

    name: str
    words: str
    wants: str = ""
    behalf: str = ""
    about_case: str = ""
    reach: str = ContactMethod.EMAIL
    email: str = ""
    phone: str = ""
    postal: str = ""

    def reached_at(self) -> dict[str, str]:
        """Return where they may be reached, by the way of answering them."""
        return {
            ContactMethod.EMAIL: self.email,
            ContactMethod.PHONE: self.phone,
            ContactMethod.POST: self.postal,
        }

    def answers(self) -> str:
        """Return what was said, as a submission keeps it."""
        said = {
            "complaint": self.words,
            "wants": self.wants,
            "behalf": self.behalf,
            "about_case": self.about_case,
            "reach": self.reach,
        }
        return json.dumps({name: value for name, value in said.items() if value})


def complain(
    said: Complaint,
    *,
    key: UUID,
    client: str,
    at: datetime,
    signed_in: User | None = None,
) -> Submission:
    """Receive a complaint from the public form, and acknowledge it.

    The same form (the same ``key``) is one complaint, however often it comes. Raises
    Refused when a client sends too often: the words say how else to reach us.
    """
    by = signed_in.actor if signed_in else STRANGER
    known = receiving.count_again(key, by=by, at=at)
    if known is not None:
        return known
    if not hit(PER_CLIENT, client):
        raise Refused(accounts.THROTTLED)
    submission, _ = receiving.once(
        lambda: _receive(
            said,
            key=key,
            channel=Channel.WEB,
            received_at=at,
            by=by,
            at=at,
            proved=proved_addresses(signed_in) if signed_in else frozenset(),
        ),
        key=key,
        by=by,
        at=at,
    )
    return submission


def take_in(
    said: Complaint,
    *,
    channel: Channel,
    received_at: datetime,
    key: UUID,
    by: User,
    at: datetime,
) -> Submission:
    """Take in a complaint that came another way, at its true receipt.

    The same form is one complaint, however often it is sent.
    """
    require(policies.may_take_in(by, received_at=received_at, at=at))
    submission, _ = receiving.once(
        lambda: _receive(
            said, key=key, channel=channel, received_at=received_at, by=by.actor, at=at
        ),
        key=key,
        by=by.actor,
        at=at,
    )
    return submission


@transaction.atomic
def _receive(
    said: Complaint,
    *,
    key: UUID,
    channel: Channel,
    received_at: datetime,
    by: Actor,
    at: datetime,
    proved: Iterable[str] = (),
) -> Submission:
    require(can_be_followed(said.reach, known=said.reached_at(), for_another=False))
    address = canonical_email(said.email) if said.email else ""
    submission = Submission.objects.create(
        reference=new_reference(),
        idempotency_key=key,
        channel=channel,
        received_at=received_at,
        recorded_at=at,
        actor=str(by),
        address=address,
        address_ref=subject_ref(IdentifierKind.EMAIL, address) if address else "",
        name=said.name,
        phone=said.phone,
        postal=said.postal,
        answers=said.answers(),
    )
    case = receiving.open_case(
        submission, Right.COMPLAINT, event=EventKind.COMPLAINT_RECEIVED, by=by, at=at
    )
    audit.record(
        "submission.received",
        about=f"submission:{submission.pk}",
        by=by,
        at=at,
        details={"channel": channel},
    )
    if address and address in proved:
        prove_complainant(case, address, at=at)
    if not address or hit(PER_ADDRESS, address):
        # Nobody writes this one: the portal does, whoever sent or took in what came.
        _acknowledge(case, by=letters.CLERK, at=at)
    return submission


@transaction.atomic
def acknowledge(case: Case, *, by: User, at: datetime) -> CaseEvent:
    """Write the acknowledgement that was not written at the receipt."""
    case = locked(case)
    require(policies.may_acknowledge(case, by))
    return _acknowledge(case, by=by.actor, at=at)


def _acknowledge(case: Case, *, by: Actor, at: datetime) -> CaseEvent:
    event = append(case, EventKind.COMPLAINT_ACKNOWLEDGED, happened_at=at, by=by, at=at)
    _write(case, event, LetterKind.COMPLAINT_ACKNOWLEDGEMENT, {}, by=by, at=at)
    return event


def _write(
    case: Case,
    event: CaseEvent,
    kind: LetterKind,
    context: dict[str, object],
    *,
    by: Actor,
    at: datetime,
) -> None:
    letters.send(case, event, kind, context, by=by, at=at)


def begin(case: Case, *, by: Actor, at: datetime) -> None:
    """Acknowledge a complaint that somebody read in what came. ``case`` is locked.

    Not yet where it names no way to reach whoever sent it: a colleague does, once one
    is known.
    """
    if not can_be_told(case.submission):
        return
    _acknowledge(case, by=by, at=at)


@transaction.atomic
def link(case: Case, *, to: Case | None, by: User, at: datetime) -> Case:
    """Say which case is complained of. Raises Refused."""
    case = locked(case)
    require(policies.may_link(case, by, to))
    case.related = to
    case.save(update_fields=["related"])
    append(
        case,
        EventKind.COMPLAINT_LINKED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"reference": to.reference if to else ""},
    )
    return case


@transaction.atomic
def name_handler(
    case: Case, *, to: User, director: str, words: str, by: User, at: datetime
) -> Case:
    """Record a director's words on who concludes, and give them the complaint (C3)."""
    case = locked(case)
    require(policies.may_name_handler(case, by, to=to, director=director, words=words))
    case.assignee = to
    case.save(update_fields=["assignee"])
    append(
        case,
        EventKind.HANDLER_NAMED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"to": str(to.actor)},
        text=f"{director.strip()}: {words.strip()}",
    )
    return case


@transaction.atomic
def note_issue(case: Case, *, words: str, by: User, at: datetime) -> ComplaintIssue:
    """Note one thing that is complained of."""
    case = locked(case)
    require(policies.may_note_issue(case, by, words=words))
    issue = ComplaintIssue.objects.create(
        case=case, words=words.strip(), noted_by=str(by.actor), noted_at=at
    )
    append(
        case,
        EventKind.ISSUE_NOTED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"issue": issue.pk},
    )
    return issue


@transaction.atomic
def conclude(
    issue: ComplaintIssue,
    *,
    outcome: IssueOutcome,
    reasons: str,
    action: str,
    by: User,
    at: datetime,
) -> ComplaintIssue:
    """Conclude about one thing; anew as often as needed until the outcome is sent."""
    case = locked(issue.case)
    issue = ComplaintIssue.objects.select_for_update().get(pk=issue.pk)
    require(
        policies.may_conclude(
            issue, by, outcome=outcome, reasons=reasons, action=action
        )
    )
    issue.outcome, issue.reasons = outcome, reasons.strip()
    issue.action = action.strip()
    issue.concluded_by, issue.concluded_at = str(by.actor), at
    issue.save(
        update_fields=["outcome", "reasons", "action", "concluded_by", "concluded_at"]
    )
    append(
        case,
        EventKind.ISSUE_CONCLUDED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"issue": issue.pk, "outcome": outcome},
    )
    return issue


@transaction.atomic
def tell_progress(case: Case, *, words: str, by: User, at: datetime) -> CaseEvent:
    """Write to the complainant how it stands (DPA 2018 s.164A(4)(b))."""
    case = locked(case)
    require(policies.may_tell_progress(case, by, words=words))
    event = append(case, EventKind.PROGRESS_TOLD, happened_at=at, by=by.actor, at=at)
    said: dict[str, object] = {"words": words.strip()}
    _write(case, event, LetterKind.COMPLAINT_PROGRESS, said, by=by.actor, at=at)
    return event


@transaction.atomic
def note_elsewhere(
    case: Case, *, where: str, reference: str, note: str, by: User, at: datetime
) -> CaseEvent:
    """Record that the regulator or a court has it: reference, and what came of it."""
    case = locked(case)
    require(policies.may_note_elsewhere(case, by, reference=reference))
    return append(
        case,
        EventKind.TAKEN_ELSEWHERE,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"where": where},
        text="\n\n".join(filter(None, [reference.strip(), note.strip()])),
    )


@transaction.atomic
def answer(
    case: Case, *, discloses: bool, by: User, at: datetime, seen: str | None = None
) -> CaseEvent:
    """Send the outcome of the complaint as it was ``seen``, by its mark; close it.

    ``discloses``: the letter tells somebody's personal data, so who reads it must have
    been checked (C3). Raises Refused.
    """
    case = locked(case)
    if seen is not None:
        require(policies.as_read(mark_of(case), seen))
    today = london_day(at)
    require(policies.may_answer(case, by, discloses=discloses, today=today))
    event = append(
        case,
        EventKind.COMPLAINT_ANSWERED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"discloses": discloses},
    )
    concluded = [
        {
            "words": issue.words,
            "conclusion": words.CONCLUSIONS[issue.outcome],
            "reasons": issue.reasons,
            "action": issue.action,
        }
        for issue in case.issues.order_by("pk")
    ]
    said: dict[str, object] = {"issues": concluded}
    _write(case, event, LetterKind.COMPLAINT_OUTCOME, said, by=by.actor, at=at)
    return event
