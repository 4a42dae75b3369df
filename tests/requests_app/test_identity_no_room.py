"""When the storage is full nothing stays of what shows an identity (decision D9)."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import evidence
from requests_app.models import IdentityEvidence
from tests.factories.accounts import subject_client
from tests.pictures import pdf, photo
from tests.requests_app.shown import LATER, asked, content_of, show
from tests.scanner import scanner
from vault import scanning
from vault.models import StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.long]


class Narrow(FileSystemStorage):
    """A disk with room for so many files."""

    def __init__(self, *, room: int, **options) -> None:
        super().__init__(**options)
        self.room = room

    def save(self, name, content, max_length=None):
        held = [one for one in Path(self.location).rglob("*") if one.is_file()]
        if len(held) >= self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().save(name, content, max_length)


class Stuck(FileSystemStorage):
    """A disk that is written to and lets nothing go."""

    def delete(self, name):
        raise OSError(errno.EIO, "Input/output error")


@pytest.fixture
def room(settings):
    """Let the vault hold so many files from now on."""

    def narrow(files: int) -> None:
        store = settings.STORAGES["vault"]
        settings.STORAGES = {
            **settings.STORAGES,
            "vault": {
                "BACKEND": f"{Narrow.__module__}.{Narrow.__qualname__}",
                "OPTIONS": {**store["OPTIONS"], "room": files},
            },
        }

    return narrow


def kept() -> list[StoredFile]:
    return list(StoredFile.objects.filter(destroyed_at__isnull=True))


def test_first_page_of_a_pdf_goes_when_there_is_no_room_for_the_second(room):
    case = asked()
    room(2)  # what came in, and the first page of it

    with pytest.raises(Refused, match="does not fit at the moment"):
        show(case, pdf(pages=3))

    assert kept() == []
    assert not IdentityEvidence.objects.exists()


def test_first_file_goes_when_there_is_no_room_for_a_page_of_the_second(room):
    case = asked()
    room(4)

    with pytest.raises(Refused, match="does not fit"):
        show(case, photo(), pdf(pages=2))

    assert kept() == []


def test_person_reads_that_it_does_not_fit(room):
    case = asked()
    room(2)
    client = subject_client(case.submission.address)

    page = client.post(
        reverse("case-identity-show", args=[case.reference]),
        {"shown": SimpleUploadedFile("pass.pdf", pdf(pages=2))},
        follow=True,
    )

    assert "“pass.pdf” does not fit at the moment" in page.content.decode()
    assert kept() == []


def test_pages_made_after_the_scan_go_too_and_what_came_in_waits_on(settings, room):
    settings.LUMINA_CLAMD_URL = "tcp://127.0.0.1:9"
    [row] = show(asked(), pdf(pages=2))
    with scanner() as (url, _):
        settings.LUMINA_CLAMD_URL = url
        scanning.scan_waiting(by=system("t"), at=LATER)
        room(2)
        with pytest.raises(OSError, match="the storage is full"):
            evidence.make_ready(row, by=system("t"), at=LATER)
        assert [file.pk for file in kept()] == [row.file]

        room(9)
        assert evidence.make_ready(row, by=system("t"), at=LATER)

    assert IdentityEvidence.objects.filter(is_ready=True).count() == 2
    row.refresh_from_db()
    assert content_of(row).startswith(b"\xff\xd8\xff")


def test_pages_go_when_their_rows_cannot_be_written(settings):
    """As when the database is lost, or a row breaks a rule of it."""
    settings.LUMINA_CLAMD_URL = "tcp://127.0.0.1:9"
    [row] = show(asked(), pdf(pages=2))
    with scanner() as (url, _):
        settings.LUMINA_CLAMD_URL = url
        scanning.scan_waiting(by=system("t"), at=LATER)
        IdentityEvidence.objects.filter(pk=row.pk).delete()
        with pytest.raises(IdentityEvidence.DoesNotExist):
            evidence.make_ready(row, by=system("t"), at=LATER)

    assert [file.pk for file in kept()] == [row.file]


@pytest.mark.django_db(transaction=True)
def test_new_picture_stays_when_the_old_file_cannot_be_removed(settings):
    settings.LUMINA_CLAMD_URL = "tcp://127.0.0.1:9"
    [row] = show(asked(), photo())
    with scanner() as (url, _):
        settings.LUMINA_CLAMD_URL = url
        scanning.scan_waiting(by=system("t"), at=LATER)
        whole = settings.STORAGES
        stuck = f"{Stuck.__module__}.{Stuck.__qualname__}"
        settings.STORAGES = {**whole, "vault": {**whole["vault"], "BACKEND": stuck}}
        with pytest.raises(OSError, match="Input/output"):
            evidence.make_ready(row, by=system("t"), at=LATER)
        settings.STORAGES = whole

    row.refresh_from_db()
    assert row.is_ready
    assert content_of(row).startswith(b"\xff\xd8\xff")
    assert [file.pk for file in kept()] == [row.file]
