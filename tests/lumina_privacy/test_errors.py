"""The pages for when something went wrong."""

from __future__ import annotations

import errno

import pytest
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from accounts.roles import Role
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
from tests.factories.accounts import make_staff, staff_client, subject_client

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
@require_POST
def take(request):
    """Take a form."""
    return HttpResponse("taken")


@open_page
def garbled(request):
    """Fail as Django does at a form it cannot read."""
    raise SuspiciousOperation("secret of the house")


@open_page
def large(request):
    """Fail as Django does at a form that is too large."""
    raise RequestDataTooBig("secret of the house")


urlpatterns = [
    *real,
    path("refuse/", refuse),
    path("crash/", crash),
    path("overflow/", overflow),
    path("take/", take),
    path("garbled/", garbled),
    path("large/", large),
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


def test_garbled_form_is_answered_with_what_to_do(client):
    response = client.get("/garbled/")
    assert response.status_code == 400
    assert "We could not read what was sent" in response.content.decode()
    assert "secret of the house" not in response.content.decode()


def test_too_large_a_form_is_said_to_be_too_large(client):
    response = client.get("/large/")
    assert response.status_code == 413
    assert "larger than this page takes" in response.content.decode()


def test_address_that_takes_forms_only_says_so_and_leads_on(client):
    response = client.get("/take/")
    page = response.content.decode()
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This address only takes a form" in page
    assert f'href="{reverse("home")}"' in page


DEAD_ENDS = {
    "/refuse/": 403,
    "/no-such-page/": 404,
    "/take/": 405,
    "/garbled/": 400,
    "/large/": 413,
    "/overflow/": 507,
    "/crash/": 500,
}


@pytest.mark.parametrize(("address", "status"), DEAD_ENDS.items())
def test_staff_meet_errors_in_the_frame_of_their_own_pages(address, status):
    client = staff_client(Role.CASEWORKER)
    client.raise_request_exception = False

    response = client.get(address)

    page = response.content.decode()
    assert response.status_code == status
    assert '<body class="staff">' in page
    assert f'href="{reverse("case-queue")}">Go to: Queue</a>' in page
    assert "Follow a request" not in page


@pytest.mark.parametrize("address", DEAD_ENDS)
def test_person_meets_errors_in_the_frame_of_the_public_pages(address):
    client = subject_client()
    client.raise_request_exception = False

    page = client.get(address).content.decode()

    assert '<body class="staff">' not in page
    assert f'href="{reverse("case-list")}">Go to your requests</a>' in page


def test_form_of_staff_without_its_token_is_refused_in_their_frame():
    client = staff_client(Role.CASEWORKER)
    client.handler.enforce_csrf_checks = True

    response = client.post("/take/")

    page = response.content.decode()
    assert response.status_code == 403
    assert '<body class="staff">' in page
    assert '<a href="/take/">Load the page again</a>' in page


def test_staff_between_the_factors_are_led_on_to_the_second(client):
    user = make_staff(Role.DCO)
    client.force_login(user, backend="accounts.backends.StaffBackend")

    page = client.get("/no-such-page/").content.decode()

    assert '<body class="staff">' in page
    assert "Go on signing in" in page


@pytest.mark.parametrize("address", DEAD_ENDS)
def test_no_cache_keeps_a_dead_end_that_names_who_is_signed_in(address):
    client = staff_client(Role.CASEWORKER)
    client.raise_request_exception = False

    response = client.get(address)

    assert response["Cache-Control"] == "no-store, private"


BACK = {
    "ask-send": "ask-check",
    "ask-code-again": "ask-code",
    "subject-code-again": "subject-code",
    "owner-code-again": "owner-code",
    "sign-out": "home",
}


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(("form", "page"), BACK.items())
def test_who_opens_the_address_of_a_form_gets_the_page_it_belongs_to(
    client, method, form, page
):
    response = getattr(client, method)(reverse(form))

    assert (response.status_code, response["Location"]) == (302, reverse(page))


@pytest.mark.parametrize("form", ["case-prove-waiting", "case-disown"])
def test_who_comes_back_to_a_form_about_a_waiting_request_gets_the_list(form):
    response = subject_client().get(reverse(form, args=["ABC"]))

    assert response["Location"] == reverse("case-list")


def test_other_methods_are_refused_in_words(client):
    assert client.delete(reverse("sign-out")).status_code == 405
