"""Who may open which page: every address of the portal, every kind of visitor."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse
from django.utils import timezone

from accounts.middleware import door_of
from accounts.roles import ROLE_PERMISSIONS, Role
from accounts.states import SessionKey
from lumina_privacy.lib.http import PERMISSION, Door, open_page
from tests.factories.accounts import (
    make_key,
    make_staff,
    make_subject,
    staff_client,
    subject_client,
)

_SAMPLES = {
    "int": 0,
    "string": "x",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "slug": "x",
}


def pages(resolver=None, prefix="/"):
    """Yield every address with sample arguments, and its view."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLResolver):
            yield from pages(entry, here)
        elif isinstance(entry, URLPattern):
            yield _filled(here, entry.pattern.converters), entry.callback


def _filled(route, converters):
    for name, converter in converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        sample = str(_SAMPLES.get(kind, "x"))
        route = re.sub(rf"<(\w+:)?{name}>", sample, route)
    return route


PAGES = list(pages())


def of_doors(*doors):
    return [
        pytest.param(url, view, id=url) for url, view in PAGES if door_of(view) in doors
    ]


def test_every_page_has_a_door():
    assert [url for url, view in PAGES if door_of(view) is None] == []


def test_the_open_pages_of_accounts_are_these():
    names = {
        url
        for url, view in PAGES
        if door_of(view) is Door.OPEN and view.__module__.startswith("accounts.")
    }

    assert names == {
        "/sign-in/",
        "/sign-in/code/",
        "/sign-in/code/again/",
        "/sign-out/",
        "/staff/sign-in/",
        "/staff/welcome/x/",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "view"), of_doors(Door.SUBJECT))
def test_a_subjects_page_sends_a_stranger_to_sign_in_and_hides_from_staff(url, view):
    stranger = Client().get(url)
    staff = staff_client(Role.DCO).get(url)

    assert stranger.url == f"/sign-in/?next={quote(url, safe='')}"
    assert staff.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "view"), of_doors(Door.STAFF, Door.STAFF_UNVERIFIED, Door.STAFF_ENROLLING)
)
def test_a_staff_page_sends_a_stranger_to_sign_in_and_hides_from_subjects(url, view):
    stranger = Client().get(url)
    posted = Client().post(url)
    subject = subject_client().get(url)

    assert stranger.url == f"/staff/sign-in/?next={quote(url, safe='')}"
    assert posted.url == "/staff/sign-in/"
    assert subject.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sign_in", "url", "said"),
    [
        (lambda: staff_client(Role.DCO), "/cases/", "signed in here as a member of st"),
        (lambda: subject_client("ann@example.org"), "/staff/", "with ann@example.org."),
    ],
)
def test_who_is_signed_in_as_somebody_else_reads_so_and_can_sign_out(
    sign_in, url, said
):
    client = sign_in()

    page = client.get(url)

    assert page.status_code == 404
    assert said in page.content.decode()
    assert 'action="/sign-out/"' in page.content.decode()
    client.post("/sign-out/")
    assert "/sign-in/" in client.get(url).url


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "view"), of_doors(Door.STAFF, Door.STAFF_ENROLLING))
def test_a_password_alone_opens_no_staff_page(url, view):
    response = staff_client(Role.DCO, verified=False).get(url)

    assert (response.status_code, response.url.split("?")[0]) == (302, "/staff/token/")


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_the_pages_its_permissions_name_and_no_other(role):
    client = staff_client(role)
    client.raise_request_exception = False
    opened = {}

    for url, view in PAGES:
        if door_of(view) is Door.STAFF:
            # A method no view takes: the door is asked, the view changes nothing.
            opened[url] = client.options(url).status_code != 403

    expected = {
        url: not getattr(view, PERMISSION)
        or getattr(view, PERMISSION) in ROLE_PERMISSIONS[role]
        for url, view in PAGES
        if door_of(view) is Door.STAFF
    }
    assert opened == expected


@pytest.mark.django_db
def test_a_refused_page_says_why():
    response = staff_client(Role.AUDITOR).get(reverse("staff-people"))

    assert response.status_code == 403
    assert "Your role (Auditor) does not open this page" in response.content.decode()


@pytest.mark.django_db
def test_a_closed_account_is_out_at_once():
    user = make_staff(Role.DCO)
    client = staff_client(user)
    assert client.get(reverse("staff-people")).status_code == 200

    type(user).objects.filter(pk=user.pk).update(is_active=False)

    assert client.get(reverse("staff-people")).url.startswith("/staff/sign-in/")


@pytest.mark.django_db
def test_a_device_of_a_kind_that_was_switched_off_no_longer_counts(settings):
    from accounts.models import TotpDevice

    user = make_staff(Role.DCO)
    client = staff_client(user)
    session = client.session
    device = TotpDevice.objects.create(user=user, name="App", secret="00" * 20)
    session["otp_device_id"] = device.persistent_id
    session.save()

    settings.LUMINA_STAFF_TOTP = True
    with_it = client.get(reverse("staff-people")).status_code
    settings.LUMINA_STAFF_TOTP = False
    without = client.get(reverse("staff-people"))

    assert (with_it, without.status_code, without.url.split("?")[0]) == (
        200,
        302,
        "/staff/token/",
    )


@pytest.mark.django_db
def test_another_persons_device_verifies_nobody():
    client = staff_client(make_staff(Role.DCO), verified=False)
    session = client.session
    session["otp_device_id"] = make_key(make_staff()).persistent_id
    session.save()

    assert client.get(reverse("staff-people")).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("idle", "age", "stays"),
    [
        (timedelta(minutes=29), timedelta(hours=9), True),
        (timedelta(minutes=31), timedelta(hours=1), False),
        (timedelta(minutes=1), timedelta(hours=10, minutes=1), False),
    ],
)
def test_a_staff_session_ends_when_idle_or_old(idle, age, stays):
    user = make_staff(Role.DCO)
    client = staff_client(user)
    now = timezone.now()
    session = client.session
    session[SessionKey.CLOCK] = {
        "who": str(user.actor),
        "began": (now - age).timestamp(),
        "seen": (now - idle).timestamp(),
    }
    session.save()

    response = client.get(reverse("staff-people"))

    assert (response.status_code == 200) is stays
    if not stays:
        assert response.url.startswith("/staff/sign-in/")
        assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_subjects_session_ends_when_idle():
    user = make_subject()
    client = subject_client(user)
    then = (timezone.now() - timedelta(minutes=61)).timestamp()
    session = client.session
    session[SessionKey.CLOCK] = {"who": str(user.actor), "began": then, "seen": then}
    session.save()

    client.get(reverse("subject-sign-in"))

    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["staff-people", "staff-account"])
def test_what_staff_see_is_kept_out_of_every_cache(name):
    response = staff_client(Role.DCO).get(reverse(name))

    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
    ],
)
def test_next_never_leads_away(target):
    response = Client().get(reverse("subject-sign-in"), {"next": target})

    assert response.context["next"] == ""


def forgotten(request):
    return HttpResponse("open?")


@open_page
def remembered(request):
    return HttpResponse("open")


urlpatterns = [path("forgotten/", forgotten), path("remembered/", remembered)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_view_without_a_door_is_closed(settings):
    quiet = Client().get("/forgotten/")
    assert (quiet.status_code, Client().get("/remembered/").content) == (404, b"open")

    settings.DEBUG = True
    with pytest.raises(ImproperlyConfigured, match="has no door"):
        Client().get("/forgotten/")
