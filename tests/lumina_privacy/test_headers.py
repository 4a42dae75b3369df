"""What every answer says to the browser: run nothing foreign, keep nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests.factories.accounts import staff_client, subject_client
from tests.factories.cases import make_case, make_revision

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.fixture(params=["stranger", "subject", "staff", "not-found"])
def response(request):
    """Give a page of each kind."""
    make_revision()
    case = make_case("ann@example.org")
    pages = {
        "stranger": lambda: Client().get(reverse("home")),
        "subject": lambda: subject_client("ann@example.org").get(
            reverse("case", args=[case.reference])
        ),
        "staff": lambda: staff_client(Role.DCO).get(reverse("case-queue")),
        "not-found": lambda: Client().get("/nowhere/"),
    }
    return pages[request.param]()


def test_page_lets_the_browser_run_and_load_our_own_only(response):
    policy = response.headers["Content-Security-Policy"]

    assert {part.strip() for part in policy.split(";")} == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_page_loads_nothing_from_elsewhere(response):
    text = response.content.decode()

    assert "<style" not in text
    assert ' style="' not in text
    for mark in ('src="http', 'src="//', "url(http"):
        assert mark not in text


@pytest.mark.parametrize("who", ["subject", "staff"])
def test_page_about_a_person_is_kept_in_no_cache(who):
    make_revision()
    case = make_case("ann@example.org")
    page = {
        "subject": lambda: subject_client("ann@example.org").get(
            reverse("case", args=[case.reference])
        ),
        "staff": lambda: staff_client(Role.DCO).get(
            reverse("staff-case", args=[case.reference])
        ),
    }[who]()

    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]


def test_cookies_are_for_our_server_alone(client):
    make_revision()
    client.get(reverse("subject-sign-in"))
    client.post(reverse("subject-sign-in"), {"email": "ann@example.org"})

    assert client.cookies
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
        assert not cookie["domain"], cookie.key


def test_https_is_required_for_two_years_and_cookies_stay_on_it(client, settings):
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    make_revision()

    assert client.get("/").status_code == 301
    page = client.get(reverse("subject-sign-in"), secure=True)

    assert page.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert client.cookies
    assert all(cookie["secure"] for cookie in client.cookies.values())
