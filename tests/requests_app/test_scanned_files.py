"""What comes in from outside is scanned before anybody opens it."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from audit.models import Event
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import files, incoming, owner, thread
from requests_app.models import CaseMessage, MessageFile, OwnerFile, OwnerTask
from requests_app.states import RowChoice, TaskState
from tests.factories.accounts import (
    make_staff,
    staff_client,
    subject_client,
    subject_of,
)
from tests.factories.cases import RECEIVED_AT, make_case, make_reviewed, make_task
from tests.scanner import EICAR, MOST, scanner
from vault import actions as vault
from vault import queries as vault_queries
from vault import scanning
from vault.models import StoredFile
from vault.states import FilePurpose, ScanState

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)
LETTER = b"A letter, in plain words."


@pytest.fixture
def clamd(settings):
    """Give what the scanner was shown; the portal knows where it is."""
    with scanner() as (url, seen):
        settings.LUMINA_CLAMD_URL = url
        yield seen


@pytest.fixture
def away(settings):
    """Have a scanner be set up that does not answer; give a function that brings it."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.LUMINA_CLAMD_URL = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
    return settings


def write(case, *files, name="letter.txt"):
    return thread.write_to_us(
        case,
        body="Here it is.",
        files=[incoming.Attached(name, [content]) for content in files],
        token=uuid4(),
        by=subject_of(case.submission.address),
        at=AT,
    )


def file_of(message) -> MessageFile:
    return message.files.get()


def test_clean_file_is_shown_to_the_scanner_whole_and_kept(clamd):
    message = write(make_case(), LETTER)

    assert clamd == [LETTER]
    stored = vault_queries.facts(file_of(message).file)
    assert stored.scan is ScanState.CLEAN
    with vault.reading(stored.id) as plain:
        assert plain.read() == LETTER


def test_harmful_file_is_refused_in_words_and_nothing_is_kept(clamd):
    case = make_case()

    with pytest.raises(Refused, match="for harmful, so nothing of it was kept"):
        write(case, EICAR)

    assert not CaseMessage.objects.exists()
    stored = StoredFile.objects.get()
    assert stored.destroyed_for == "harmful"
    found = Event.objects.get(event="vault.file.scanned")
    assert found.details["state"] == "found"


def test_person_reads_why_a_harmful_file_was_not_taken_and_keeps_what_was_typed(clamd):
    case = make_case("ann@example.org")
    client = subject_client("ann@example.org")

    response = client.post(
        reverse("case-write", args=[case.reference]),
        {
            "token": uuid4(),
            "body": "My letter.",
            "files": SimpleUploadedFile("letter.txt", EICAR),
        },
    )

    assert response.status_code == 422
    text = response.content.decode()
    assert "Our virus scanner takes" in text
    assert "My letter." in text


def test_file_larger_than_the_scanner_takes_is_refused_in_words(clamd):
    with pytest.raises(Refused, match="larger than our virus scanner takes"):
        write(make_case(), b"a" * (MOST + 1))

    assert StoredFile.objects.get().destroyed_for == "too-large-to-scan"


def test_while_the_scanner_is_away_the_file_waits_and_nothing_opens_it(away):
    message = write(make_case(), LETTER)
    file = file_of(message)

    assert vault_queries.facts(file.file).scan is ScanState.WAITING
    with pytest.raises(vault.Unreadable), vault.reading(file.file):
        pass
    url = reverse("thread-file", args=[message.case.reference, file.pk])
    response = staff_client().get(url)
    assert response.status_code == 422
    assert "waits for the virus scanner" in response.content.decode()


def test_what_waited_is_scanned_when_the_scanner_is_back(away):
    case = make_case()
    clean, harmful = write(case, LETTER), write(case, b"Look: " + EICAR)
    assert scanning.scan_waiting(by=system("t"), at=AT) == 0

    with scanner() as (url, _):
        away.LUMINA_CLAMD_URL = url
        assert scanning.scan_waiting(by=system("t"), at=AT) == 2

    assert vault_queries.facts(file_of(clean).file).scan is ScanState.CLEAN
    gone = vault_queries.facts(file_of(harmful).file)
    assert (gone.scan, gone.destroyed_at) == (ScanState.FOUND, AT)
    response = staff_client().get(
        reverse("thread-file", args=[case.reference, file_of(harmful).pk])
    )
    assert response.status_code == 422
    assert "is destroyed" in response.content.decode()


def test_owners_file_goes_the_same_way(clamd):
    case = make_case()
    task = make_task(case, "cctv", state=TaskState.WITH_OWNER)
    asked = OwnerTask.objects.create(
        reference="OWNER-9",
        task=task,
        address="facilities@luminatech.example",
        due_on=AT.date(),
        asked_at=AT,
    )
    bring: dict = {"name": "a.mp4", "claimed_type": "video/mp4", "at": AT}

    with pytest.raises(Refused, match="for harmful"):
        owner.add_file(asked, chunks=[EICAR], **bring)
    assert not OwnerFile.objects.exists()
    assert owner.add_file(asked, chunks=[b"\0film"], **bring).pk


def test_without_a_scanner_nothing_waits(settings):
    settings.LUMINA_CLAMD_URL = ""

    message = write(make_case(), LETTER)

    assert vault_queries.facts(file_of(message).file).scan is ScanState.NONE
    with vault.reading(file_of(message).file) as plain:
        assert plain.read() == LETTER


def test_database_knows_what_a_scanner_can_say():
    write(make_case(), LETTER)

    with pytest.raises(IntegrityError, match="stored_file_scan_known"):
        StoredFile.objects.update(scan="perhaps")


def test_owners_file_that_waits_is_not_released(away):
    case = make_reviewed()
    asked = OwnerTask.objects.create(
        reference="OWNER-8",
        task=case.tasks.get(system="cctv"),
        address="facilities@luminatech.example",
        due_on=AT.date(),
        asked_at=AT,
    )
    attached = incoming.Attached("a.txt", [LETTER])
    kept = incoming.keep(
        attached,
        replace(owner.TERMS, most_mb=1),
        about=case.about,
        by=system("t"),
        at=AT,
    )
    file = OwnerFile.objects.create(task=asked, file=kept, at=AT)

    with pytest.raises(Refused, match="waits for the virus scanner"):
        files.choose_file(
            file,
            choice=RowChoice.RELEASE,
            ground="",
            seen=file.mark,
            by=make_staff(),
            at=AT,
        )


def test_what_the_portal_made_itself_is_not_scanned(clamd):
    with vault.writing(
        purpose=FilePurpose.SPOOL, about="case:1", name="s", by=system("t"), at=AT
    ) as sink:
        sink.write(EICAR)

    assert scanning.scan(sink.file_id, by=system("t"), at=AT) is ScanState.NONE
    assert clamd == []
