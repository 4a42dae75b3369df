"""The pages for when something went wrong."""

from __future__ import annotations

import errno

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from lumina_privacy.lib.http import open_page
from lumina_privacy.urls import (
    handler400,
    handler403,
    handler404,
    handler500,
)
from lumina_privacy.urls import (
    urlpatterns as real,
)

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@open_page
def refuse(request):
    """Refuse with a policy's reason."""
    raise PermissionDenied("The auditor only reads.")


@open_page
def crash(request):
    """Fail as software does."""
    raise RuntimeError("secret of the house")


@open_page
def overflow(request):
    """Fail as the disk does while a large upload arrives."""
    raise OSError(errno.ENOSPC, "No space left on device")


@open_page
def take(request):
    """Take a form."""
    return HttpResponse("taken")


urlpatterns = [
    *real,
    path("refuse/", refuse),
    path("crash/", crash),
    path("overflow/", overflow),
    path("take/", take),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def test_unknown_page_is_404_in_our_words(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "There is no such page for you" in response.content.decode()


def test_refusal_gives_the_reason_of_the_policy(client):
    response = client.get("/refuse/")
    assert response.status_code == 403
    assert "The auditor only reads." in response.content.decode()


def test_crash_is_a_page_that_tells_no_secret(client):
    client.raise_request_exception = False
    response = client.get("/crash/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
    assert "secret of the house" not in response.content.decode()


def test_crash_page_comes_out_when_its_frame_cannot_be_made(client, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no frame either")

    monkeypatch.setattr("lumina_privacy.errors.render", broken)
    client.raise_request_exception = False
    response = client.get("/crash/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


def test_form_without_its_token_is_refused_in_our_words():
    response = Client(enforce_csrf_checks=True).post("/take/")
    assert response.status_code == 403
    assert "This form had been open for too long" in response.content.decode()


def test_full_disk_says_that_nothing_was_kept(client):
    client.raise_request_exception = False
    response = client.post("/overflow/")
    assert response.status_code == 507
    assert "Nothing of what you sent was kept" in response.content.decode()
