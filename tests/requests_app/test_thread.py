"""The thread of a case: both sides write, each sees its own, notes stay with staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role, UserKind
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import disposal, subject, thread, unanswered
from requests_app.models import Case, CaseMessage, Letter, MessageFile
from requests_app.queries.thread import written_since_closed
from requests_app.states import CaseStatus, EventKind, MessageFrom, Right
from requests_app.timekeeping import Asked
from tests.factories.accounts import (
    make_staff,
    make_subject,
    staff_client,
    subject_client,
)
from tests.factories.cases import RECEIVED_AT, make_case
from tests.factories.clock import again, ask, by_post, noon
from vault.models import StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)
ANN = "ann@example.org"
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"


@pytest.fixture
def case() -> Case:
    return make_case(ANN)


@pytest.fixture
def ann(case) -> Client:
    return subject_client(ANN)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def write(client, case, body="Where is it?", *files, token=None):
    said = {"token": token or str(uuid4()), "body": body, "files": list(files)}
    return client.post(reverse("case-write", args=[case.reference]), said)


def picture(name="me.png", content=PNG):
    return SimpleUploadedFile(name, content, content_type="image/png")


def page_of(client, case, name="case"):
    return text_of(client.get(reverse(name, args=[case.reference])))


def answer(client, case, body="It comes on Monday."):
    said = {"token": str(uuid4()), "body": body}
    return client.post(reverse("thread-answer", args=[case.reference]), said)


def test_form_of_one_request_sent_to_another_is_refused_in_words(case, ann):
    other, token = make_case(ANN), str(uuid4())
    write(ann, case, token=token)

    refused = write(ann, other, token=token)

    assert refused.status_code == 422
    assert "sent in another request already" in text_of(refused)
    assert not other.messages.exists()


def test_the_person_writes_and_staff_see_it_unread(case, ann):
    response = write(ann, case)

    assert response.url == reverse("case", args=[case.reference])
    assert "Where is it?" in page_of(ann, case)
    staff = staff_client()
    page = page_of(staff, case, "staff-case")
    assert "Where is it?" in page
    assert "Unread" in page
    link = f'{reverse("staff-case", args=[case.reference])}#thread">Read 1 message.</a>'
    assert link in text_of(staff.get(reverse("case-queue")))
    assert case.events.filter(kind=EventKind.MESSAGE_RECEIVED).count() == 1


def test_to_open_a_page_marks_nothing_as_read_and_the_button_does(case, ann):
    write(ann, case)
    staff = staff_client()
    page_of(staff, case, "staff-case")
    assert CaseMessage.objects.get().seen_at is None

    staff.post(reverse("thread-seen", args=[case.reference]))

    message = CaseMessage.objects.get()
    assert message.seen_by.startswith("staff:")
    assert "Unread" not in page_of(staff, case, "staff-case")
    assert "Read 1 message" not in text_of(staff.get(reverse("case-queue")))


def test_staff_answer_and_a_mail_tells_that_there_is_a_message_not_its_words(case, ann):
    staff = staff_client()

    assert answer(staff, case).status_code == 302

    [mail] = Message.objects.filter(purpose="case-message")
    assert mail.recipient == ANN
    assert "Monday" not in f"{mail.subject} {mail.text}"
    assert reverse("case", args=[case.reference]) in mail.text
    assert "New message" in text_of(ann.get(reverse("case-list")))
    assert "It comes on Monday." in page_of(ann, case)
    assert "not read yet" in page_of(staff, case, "staff-case")

    ann.post(reverse("case-messages-seen", args=[case.reference]))
    assert "New message" not in text_of(ann.get(reverse("case-list")))
    assert "not read yet" not in page_of(staff, case, "staff-case")


def test_who_answers_has_read(case, ann):
    write(ann, case)
    answer(staff_client(), case)
    write(ann, case, "Thank you.")

    seen = CaseMessage.objects.order_by("pk").values_list("sender", "seen_at")
    assert [(sender, at is None) for sender, at in seen] == [
        ("person", False),
        ("staff", False),
        ("person", True),
    ]


def test_who_has_no_address_by_mail_gets_the_words_by_letter(case):
    answer(staff_client(), by_post(case))

    assert "It comes on Monday." in Letter.objects.get().body
    assert not Message.objects.filter(purpose="case-message").exists()


def test_a_note_is_seen_by_staff_and_never_by_the_person(case, ann):
    said = {"token": str(uuid4()), "body": "Ask Bob about her."}
    staff = staff_client()
    staff.post(reverse("thread-note", args=[case.reference]), said)

    assert "Ask Bob about her." in page_of(staff, case, "staff-case")
    page = page_of(ann, case)
    assert "Ask Bob" not in page
    assert "note" not in page.lower().replace("privacy notice", "")
    assert not Letter.objects.exists()
    assert "New message" not in text_of(ann.get(reverse("case-list")))


def test_the_same_form_is_one_message_on_both_sides(case, ann):
    token = str(uuid4())
    write(ann, case, "Once.", picture(), token=token)
    write(ann, case, "Once.", picture(), token=token)
    by = make_staff()
    answered, noted = uuid4(), uuid4()
    for _ in range(2):
        thread.answer(case, body="Yes.", token=answered, by=by, at=AT)
        thread.note(case, body="n", token=noted, by=by, at=AT)

    assert list(
        CaseMessage.objects.order_by("pk").values_list("sender", flat=True)
    ) == ["person", "staff", "note"]
    assert MessageFile.objects.count() == 1


def test_files_come_with_a_message_and_only_readers_of_cases_open_them(case, ann):
    write(ann, case, "", picture())

    file = MessageFile.objects.get()
    url = reverse("thread-file", args=[case.reference, file.pk])
    got = staff_client(Role.AUDITOR).get(url)
    assert b"".join(got.streaming_content) == PNG
    assert 'filename="me.png"' in got["Content-Disposition"]
    assert got["Content-Type"] == "application/octet-stream"
    assert "me.png" in page_of(ann, case)
    other = make_case("bob@example.org")
    elsewhere = reverse("thread-file", args=[other.reference, file.pk])
    assert staff_client().get(elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([picture("letter.pdf")], "is not what its name says"),
        ([picture("tool.exe", b"MZ")], "is not what its name says"),
        ([picture("page.txt", b"a\x00b")], "is not what its name says"),
        ([picture("empty.png", b"")], "empty"),
        ([picture(), picture("big.png", PNG + bytes(10 * 2**20))], "larger than 10 MB"),
        ([picture(f"{n}.png") for n in range(6)], "at most 5 files"),
    ],
)
def test_a_file_that_may_not_come_is_refused_and_nothing_is_kept(
    case, ann, files, said
):
    for file in files:
        file.seek(0)
    response = write(ann, case, "With files.", *files)

    assert response.status_code == 422
    assert said in text_of(response)
    assert "With files." in text_of(response), "what was typed stays"
    assert not CaseMessage.objects.exists()
    assert not StoredFile.objects.filter(destroyed_at=None).exists()


def test_nothing_at_all_is_no_message(case, ann):
    response = write(ann, case, " ")

    assert response.status_code == 422
    assert "Write something, or choose a file." in text_of(response)
    assert write(ann, case, "x", token="none").status_code == 422
    assert not CaseMessage.objects.exists()


def test_a_stranger_writes_in_no_case_and_reads_none(case, ann):
    write(ann, case)
    bob = subject_client("bob@example.org")

    assert write(bob, case).status_code == 404
    assert (
        bob.post(reverse("case-messages-seen", args=[case.reference])).status_code
        == 404
    )
    assert CaseMessage.objects.count() == 1


def test_staff_who_only_read_do_not_write(case):
    for name in ("thread-answer", "thread-note"):
        url = reverse(name, args=[case.reference])
        assert staff_client(Role.AUDITOR).get(url).status_code == 403
    auditor = make_staff(Role.AUDITOR)
    with pytest.raises(Refused, match="people who work cases"):
        thread.answer(case, body="x", token=uuid4(), by=auditor, at=AT)
    with pytest.raises(Refused, match="people who work cases"):
        thread.note(case, body="x", token=uuid4(), by=auditor, at=AT)
    with pytest.raises(Refused, match="Write the message"):
        thread.answer(case, body=" ", token=uuid4(), by=make_staff(), at=AT)


def test_nobody_is_written_to_at_an_unproved_address_or_in_a_breach():
    by = make_staff()
    fields: dict[str, Any] = {"body": "x", "at": AT}

    with pytest.raises(Refused, match="not proved"):
        thread.answer(make_case(proved=False), token=uuid4(), by=by, **fields)
    with pytest.raises(Refused, match="nobody to write to"):
        thread.answer(make_case(right=Right.BREACH), token=uuid4(), by=by, **fields)


def test_the_person_writes_in_a_closed_case_too(case, ann):
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.DONE, closed_at=AT)

    assert write(ann, case, "One thing more.").status_code == 302


def test_too_many_messages_are_told_how_else_to_reach_us(case):
    by = make_subject(ANN)

    def send():
        thread.write_to_us(case, body="x", token=uuid4(), by=by, at=AT)

    for _ in range(30):
        send()
    with pytest.raises(Refused, match="telephone"):
        send()


def test_a_message_is_taken_as_the_answer_from_the_day_it_came(case, ann):
    seq = ask(case, Asked.CLARIFICATION, at=noon("2026-11-04"))
    by = make_subject("other@example.org")
    thread.write_to_us(
        case, body="2019 to 2021.", token=uuid4(), by=by, at=noon("2026-11-06")
    )
    message = CaseMessage.objects.get()
    staff = staff_client()
    assert "This is the answer" in page_of(staff, case, "staff-case")
    url = reverse("thread-take", args=[case.reference, message.pk, seq])
    assert "Their message of 6 November 2026." in text_of(staff.get(url))

    shown = staff.post(url, {"note": "The years."})
    assert shown.context["preview"].after.due
    assert again(case).clock_state == "paused"
    staff.post(url, {"note": "The years.", "confirm": "yes"})

    event = case.events.get(kind=EventKind.CLARIFICATION_ANSWERED)
    assert event.happened_at == noon("2026-11-06")
    assert again(case).clock_state == "running"
    assert "This is the answer" not in page_of(staff, case, "staff-case")


def test_only_what_the_person_wrote_answers_what_we_asked(case):
    seq = ask(case, Asked.CLARIFICATION, at=AT)
    by = make_staff()
    ours = thread.note(case, body="n", token=uuid4(), by=by, at=AT)

    with pytest.raises(Refused, match="Only what the person wrote"):
        thread.take_as_answer(ours, asked=seq, note="", by=by, at=AT)


def test_files_of_messages_are_not_taken_for_strays(case, ann):
    write(ann, case, "", picture())

    later = CaseMessage.objects.get().at + timedelta(days=3)
    assert disposal.unreferenced(at=later) == []


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("message_sender_known", {"sender": "pigeon"}),
        ("message_seen_by_somebody", {"seen_at": AT}),
        ("message_note_is_of_staff", {"sender": MessageFrom.NOTE}),
    ],
)
def test_the_database_holds_what_a_message_is(case, ann, name, fields):
    write(ann, case)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CaseMessage.objects.update(**fields)


def withdraw(case):
    by = User.objects.get(kind=UserKind.SUBJECT)
    subject.withdraw(case, by=by, at=AT)


def close_unanswered(case):
    ask(case, Asked.IDENTITY, at=AT)
    at, by = AT + timedelta(days=30), make_staff(Role.DCO)
    unanswered.close(again(case), reason="Nothing came.", by=by, at=at)


@pytest.mark.parametrize(
    ("close", "takes_up"), [(close_unanswered, True), (withdraw, False)]
)
def test_message_in_a_closed_case_stands_in_the_queue_until_it_is_read(
    case, ann, close, takes_up
):
    close(case)
    staff, title = staff_client(Role.CASEWORKER), "since the case was closed"
    queue = reverse("case-queue")
    assert title not in text_of(staff.get(queue))
    write(ann, case, "Here is what you asked for.")
    write(ann, case, "And the rest.")

    shown = text_of(staff.get(queue))

    assert title in shown
    assert case.reference in shown
    assert "2 messages, the first on" in shown
    assert ("Perhaps what we waited for" in shown) is takes_up
    staff.post(reverse("thread-seen", args=[case.reference]))
    assert title not in text_of(staff.get(queue))


def test_what_we_waited_for_stands_before_what_came_later_in_closed_cases(case, ann):
    other = make_case("ben@example.org")
    close_unanswered(case)
    write(ann, case, "Here it is.")
    withdrawn_by = make_subject("ben@example.org")
    subject.withdraw(other, by=withdrawn_by, at=AT)
    CaseMessage.objects.create(
        case=other,
        event=other.events.latest("seq"),
        token=uuid4(),
        sender=MessageFrom.PERSON,
        body="One thing more.",
        by=str(withdrawn_by.actor),
        at=timezone.now() + timedelta(hours=1),
    )

    every, first = written_since_closed(), written_since_closed(limit=1)

    assert [one.reference for one in every.shown] == [case.reference, other.reference]
    assert (every.more, [one.reference for one in first.shown], first.more) == (
        0,
        [case.reference],
        1,
    )
