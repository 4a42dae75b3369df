"""Each kind of letter, as it left: the outbox's own text says all that the law demands.

The paragraphs stand here by hand, from decision C1 and section 3.10 of the law brief,
not from ``policies.letters``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import override_settings

from datamap import queries
from outbox.models import Message
from outbox.states import MessageState
from requests_app.actions import (
    authority,
    complaint,
    confirming,
    decision,
    instruction,
    restriction,
    ruling,
    second_look,
    subject,
    unanswered,
)
from requests_app.actions.complaint import Complaint
from requests_app.models import Letter, Submission
from requests_app.policies.letters import is_whole
from requests_app.rulings import Ruled
from requests_app.states import (
    DeliveryForm,
    IssueOutcome,
    LetterKind,
    Outcome,
    Right,
    TaskState,
)
from requests_app.tasks.jobs import chase_persons
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, make_subject
from tests.factories.authority import make_authority
from tests.factories.cases import (
    CCTV,
    CRM,
    make_case,
    make_reviewed,
    make_revision,
    make_task,
)
from tests.factories.clock import again, ask, deliver, extend, noon
from tests.requests_app.passed import answer, assist, judge, passed_on
from tests.requests_app.ruled import decide, propose_cases_line, rule
from tests.requests_app.test_ends import build, check, make_ready, release
from tests.requests_app.test_objection import make_register

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = noon("2026-11-03")
DAY = timedelta(days=1)
WORDS = "We looked twice and found nothing that speaks for it."
# The complaint to us, the Commissioner, the court: of all that gives less, or later.
LESS = (
    "You can complain to us: http://localhost:8000/complain/, ",
    "We will acknowledge your complaint within 30 days",
    "at any time; you do not have to complain to us first",
    "data protection authority of your country",
    "ask a court to order us to comply with data protection law (section 167",
)


def received(**fields):
    return make_case(received_at=noon("2026-11-02"), **fields)


def asked(what):
    def act():
        case = received()
        ask(case, what, at=AT)
        return case

    return act


def extended():
    case = received()
    extend(case, at=AT)
    return case


def reminded():
    case = asked(Asked.IDENTITY)()
    chase_persons(AT + 7 * DAY)
    return case


def closed():
    case = asked(Asked.IDENTITY)()
    unanswered.close(again(case), reason=WORDS, by=make_staff(), at=AT + 28 * DAY)
    return case


def refused():
    case = received(right=Right.ERASURE)
    decision.refuse(
        case, ground="manifestly_excessive", words=WORDS, by=make_staff(), at=AT
    )
    return case


def in_part():
    """A part is released as a reviewer does it, while the cameras are searched."""
    case = make_ready(systems=[CRM, CCTV])
    make_task(case, "cctv", state=TaskState.WITH_OWNER)
    check(case, passed=True)
    made = decision.decide(
        case,
        outcome=Outcome.IN_PART,
        words=WORDS,
        form=DeliveryForm.DOWNLOAD,
        open_until={"cctv": date(2026, 11, 20)},
        by=make_staff(),
        at=AT,
    )
    release(build(made.package), at=AT)
    return case


def withdrawn():
    case = received()
    subject.withdraw(case, by=make_subject(case.submission.address), at=AT)
    return case


def nobody_may_act():
    case = received()
    Submission.objects.filter(pk=case.submission_id).update(for_another=True)
    one = make_authority(again(case), at=AT)
    authority.revoke(one, reason="She rang.", by=make_staff(), at=AT)
    confirming.end(one, reason=WORDS, by=make_staff(), at=AT)
    return case


def decided():
    """An erasure of what is nowhere found; what is ruled stands in test_rulings."""
    propose_cases_line()
    case = make_reviewed(right=Right.ERASURE, received_at=noon("2026-11-02"))
    case.found.all().delete()
    ruling.decide(case, words=WORDS, by=make_staff(), at=AT)
    return case


def done():
    case = make_case(right=Right.OBJECTION, revision=make_register())
    restriction.restrict(case, purposes=["surveys"], by=make_staff(), at=AT)
    rule(again(case), ("-", "surveys"), "stop", "no_overriding_reason")
    decide(case, at=AT)
    deliver(AT)
    ruling.carry_out(again(case), done=WORDS, by=make_staff(), at=AT)
    return case


def reopened():
    """A colleague sends back what one person decided alone."""
    case, by = make_case(right=Right.OBJECTION, revision=make_register()), make_staff()
    with override_settings(LUMINA_TWO_PERSON_OBJECTION="after"):
        restriction.restrict(case, purposes=["surveys"], by=by, at=AT)
        rule(again(case), ("-", "surveys"), Ruled.GO_ON, "overriding", by=by)
        decide(case, by=by, at=AT)
        second_look.at_objection(
            again(case), approved=False, reason=WORDS, by=make_staff(), at=AT
        )
    return case


def complained():
    make_revision()
    said = Complaint(name="Cara", words="Too late.", email="cara@example.org")
    return complaint.complain(said, key=uuid4(), client="1", at=AT).cases.get()


def progress():
    case, at = complained(), AT + 14 * DAY
    issue(case)
    complaint.tell_progress(case, words=WORDS, by=make_staff(), at=at)
    return case


def issue(case):
    return complaint.note_issue(case, words="Late.", by=make_staff(), at=AT)


def outcome():
    case, by = complained(), make_staff()
    complaint.conclude(
        issue(case),
        outcome=IssueOutcome.NOT_UPHELD,
        reasons=WORDS,
        action="",
        by=by,
        at=AT,
    )
    complaint.answer(case, discloses=False, by=by, at=AT)
    return case


def agent_left():
    case = received()
    one = make_authority(case, at=AT)
    authority.lay_down(one, by=make_subject(one.agent_email), at=AT)
    return case


def passed_to_us():
    make_revision()
    return passed_on()


def customer_asked():
    case = passed_to_us()
    instruction.write(case, words=WORDS, token=uuid4(), by=make_staff(), at=AT)
    return case


def customer_helped():
    return answer(assist(judge(passed_to_us())), words=WORDS)


COMMISSIONER = "at any time"
SENT = {
    LetterKind.DECISION: (
        decided,
        (
            "We have decided:",
            "UK GDPR Article 12(4)",
            WORDS,
            "kept until",
            "we take it up again",
            "in another form",
            *LESS,
        ),
    ),
    LetterKind.REOPENED: (
        reopened,
        ("it does not stand any more", "UK GDPR Article 18(1)(d)", *LESS),
    ),
    LetterKind.DONE: (done, ("What was done:", WORDS)),
    LetterKind.COMPLAINT_ACKNOWLEDGEMENT: (
        complained,
        ("We are looking into it", COMMISSIONER),
    ),
    LetterKind.COMPLAINT_PROGRESS: (progress, (WORDS, COMMISSIONER)),
    LetterKind.COMPLAINT_OUTCOME: (
        outcome,
        ("Our conclusion:", WORDS, COMMISSIONER, "section 167"),
    ),
    LetterKind.IDENTITY: (
        asked(Asked.IDENTITY),
        ("We have a doubt because", "You do not need to send a passport", *LESS),
    ),
    LetterKind.AUTHORITY: (
        asked(Asked.AUTHORITY),
        ("Our month to answer starts on the day this reaches us", *LESS),
    ),
    LetterKind.NO_AUTHORITY: (
        nobody_may_act,
        ("UK GDPR Article 12(6)", WORDS, "you can ask again", *LESS),
    ),
    LetterKind.AGENT_LEFT: (
        agent_left,
        (
            "Harris & Co, solicitors has told us",
            "nothing goes to them",
            "by Wednesday 2 December 2026 at the latest",
            *LESS,
        ),
    ),
    LetterKind.FEE: (asked(Asked.FEE), ("UK GDPR Article 12(5)", *LESS)),
    LetterKind.CLARIFICATION: (
        asked(Asked.CLARIFICATION),
        ("UK GDPR Article 12A(5)", *LESS),
    ),
    LetterKind.EXTENSION: (extended, ("UK GDPR Article 12A(3)", "Our reasons:", *LESS)),
    LetterKind.REMINDER: (reminded, ("We asked you on Tuesday 3 November 2026",)),
    LetterKind.CLOSURE: (closed, ("we take it up again", WORDS, *LESS)),
    LetterKind.REFUSAL: (
        refused,
        (
            "to have data erased",
            "UK GDPR Article 12(5)",
            "manifestly excessive",
            WORDS,
            "What was done:",
            "we take it up again",
            "in another form",
            *LESS,
        ),
    ),
    LetterKind.PARTIAL: (
        in_part,
        ("Still being searched:", "Cameras", "Friday 20 November 2026", WORDS, *LESS),
    ),
    LetterKind.CUSTOMER_ACKNOWLEDGEMENT: (
        passed_to_us,
        ("as ACME-17 reached us on", "You answer the person", "clause 8.2"),
    ),
    LetterKind.CUSTOMER_MESSAGE: (customer_asked, (WORDS,)),
    LetterKind.CUSTOMER_ANSWER: (
        customer_helped,
        ("Our answer: We have done what you asked", "You answer the person", WORDS),
    ),
    LetterKind.WITHDRAWN: (withdrawn, ("You can ask again at any time",)),
}


def test_every_kind_of_letter_stands_here_but_those_by_post():
    """A message of the thread decides and asks nothing; the rest are mails else."""
    by_post = {
        LetterKind.MESSAGE,
        LetterKind.ACKNOWLEDGEMENT,
        LetterKind.MERGED,
    }
    assert {*SENT, *by_post} == set(LetterKind)


@pytest.mark.parametrize("kind", list(SENT))
def test_letter_that_left_says_all_that_the_law_demands(kind):
    act, demanded = SENT[kind]
    case = act()
    deliver(AT + 60 * DAY)

    mail = Message.objects.get(purpose=f"case-{kind}", about=case.about)

    assert (mail.state, mail.statutory) == (MessageState.SENT, True)
    assert [said for said in demanded if said not in mail.text] == []
    assert not re.search(r"\{[{%]|None|\[[a-z]", mail.text)
    letter = Letter.objects.get(kind=kind, case=case)
    assert (letter.body, letter.subject) == (mail.text, mail.subject)


@pytest.mark.parametrize(
    "kind",
    [
        LetterKind.FEE,
        LetterKind.CLOSURE,
        LetterKind.EXTENSION,
        LetterKind.REFUSAL,
        LetterKind.PARTIAL,
        LetterKind.DECISION,
    ],
)
@pytest.mark.parametrize(
    "said",
    ["You can complain to us", "/complain/", "at any time; you do not", "section 167"],
)
def test_letter_that_gives_less_does_not_leave_without_a_paragraph(kind, said):
    case = SENT[kind][0]()
    body = Letter.objects.get(kind=kind, case=case).body
    assert is_whole(kind, body, queries.controller())

    assert not is_whole(kind, body.replace(said, ""), queries.controller())
