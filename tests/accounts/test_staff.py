"""Staff sign in with two factors, and look after their own account."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import queries
from accounts.actions import staff
from accounts.roles import Role
from tests.accounts.staff import (
    AT,
    PASSWORD,
    app_code,
    events,
    give_password,
    with_app,
    with_password,
)
from tests.accounts.test_codes import at_once
from tests.factories.accounts import make_key, make_staff, make_subject, staff_client


@pytest.fixture(autouse=True)
def _apps_allowed(settings):
    settings.LUMINA_STAFF_TOTP = True


# --- Two factors -------------------------------------------------------------------


@pytest.mark.django_db
def test_password_then_app_opens_the_page_asked_for():
    user = with_password()
    device = with_app(user)
    client = Client()

    first = give_password(client, user.email.upper(), next="/staff/people/")
    between = client.get("/staff/people/").status_code
    second = client.post(reverse("staff-token"), {"token": app_code(device)})

    assert (first.url, between, second.url) == ("/staff/token/", 302, "/staff/people/")
    assert client.get("/staff/people/").status_code == 200
    assert events(user) == ["account.staff.signed_in"]


@pytest.mark.django_db
def test_wrong_password_unknown_and_closed_account_get_the_same_answer():
    user = with_password()
    closed = with_password(is_active=False)

    answers = [
        give_password(Client(), user.email, "wrong"),
        give_password(Client(), "nobody@luminatech.example"),
        give_password(Client(), closed.email),
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert [answer.context["form"].non_field_errors() for answer in answers] == [
        [staff.REFUSED]
    ] * 3


@pytest.mark.django_db
def test_a_subject_has_no_password_door():
    subject = make_subject("ann@example.org")
    subject.set_password(PASSWORD)
    subject.save(update_fields=["password"])

    assert give_password(Client(), "ann@example.org").status_code == 422


@pytest.mark.django_db
def test_guessing_a_password_is_throttled_but_not_for_a_colleague_elsewhere():
    user = with_password()

    answers = [give_password(Client(), user.email, "wrong") for _ in range(6)]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")

    assert answers[5].context["form"].non_field_errors() == [staff.THROTTLED]
    assert give_password(elsewhere, user.email).status_code == 302


@pytest.mark.django_db
def test_who_knows_the_password_signs_in_as_often_as_they_like():
    user = with_password()

    answers = [give_password(Client(), user.email) for _ in range(8)]

    assert [answer.status_code for answer in answers] == [302] * 8


@pytest.mark.django_db
def test_the_password_takes_a_new_session_and_forgets_the_old_one():
    user = with_password()
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key

    give_password(client, user.email)

    assert client.session.session_key != planted
    assert "planted" not in client.session


@pytest.mark.django_db
def test_signing_in_again_needs_the_token_again():
    user = with_password()
    client = staff_client(user)

    give_password(client, user.email)

    assert client.get("/staff/people/").url.startswith("/staff/token/")


@pytest.mark.django_db
def test_an_app_is_refused_where_the_setting_is_off(settings):
    settings.LUMINA_STAFF_TOTP = False
    user = with_password()
    device = with_app(user)
    client = Client()
    give_password(client, user.email)

    client.post(reverse("staff-token"), {"token": app_code(device)})

    assert client.get("/staff/people/").status_code == 302


# --- Codes of an app ---------------------------------------------------------------


@pytest.mark.django_db
def test_a_step_works_once_and_an_older_one_never_after_it():
    device = with_app(make_staff())

    now, before = app_code(device, AT), app_code(device, AT, steps=-1)
    first = staff._judge_totp(device.user, now, AT)[1]
    again = staff._judge_totp(device.user, now, AT)[1]
    assert again.reason == staff.USED_CODE
    device.refresh_from_db()
    older = device.step_of(before, AT)

    assert (bool(first), bool(again), older) == (True, False, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("steps", "works"), [(-2, False), (-1, True), (1, True), (2, False)]
)
def test_a_clock_may_be_one_step_off(steps, works):
    device = with_app(make_staff())

    assert (
        bool(staff._judge_totp(device.user, app_code(device, AT, steps), AT)[1])
        is works
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token", ["", "12345", "1234567", "²²²²²²", "abcdef", "9" * 5000]
)
def test_rubbish_is_no_code(token):
    assert with_app(make_staff()).step_of(token, AT) is None


@pytest.mark.django_db
def test_wrong_codes_make_the_next_try_wait_even_with_the_right_one():
    device = with_app(make_staff())
    now = timezone.now()
    for _ in range(3):
        staff._judge_totp(device.user, "000000", now)

    _, verdict = staff._judge_totp(device.user, app_code(device, now), now)

    assert verdict.reason == staff.SLOW_DOWN


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_app_code_are_one_success():
    device = with_app(make_staff())
    code = app_code(device, AT)

    answers = at_once(8, lambda: bool(staff._judge_totp(device.user, code, AT)[1]))

    assert sorted(answers) == [False] * 7 + [True]


@pytest.mark.django_db
def test_the_secret_of_an_app_is_encrypted_in_its_column():
    from django.db import connection

    device = with_app(make_staff())

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT secret FROM accounts_totpdevice WHERE id = %s", [device.pk]
        )
        stored = cursor.fetchone()[0]
    assert device.secret not in stored


# --- One's own account -------------------------------------------------------------


@pytest.mark.django_db
def test_the_last_device_stays_and_another_may_go():
    user = make_staff()
    client = staff_client(user)
    only = queries.devices_of(user)[0]

    client.post(reverse("staff-device-remove"), {"device": only.persistent_id})
    kept = len(queries.devices_of(user))
    other = make_key(user, "Red key")
    client.post(reverse("staff-device-remove"), {"device": other.persistent_id})

    assert kept == 1
    assert queries.devices_of(user) == [only]
    assert events(user) == ["account.device.removed"]


@pytest.mark.django_db
def test_nobody_removes_a_colleagues_device():
    key = make_key(make_staff())
    client = staff_client(make_staff(Role.DCO))

    client.post(reverse("staff-device-remove"), {"device": key.persistent_id})

    assert queries.devices_of(key.user) == [key]


@pytest.mark.django_db
def test_a_new_password_ends_the_other_sessions_and_keeps_this_one():
    user = with_password()
    here, elsewhere = staff_client(user), staff_client(user)

    here.post(
        reverse("staff-password"),
        {"password": "new words to use", "again": "new words to use"},
    )

    assert here.get(reverse("staff-account")).status_code == 200
    assert elsewhere.get(reverse("staff-account")).url.startswith("/staff/sign-in/")
