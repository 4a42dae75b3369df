"""A mail server of the test's own; it answers as it is told."""

from __future__ import annotations

import email
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from outbox import actions
from outbox.models import Message
from outbox.states import MessageKind

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


class Sink:
    """Takes mail, or refuses it with ``answers[address]``; ``of_us`` answers MAIL."""

    def __init__(self):
        self.mails, self.answers, self.of_us, self.senders = [], {}, "", []
        self.breaks_off = False

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        if self.of_us:
            return self.of_us
        self.senders.append(address)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        if self.breaks_off:
            server.transport.abort()
        mail = email.message_from_bytes(envelope.content, policy=default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 delivered"

    @property
    def recipients(self):
        return [to for to, _ in self.mails]


@contextmanager
def serving(sink, port):
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@pytest.fixture
def port(settings):
    """Give a free port and have the portal send there; nobody listens yet."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", number
    settings.EMAIL_TIMEOUT = 5
    return number


@pytest.fixture
def sink(port):
    with serving(Sink(), port) as server:
        yield server


def queue(to="ann@example.org", **changed):
    known = {
        "kind": MessageKind.SERVICE,
        "purpose": "acknowledgement",
        "to": to,
        "subject": "We have your request",
        "text": "Dear Ann\n",
        "about": "case:1",
        "dedupe_key": f"key-{Message.objects.count()}",
        "at": AT,
    }
    return actions.queue(**{**known, **changed})


def send(at=AT):
    return actions.send_due(now=lambda: at)
