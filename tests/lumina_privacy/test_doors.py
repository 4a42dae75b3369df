"""Counters for who has the token; large forms from who was asked for a file."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lumina_privacy import uploads
from lumina_privacy.uploads import NamelessUploadHandler
from tests.factories.accounts import make_subject, subject_client

pytestmark = pytest.mark.django_db
TOKEN = "t" * 40


def test_without_a_token_there_are_no_metrics(client, settings):
    settings.LUMINA_METRICS_TOKEN = ""
    answer = client.get("/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer wrong", TOKEN, "Bearer é"])
def test_who_does_not_know_the_token_finds_no_metrics(client, settings, given):
    settings.LUMINA_METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": given})
    assert answer.status_code == 404


def test_metrics_count_requests_and_name_nobody(client, settings):
    settings.LUMINA_METRICS_TOKEN = TOKEN
    client.get(reverse("home"))
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"
    text = answer.content.decode()
    assert "django_http_requests_total_by_view_transport_method_total" in text
    assert "@" not in text


def send(client, page, size):
    file = SimpleUploadedFile("f.bin", b"x" * size)
    return client.post(reverse(page), {"files": file})


def test_a_stranger_cannot_fill_the_disk(client, settings, monkeypatch):
    begun = []
    monkeypatch.setattr(
        NamelessUploadHandler, "new_file", lambda *args, **_: begun.append(args)
    )
    # The cookie makes the CSRF check read the form, before any page is asked.
    client.handler.enforce_csrf_checks = True
    client.get(reverse("subject-sign-in"))
    answer = send(client, "subject-sign-in", settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert answer.status_code == 413
    assert not begun


def test_who_has_signed_in_cannot_fill_the_disk_either(settings, monkeypatch):
    begun = []
    monkeypatch.setattr(
        NamelessUploadHandler, "new_file", lambda *args, **_: begun.append(args)
    )
    monkeypatch.setattr(uploads, "MOST_OF_A_MESSAGE", 3 * 1024 * 1024)
    client = subject_client(make_subject())
    client.handler.enforce_csrf_checks = True
    client.get(reverse("subject-sign-in"))
    answer = send(client, "case-list", 4 * 1024 * 1024)
    assert answer.status_code == 413
    assert not begun


def test_a_strangers_small_form_is_read(client, settings):
    answer = send(client, "subject-sign-in", settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 4)
    assert answer.status_code == 422


def test_a_large_upload_has_no_name_on_the_disk(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    handler = NamelessUploadHandler()
    handler.new_file("files", "mail.pst", "application/octet-stream", None)
    handler.receive_data_chunk(b"private", 0)
    assert list((tmp_path / "tmp").iterdir()) == []
    file = handler.file_complete(7)
    with file:
        assert (file.name, file.size, file.read()) == ("mail.pst", 7, b"private")
