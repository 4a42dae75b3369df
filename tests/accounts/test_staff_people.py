"""Staff: who looks after whom, what of it stands in the ledger, and the commands."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import queries
from accounts.actions import people, role_changes, staff
from accounts.models import User
from accounts.roles import Role
from accounts.states import ChangeKind
from audit import actions as audit
from lumina_privacy.lib import ports
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from tests.accounts.staff import (
    AT,
    BY,
    events,
    give_password,
)
from tests.accounts.test_codes import at_once
from tests.factories.accounts import make_key, make_staff, make_subject, staff_client
from tests.ledger import events_about

TOM = {
    "name": "Tom",
    "address": "tom@lumina.example",
    "role": "caseworker",
    "why": "He begins on Monday.",
}


@pytest.fixture(autouse=True)
def _apps_allowed(settings):
    settings.LUMINA_STAFF_TOTP = True


# --- People ------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_officer_adds_a_colleague_and_hands_over_a_link():
    client = staff_client(Role.DCO)

    page = client.post(
        reverse("staff-person-add"),
        {**TOM, "address": "Tom@Lumina.example"},
    )

    tom = queries.staff_at("tom@lumina.example")
    assert (tom.role, tom.name, tom.has_usable_password()) == (
        "caseworker",
        "Tom",
        False,
    )
    assert Client().get(urlsplit(page.context["link"]).path).status_code == 200
    assert events(tom) == [
        "account.staff.added",
        "account.enrolment.offered",
        "account.role.proposed",
    ]


@pytest.mark.django_db
def test_the_same_address_is_added_once():
    user = make_staff()

    response = staff_client(Role.DCO).post(
        reverse("staff-person-add"), {**TOM, "address": user.email}
    )

    assert response.status_code == 422
    assert "There is a staff account with this address." in response.content.decode()


@pytest.mark.django_db
def test_a_role_changes_with_a_trace_and_with_the_next_page():
    officer, tom = make_staff(Role.DCO), make_staff(Role.AUDITOR)
    his = staff_client(tom)
    assert his.get(reverse("ledger")).status_code == 200

    staff_client(officer).post(
        reverse("staff-person-role", args=[tom.pk]),
        {"role": "operations", "why": "He moves to systems."},
    )

    assert his.get(reverse("ledger")).status_code == 403
    row = events_about(str(tom.actor))[0]
    assert row.event == "account.staff.changed"
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
        {"role": "auditor", "why": "A rest."},
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
        role_changes.propose_role(
            last.pk, role=Role.AUDITOR, why="A rest.", by=BY, at=AT
        )


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


def reopen(user, *, at):
    """Open a closed account as a command does, where no officer can sign in."""
    role_changes.propose_way_in(
        user.pk, what=ChangeKind.REOPEN, why="He is back.", by=BY, at=at
    )


@pytest.mark.django_db
def test_a_closed_account_is_reopened_with_its_devices():
    tom = make_staff()
    make_key(tom)
    make_staff(Role.DCO)
    people.close_account(tom.pk, by=BY, at=AT)
    reopen(tom, at=AT)

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

    with django_assert_num_queries(8):
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
    row = events_about("ledger")[0]
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


@pytest.mark.django_db
def test_code_of_a_colleague_of_the_demonstration_is_had_by_their_role(
    settings, capsys
):
    from django.core.management import CommandError, call_command

    from accounts.actions import demo

    settings.LUMINA_DEMO = True
    demo.make_demo_staff(at=AT)
    call_command("token_code", "dco")
    by_role = capsys.readouterr().out

    call_command("token_code", "dco@luminatech.example")

    assert len(by_role.strip()) == 6
    assert len(capsys.readouterr().out.strip()) == 6
    with pytest.raises(CommandError, match="are dco, caseworker, reviewer, auditor"):
        call_command("token_code", "boss")


@pytest.mark.django_db
def test_the_ledger_leaves_out_details_that_say_nothing():
    audit.record(
        "outbox.message.sent",
        about="message:1",
        by=system("outbox"),
        at=AT,
        details={"purpose": "p", "about": "case:1", "statutory": False, "problem": ""},
    )

    page = staff_client(Role.AUDITOR).get(reverse("ledger")).content.decode()

    assert "About: case 1<br>Purpose: p<br>Statutory: no</td>" in page
    assert "Problem:" not in page


@pytest.mark.django_db
def test_the_ledger_says_in_words_what_happened_and_who_did_it():
    dco, tom = make_staff(Role.DCO), make_staff()
    people.close_account(tom.pk, by=dco.actor, at=AT)

    page = staff_client(Role.AUDITOR).get(reverse("ledger")).content.decode()

    assert (
        "The account of a colleague was closed "
        "<small><code>account.staff.closed</code></small>"
    ) in page
    assert f'<td data-label="About">Staff {tom.pk}</td>' in page
    assert f'<td data-label="By">{dco.name}</td>' in page
    assert '<option value="account.staff.closed">' in page


def test_every_event_that_may_be_recorded_has_words_of_its_own():
    words = [event.words for event in ports.wired().events.values()]

    assert len(set(words)) == len(words)
    assert all(words)


@pytest.mark.django_db
def test_session_from_before_closing_stays_ended_when_the_account_is_opened_again():
    tom, sana = make_staff(), make_staff()
    his, hers = staff_client(tom), staff_client(sana)

    people.close_account(tom.pk, by=BY, at=timezone.now())
    reopen(tom, at=timezone.now())

    assert his.get(reverse("case-queue")).status_code == 302
    assert "sign-in" in his.get(reverse("case-queue")).url
    assert hers.get(reverse("case-queue")).status_code == 200
