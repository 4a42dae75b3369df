"""One submission may use several rights: each becomes a case of its own (E2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.roles import Role
from consent import actions as consent_actions
from consent import queries as consent
from consent.models import PermissionEntry
from consent.rules import Act
from consent.rules import Channel as Way
from lumina_privacy.lib.actor import STRANGER
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from outbox.states import MessageState
from requests_app.actions import correcting, intake, subject, tray
from requests_app.models import Case, Submission
from requests_app.policies import intake as policies
from requests_app.queries import rights, words
from requests_app.queries import subject as queries
from requests_app.queries import tray as tray_queries
from requests_app.queries.case import page_of
from requests_app.states import FILED, HELD, CaseStatus, Right
from retention.models import Hold
from tests.factories.accounts import (
    make_staff,
    make_subject,
    staff_client,
    subject_client,
)
from tests.factories.cases import register_in_force

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
ANN = "ann@example.org"
STOP, CONSENT = Right.OBJECTION_DIRECT_MARKETING, Right.WITHDRAW_CONSENT
AT_ONCE = {STOP, CONSENT}


@pytest.fixture(autouse=True)
def register():
    """Put the real register in force: its purposes are what stops."""
    register_in_force()


@pytest.fixture
def ann():
    """Make the owner of the address."""
    return make_subject(ANN)


def send(*rights: Right, email=ANN, at=AT, client="test", **more):
    filing = intake.Filing(name="Ann Other", email=email, rights=rights, **more)
    receipt = intake.submit(filing, key=uuid4(), client=client, at=at)
    return receipt.submission


def acknowledgements(address=ANN):
    return [
        mail
        for mail in Message.objects.filter(purpose="case-acknowledgement")
        if mail.recipient == address
    ]


def may_send(purpose="marketing-electronic", channel=Way.EMAIL, address=ANN):
    return bool(consent.may_send(address=address, purpose=purpose, channel=channel))


def given(purpose="marketing-electronic", channel=Way.EMAIL, address=ANN):
    kind = "email" if channel is Way.EMAIL else "phone"
    consent_actions.record(
        subject=(kind, address),
        purpose=purpose,
        channel=channel,
        act=Act.GIVEN,
        wording="Send me news.",
        source="form",
        evidence="",
        by=STRANGER,
        at=AT - timedelta(days=9),
    )


def test_each_right_is_a_case_received_at_the_same_moment():
    submission = send(*FILED)

    cases = submission.cases.all()
    assert {case.right for case in cases} == set(FILED)
    assert {case.events.get(seq=1).happened_at for case in cases} == {AT}
    assert {str(case.due_on) for case in cases} == {"2026-12-02"}


@pytest.mark.parametrize("right", FILED)
def test_data_is_held_for_those_who_want_a_copy_of_it_only(right):
    case = send(right).cases.get()

    assert (case.hold is not None) is (right in HELD)
    assert Hold.objects.count() == (1 if right in {"access", "portability"} else 0)


def test_same_form_again_opens_no_other_case():
    filing = intake.Filing(name="Ann", email=ANN, rights=(Right.ACCESS, Right.ERASURE))
    key = uuid4()
    for _ in range(3):
        intake.submit(filing, key=key, client="test", at=AT)

    assert Case.objects.count() == 2
    assert Submission.objects.get().times_sent == 3


@pytest.mark.parametrize(
    "rights", [(), (Right.BREACH,), (Right.ACCESS, Right.PASSED_ON)]
)
def test_what_nobody_files_is_refused_and_opens_nothing(rights):
    with pytest.raises(Refused):
        send(*rights)

    assert not Case.objects.exists()


def test_one_code_proves_all_and_one_mail_acknowledges_all(ann):
    submission = send(Right.ACCESS, Right.ERASURE, STOP)
    assert not acknowledgements()

    intake.prove(submission, address=ANN, by=ann, at=AT)

    assert {case.status for case in submission.cases.all()} == {CaseStatus.RECEIVED}
    [mail] = acknowledgements()
    for case in submission.cases.all():
        assert case.reference in mail.text
        assert case.reference in mail.subject
        assert reverse("case", args=[case.reference]) in mail.text
    assert mail.text.count("How we worked out this date") == 3
    assert mail.text.count("by Wednesday 2 December 2026 at the latest") == 3
    assert "A copy of your data (Access, UK GDPR Article 15)" in mail.text
    assert "Deleting your data (Erasure, Article 17)" in mail.text


def test_proof_of_what_was_closed_meanwhile_is_refused(ann):
    submission = send(Right.ACCESS, STOP)
    tray.disown(submission.cases.get(right="access"), by=ann, at=AT)

    with pytest.raises(Refused, match="This request was closed on 2 November 2026"):
        intake.prove(submission, address=ANN, by=ann, at=AT)

    assert not acknowledgements()


# --- What stops at once ---------------------------------------------------------------


def test_marketing_stops_in_the_transaction_of_sending_without_a_code():
    given()
    assert may_send()

    case = send(STOP).cases.get()

    assert case.status == CaseStatus.RECEIVED
    assert not may_send()
    assert not Message.objects.filter(secret=True).exists()  # no code went out
    [mail] = acknowledgements()
    assert case.reference in mail.text
    assert "Done on Monday 2 November 2026." in mail.text


def test_marketing_stops_on_every_way_to_what_was_given():
    for channel in (Way.PHONE_LIVE, Way.SMS):
        given(channel=channel, address="+441442500890")

    send(STOP, phone="+441442500890")

    for channel in (Way.PHONE_LIVE, Way.SMS):
        assert not may_send(channel=channel, address="+441442500890")
    assert {row.channel for row in PermissionEntry.objects.filter(act="objected")} == {
        "email",
        "phone-live",
        "phone-automated",
        "sms",
    }


def test_consent_ends_for_what_was_chosen_and_for_nothing_else():
    given()
    given("personalisation")

    send(CONSENT, answers={CONSENT: {"consents": ["personalisation"]}})

    assert may_send()
    assert not may_send("personalisation")


def test_consent_ends_everywhere_when_nothing_was_chosen():
    given()
    given("personalisation")

    send(CONSENT)

    assert not may_send()
    assert not may_send("personalisation")


def test_stop_goes_through_when_the_rest_of_the_form_waits_for_its_code():
    given()
    submission = send(Right.ERASURE, STOP)

    assert {case.right: case.status for case in submission.cases.all()} == {
        "erasure": CaseStatus.UNPROVED,
        STOP: CaseStatus.RECEIVED,
    }
    assert not may_send()
    assert Message.objects.filter(secret=True).count() == 1


def test_stop_of_a_mistyped_address_follows_its_correction():
    given()
    submission = send(Right.ERASURE, STOP, email="typo@example.org")

    correcting.correct_address(submission, ANN, client="192.0.2.1", at=AT)

    assert not may_send()


def test_what_was_stopped_stays_so_when_the_owner_of_the_address_disowns_the_rest(ann):
    given()
    submission = send(Right.ERASURE, Right.ACCESS, STOP)

    tray.disown(submission.cases.get(right="access"), by=ann, at=AT)

    assert {case.right: case.status for case in submission.cases.all()} == {
        "access": CaseStatus.LAPSED,
        "erasure": CaseStatus.LAPSED,
        STOP: CaseStatus.RECEIVED,
    }
    assert not may_send()


def test_owner_of_the_address_sees_what_was_stopped_for_it(ann):
    case = send(STOP).cases.get()

    assert list(queries.cases_for(ann)) == [case]
    assert not queries.cases_for(make_subject("eve@example.org"))


def test_nothing_is_left_to_withdraw_of_what_is_done(ann):
    case = send(STOP).cases.get()

    assert policies.may_withdraw(case).reason.startswith("It is done already")
    with pytest.raises(Refused):
        subject.withdraw(case, by=ann, at=AT)


# --- The tray, the reminder, the person's pages ---------------------------------------


def test_tray_has_one_line_for_what_was_sent_together_and_closes_all_of_it():
    dco = make_staff(Role.DCO)
    submission = send(Right.ACCESS, Right.ERASURE, STOP)

    [row] = tray_queries.tray_for(dco, today=AT.date())
    assert row.right == "Copy of their data, erasure"
    tray.let_lapse(row.case, by=dco, at=AT + timedelta(days=28))

    assert {case.right: case.status for case in submission.cases.all()} == {
        "access": CaseStatus.LAPSED,
        "erasure": CaseStatus.LAPSED,
        STOP: CaseStatus.RECEIVED,
    }


def test_sender_of_several_is_reminded_once_and_who_stopped_marketing_never():
    several, stopped = send(Right.ACCESS, Right.ERASURE), send(STOP)
    by, later = make_staff().actor, AT + timedelta(days=1, hours=1)

    assert tray.remind(several, by=by, at=later)
    assert not tray.remind(several, by=by, at=later)
    assert not tray.remind(stopped, by=by, at=later)


def test_mailbox_is_not_flooded_by_stops_or_forms_in_its_name():
    for _ in range(7):
        send(STOP)
    stops = Message.objects.count()
    several = [send(Right.ACCESS) for _ in range(3)]
    by, later = make_staff().actor, AT + timedelta(days=1, hours=1)

    reminded = [tray.remind(one, by=by, at=later) for one in several]

    assert stops == 5
    assert Submission.objects.filter(cases__right=STOP).distinct().count() == 7
    assert reminded.count(True) == 1


@pytest.mark.parametrize("how_many", [1, 3])
def test_asking_about_what_waits_costs_the_same_for_one_and_three(
    how_many, ann, django_assert_num_queries
):
    for _ in range(how_many):
        send(Right.ACCESS, Right.ERASURE)
    client = subject_client(ann)
    client.get(reverse("case-list"))

    with django_assert_num_queries(11):
        client.get(reverse("case-list"))


def test_who_signs_in_is_asked_once_about_what_was_sent_together(ann):
    submission = send(Right.ACCESS, Right.ERASURE)

    page = subject_client(ann).get(reverse("case-list")).content.decode()

    assert page.count("Did you send this request?") == 1
    for title in ("A copy of your data", "Deleting your data"):
        assert f"<li>{title}</li>" in page
    first = submission.cases.order_by("pk")[0]
    client = subject_client(ann)
    receipt = client.post(
        reverse("case-prove-waiting", args=[first.reference]), follow=True
    )
    assert {case.status for case in submission.cases.all()} == {CaseStatus.RECEIVED}
    for case in submission.cases.all():
        assert case.reference in receipt.content.decode()


@pytest.mark.parametrize("right", FILED)
def test_pages_of_the_person_and_of_staff_name_the_right(right, ann):
    submission = send(right)
    intake.prove(submission, address=ANN, by=ann, at=AT)
    case = submission.cases.get()
    title, law = rights.RIGHTS[right].title, rights.RIGHTS[right].law

    page = subject_client(ann).get(reverse("case", args=[case.reference]))
    assert f"<h1>{title}</h1>" in page.content.decode()
    assert law in page.content.decode()
    listed = subject_client(ann).get(reverse("case-list")).content.decode()
    assert f">{title}</a></h2>" in listed
    staff = staff_client().get(reverse("staff-case", args=[case.reference]))
    assert f"<h1>{words.RIGHTS[right]}: Ann Other</h1>" in staff.content.decode()
    queue = staff_client().get(reverse("case-queue"))
    assert words.RIGHTS[right] in queue.content.decode()


def test_case_shows_what_was_said_about_it_and_not_what_about_its_siblings(ann):
    submission = send(
        Right.ACCESS,
        Right.RECTIFICATION,
        answers={
            "scope": "all",
            "adjustments": "Large print",
            Right.RECTIFICATION: {"wrong": "Anne", "should_be": "Ann"},
        },
    )
    intake.prove(submission, address=ANN, by=ann, at=AT)
    pages = {
        case.right: subject_client(ann)
        .get(reverse("case", args=[case.reference]))
        .content.decode()
        for case in submission.cases.all()
    }

    assert "What is wrong?" in pages["rectification"]
    assert "What is wrong?" not in pages["access"]
    assert "What do you want a copy of?" in pages["access"]
    assert "What do you want a copy of?" not in pages["rectification"]
    assert all("Large print" in page for page in pages.values())


def test_bounce_of_the_one_acknowledgement_shows_on_every_case(ann):
    submission = send(Right.ACCESS, Right.ERASURE)
    intake.prove(submission, address=ANN, by=ann, at=AT)
    Message.objects.filter(purpose="case-acknowledgement").update(
        state=MessageState.BOUNCED, problem="no such mailbox"
    )

    for case in submission.cases.all():
        assert [mail.problem for mail in page_of(case).bounced] == ["no such mailbox"]
