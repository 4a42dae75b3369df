"""A complaint to the controller, from the form to the outcome (s.164A, C3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import THROTTLED
from accounts.roles import Role
from datamap import queries as datamap
from lumina_privacy.lib.subject_ref import canonical, subject_ref
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app import clock
from requests_app.actions import complaint, letters
from requests_app.actions.complaint import Complaint
from requests_app.models import (
    AvoidedAddress,
    Case,
    ComplaintIssue,
    Letter,
    Sending,
)
from requests_app.policies import decision as decision_policies
from requests_app.policies import timekeeping as clock_policies
from requests_app.policies.letters import is_whole
from requests_app.queries.complaint import next_steps
from requests_app.queries.staff import QueueFilter, queue_for
from requests_app.queries.timeline import Names, timeline
from requests_app.queries.tray import tray_for
from requests_app.states import (
    CaseStatus,
    Channel,
    EventKind,
    IssueOutcome,
    LetterKind,
    Right,
)
from requests_app.views.staff_queue import RULES
from tests.factories.accounts import make_staff
from tests.factories.cases import RECEIVED_AT, make_case, make_revision
from tests.factories.clock import again, deliver, follow, noon

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT
CARA = Complaint(
    name="Cara Lund",
    words="You answered my request two weeks late.",
    wants="An apology.",
    email="cara@example.org",
)


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision()


def sent(said: Complaint = CARA, *, at=AT, key=None, client="1", **fields) -> Case:
    submission = complaint.complain(
        said, key=key or uuid4(), client=client, at=at, **fields
    )
    return submission.cases.get()


def noted(case: Case, by=None, *, words="The answer was late.") -> ComplaintIssue:
    return complaint.note_issue(case, words=words, by=by or make_staff(), at=AT)


def concluded(case: Case, by) -> ComplaintIssue:
    return complaint.conclude(
        case.issues.first() or noted(case),
        outcome=IssueOutcome.UPHELD,
        reasons="The month had ended on 2 November.",
        action="We have changed how we watch the days.",
        by=by,
        at=AT,
    )


def test_a_complaint_is_a_case_that_never_stands_in_the_tray():
    case = sent()
    dco = make_staff(Role.DCO)

    assert (case.right, case.status) == (Right.COMPLAINT, CaseStatus.RECEIVED)
    assert tray_for(dco, today=date(2026, 11, 2)) == ()
    page = queue_for(
        dco,
        show=QueueFilter(),
        after=None,
        today=date(2026, 11, 2),
        rules=RULES,
    )
    assert [row.reference for row in page.rows] == [case.reference]
    assert not case.proved.exists()
    assert case.hold is None


def test_it_is_acknowledged_at_once_whoever_sent_it_and_that_is_told_only_when_sent():
    case = sent()

    assert case.due_on == clock.complaint_acknowledgement_due(
        date(2026, 11, 2), holidays=()
    )
    message = Message.objects.get(purpose="case-complaint_acknowledgement")
    assert (message.recipient, message.statutory) == ("cara@example.org", True)
    assert "We are looking into it" in message.text
    assert case.reference in message.text
    assert "/cases/" not in message.text, "an unproved complainant has no page"

    deliver(AT + timedelta(minutes=1))
    assert again(case).due_on == date(2026, 11, 16), "they hear again in two weeks"


def test_the_portal_writes_the_acknowledgement_of_what_came_and_a_colleague_theirs():
    def wrote(case: Case) -> tuple[str, str]:
        event = case.events.get(kind=EventKind.COMPLAINT_ACKNOWLEDGED)
        assert case.letters.get().by == event.actor
        return event.actor.partition(":")[0], who_wrote(case)

    def who_wrote(case: Case) -> str:
        events = case.events.order_by("seq")
        lines = timeline(events, datamap.register(), Names.of_staff())
        [who] = [one.who for one in lines if one.words == "Wrote the acknowledgement"]
        return who

    by = make_staff(name="Carla Court")
    fields: dict[str, Any] = {"channel": Channel.PHONE, "received_at": AT, "at": AT}
    taken = complaint.take_in(CARA, key=uuid4(), by=by, **fields).cases.get()
    # The sixth of a day: nobody is flooded, and a colleague writes.
    flooded = [sent(client=str(number)) for number in range(5)][-1]
    complaint.acknowledge(flooded, by=by, at=AT)

    assert wrote(sent(replace(CARA, email="new@example.org"))) == (
        "system",
        "The portal",
    )
    assert wrote(taken) == ("system", "The portal")
    assert wrote(flooded) == ("staff", "Carla Court")


def test_an_acknowledgement_that_came_back_told_nobody():
    case = sent()
    deliver(AT)
    assert again(case).due_on == date(2026, 11, 16)

    Message.objects.update(state="bounced")
    follow(AT + timedelta(days=1))

    assert again(case).due_on == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("reach", "more"),
    [
        ("phone", {"phone": "+441632960014", "email": ""}),
        ("post", {"postal": "1 High Street", "email": "cara@example.org"}),
    ],
)
def test_who_wants_no_mail_gets_none_and_is_told_when_that_is_recorded(reach, more):
    said: dict[str, Any] = {
        "name": "Cara Lund",
        "words": "Late.",
        "reach": reach,
        **more,
    }
    case = sent(Complaint(**said))

    assert not Message.objects.exists()
    [sending] = Sending.objects.all()
    assert again(case).due_on == date(2026, 12, 2)
    letters.record_posting(
        sending,
        method="By telephone",
        posted_at=noon("2026-11-04"),
        by=make_staff(),
        at=noon("2026-11-04"),
    )
    assert again(case).due_on == date(2026, 11, 18)


def test_who_wants_a_call_and_has_a_mailbox_is_written_to_there():
    said = {"phone": "+441632960014", "postal": "1 High Street"}
    case = sent(replace(CARA, reach="phone", **said))

    assert Message.objects.get().recipient == "cara@example.org"
    complaint.tell_progress(case, words="Soon.", by=make_staff(), at=AT)
    assert [one.message is None for one in Sending.objects.all()] == [False, False]


def test_who_wants_letters_where_none_may_go_is_written_to_by_mail_as_in_a_request():
    said = {"reach": "post", "postal": "1 High Street"}
    case, by = sent(replace(CARA, **said)), make_staff()
    AvoidedAddress.objects.create(
        submission=case.submission,
        kind="postal",
        ref=subject_ref("postal", "1 High Street"),
        value=canonical("postal", "1 High Street"),
        said="Her landlord opens it.",
        by=str(by.actor),
        at=AT,
    )

    complaint.tell_progress(again(case), words="Soon.", by=by, at=AT)

    assert [one.message is None for one in Sending.objects.all()] == [True, False]


def test_the_same_form_is_one_complaint():
    key = uuid4()

    first, second = sent(key=key), sent(key=key)

    assert first == second
    assert first.submission.cases.count() == 1
    assert again(second).submission.times_sent == 2
    assert Letter.objects.count() == 1


def test_who_sends_too_often_reads_how_else_to_reach_us():
    for number in range(10):
        sent(Complaint(name="C", words="x", email=f"c{number}@example.org"))

    with pytest.raises(Refused) as refusal:
        sent()
    assert str(refusal.value) == THROTTLED
    assert Case.objects.count() == 10


def test_nobody_floods_a_mailbox_by_complaining_in_its_name():
    cases = [sent(client=str(number)) for number in range(6)]

    assert len({case.pk for case in cases}) == 6, "every complaint is received"
    assert Message.objects.count() == 5
    last = cases[-1]
    [said] = next_steps([last], today=date(2026, 11, 2)).values()
    assert said == "Acknowledge within 30 days"
    by = make_staff()
    complaint.acknowledge(last, by=by, at=AT)
    assert Message.objects.count() == 6
    with pytest.raises(Refused, match="is written"):
        complaint.acknowledge(last, by=by, at=AT)


def test_staff_take_in_a_complaint_at_its_true_receipt():
    key, by = uuid4(), make_staff()
    at = noon("2026-11-10")
    fields: dict[str, Any] = {"channel": Channel.PHONE, "key": key, "by": by, "at": at}

    first = complaint.take_in(CARA, received_at=noon("2026-11-03"), **fields)
    second = complaint.take_in(CARA, received_at=noon("2026-11-03"), **fields)

    assert first == second
    case = first.cases.get()
    assert case.due_on == date(2026, 12, 3)
    with pytest.raises(Refused, match="future"):
        complaint.take_in(
            CARA, received_at=noon("2026-11-11"), **{**fields, "key": uuid4()}
        )
    auditor = make_staff(Role.AUDITOR)
    with pytest.raises(Refused, match="people who work cases"):
        complaint.take_in(CARA, received_at=at, **{**fields, "by": auditor})


def test_a_complaint_cannot_be_refused_searched_or_asked_for_identity():
    case, dco = sent(), make_staff(Role.DCO)
    record = case.record()

    assert not decision_policies.may_open_refusal(case, dco, today=AT.date())
    for what in clock_policies.Asked:
        asked = clock_policies.may_open_asking(
            case, dco, what=what, record=record, today=date(2026, 11, 3)
        )
        assert "by message" in asked.reason


def test_progress_is_told_every_two_weeks_and_the_queue_says_what_is_owed():
    case, by = sent(), make_staff()

    def said(day: str) -> str:
        return next_steps([again(case)], today=date.fromisoformat(day))[case.pk]

    assert said("2026-11-02") == "Acknowledge within 30 days"
    deliver(AT)
    assert said("2026-11-03") == "Note what is complained of"
    issue = noted(case)
    assert said("2026-11-03") == "Conclude 1 of 1"
    assert said("2026-11-16") == "Tell them how it stands. Conclude 1 of 1"
    at = noon("2026-11-16")
    complaint.tell_progress(case, words="We read the file.", by=by, at=at)
    deliver(at)
    assert again(case).due_on == date(2026, 11, 30)
    assert said("2026-11-17") == "Conclude 1 of 1"
    assert said("2026-12-02").startswith("30 days old: our target is 30")
    assert said("2027-01-31").startswith("90 days old: take it to a director")
    complaint.conclude(
        issue,
        outcome=IssueOutcome.NOT_UPHELD,
        reasons="It was in time.",
        action="",
        by=by,
        at=at,
    )
    assert said("2026-11-17") == "Send the outcome"


def test_regulator_and_court_are_recorded_also_after_the_outcome():
    case, by = sent(), make_staff()
    concluded(case, by)
    complaint.answer(case, discloses=False, by=by, at=AT)

    complaint.note_elsewhere(
        case, where="regulator", reference="RFA123", note="Not upheld.", by=by, at=AT
    )

    event = case.events.get(kind=EventKind.TAKEN_ELSEWHERE)
    assert event.facts == {"where": "regulator"}
    assert event.text.body == "RFA123\n\nNot upheld."
    with pytest.raises(Refused, match="reference"):
        complaint.note_elsewhere(
            case, where="court", reference=" ", note="", by=by, at=AT
        )


def test_a_complaint_is_linked_to_a_case_and_not_to_a_complaint():
    case, other, by = sent(), sent(client="2"), make_staff()

    for wrong in (None, case):
        with pytest.raises(Refused, match="no such case"):
            complaint.link(case, to=wrong, by=by, at=AT)
    with pytest.raises(Refused, match="complaint itself"):
        complaint.link(case, to=other, by=by, at=AT)
    access = make_case()
    with pytest.raises(Refused, match="not a complaint"):
        complaint.link(access, to=other, by=by, at=AT)


@pytest.mark.parametrize(
    "kind",
    [
        LetterKind.COMPLAINT_ACKNOWLEDGEMENT,
        LetterKind.COMPLAINT_PROGRESS,
        LetterKind.COMPLAINT_OUTCOME,
    ],
)
def test_a_letter_without_the_paragraphs_of_the_law_does_not_go_out(kind):
    from datamap import queries as datamap_queries

    assert "lacks" in is_whole(kind, "Hello.", datamap_queries.controller()).reason


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (
            "issue_outcome_known",
            {
                "outcome": "perhaps",
                "reasons": "x",
                "concluded_by": "staff:1",
                "concluded_at": AT,
            },
        ),
        ("issue_concluded_has_reasons_and_person", {"outcome": "upheld"}),
        (
            "issue_concluded_has_reasons_and_person",
            {
                "outcome": "upheld",
                "reasons": "x",
                "concluded_by": "system:x",
                "concluded_at": AT,
            },
        ),
    ],
)
def test_the_database_holds_what_is_concluded_together(name, fields):
    issue = noted(sent())

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ComplaintIssue.objects.filter(pk=issue.pk).update(
            **{"reasons": issue.reasons, **fields}
        )
