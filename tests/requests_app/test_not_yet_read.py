"""A request that nobody has read yet runs by the strictest clock (decision C38)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from consent import queries as consent
from consent.rules import Channel as Way
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import intake, reading
from requests_app.models import Case
from requests_app.policies import casework, decision
from requests_app.policies import timekeeping as clock
from requests_app.policies.merging import may_merge
from requests_app.queries.clock import reckoning_of
from requests_app.queries.subject import story_of
from requests_app.states import CaseStatus, Channel, EventKind, Outcome, Right, WhoAsks
from requests_app.timekeeping import Asked
from retention.models import Hold
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import CCTV, CRM, make_revision
from tests.factories.clock import again, ask, extend, noon

pytestmark = pytest.mark.django_db
RECEIVED, AT = noon("2026-11-02"), noon("2026-11-05")
ANN = "ann@example.org"
WORDS = "What do you do with my data? And leave me alone with your offers."


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision([CRM, CCTV])


def taken_in(channel=Channel.POST) -> Case:
    filing = intake.Filing(
        name="Ann Other",
        email=ANN,
        answers={"words": WORDS},
        rights=(Right.NOT_YET_KNOWN,),
    )
    return intake.take_in(
        filing,
        channel=channel,
        received_at=RECEIVED,
        who=WhoAsks.KNOWN,
        known_by="Wrote from the address on file.",
        key=uuid4(),
        by=make_staff(),
        at=AT,
    ).cases.get()


def read(case: Case, *rights: Right, reason="“What do you do with my data?”"):
    by = make_staff()
    return reading.say_what_is_asked(case, rights=rights, reason=reason, by=by, at=AT)


@pytest.mark.parametrize(
    ("channel", "wrote"), [(Channel.POST, True), (Channel.IN_PERSON, False)]
)
def test_who_said_it_is_not_told_of_what_they_wrote(channel, wrote):
    taken_in(channel)

    mail = Message.objects.get(purpose="case-acknowledgement").text
    assert ("What you wrote yourself" in mail) is wrote
    assert ("What you told us:" in mail) is wrote


def live() -> list[str]:
    return list(
        Hold.objects.filter(released_at=None).values_list("placed_for", flat=True)
    )


def test_month_runs_from_the_receipt_and_nothing_pauses_or_extends_it():
    case = taken_in()

    assert (case.status, case.due_on) == (CaseStatus.RECEIVED, date(2026, 12, 2))
    for what in (Asked.IDENTITY, Asked.FEE, Asked.CLARIFICATION):
        with pytest.raises(Refused, match=r"Read first|Only a request for a copy"):
            ask(case, what, at=AT)
    with pytest.raises(Refused, match="Read first"):
        extend(case, at=AT)
    by = make_staff()
    assert not casework.may_start_search(case, by)
    assert not decision.may_decide(case, by, outcome=Outcome.GRANTED)
    assert not decision.may_open_refusal(case, by, today=AT.date())
    # What it may be about is held (C5).
    assert len(live()) == 1


def test_it_becomes_a_case_of_each_right_with_its_own_reference_and_the_same_day():
    case = taken_in()
    reference = case.reference

    known, objection, stop = read(
        case, Right.OBJECTION, Right.OBJECTION_DIRECT_MARKETING, Right.ACCESS
    )

    assert (known.pk, known.right, known.reference) == (
        case.pk,
        Right.ACCESS,
        reference,
    )
    assert [objection.right, stop.right] == [
        Right.OBJECTION,
        Right.OBJECTION_DIRECT_MARKETING,
    ]
    for one in map(again, (known, objection, stop)):
        assert (one.status, one.due_on) == (CaseStatus.RECEIVED, date(2026, 12, 2))
        assert one.submission_id == case.submission_id
        assert [known.value for known in one.proved.all()] == [ANN]
        assert reckoning_of(one).due == one.due_on
    assert "We read your request and noted what you ask for" in {
        one.title for one in story_of(again(case))
    }
    assert len(live()) == 1
    assert clock.may_open_extension(
        again(known),
        make_staff(),
        record=known.record(),
        reckoning=reckoning_of(known),
        today=AT.date(),
    )


def test_what_stops_at_once_has_stopped_from_the_day_it_came():
    [case] = read(taken_in(), Right.OBJECTION_DIRECT_MARKETING)

    verdict = consent.may_send(
        address=ANN, purpose="marketing-electronic", channel=Way.EMAIL
    )
    assert verdict.reason == "the person has asked us to stop"
    stopped = again(case).events.get(kind=EventKind.STOPPED_AT_ONCE)
    assert stopped.happened_at == RECEIVED
    # Nothing need be held for a stop.
    assert live() == []


@pytest.mark.parametrize(
    ("rights", "reason", "why"),
    [
        ((), "So.", "at least one"),
        ((Right.NOT_YET_KNOWN,), "So.", "not asked for in this way"),
        ((Right.BREACH,), "So.", "not asked for in this way"),
        ((Right.ACCESS,), " ", "in which words"),
    ],
)
def test_what_cannot_have_been_asked_for_is_refused(rights, reason, why):
    case = taken_in()

    with pytest.raises(Refused, match=why):
        read(case, *rights, reason=reason)

    assert again(case).right == Right.NOT_YET_KNOWN


def test_it_is_read_once():
    case = taken_in()
    read(case, Right.ERASURE)

    with pytest.raises(Refused, match="It is known what this request asks for"):
        read(again(case), Right.ACCESS)


def test_person_reads_that_it_is_read_first_and_by_when_it_is_answered():
    case = taken_in()

    mail = Message.objects.get(purpose="case-acknowledgement")
    # Neither which right it is nor the day of that right is known (C38).
    assert mail.subject.startswith("We have what you sent us: LP-")
    assert "We received what you sent us on Monday 2 November 2026." in mail.text
    assert "this confirms only that it reached us, and when" in mail.text
    for claimed in ("your request on", "Articles 15 to 22", "at the latest"):
        assert claimed not in mail.text
    assert "within a month of that day: by Wednesday 2 December 2026." in mail.text
    client, url = subject_client(ANN), reverse("case", args=[case.reference])
    page = client.get(url)
    assert "Wednesday 2 December 2026" in page.content.decode()
    assert "What you sent or told us" in page.content.decode()
    assert "If it is something the law lets you ask for" in page.content.decode()
    assert "Articles 15 to 22" not in page.content.decode()
    read(case, Right.ERASURE)
    page = client.get(url)
    assert "Deleting your data" in page.content.decode()


# --- The pages ------------------------------------------------------------------------


def said(**more) -> dict[str, object]:
    day = AT.date() - timedelta(days=3)
    return {
        "token": str(uuid4()),
        "channel": "post",
        "received_on_day": day.day,
        "received_on_month": day.month,
        "received_on_year": day.year,
        "rights": ["not_yet_known"],
        "name": "Ann Other",
        "email": ANN,
        "words": WORDS,
        "known": "known",
        "known_by": "The address on file.",
        "acts": "person",
        **more,
    }


def test_a_letter_is_taken_in_unread_and_read_on_its_page():
    client = staff_client()
    taken = client.post(reverse("case-take-in"), said())
    assert taken.status_code == 302
    case = Case.objects.get()
    page = client.get(taken.url).content.decode()
    assert "Say what they ask for" in page
    assert "Say what they ask for" in client.get(reverse("case-queue")).content.decode()
    evidence = client.post(reverse("case-evidence", args=[case.reference]))
    assert evidence.status_code == 200

    done = client.post(
        reverse("case-read", args=[case.reference]),
        {
            "rights": ["access", "rectification"],
            "reason": "“A copy, and put it right.”",
        },
    )

    assert done.status_code == 302
    assert sorted(Case.objects.values_list("right", flat=True)) == [
        "access",
        "rectification",
    ]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"rights": ["not_yet_known", "access"]}, "or that it is not known yet"),
        ({"channel": "phone", "words": ""}, "Write down what they said"),
    ],
)
def test_what_is_taken_in_unread_stands_alone_with_its_words(wrong, why):
    page = staff_client().post(reverse("case-take-in"), said(**wrong))

    assert page.status_code == 422
    assert why in page.content.decode()
    assert not Case.objects.exists()


def test_two_that_nobody_has_read_are_not_taken_for_the_same():
    later, into = taken_in(), taken_in()

    refused = may_merge(later, into, make_staff(), reason="The same.")

    assert refused.reason == "Say first what each of them asks for."
