"""The demonstration's mailbox: where it is, and what it shows."""

from __future__ import annotations

import email
import socket
from email.policy import SMTP, default

import pytest

from dev.mailbox import subject_of
from dev.servers import kept_port


def test_mailbox_is_where_it_was_at_the_last_start(tmp_path):
    file = tmp_path / "mailbox-port"
    first = kept_port(file)

    assert kept_port(file) == first


def test_mailbox_moves_when_its_port_is_taken_and_stays_there(tmp_path):
    file = tmp_path / "mailbox-port"
    first = kept_port(file)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        second = kept_port(file)

    assert second != first
    assert kept_port(file) == second


@pytest.mark.parametrize("kept", ["", "rubbish", "0", "-1", "99999999", "8.5"])
def test_rubbish_in_the_file_gives_a_new_port(tmp_path, kept):
    file = tmp_path / "mailbox-port"
    file.write_text(kept)

    assert kept_port(file) > 0
    assert int(file.read_text()) > 0


def test_long_subject_is_shown_in_one_line():
    message = email.message.EmailMessage(policy=SMTP)
    message["Subject"] = f"{'W' * 90} your request LP-1234 about your personal data"
    read = email.message_from_bytes(message.as_bytes(), policy=default)

    assert subject_of(read) == message["Subject"]
    assert subject_of(email.message.EmailMessage()) == ""
