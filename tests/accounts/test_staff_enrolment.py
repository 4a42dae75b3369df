"""Staff: enrolment links, and recovery codes when a device is lost."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import queries
from accounts.actions import devices
from accounts.models import EnrolmentLink, RecoveryCode, TotpDevice, User
from accounts.roles import Role
from lumina_privacy.lib import crypto
from outbox.models import Message
from tests.accounts.staff import (
    AT,
    app_code,
    events,
    give_password,
    take,
    welcome_path,
    with_app,
    with_password,
)
from tests.accounts.test_codes import at_once
from tests.factories.accounts import make_key, make_staff, staff_client


@pytest.fixture(autouse=True)
def _apps_allowed(settings):
    settings.LUMINA_STAFF_TOTP = True


# --- Enrolment links ---------------------------------------------------------------


@pytest.mark.django_db
def test_a_link_sets_a_password_and_leads_to_enrolling_and_nowhere_else():
    user = make_staff(Role.DCO)
    path, client = welcome_path(user), Client()

    looked = client.get(path)
    unused = EnrolmentLink.objects.get().used_at
    taken = take(client, path)

    assert (looked.status_code, unused) == (200, None)
    assert taken.url == reverse("staff-enrol")
    assert client.get(reverse("staff-enrol")).status_code == 200
    assert client.get("/staff/people/").url == reverse("staff-enrol")
    assert events(user) == ["account.enrolment.offered", "account.enrolment.used"]


@pytest.mark.django_db
def test_a_link_works_once_and_only_the_newest():
    user = make_staff()
    old = welcome_path(user)
    new = welcome_path(user)

    take(Client(), new)

    assert [Client().get(path).status_code for path in (old, new)] == [410, 410]
    assert take(Client(), new).status_code == 410


@pytest.mark.django_db
def test_a_link_ends_after_three_days_and_with_the_account():
    user = make_staff()
    late = welcome_path(user, timezone.now() - timedelta(days=3, seconds=1))
    dead = Client().get(late).status_code
    live = welcome_path(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert (dead, Client().get(live).status_code) == (410, 410)


@pytest.mark.django_db
def test_a_link_removes_the_devices_that_were_lost():
    user = make_staff()
    make_key(user)
    with_app(user)
    devices.make_recovery_codes(user, at=AT)

    take(Client(), welcome_path(user))

    assert queries.devices_of(user) == []
    assert queries.recovery_codes_left(user) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "again"),
    [("short", "short"), ("passwordpassword", "other words here"), ("", "")],
)
def test_a_weak_or_mistyped_password_leaves_the_link_unused(password, again):
    path = welcome_path(make_staff())

    response = Client().post(path, {"password": password, "again": again})

    assert (response.status_code, EnrolmentLink.objects.get().used_at) == (422, None)


@pytest.mark.django_db(transaction=True)
def test_two_who_press_the_button_at_once_are_one():
    path = welcome_path(make_staff())

    codes = at_once(4, lambda: take(Client(), path).status_code)

    assert sorted(codes)[:1] == [302]
    assert sorted(set(codes[1:] + codes[:1]) - {302}) in ([410], [422], [410, 422])
    assert codes.count(302) == 1


@pytest.mark.django_db
def test_the_token_of_a_link_is_kept_hashed():
    token = welcome_path(make_staff()).rstrip("/").rpartition("/")[2]

    link = EnrolmentLink.objects.get()

    assert token not in str([getattr(link, field.name) for field in link._meta.fields])


@pytest.mark.django_db
def test_an_app_is_enrolled_with_its_first_code_and_the_grant_is_spent():
    user = make_staff(Role.DCO)
    client = Client()
    take(client, welcome_path(user))
    client.post(reverse("staff-enrol-totp-begin"))
    device = TotpDevice.objects.get()
    shown = client.get(reverse("staff-enrol-totp")).content.decode()

    wrong = client.post(reverse("staff-enrol-totp"), {"token": "000000"})
    right = client.post(reverse("staff-enrol-totp"), {"token": app_code(device)})

    assert "otpauth://totp/Lumina%20Privacy" in shown
    assert (wrong.status_code, right.url) == (422, reverse("staff-account"))
    assert client.get("/staff/people/").status_code == 200
    assert "accounts.enrolling" not in client.session


@pytest.mark.django_db
def test_a_password_alone_enrols_nothing():
    user = with_password()
    client = Client()
    give_password(client, user.email)

    answers = [
        client.post(reverse(name), "{}", content_type="application/json").url
        for name in ("staff-enrol-key-begin", "staff-enrol-key-complete")
    ]
    client.post(reverse("staff-enrol-totp-begin"))

    assert answers == ["/staff/token/"] * 2
    assert not TotpDevice.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"id": 5}', '{"id": "x", "rawId": "!"}', "\x00"]
)
@pytest.mark.parametrize("kind", ["staff-key", "staff-enrol-key"])
def test_rubbish_from_a_key_is_refused_and_enrols_nothing(kind, body):
    user = with_password()
    client = staff_client(user, verified=kind != "staff-key")
    before = len(queries.devices_of(user))
    client.post(reverse(f"{kind}-begin"), "{}", content_type="application/json")

    answer = client.post(
        reverse(f"{kind}-complete"), body, content_type="application/json"
    )

    assert (answer.status_code, json.loads(answer.content)["problem"]) == (
        422,
        devices.KEY_REFUSED,
    )
    assert len(queries.devices_of(user)) == before


# --- Recovery codes ----------------------------------------------------------------


@pytest.mark.django_db
def test_a_recovery_code_only_enrols_and_the_officers_are_told():
    officer = make_staff(Role.DCO)
    user = with_password(Role.CASEWORKER)
    make_key(user)
    code = devices.make_recovery_codes(user, at=AT)[3]
    client = Client()
    give_password(client, user.email)

    used = client.post(
        reverse("staff-recovery"), {"code": code.lower().replace("-", " ")}
    )

    assert used.url == reverse("staff-enrol")
    assert client.get(reverse("staff-account")).url == reverse("staff-enrol")
    assert "account.recovery.used" in events(user)
    mail = Message.objects.get()
    assert mail.recipient == officer.email
    assert user.email not in mail.text
    assert user.name not in mail.text


def made_under_the_master_key(user: User) -> tuple[str, ...]:
    """Give codes as they were made before reference keys hashed them."""
    codes = devices.make_recovery_codes(user, at=AT)
    _, key = crypto.master_keys().newest
    rows = RecoveryCode.objects.filter(user=user).order_by("pk")
    for row, code in zip(rows, codes, strict=True):
        row.code_hash = devices._recovery_hash(key, user.pk, row.salt, code)
        row.save(update_fields=["code_hash"])
    return codes


@pytest.mark.django_db
def test_whose_codes_end_with_the_master_key_is_asked_for_new_ones():
    user = make_staff()
    made_under_the_master_key(user)
    client = staff_client(user)

    before = client.get(reverse("staff-account")).content.decode()
    client.post(reverse("staff-recovery-codes"))

    assert "Make new recovery codes" in before
    assert "Make new recovery codes" not in (
        client.get(reverse("staff-account")).content.decode()
    )


@pytest.mark.django_db
def test_a_recovery_code_outlives_a_rotation_of_the_master_keys(settings):
    """It lies in a drawer; a master key that is retired must not kill it silently."""
    user, older = with_password(), with_password()
    paper = devices.make_recovery_codes(user, at=AT)
    before = made_under_the_master_key(older)
    newest = "new:" + base64.b64encode(bytes(range(32))).decode()

    def entered(user: User, code: str, keys: str) -> int:
        settings.LUMINA_MASTER_KEYS = keys
        crypto.master_keys.cache_clear()
        client = Client()
        give_password(client, user.email)
        return client.post(reverse("staff-recovery"), {"code": code}).status_code

    former = settings.LUMINA_MASTER_KEYS
    try:
        assert entered(user, paper[0], f"{newest},{former}") == 302
        assert entered(user, paper[1], newest) == 302
        assert entered(older, before[0], f"{newest},{former}") == 302
        assert entered(older, before[1], newest) == 422
    finally:
        crypto.master_keys.cache_clear()


@pytest.mark.django_db
def test_a_recovery_code_works_once_and_only_for_its_owner():
    user, other = with_password(), with_password()
    code = devices.make_recovery_codes(user, at=AT)[0]

    answers: list[int] = []
    for person in (other, user, user):
        client = Client(REMOTE_ADDR=f"192.0.2.{len(answers)}")
        give_password(client, person.email)
        answers.append(
            client.post(reverse("staff-recovery"), {"code": code}).status_code
        )

    assert answers == [422, 302, 422]


@pytest.mark.django_db(transaction=True)
def test_four_at_once_with_one_recovery_code_are_one_success():
    user = make_staff()
    code = devices.make_recovery_codes(user, at=AT)[0]

    answers = at_once(4, lambda: devices._spend_recovery_code(user, code, AT))

    assert sorted(answers) == [False, False, False, True]


@pytest.mark.django_db
def test_recovery_codes_are_shown_once_and_kept_hashed():
    user = make_staff()
    client = staff_client(user)

    page = client.post(reverse("staff-recovery-codes"))
    codes = page.context["codes"]

    rows = [str(row.__dict__) for row in RecoveryCode.objects.filter(user=user)]
    assert (len(codes), len(set(codes)), len(rows)) == (10, 10, 10)
    assert not any(
        code in row or code.replace("-", "") in row for code in codes for row in rows
    )
