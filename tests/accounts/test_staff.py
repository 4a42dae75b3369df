"""Staff: two factors, devices, recovery, enrolment, and who looks after whom."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from accounts import queries
from accounts.actions import devices, people, staff
from accounts.models import EnrolmentLink, RecoveryCode, TotpDevice, User
from accounts.roles import Role
from audit import queries as ledger
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from tests.accounts.test_codes import at_once
from tests.factories.accounts import make_key, make_staff, make_subject, staff_client

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
BY = system("test")


@pytest.fixture(autouse=True)
def _apps_allowed(settings):
    settings.LUMINA_STAFF_TOTP = True


def with_password(role=Role.DCO, **fields):
    user = make_staff(role, **fields)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def with_app(user):
    return TotpDevice.objects.create(user=user, name="App", secret="ab" * 20)


def app_code(device, at=None, steps=0):
    totp = TOTP(bytes.fromhex(device.secret), drift=steps)
    totp.time = (at or timezone.now()).timestamp()
    return f"{totp.token():06d}"


def give_password(client, address, password=PASSWORD, **more):
    return client.post(
        reverse("staff-sign-in"), {"address": address, "password": password, **more}
    )


def events(user):
    return [row.event for row in ledger.events_about(str(user.actor))]


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


# --- Enrolment links ---------------------------------------------------------------


def welcome_path(user, at=None):
    return urlsplit(devices.offer_enrolment(user, by=BY, at=at or timezone.now())).path


def take(client, path, password=PASSWORD):
    return client.post(path, {"password": password, "again": password})


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


# --- People ------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_officer_adds_a_colleague_and_hands_over_a_link():
    client = staff_client(Role.DCO)

    page = client.post(
        reverse("staff-person-add"),
        {"name": "Tom", "address": "Tom@Lumina.example", "role": "caseworker"},
    )

    tom = queries.staff_at("tom@lumina.example")
    assert (tom.role, tom.name, tom.has_usable_password()) == (
        "caseworker",
        "Tom",
        False,
    )
    assert Client().get(urlsplit(page.context["link"]).path).status_code == 200
    assert events(tom) == ["account.staff.added", "account.enrolment.offered"]


@pytest.mark.django_db
def test_the_same_address_is_added_once():
    user = make_staff()

    response = staff_client(Role.DCO).post(
        reverse("staff-person-add"), {"name": "X", "address": user.email, "role": "dco"}
    )

    assert response.status_code == 422
    assert "There is a staff account with this address." in response.content.decode()


@pytest.mark.django_db
def test_a_role_changes_with_a_trace_and_with_the_next_page():
    officer, tom = make_staff(Role.DCO), make_staff(Role.AUDITOR)
    his = staff_client(tom)
    assert his.get(reverse("ledger")).status_code == 200

    staff_client(officer).post(
        reverse("staff-person-role", args=[tom.pk]), {"role": "operations"}
    )

    assert his.get(reverse("ledger")).status_code == 403
    row = ledger.events_about(str(tom.actor))[0]
    assert (row.actor, row.details) == (
        str(officer.actor),
        {"role": "operations", "was": "auditor"},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["role", "close", "link"])
def test_nobody_does_it_to_themselves(act):
    officer = make_staff(Role.DCO)
    make_staff(Role.DCO)

    page = staff_client(officer).post(
        reverse(f"staff-person-{act}", args=[officer.pk]),
        {"role": "auditor"},
        follow=True,
    )

    officer.refresh_from_db()
    assert (officer.role, officer.is_active) == ("dco", True)
    assert "your own account" in page.content.decode()


@pytest.mark.django_db
def test_the_last_officer_stays():
    last = make_staff(Role.DCO)

    with pytest.raises(Refused, match="There must always be one"):
        people.close_account(last.pk, by=BY, at=AT)
    with pytest.raises(Refused, match="There must always be one"):
        people.change_role(last.pk, role=Role.AUDITOR, by=BY, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_close_each_other_at_once_leave_one():
    first, second = make_staff(Role.DCO), make_staff(Role.DCO)
    pairs = iter([(first, second), (second, first)])

    def close():
        by, whom = next(pairs)
        try:
            people.close_account(whom.pk, by=by.actor, at=AT)
        except Refused:
            return False
        return True

    assert sorted(at_once(2, close)) == [False, True]
    assert User.objects.filter(role=Role.DCO, is_active=True).count() == 1


@pytest.mark.django_db
def test_a_closed_account_is_reopened_with_its_devices():
    tom = make_staff()
    make_key(tom)
    make_staff(Role.DCO)
    people.close_account(tom.pk, by=BY, at=AT)
    people.reopen_account(tom.pk, by=BY, at=AT)

    tom.refresh_from_db()
    assert (tom.is_active, len(queries.devices_of(tom))) == (True, 1)


@pytest.mark.django_db
def test_absence_names_a_day_and_a_deputy_who_is_somebody_else():
    officer, tom, eve = make_staff(Role.DCO), make_staff(), make_staff()
    client = staff_client(officer)

    client.post(
        reverse("staff-person-absence", args=[tom.pk]),
        {"until": "2026-12-24", "deputy": eve.pk},
    )
    client.post(
        reverse("staff-person-absence", args=[tom.pk]),
        {"until": "2026-12-31", "deputy": tom.pk},
    )

    tom.refresh_from_db()
    assert (tom.absent_until, tom.deputy) == (date(2026, 12, 24), eve)


@pytest.mark.django_db
@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_of_people_costs_the_same_for_one_and_three(
    how_many, django_assert_num_queries
):
    client = staff_client(Role.DCO)
    for _ in range(how_many):
        make_key(make_staff(deputy=make_staff()))
    client.get(reverse("staff-people"))

    with django_assert_num_queries(6):
        client.get(reverse("staff-people"))


@pytest.mark.django_db
def test_a_colleagues_page_offers_what_may_be_done_and_ones_own_says_why_not():
    officer, tom = make_staff(Role.DCO), make_staff()
    client = staff_client(officer)

    his = client.get(reverse("staff-person", args=[tom.pk])).content.decode()
    own = client.get(reverse("staff-person", args=[officer.pk])).content.decode()

    buttons = ["Make a new enrolment link", "Close the account", "Change the role"]
    assert [button in his for button in buttons] == [True] * 3
    assert "disabled" not in his
    assert buttons[0] not in own
    assert own.count("You cannot do this to your own account.") == 2


@pytest.mark.django_db
def test_a_subject_is_no_colleague():
    subject = make_subject()

    response = staff_client(Role.DCO).get(reverse("staff-person", args=[subject.pk]))

    assert response.status_code == 404


# --- Ledger ------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_ledger_is_read_in_pages_and_by_what_rows_are_about():
    auditor = staff_client(Role.AUDITOR)
    make_staff(Role.DCO)
    tom = make_staff()
    for _ in range(60):
        people.set_absence(tom.pk, until=None, deputy_id=None, by=BY, at=AT)
    people.close_account(tom.pk, by=BY, at=AT)

    first = auditor.get(reverse("ledger"))
    second = auditor.get(reverse("ledger") + first.context["older"])
    closed = auditor.get(reverse("ledger"), {"event": "account.staff.closed"})
    about = auditor.get(reverse("ledger"), {"about": "staff:0"})

    sizes = [len(page.context["rows"]) for page in (first, second, closed, about)]
    assert sizes == [50, 11, 1, 0]


@pytest.mark.django_db
def test_a_name_typed_into_the_ledgers_filter_is_refused():
    response = staff_client(Role.AUDITOR).get(reverse("ledger"), {"about": "Ann Smith"})

    assert response.status_code == 422


@pytest.mark.django_db
def test_verifying_says_that_the_ledger_is_whole_and_leaves_a_row():
    auditor = make_staff(Role.AUDITOR)
    people.set_absence(auditor.pk, until=None, deputy_id=None, by=BY, at=AT)

    page = staff_client(auditor).post(reverse("ledger-verify"))

    assert "The ledger is whole" in page.content.decode()
    row = ledger.events_about("ledger")[0]
    assert (row.event, row.actor, row.details["first_bad"]) == (
        "audit.verified",
        str(auditor.actor),
        0,
    )


# --- Commands ----------------------------------------------------------------------


@pytest.mark.django_db
def test_create_dco_prints_a_link_until_one_can_sign_in(capsys):
    from django.core.management import CommandError, call_command

    call_command("create_dco", "boss@lumina.example")
    call_command("create_dco", "boss@lumina.example")
    officer = queries.staff_at("boss@lumina.example")
    paths = [
        urlsplit(word).path for word in capsys.readouterr().out.split() if "://" in word
    ]
    statuses = [Client().get(path).status_code for path in paths]
    make_key(officer)

    assert (officer.role, statuses) == ("dco", [410, 200])
    with pytest.raises(CommandError, match="can sign in already"):
        call_command("create_dco", "second@lumina.example")
    call_command("create_dco", "second@lumina.example", "--another")


@pytest.mark.django_db
def test_the_demonstrations_staff_sign_in_and_exist_nowhere_else(settings, capsys):
    from django.core.management import CommandError, call_command

    from accounts.actions import demo

    settings.LUMINA_DEMO = False
    for command in (["demo_staff"], ["token_code", "dco@luminatech.example"]):
        with pytest.raises(CommandError, match="no demonstration"):
            call_command(*command)
    settings.LUMINA_DEMO = True
    officer = demo.make_demo_staff(at=AT)[0]
    assert demo.make_demo_staff(at=AT)[0] == officer
    client = Client()
    give_password(client, officer.address, officer.password)
    call_command("token_code", officer.address)

    client.post(reverse("staff-token"), {"token": capsys.readouterr().out.strip()})

    assert client.get(reverse("staff-people")).status_code == 200
    call_command("token_code", officer.address)
    user = queries.staff_at(officer.address)
    assert staff._judge_totp(user, capsys.readouterr().out.strip(), timezone.now())[1]
