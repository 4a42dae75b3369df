"""A worker that dies while it sends mail: every mail goes out, none is doubled."""

from __future__ import annotations

import asyncio
import email
from collections import Counter
from collections.abc import Iterator
from threading import Event

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from dev.servers import free_port
from outbox import actions as outbox
from outbox.models import Message
from outbox.states import MessageKind, MessageState
from tests.faults.stand import Stand, until

pytestmark = pytest.mark.fault
MANY = 6


class Post:
    """A mail server that can be told to take a mail's text and say nothing more."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.port = free_port()
        self.silent_after = -1
        self.waits, self.goes_on = Event(), Event()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        if len(self.taken) == self.silent_after:
            self.waits.set()
            while not self.goes_on.is_set():
                await asyncio.sleep(0.05)
            return "451 try again"  # nobody reads it: the sender is dead
        mail = email.message_from_bytes(envelope.content)
        self.taken.append(str(mail["Message-ID"]))
        return "250 delivered"


@pytest.fixture
def post(stand) -> Iterator[Post]:
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    stand.extra["LUMINA_SMTP_URL"] = f"smtp://127.0.0.1:{post.port}"
    yield post
    post.goes_on.set()
    controller.stop()


def queue(how_many: int = MANY) -> None:
    for number in range(how_many):
        outbox.queue(
            kind=MessageKind.SERVICE,
            purpose="test",
            to=f"person{number}@example.org",
            subject=f"Mail {number}",
            text="words",
            about=f"case:{number}",
            dedupe_key=f"mail:{number}",
            at=timezone.now(),
        )


def all_sent() -> bool:
    return not Message.objects.exclude(state=MessageState.SENT).exists()


def test_mails_of_a_sender_killed_half_way_go_out_once_each(stand: Stand, post: Post):
    post.silent_after = 3
    queue()
    first = stand.worker()
    stand.send("outbox.send_due")
    until(post.waits.is_set)

    first.kill()
    post.silent_after = -1
    post.goes_on.set()
    stand.worker()
    stand.sweep_until(all_sent)

    assert len(post.taken) == MANY
    assert set(Counter(post.taken).values()) == {1}
    ids = {str(one.public_id) for one in Message.objects.all()}
    assert {one.strip("<>").partition("@")[0] for one in post.taken} == ids


def test_mail_accepted_but_not_noted_comes_again_under_the_same_message_id(stand, post):
    """Between the server's "250" and our commit: the one moment nobody can close."""
    queue(1)
    first = stand.worker()
    with stand.locked_table("lumina", "audit_event"):
        stand.send("outbox.send_due")
        until(lambda: post.taken)
        stand.wait_for_lock()
        first.kill()
    stand.worker()

    stand.sweep_until(all_sent)

    assert len(post.taken) == 2
    assert len(set(post.taken)) == 1, "a reader's mail program shows it once"


def test_mail_that_cannot_be_written_does_not_stand_before_the_others(stand, post):
    queue(2)
    first = Message.objects.order_by("pk")[0]
    first.subject = "two\nlines"
    first.save(update_fields=["subject"])
    stand.worker()

    stand.sweep_until(
        lambda: Message.objects.filter(state=MessageState.SENT).count() == 1
    )

    first.refresh_from_db()
    assert (first.state, first.problem) == (MessageState.QUEUED, "BadHeaderError")
    assert first.due_at > timezone.now()
