"""What a sender may do to their own request, and what a stranger may not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import codes
from accounts.models import EmailCode
from datamap.models import Revision
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import correcting, identifiers, intake, tray
from requests_app.forms.public import NameForm
from requests_app.models import Case, Submission
from requests_app.queries.asked import seen_in
from requests_app.states import CaseStatus, Channel, WhoAsks
from retention.models import Hold
from tests.factories.accounts import (
    make_staff,
    make_subject,
    staff_client,
    subject_client,
)
from tests.factories.cases import CCTV, make_revision
from tests.requests_app.test_portal import take_in

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
        who=WhoAsks.KNOWN,
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
    correcting.correct_address(submission, VICTIM, client="192.0.2.1", at=AT)

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

    correcting.correct_address(submission, VICTIM, client="192.0.2.1", at=AT)

    assert covered(submission.cases.get()) == {("email", VICTIM)}


def test_request_is_received_when_no_more_codes_may_be_sent():
    for number in range(10):
        send(client=f"stranger {number}")

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


def fill_in(client, *, name="Ann Other", scope=None, cctv=None):
    """Answer every question, as a browser does."""
    answers = {
        "what": {"rights": ["access"]},
        "about": {"about": "me"},
        "scope": scope or {"scope": "all"},
        # Who wants everything is asked too.
        "sighting": cctv or {"filmed": "unknown"},
        "name": {"name": name},
        "reach": {"email": VICTIM, "phone": ""},
        "how": {"how": "download"},
        "adjust": {},
    }
    for slug, answer in answers.items():
        page = client.post(reverse("ask-question", args=[slug]), answer)
        assert page.status_code == 302, page.content.decode()


def form_of(client):
    """Return what the page to check the answers would send."""
    page = client.get(reverse("ask-check")).content.decode()
    return {
        name: re.search(rf'name="{name}" value="([^"]+)"', page).group(1)
        for name in ("token", "seen")
    }


def test_owner_of_the_cameras_reads_when_and_where(client):
    """Through the form as it is filled in: what it keeps is what the owner reads."""
    recordings = {
        "table": "recordings",
        "key": "recording",
        "find_by": {"email": {"column": "none", "identifies": "person"}},
        "category": "cctv",
        "purposes": ["services"],
        "fields": ["footage"],
    }
    newer = make_revision([{**CCTV, "datasets": {"recordings": recordings}}])
    Revision.objects.filter(pk=newer.pk).update(approved_at=timezone.now())
    fill_in(
        client,
        scope={"scope": "some", "categories": ["cctv"]},
        cctv={
            "day_day": "2",
            "day_month": "11",
            "day_year": "2026",
            "time": "about noon",
            "where": "Reception",
            "who": "A red coat",
        },
    )

    client.post(reverse("ask-send"), form_of(client))

    kept = Submission.objects.get().answers
    assert seen_in(kept, "cctv") == (
        ("Filmed when", "Monday 2 November 2026, about noon"),
        ("Filmed where", "Reception"),
        ("How to recognise them", "A red coat"),
    )
    assert seen_in(kept, "hr") == ()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann   Other ", "Ann Other"),
        ("Ann\r\nBcc: eve@example.org\r\n\r\nHello", "Ann Bcc: eve@example.org Hello"),
        ("Ann\u202eeve\u2066\x07", "Ann eve"),
        ("\u0646\u06cc\u200c\u0645", "\u0646\u06cc\u200c\u0645"),
        ("O’Hara-Łęcki, Jr.", "O’Hara-Łęcki, Jr."),
    ],
)
def test_name_is_kept_in_one_line_that_reads_as_it_looks(typed, kept):
    form = NameForm({"name": typed})

    assert form.is_valid()
    assert form.cleaned_data["name"] == kept


@pytest.mark.parametrize("nothing", ["", "  ", "\r\n", "\u202e\x00"])
def test_name_of_nothing_that_shows_is_asked_for_again(nothing):
    assert NameForm({"name": nothing}).errors == {"name": ["Write your name."]}


def test_answers_changed_in_another_tab_are_shown_before_they_are_sent(client):
    fill_in(client, name="Ann Other")
    stale = form_of(client)
    client.post(reverse("ask-question", args=["name"]), {"name": "Bob Other"})

    shown = client.post(reverse("ask-send"), stale)
    page = shown.content.decode()
    assert (shown.status_code, Submission.objects.count()) == (422, 0)
    assert "Your answers were changed since you opened this page" in page
    assert "Bob Other" in page

    client.post(reverse("ask-send"), form_of(client))
    assert Submission.objects.get().name == "Bob Other"


def newest_code():
    text = Message.objects.filter(secret=True).order_by("-pk")[0].text
    return re.search(r"\b\d{6}\b", text).group()


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("get", "ask-code"),
        ("post", "ask-code"),
        ("post", "ask-code-again"),
        ("get", "ask-address"),
        ("get", "ask-check"),
    ],
)
def test_way_back_after_the_code_leads_to_the_receipt_and_sends_nothing(
    client, method, name
):
    fill_in(client)
    client.post(reverse("ask-send"), form_of(client))
    code = newest_code()
    done = client.post(reverse("ask-code"), {"code": code})
    mails = Message.objects.count()

    again = getattr(client, method)(reverse(name), {"code": code}, follow=True)

    assert again.redirect_chain == [(done.url, 302)]
    assert "is with us already and needs no other code" in again.content.decode()
    assert Message.objects.count() == mails


def test_form_sent_again_after_the_code_is_one_request_and_shows_the_receipt(client):
    fill_in(client)
    form = form_of(client)
    client.post(reverse("ask-send"), form)
    done = client.post(reverse("ask-code"), {"code": newest_code()})

    again = client.post(reverse("ask-send"), form, follow=True)

    assert again.redirect_chain[-1] == (done.url, 302)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("name", ["ask-code", "ask-address"])
def test_who_comes_for_a_code_that_nobody_waits_for_reads_what_to_do(client, name):
    page = client.get(reverse(name), follow=True)

    assert page.redirect_chain == [(reverse("subject-sign-in"), 302)]
    assert "No request waits for a code in this browser" in page.content.decode()


def test_new_code_is_said_to_be_sent(client):
    fill_in(client)
    client.post(reverse("ask-send"), form_of(client))

    page = client.post(reverse("ask-code-again"), follow=True)

    assert "We have sent a new code." in page.content.decode()


def test_address_of_a_request_is_changed_five_times_a_day_and_no_more(client):
    fill_in(client)
    client.post(reverse("ask-send"), form_of(client))

    pages = [
        client.post(reverse("ask-code-again"), {"email": f"try{n}@example.org"})
        for n in range(7)
    ]

    assert pages[-1].status_code == 429
    assert "was changed too often" in pages[-1].content.decode()
    assert Submission.objects.get().address == "try4@example.org"


def test_code_of_a_request_that_was_closed_is_not_used_up(client):
    fill_in(client)
    client.post(reverse("ask-send"), form_of(client))
    case = Case.objects.get()
    tray.disown(case, by=make_subject(VICTIM), at=timezone.now())

    page = client.post(reverse("ask-code"), {"code": newest_code()})

    assert page.status_code == 302
    assert not EmailCode.objects.filter(used_at__isnull=False).exists()
    assert Submission.objects.get().proved_at is None


@pytest.mark.parametrize("typed", [{}, {"email": "ann@home.example"}])
def test_no_code_goes_out_for_a_request_that_was_closed(client, typed):
    fill_in(client)
    client.post(reverse("ask-send"), form_of(client))
    case = Case.objects.get()
    tray.disown(case, by=make_subject(VICTIM), at=timezone.now())
    mails = Message.objects.count()

    page = client.post(reverse("ask-code-again"), typed)

    assert page.status_code == 302
    with pytest.raises(Refused, match="Send it again; it takes a minute"):
        correcting.correct_address(
            case.submission, "x@example.org", client="192.0.2.1", at=timezone.now()
        )
    assert Message.objects.count() == mails
    assert Submission.objects.get().address == VICTIM


def test_reminders_end_when_the_request_was_disowned():
    case = send().submission.cases.get()
    tray.disown(case, by=make_subject(VICTIM), at=AT)

    later = AT + timedelta(days=4)

    assert not tray.remind(case.submission, by=make_staff().actor, at=later)


def test_staff_and_the_person_read_what_was_typed(revision):
    """Not the spelling by which it is compared (UK GDPR Article 12(1))."""
    case = take_in("Ann", phone="01442 500890", postal="1 Mark Road,\nHemel Hempstead")
    identifiers.add(
        case, kind="postal", value="Old Barn, TRING", reason="x", by=make_staff(), at=AT
    )

    page = staff_client().get(reverse("staff-case", args=[case.reference]))

    who = page.content.decode().split('id="who"')[1].split("</section>")[0]
    typed = ("+44 1442 500890", "1 Mark Road,\nHemel Hempstead", "Old Barn, TRING")
    assert [one for one in typed if one not in who] == []
    assert {one.value for one in case.proved.filter(kind="postal")} == {
        "1 mark road, hemel hempstead",
        "old barn, tring",
    }
