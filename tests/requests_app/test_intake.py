"""What a sender may do to their own request, and what a stranger may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.actions import codes
from lumina_privacy.lib.throttle import hit
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import intake, tray
from requests_app.models import Case, Submission
from requests_app.queries import owner as owner_queries
from requests_app.states import CaseStatus, Channel
from retention.models import Hold
from tests.factories.accounts import make_staff, make_subject, subject_client
from tests.factories.cases import CCTV, make_revision

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
VICTIM = "ann@example.org"


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision([CCTV])


def send(email=VICTIM, *, client="test", at=AT, **more) -> intake.Receipt:
    filing = intake.Filing(name="Ann Other", email=email, **more)
    return intake.submit(filing, key=uuid4(), client=client, at=at)


def covered(case: Case) -> set[tuple[str, str]]:
    hold = Hold.objects.get(pk=case.hold)
    return {(row.kind, row.value) for row in hold.identifiers.all()}


def test_values_are_kept_as_they_are_compared():
    submission = intake.take_in(
        intake.Filing("Ann", email=" Ann@Example.ORG ", phone="(01442) 500890"),
        channel=Channel.PHONE,
        received_at=AT,
        known_by="rang from the number on file",
        key=uuid4(),
        by=make_staff(),
        at=AT,
    )

    case = submission.cases.get()
    assert set(case.proved.values_list("kind", flat=True)) == {"email", "phone"}
    assert {known.value for known in case.proved.all()} == {
        "ann@example.org",
        "+441442500890",
    }


def test_proof_of_one_address_does_not_prove_another():
    submission = send("mine@example.org").submission
    intake.correct_address(submission, VICTIM, at=AT)

    with pytest.raises(Refused, match="changed in the meantime"):
        intake.prove(submission, address="mine@example.org", by=make_subject(), at=AT)

    assert submission.cases.get().status == CaseStatus.UNPROVED


def test_hold_covers_what_was_proved_and_nothing_that_was_only_typed():
    receipt = send(phone="+441632960014", postal="1 Other Street")
    case = receipt.submission.cases.get()
    assert len(covered(case)) == 3

    intake.prove(receipt.submission, address=VICTIM, by=make_subject(VICTIM), at=AT)

    assert covered(case) == {("email", VICTIM)}


def test_hold_follows_a_corrected_address():
    submission = send("typo@example.org").submission

    intake.correct_address(submission, VICTIM, at=AT)

    assert covered(submission.cases.get()) == {("email", VICTIM)}


def test_request_is_received_when_no_more_codes_may_be_sent():
    while hit(codes.SEND_PER_ADDRESS, VICTIM, "file_request"):
        pass

    receipt = send()

    assert receipt.is_new
    assert receipt.problem == codes.THROTTLED
    assert receipt.submission.received_at == AT


def test_stranger_who_uses_up_filing_codes_does_not_stop_downloads():
    for number in range(10):
        send(client=f"stranger {number}")
    assert send(client="ann").problem

    codes.send_code(
        address=VICTIM,
        purpose=codes.CodePurpose.DOWNLOAD,
        about="package:1",
        client="ann",
        at=AT,
    )


def test_who_signs_in_sees_each_waiting_request_before_going_on():
    case = send(postal="Stranger Street 1").submission.cases.get()

    page = subject_client(VICTIM).get(reverse("case-list")).content.decode()

    assert "Stranger Street 1" in page
    assert reverse("case-prove-waiting", args=[case.reference]) in page


def test_waiting_request_goes_on_with_its_first_date():
    case = send().submission.cases.get()

    subject_client(VICTIM).post(reverse("case-prove-waiting", args=[case.reference]))

    case.refresh_from_db()
    assert (case.status, case.submission.received_at) == (CaseStatus.RECEIVED, AT)


def test_waiting_request_of_a_stranger_is_closed_by_whose_address_it_is():
    case = send().submission.cases.get()

    subject_client(VICTIM).post(reverse("case-disown", args=[case.reference]))

    case.refresh_from_db()
    assert case.status == CaseStatus.LAPSED
    assert Hold.objects.get(pk=case.hold).released_at is not None


@pytest.mark.parametrize("name", ["case-prove-waiting", "case-disown"])
def test_waiting_request_of_another_address_is_not_found(name):
    case = send().submission.cases.get()

    response = subject_client("eve@example.org").post(
        reverse(name, args=[case.reference])
    )

    case.refresh_from_db()
    assert (response.status_code, case.status) == (404, CaseStatus.UNPROVED)


def test_owner_of_the_cameras_reads_when_and_where(client):
    """Through the form as it is filled in: what it keeps is what the owner reads."""
    answers = {
        "about": {"about": "me"},
        "scope": {"scope": "some", "categories": ["cctv"]},
        "cctv": {"when": "Monday at noon", "where": "Reception", "who": ""},
        "name": {"name": "Ann Other"},
        "reach": {"email": VICTIM, "phone": ""},
        "how": {"how": "download"},
    }
    for slug, answer in answers.items():
        page = client.post(reverse("access-question", args=[slug]), answer)
        assert page.status_code == 302, page.content.decode()
    token = client.session["filing"]["token"]

    client.post(reverse("access-send"), {"token": token})

    kept = Submission.objects.get().answers
    assert owner_queries._details(kept, "cctv") == (
        ("Filmed when", "Monday at noon"),
        ("Filmed where", "Reception"),
    )
    assert owner_queries._details(kept, "hr") == ()


def test_reminders_end_when_the_request_was_disowned():
    case = send().submission.cases.get()
    tray.disown(case, by=make_subject(VICTIM), at=AT)

    later = AT + timedelta(days=4)

    assert not tray.remind(case.submission, by=make_staff().actor, at=later)
