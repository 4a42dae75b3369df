"""Marketing and surveys go where consent is on record at the moment of sending."""

from __future__ import annotations

import pytest

from consent import actions
from consent.rules import Act, Channel
from lumina_privacy.lib.actor import system
from outbox.models import Message
from outbox.states import MessageKind
from tests.outbox.conftest import AT, queue, send

pytestmark = pytest.mark.django_db
NEWS = "marketing-electronic"


def say(act, purpose=NEWS, channel=Channel.EMAIL):
    actions.record(
        subject=("email", "ann@example.org"),
        purpose=purpose,
        channel=channel,
        act=act,
        wording="Send me news.",
        source="form",
        evidence="",
        by=system("test"),
        at=AT,
    )


@pytest.mark.parametrize("kind", [MessageKind.MARKETING, MessageKind.SURVEY])
def test_mail_goes_with_consent(sink, kind):
    say(Act.GIVEN)
    queue(kind=kind, purpose=NEWS)

    assert (send(), len(sink.mails)) == (1, 1)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ([], "no consent is on record"),
        ([(Act.GIVEN, "personalisation")], "no consent is on record"),
        ([(Act.GIVEN, NEWS), (Act.WITHDRAWN, NEWS)], "asked us to stop"),
    ],
)
def test_mail_stays_without_consent_or_after_a_stop(sink, said, problem):
    queue(kind=MessageKind.MARKETING, purpose=NEWS)
    for act, purpose in said:
        say(act, purpose)

    send()

    assert sink.mails == []
    message = Message.objects.get()
    assert message.state == "dropped"
    assert problem in message.problem


def test_answer_to_a_request_goes_whatever_was_stopped(sink):
    say(Act.WITHDRAWN)
    queue(kind=MessageKind.SERVICE, purpose="answer")

    assert (send(), len(sink.mails)) == (1, 1)
