"""How a person wants to be answered is asked once, and our letters follow it (C36)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import in_part, merging, portable, thread
from requests_app.models import Case, Letter, Package, Sending, Submission
from requests_app.policies import posting
from requests_app.queries.letters import letters_of, to_call
from requests_app.states import EventKind, LetterKind, Right
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import RECEIVED_AT, make_case, register_in_force
from tests.factories.clock import again, ask, extend
from tests.requests_app.shown import text_of
from tests.requests_app.test_filing_rights import answered, code, errors, send, walk
from tests.requests_app.test_two_persons import make_built
from tests.requests_app.test_views_intake import take_in
from tests.requests_app.test_who_fetches import let_go

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
ANN = "ann@example.org"
HOME = "1 High Street\nHemel Hempstead"
BY_LETTER = {"email": ANN, "phone": "", "reach": "post", "postal": HOME}


def wants(reach: str, **submission) -> Case:
    case = make_case(ANN)
    sent = case.submission
    sent.answers = json.dumps({"reach": reach})
    for name, value in submission.items():
        setattr(sent, name, value)
    sent.save()
    return again(case)


def by_mail() -> list[str]:
    return [one.purpose for one in Message.objects.order_by("pk")]


# --- Asked once -------------------------------------------------------------------


def test_browser_asks_once_and_a_letter_acknowledges_it(client):
    register_in_force()
    walk(client, Right.ERASURE, reach=BY_LETTER)
    rows = {row["label"]: row["value"] for row in answered(client)}
    assert rows["How we answer you"] == "By letter"

    client.post(send(client).url, {"code": code()})

    sent = Submission.objects.get()
    assert json.loads(sent.answers)["reach"] == "post"
    assert sent.postal == HOME
    letter = Letter.objects.get()
    assert letter.kind == LetterKind.ACKNOWLEDGEMENT
    assert letter.sendings.get().message is None
    assert "case-acknowledgement" not in by_mail()
    assert "How do we answer you? By letter" in letter.body


@pytest.mark.parametrize(
    ("reach", "problem"),
    [
        ("post", "Write the postal address for our letters."),
        ("phone", "Write the telephone number that we should call."),
    ],
)
def test_browser_asks_for_what_the_way_needs(client, reach, problem):
    register_in_force()
    place = reverse("ask-question", args=["reach"])
    client.post(reverse("ask-question", args=["what"]), {"rights": ["erasure"]})

    refused = client.post(place, {"email": ANN, "phone": "", "reach": reach})

    assert problem in errors(refused)


def test_browser_needs_no_choice_and_a_copy_on_paper_no_second_address(client):
    register_in_force()
    walk(
        client,
        Right.ACCESS,
        scope={"scope": "all"},
        sighting={"filmed": "no"},
        reach={**BY_LETTER, "reach": ""},
        how={"how": "print", "postal": ""},
    )
    send(client)

    sent = Submission.objects.get()
    assert "reach" not in json.loads(sent.answers)
    assert sent.postal == HOME


def test_who_only_stops_or_acts_for_another_is_not_asked(client):
    register_in_force()
    walk(client, Right.OBJECTION_DIRECT_MARKETING, reach=BY_LETTER)
    send(client)

    assert "reach" not in json.loads(Submission.objects.get().answers)


def test_staff_note_it_and_need_the_address_it_needs():
    register_in_force()
    client = staff_client()
    refused = take_in(client, reach="email")
    assert "Write the e-mail address to answer to." in errors(refused)

    page = client.get(take_in(client, email=ANN, reach="post").url)

    assert json.loads(Submission.objects.get().answers)["reach"] == "post"
    text = text_of(page)
    assert "By letter: print and post what is written to them." in text
    # The acknowledgement, too, waits for the post.
    assert Sending.objects.get().message is None


@pytest.mark.parametrize(
    ("reach", "problem"),
    [
        ("post", "They want letters: write their postal address."),
        ("email", "They want e-mail: write their e-mail address."),
        ("phone", "Only who asks for themselves is called."),
    ],
)
def test_preference_of_whom_an_agent_asks_for_needs_their_address(reach, problem):
    register_in_force()
    client, agent = (
        staff_client(),
        {
            "acts": "agent",
            "agent": "Harris & Co",
            "agent_email": "harris@example.org",
            "evidence": "signed",
            "covers": "All.",
        },
    )

    refused = take_in(client, reach=reach, **agent)

    assert problem in text_of(refused)
    assert not Submission.objects.exists()


def test_what_they_did_not_say_is_made_up_by_nobody():
    register_in_force()

    take_in(staff_client(), reach="")

    assert "reach" not in json.loads(Submission.objects.get().answers)


# --- Letters follow it ------------------------------------------------------------


def test_letters_go_by_post_to_who_wants_them_so_and_have_a_mailbox():
    case = wants("post", postal=HOME)
    staff = staff_client()
    url = reverse("case-ask", args=[case.reference, "clarification"])
    said = {"reason": "It is much.", "needed": "Which years?"}
    assert "To be printed and posted to" in text_of(staff.post(url, said))

    ask(again(case), Asked.IDENTITY, at=AT)
    extend(again(case), at=AT)

    assert [one.message for one in Sending.objects.all()] == [None, None]
    assert by_mail() == []
    assert again(case).due_on is not None  # nobody is told before it is posted


def test_a_message_stands_in_the_letter_itself():
    case = wants("post", postal=HOME)

    thread.answer(case, body="Monday.", token=uuid4(), by=make_staff(), at=AT)

    letter = Letter.objects.get()
    assert "Monday." in letter.body
    assert letter.sendings.get().message is None


def test_where_an_answer_is_fetched_goes_by_mail_and_it_counts_as_given():
    built = make_built(make_staff())
    sent = built.case.submission
    sent.answers, sent.postal = json.dumps({"reach": "post"}), HOME
    sent.save()

    package = let_go(built)

    assert by_mail() == ["case-answer-ready"]
    assert posting.nothing_to_post(again(package.case), today=AT.date())


@pytest.mark.parametrize("tell", [in_part.tell, portable.tell])
def test_letter_that_says_where_to_fetch_goes_by_mail_to_who_wants_letters(tell):
    built = make_built(make_staff())
    sent = built.case.submission
    sent.answers, sent.postal = json.dumps({"reach": "post"}), HOME
    sent.save()
    package, at = let_go(built), timezone.now()
    Package.objects.filter(pk=package.pk).update(manifest={"datasets": []})
    package.refresh_from_db()
    case = again(package.case)

    with transaction.atomic():
        tell(case, package, case.events.latest("seq"), by=make_staff().actor, at=at)

    assert Sending.objects.get().message is not None


@pytest.mark.parametrize("address", [ANN, ""])
def test_that_requests_are_merged_stands_in_a_letter_and_in_no_mail(address):
    earlier = make_case(ANN)
    later = wants("post", postal=HOME)
    Submission.objects.filter(pk=later.submission_id).update(address=address)

    by = make_staff()
    merging.merge(again(later), into=earlier, reason="Both hers.", by=by, at=AT)

    letter = Letter.objects.get(kind=LetterKind.MERGED)
    assert letter.case == later
    assert letter.sendings.get().message is None
    assert f"under {earlier.reference}" in letter.body
    assert ("You can follow it here" in letter.body) == bool(address)
    assert by_mail() == []


@pytest.mark.parametrize("reach", ["email", "phone", "post"])
def test_without_a_postal_address_letters_go_by_mail(reach):
    case = wants(reach)

    extend(case, at=AT)

    assert by_mail() == ["case-extension"]


# --- Calling ----------------------------------------------------------------------


def note_call(case, *, said="x", called_at=AT, token=None, by=None, at=AT):
    return thread.note_call(
        again(case),
        said=said,
        called_at=called_at,
        token=token or uuid4(),
        by=by or make_staff(),
        at=at,
    )


def test_staff_are_told_to_call_until_they_note_the_call():
    case = wants("phone", phone="+441632960014")
    extend(case, at=AT)
    staff, page = staff_client(), reverse("staff-case", args=[case.reference])
    shown = text_of(staff.get(page))
    assert "By telephone, +44 1632 960014" in shown
    assert "Call them: a letter was written since the last call." in shown

    by = make_staff()
    said = "Told her that it takes longer. She is content."
    note_call(case, said=said, by=by)

    event = case.events.get(kind=EventKind.CALLED)
    assert (event.actor, event.happened_at) == (str(by.actor), AT)
    assert event.text.body == said
    shown = text_of(staff.get(page))
    assert "Telephoned the person" in shown
    assert said in shown
    assert "Call them: a letter" not in shown
    theirs = subject_client(ANN).get(reverse("case", args=[case.reference]))
    assert "We telephoned you" in text_of(theirs)
    assert said not in text_of(theirs)


def test_what_is_sent_says_that_they_want_a_call():
    case = wants("phone", phone="+441632960014")
    staff = staff_client()

    sent = staff.post(
        reverse("case-ask", args=[case.reference, "clarification"]),
        {"reason": "Many.", "needed": "Which years?", "confirm": "yes"},
        follow=True,
    )

    assert "They want to be telephoned: call them too." in text_of(sent)


def test_call_wants_its_words_and_a_day_that_was(client):
    case = wants("phone", phone="+441632960014")

    with pytest.raises(Refused, match="Write what was said"):
        note_call(case, said=" ")
    with pytest.raises(Refused, match="in the future"):
        note_call(case, called_at=AT + timedelta(days=1))
    with pytest.raises(Refused, match="2 November 2026: the call cannot be before"):
        note_call(case, called_at=RECEIVED_AT - timedelta(days=1))
    with pytest.raises(Refused, match="nobody to call"):
        note_call(make_case(right=Right.BREACH))
    url = reverse("thread-call", args=[case.reference])
    staff = staff_client()
    form = staff.get(url).context["form"]
    said = {name: str(form[name].value()) for name in ("called_on", "token")}
    for _ in range(2):  # pressed twice
        assert staff.post(url, {**said, "said": "x"}).status_code == 302
    assert case.events.filter(kind=EventKind.CALLED).count() == 1


@pytest.mark.parametrize(
    ("called_at", "noted_at", "waits"),
    [
        ("2026-11-10T12:00", "2026-11-11T09:00", False),  # noted later, as noon
        ("2026-11-10T16:00", "2026-11-10T16:00", False),
        ("2026-11-10T10:00", "2026-11-10T10:00", True),  # before the letter
        ("2026-11-09T12:00", "2026-11-11T09:00", True),
    ],
)
def test_call_counts_by_its_day_if_it_was_noted_after_the_letter(
    called_at, noted_at, waits
):
    called, noted = (
        datetime.fromisoformat(f"{one}+00:00") for one in (called_at, noted_at)
    )
    case = wants("phone", phone="+441632960014")
    extend(case, at=datetime(2026, 11, 10, 15, tzinfo=UTC))

    note_call(case, called_at=called, at=noted)

    told = to_call(again(case), letters_of(case), case.events.all())
    assert told.waits is waits


def test_call_on_the_day_of_the_receipt_is_not_before_it():
    case = wants("phone", phone="+441632960014")
    early = RECEIVED_AT - timedelta(minutes=5)

    assert note_call(case, called_at=early).happened_at == RECEIVED_AT
