"""One file may come with what a colleague passes on by a link (C35)."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lumina_privacy.lib.verdict import Refused
from lumina_privacy.uploads import MB
from requests_app.actions import colleagues, reading
from requests_app.actions.incoming import Attached
from requests_app.actions.intake import Filing
from requests_app.models import Case, ColleagueLink
from requests_app.models.pages import opens_to
from requests_app.states import Channel, Right
from tests.factories.accounts import staff_client, subject_client
from tests.requests_app.test_colleagues import (
    ANN,
    ask,
    dco,
    link,
    register,
    stop,
    text_of,
)
from vault import queries as vault
from vault.models import StoredFile

__all__ = ["link", "register"]
pytestmark = pytest.mark.django_db
PICTURE = b"\x89PNG\r\n\x1a\n" + b"x" * 3000


def letter(content: bytes = PICTURE) -> SimpleUploadedFile:
    return SimpleUploadedFile("letter.png", content, "image/png")


def kept() -> int:
    return StoredFile.objects.filter(destroyed_at__isnull=True).count()


def end() -> None:
    colleagues.revoke(ColleagueLink.objects.get(), by=dco(), at=timezone.now())


def test_file_stands_with_the_messages_and_waits_unread(link):
    assert ask(link, file=letter()).status_code == 302

    message = Case.objects.get().messages.get()
    assert (message.sender, message.body, message.seen_at) == ("person", "", None)
    [facts] = vault.facts_of([message.files.get().file]).values()
    assert (facts.name, facts.size) == ("letter.png", len(PICTURE))
    page = staff_client().get(reverse("staff-case", args=[message.case.reference]))
    assert "letter.png" in text_of(page)


def test_what_was_written_down_opens_to_nobody_by_an_address_that_nothing_proved(link):
    ask(link, file=letter(), postal="1 High Street, Tring HP23 4AA")
    stop(link, postal="2 High Street, Tring HP23 4AA")
    asked, stopped = Case.objects.order_by("pk")
    reading.say_what_is_asked(
        asked,
        rights=[Right(stopped.right)],
        reason="Read.",
        by=dco(),
        at=timezone.now(),
    )

    client = subject_client(ANN)

    for case in (asked, stopped):
        page = client.get(reverse("case", args=[case.reference]))
        assert "High Street" not in text_of(page)
        assert "why did Bob call" not in text_of(page)
        assert not opens_to(case, ANN)


def test_file_of_a_form_pressed_twice_is_kept_once_and_a_wrong_one_not_at_all(link):
    token = str(uuid4())
    for _ in range(2):
        ask(link, token=token, file=letter())
    bad = ask(link, file=letter(b"MZ not a picture"))

    assert bad.status_code == 422
    assert "is not what its name says" in text_of(bad)
    assert (Case.objects.count(), kept()) == (1, 1)


def test_file_is_let_go_when_the_link_ends_while_it_comes_in(link):
    def chunks():
        end()
        yield PICTURE

    with pytest.raises(Refused, match="This link was ended"):
        colleagues.note_request(
            ColleagueLink.objects.get(),
            Filing("", answers={"words": "What do you have?"}),
            channel=Channel.IN_PERSON,
            received_at=timezone.now(),
            key=uuid4(),
            at=timezone.now(),
            file=Attached("letter.png", chunks()),
        )

    assert StoredFile.objects.exists()
    assert (Case.objects.count(), kept()) == (0, 0)


@pytest.mark.parametrize(
    ("megabytes", "ended", "status"),
    [(11, False, 422), (13, False, 413), (11, True, 413)],
)
def test_more_than_a_stranger_may_send_needs_a_link_that_works(
    link, megabytes, ended, status
):
    client = Client(enforce_csrf_checks=True)
    form = client.get(f"{link}request/").content.decode()
    csrf = re.search(r'csrfmiddlewaretoken" value="(\w+)"', form)[1]
    if ended:
        end()

    sent = {"csrfmiddlewaretoken": csrf, "file": letter(b"\0" * (megabytes * MB))}

    assert client.post(f"{link}request/", sent).status_code == status
    assert kept() == 0
