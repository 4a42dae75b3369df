"""A form that staff or a visitor press twice is one thing, and counted (C33)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from lumina_privacy.lib.verdict import Refused
from requests_app.actions import complaint, thread
from requests_app.models import Case, CaseMessage, Letter, Submission
from requests_app.states import Channel, LetterKind
from tests.database import at_once
from tests.factories.accounts import make_staff, make_subject
from tests.factories.cases import RECEIVED_AT, make_case, make_revision
from tests.ledger import events_about
from tests.requests_app.test_complaints import CARA

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
AT = RECEIVED_AT
TWICE = 2


def repeats(submission: Submission) -> list[str]:
    events = events_about(submission.about)
    return [one.actor for one in events if one.event == "submission.repeated"]


def test_answer_pressed_twice_at_once_is_one_message_and_one_letter():
    case, by, token = make_case(), make_staff(), uuid4()

    made = at_once(
        lambda _: thread.answer(case, body="On Monday.", token=token, by=by, at=AT),
        TWICE,
    )

    assert {one.pk for one in made} == {CaseMessage.objects.get().pk}
    assert Letter.objects.filter(kind=LetterKind.MESSAGE).count() == 1


def test_note_pressed_twice_at_once_is_one_note():
    case, by, token = make_case(), make_staff(), uuid4()

    made = at_once(
        lambda _: thread.note(case, body="She rang.", token=token, by=by, at=AT), TWICE
    )

    assert {one.pk for one in made} == {CaseMessage.objects.get().pk}


@pytest.mark.parametrize("act", [thread.answer, thread.note])
def test_what_staff_wrote_in_one_case_is_refused_in_words_in_another(act):
    by, token = make_staff(), uuid4()
    act(make_case(), body="On Monday.", token=token, by=by, at=AT)

    with pytest.raises(Refused, match="sent in another request already"):
        act(make_case(), body="On Monday.", token=token, by=by, at=AT)

    assert CaseMessage.objects.count() == 1


def test_complaint_typed_in_twice_at_once_is_one_and_the_repeat_is_counted():
    make_revision()
    by, key = make_staff(), uuid4()

    def press(_: int) -> Submission:
        return complaint.take_in(
            CARA, channel=Channel.POST, received_at=AT, key=key, by=by, at=AT
        )

    taken = at_once(press, TWICE)

    submission = Submission.objects.get()
    assert {one.pk for one in taken} == {submission.pk}
    assert submission.times_sent == TWICE
    assert repeats(submission) == [str(by.actor)]
    assert Case.objects.count() == 1

    press(0)
    submission.refresh_from_db()
    assert submission.times_sent == TWICE + 1


def test_complaint_sent_twice_at_once_is_counted_for_who_sent_it():
    make_revision()
    ann, key = make_subject(CARA.email), uuid4()

    sent = at_once(
        lambda _: complaint.complain(CARA, key=key, client="1", at=AT, signed_in=ann),
        TWICE,
    )

    submission = Submission.objects.get()
    assert {one.pk for one in sent} == {submission.pk}
    assert submission.times_sent == TWICE
    assert repeats(submission) == [str(ann.actor)]
