"""A colleague's seat is opened by two persons, and closed by one (decision C19)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from accounts import queries
from accounts.actions import people, role_changes
from accounts.models import COMMAND, EnrolmentLink, RoleChange
from accounts.queries import officers
from accounts.roles import Role
from accounts.states import ChangeKind
from audit.models import Event
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from tests.accounts.staff import AT, take
from tests.accounts.test_codes import at_once
from tests.accounts.test_role_changes import officer
from tests.factories.accounts import make_key, make_staff, staff_client

pytestmark = pytest.mark.django_db
WHY = "He lost his key on the train."


def propose(user, by, what=ChangeKind.LINK, why=WHY):
    return role_changes.propose_way_in(user.pk, what=what, why=why, by=by.actor, at=AT)


def reviewer(**fields):
    user = make_staff(Role.REVIEWER, name="Tom Okafor", **fields)
    make_key(user)
    return user


# --- With another officer -------------------------------------------------------------


def test_new_link_waits_for_another_officer_who_alone_gets_it():
    priya, olga, tom = officer(name="Priya"), officer(), reviewer()
    hers = staff_client(priya)
    page = hers.get(reverse("staff-person", args=[tom.pk])).content.decode()
    assert "In force when another officer has agreed." in page

    answer = hers.post(
        reverse("staff-person-link", args=[tom.pk]), {"why": WHY}, follow=True
    )

    change = RoleChange.objects.get()
    assert EnrolmentLink.objects.count() == 0
    assert "Nothing is changed until another officer agrees" in answer.content.decode()
    assert "You proposed this" in answer.content.decode()
    assert "agree_change" not in answer.content.decode()
    assert [mail.recipient for mail in Message.objects.all()] == [olga.email]
    agreed = staff_client(olga).post(reverse("staff-change-agree", args=[change.pk]))
    path = urlsplit(agreed.context["link"]).path
    assert EnrolmentLink.objects.get().made_by == str(olga.actor)
    assert len(queries.devices_of(tom)) == 1
    take(Client(), path)
    assert queries.devices_of(tom) == []
    settled = Event.objects.get(event="account.role.settled")
    assert (settled.about, settled.actor) == (str(tom.actor), str(olga.actor))


def test_closed_account_opens_when_another_officer_has_agreed():
    priya, olga, tom = officer(), officer(), reviewer(is_active=False)
    page = staff_client(priya).post(
        reverse("staff-person-reopen", args=[tom.pk]),
        {"why": "He is back."},
        follow=True,
    )

    tom.refresh_from_db()
    assert not tom.is_active
    change = RoleChange.objects.get()
    listed = staff_client(olga).get(reverse("staff-people")).content.decode()
    assert "Tom Okafor: account opened again" in listed
    assert "open the account again, with the devices it had" in page.content.decode()
    staff_client(olga).post(reverse("staff-change-agree", args=[change.pk]))
    tom.refresh_from_db()
    assert (tom.is_active, len(queries.devices_of(tom))) == (True, 1)


def test_turned_down_lets_nobody_in():
    priya, olga, tom = officer(), officer(), reviewer(is_active=False)
    change, link = propose(tom, priya, ChangeKind.REOPEN)

    role_changes.turn_down(change.pk, why="He has left.", by=olga.actor, at=AT)

    tom.refresh_from_db()
    assert (link, tom.is_active) == ("", False)


@pytest.mark.parametrize(
    ("what", "fields", "why", "said"),
    [
        (ChangeKind.LINK, {}, " ", "Write why"),
        (ChangeKind.REOPEN, {}, WHY, "This account is open"),
        (ChangeKind.LINK, {"is_active": False}, WHY, "account is closed"),
    ],
)
def test_way_in_that_leads_nowhere_is_refused_with_the_reason(what, fields, why, said):
    with pytest.raises(Refused, match=said):
        propose(reviewer(**fields), officer(), what, why)


def test_nobody_lets_themselves_in_and_one_change_waits_at_a_time():
    priya, olga, tom = officer(), officer(), reviewer()

    with pytest.raises(Refused, match="your own account"):
        propose(priya, priya)
    change, _ = propose(olga, priya)
    with pytest.raises(Refused, match="your own account"):
        role_changes.agree(change.pk, by=olga.actor, at=AT)
    with pytest.raises(Refused, match="waits already"):
        propose(olga, priya)
    propose(tom, priya)
    page = staff_client(priya).get(reverse("staff-person", args=[tom.pk]))
    assert "waits already: settle it first" in page.content.decode()
    staff_client(priya).post(reverse("staff-person-link", args=[tom.pk]), {})
    assert EnrolmentLink.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_once_make_one_link():
    priya, tom = officer(), reviewer()
    others = iter([officer(), officer()])
    change, _ = propose(tom, priya)

    def agree():
        try:
            role_changes.agree(change.pk, by=next(others).actor, at=AT)
        except Refused:
            return False
        return True

    assert sorted(at_once(2, agree)) == [False, True]
    assert EnrolmentLink.objects.count() == 1


def test_what_waited_is_judged_again_when_it_is_agreed_to():
    priya, olga, tom = officer(), officer(), reviewer()
    change, _ = propose(tom, priya)
    people.close_account(tom.pk, by=priya.actor, at=AT)

    with pytest.raises(Refused, match="This account is closed"):
        role_changes.agree(change.pk, by=olga.actor, at=AT)

    assert EnrolmentLink.objects.count() == 0


@pytest.mark.parametrize(
    ("act", "field", "typed"),
    [
        ("link", "way_in_why", {"why": " "}),
        ("reopen", "way_in_why", {"why": " "}),
        ("role", "id_why", {"role": "auditor", "why": " "}),
    ],
)
def test_reason_left_out_is_asked_for_beside_its_field(act, field, typed):
    priya, tom = officer(), reviewer(is_active=act != "reopen")

    answer = staff_client(priya).post(
        reverse(f"staff-person-{act}", args=[tom.pk]), typed
    )

    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'<a href="#{field}">Write why.</a>' in html
    assert f'id="{field}_error"' in html
    assert ('value="auditor" selected' in html) == (act == "role")
    assert RoleChange.objects.count() == 0


def test_refused_way_in_keeps_what_was_typed():
    priya, _, tom = officer(), officer(), reviewer()
    propose(tom, priya)

    answer = staff_client(priya).post(
        reverse("staff-person-link", args=[tom.pk]), {"why": "The key broke."}
    )

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "waits already: settle it first" in html
    assert "The key broke." in html


# --- Where one officer is alone -------------------------------------------------------


def test_only_officer_waits_for_who_runs_the_portal_and_the_page_says_how(capsys):
    priya, tom = officer(name="Priya Nair"), reviewer()
    hers = staff_client(priya)
    page = hers.get(reverse("staff-person", args=[tom.pk])).content.decode()
    assert "whoever runs this portal is the second person" in page

    answer = hers.post(
        reverse("staff-person-link", args=[tom.pk]), {"why": WHY}, follow=True
    )
    change = RoleChange.objects.get()
    assert EnrolmentLink.objects.count() == 0
    assert f"manage.py agree_change {change.pk}" in answer.content.decode()

    call_command("agree_change", str(change.pk))
    said = capsys.readouterr().out
    assert [w in said for w in ("Tom Okafor", "Priya Nair", WHY)] == [True] * 3
    assert EnrolmentLink.objects.count() == 0
    call_command("agree_change", str(change.pk), "--execute")
    [path] = [
        urlsplit(word).path for word in capsys.readouterr().out.split() if "://" in word
    ]
    assert Client().get(path).status_code == 200
    change.refresh_from_db()
    assert (change.state, change.settled_by) == ("agreed", str(COMMAND))
    assert EnrolmentLink.objects.get().made_by == str(COMMAND)
    with pytest.raises(CommandError, match="Nobody need look"):
        call_command("agree_change", str(change.pk), "--execute")
    with pytest.raises(CommandError, match="No change has this number"):
        call_command("agree_change", "0")


def test_command_does_not_go_round_an_officer_who_can_sign_in():
    priya, never, tom = officer(), make_staff(Role.DCO), reviewer()
    change, _ = propose(tom, priya)
    make_key(never)

    with pytest.raises(CommandError, match="Another officer can sign in"):
        call_command("agree_change", str(change.pk), "--execute")


def test_command_does_not_agree_to_what_a_command_proposed(capsys):
    call_command("create_dco", "boss@lumina.example")
    call_command("create_dco", "boss@lumina.example")
    capsys.readouterr()

    assert [one.brings for one in officers.open_changes()] == [
        "Data Compliance Officer",
        "new enrolment link",
    ]
    for change in RoleChange.objects.all():
        with pytest.raises(CommandError, match="A command proposed this"):
            call_command("agree_change", str(change.pk), "--execute")


def test_command_offers_no_link_to_an_officer_while_another_can_propose_it():
    priya, olga = officer(), officer()

    with pytest.raises(CommandError, match="Another officer can sign in"):
        call_command("create_dco", olga.email, "--another")

    assert (EnrolmentLink.objects.count(), Message.objects.count()) == (0, 0)
    assert RoleChange.objects.count() == 0
    page = staff_client(priya).get(reverse("staff-people"))
    assert "new enrolment link" not in page.content.decode()


def test_command_offers_the_only_officer_a_link_and_they_are_told(capsys):
    olga = officer()
    make_staff(Role.DCO)  # who never enrolled a device

    call_command("create_dco", olga.email, "--another")

    assert "://" in capsys.readouterr().out
    [told] = Message.objects.all()
    assert (told.recipient, told.about) == (olga.email, str(olga.actor))
    assert "If you did not ask for it" in told.text
    assert "://" not in told.text
    [listed] = officers.open_changes()
    assert (listed.brings, listed.change.alone) == ("new enrolment link", True)


def test_whose_account_it_is_is_told_when_a_link_is_offered_and_not_before():
    priya, olga, tom = officer(), officer(), reviewer()
    change, _ = propose(tom, priya)
    assert tom.email not in [mail.recipient for mail in Message.objects.all()]

    _, link = role_changes.agree(change.pk, by=olga.actor, at=AT)

    [told] = [mail for mail in Message.objects.all() if mail.recipient == tom.email]
    assert "your staff account" in told.subject
    assert urlsplit(link).path not in told.text


# --- After, off -----------------------------------------------------------------------


@pytest.mark.parametrize("used", [False, True])
def test_after_a_link_turned_down_opens_nothing_and_a_used_one_closes(settings, used):
    settings.LUMINA_TWO_PERSON_ROLES = "after"
    priya, olga, tom = officer(), officer(), reviewer()
    answer = staff_client(priya).post(
        reverse("staff-person-link", args=[tom.pk]), {"why": WHY}
    )
    path = urlsplit(answer.context["link"]).path
    if used:
        take(Client(), path)

    role_changes.turn_down(
        RoleChange.objects.get().pk, why="Ask first.", by=olga.actor, at=AT
    )

    tom.refresh_from_db()
    assert tom.is_active is not used
    assert Client().get(path).status_code == 410


def test_off_the_account_opens_at_once(settings):
    settings.LUMINA_TWO_PERSON_ROLES = "off"
    tom = reviewer(is_active=False)

    page = staff_client(officer()).post(
        reverse("staff-person-reopen", args=[tom.pk]), {"why": WHY}, follow=True
    )

    assert "The account is open again." in page.content.decode()
    assert officers.open_changes() == []


# --- The database ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("role_change_known_kind", {"what": "gift"}),
        ("role_change_known_kind", {"user": None, "address": "x@y", "name": "X"}),
        (
            "role_change_settled_by_another",
            {"state": "agreed", "settled_by": "system:other", "settled_at": AT},
        ),
    ],
)
def test_database_refuses(constraint, wrong):
    propose(reviewer(), officer())

    with pytest.raises(IntegrityError, match=constraint):
        RoleChange.objects.update(**wrong)


def test_change_by_a_process_that_knows_no_kind_is_one_of_a_role():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_default FROM information_schema.columns WHERE "
            "table_name = 'accounts_rolechange' AND column_name = 'what'"
        )
        [default] = cursor.fetchone()

    assert default == "'role'::text"
