"""Who may do what is changed by two officers (decision C19)."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts import queries
from accounts.actions import role_changes
from accounts.models import RoleChange, User
from accounts.queries import officers
from accounts.roles import Role
from audit.models import Event
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from tests.accounts.staff import AT
from tests.accounts.test_codes import at_once
from tests.factories.accounts import make_key, make_staff, staff_client

pytestmark = pytest.mark.django_db
EVE = {
    "name": "Eve Long",
    "address": "eve@lumina.example",
    "role": "reviewer",
    "why": "She begins on Monday.",
}


def officer(**fields) -> User:
    """Make an officer who can sign in."""
    user = make_staff(Role.DCO, **fields)
    make_key(user)
    return user


def propose(tom, by, role=Role.REVIEWER, why="He is trained."):
    return role_changes.propose_role(tom.pk, role=role, why=why, by=by.actor, at=AT)


def add(by, **changed):
    known = {**EVE, "role": Role.REVIEWER, "by": by.actor, "at": AT, **changed}
    return role_changes.propose_colleague(**known)


def role_of(user):
    user.refresh_from_db()
    return user.role


# --- Before (the default) -------------------------------------------------------------


def test_role_changes_when_another_officer_has_agreed_on_the_page():
    priya, olga, tom = officer(name="Priya"), officer(name="Olga"), make_staff()
    hers = staff_client(priya)

    page = hers.get(reverse("staff-person", args=[tom.pk])).content.decode()
    assert "In force when another officer has agreed." in page
    hers.post(
        reverse("staff-person-role", args=[tom.pk]),
        {"role": "reviewer", "why": "He is trained."},
    )

    change = RoleChange.objects.get()
    assert (role_of(tom), change.state, change.alone) == (
        "caseworker",
        "waiting",
        False,
    )
    assert [mail.recipient for mail in Message.objects.all()] == [olga.email]
    path = reverse("staff-change", args=[change.pk])
    assert path in Message.objects.get().text
    own = hers.get(path).content.decode()
    assert own.count("You proposed this, so another officer looks at it.") == 2
    his = staff_client(olga)
    assert path in his.get(reverse("staff-people")).content.decode()
    shown = his.get(path).content.decode()
    assert [word in shown for word in ("He is trained.", "Priya", "Reviewer")] == [
        True,
        True,
        True,
    ]
    his.post(f"{path}agree/")
    assert role_of(tom) == "reviewer"
    assert path not in his.get(reverse("staff-people")).content.decode()
    settled = Event.objects.get(event="account.role.settled")
    assert (settled.about, settled.actor) == (str(tom.actor), str(olga.actor))
    assert settled.details == {"change": change.pk, "state": "agreed"}


def test_colleague_exists_when_another_officer_has_agreed_who_gets_the_link():
    priya, olga = officer(), officer()

    page = staff_client(priya).post(reverse("staff-person-add"), EVE, follow=True)

    assert queries.staff_at(EVE["address"]) is None
    assert "Nothing is changed until another officer agrees" in page.content.decode()
    change = RoleChange.objects.get()
    page = staff_client(olga).post(reverse("staff-change-agree", args=[change.pk]))
    eve = queries.staff_at(EVE["address"])
    assert (eve.role, eve.name) == ("reviewer", "Eve Long")
    assert Client().get(urlsplit(page.context["link"]).path).status_code == 200
    change.refresh_from_db()
    assert (change.user, change.address, change.name) == (eve, "", "")


def test_turned_down_needs_a_reason_changes_nothing_and_keeps_no_address():
    priya, olga = officer(), officer()
    change, link = add(priya)
    client = staff_client(olga)
    url = reverse("staff-change-turn-down", args=[change.pk])

    assert client.post(url, {"why": " "}).status_code == 422
    client.post(url, {"why": "We have two reviewers."})

    change.refresh_from_db()
    assert (link, change.state, change.address, change.name) == (
        "",
        "turned_down",
        "",
        "",
    )
    assert queries.staff_at(EVE["address"]) is None
    page = client.get(reverse("staff-change", args=[change.pk]))
    assert "We have two reviewers." in page.content.decode()


def test_nobody_agrees_to_what_they_proposed_or_to_their_own_role():
    priya, olga, third = officer(), officer(), officer()
    change = propose(olga, priya, role=Role.AUDITOR)

    with pytest.raises(Refused, match="You proposed this"):
        role_changes.agree(change.pk, by=priya.actor, at=AT)
    with pytest.raises(Refused, match="your own account"):
        role_changes.agree(change.pk, by=olga.actor, at=AT)
    role_changes.agree(change.pk, by=third.actor, at=AT)
    assert role_of(olga) == "auditor"
    with pytest.raises(Refused, match="Nobody need look"):
        role_changes.turn_down(change.pk, why="x", by=third.actor, at=AT)


def test_proposal_is_taken_back_by_who_made_it():
    priya, olga, tom = officer(), officer(), make_staff()
    change = propose(tom, priya)

    with pytest.raises(Refused, match="Who proposed it"):
        role_changes.withdraw(change.pk, by=olga.actor, at=AT)
    staff_client(priya).post(reverse("staff-change-withdraw", args=[change.pk]))

    change.refresh_from_db()
    assert (change.state, role_of(tom)) == ("withdrawn", "caseworker")
    with pytest.raises(Refused, match="Nobody need look"):
        role_changes.agree(change.pk, by=olga.actor, at=AT)


def test_second_proposal_for_the_same_colleague_is_refused_with_the_reason():
    priya, _, tom = officer(), officer(), make_staff()
    propose(tom, priya)
    add(priya)

    with pytest.raises(Refused, match="waits already"):
        propose(tom, priya, role=Role.AUDITOR)
    with pytest.raises(Refused, match="waits already"):
        add(priya)


@pytest.mark.parametrize(
    ("role", "why", "said"),
    [(Role.REVIEWER, " ", "Write why"), (Role.CASEWORKER, "x", "has this role")],
)
def test_proposal_that_says_nothing_is_refused(role, why, said):
    with pytest.raises(Refused, match=said):
        propose(make_staff(), officer(), role=role, why=why)


@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_once_change_the_role_once():
    priya, tom = officer(), make_staff()
    others = iter([officer(), officer()])
    change = propose(tom, priya)

    def agree():
        try:
            role_changes.agree(change.pk, by=next(others).actor, at=AT)
        except Refused:
            return False
        return True

    assert sorted(at_once(2, agree)) == [False, True]
    assert Event.objects.filter(event="account.staff.changed").count() == 1


def test_nothing_changes_when_the_ledger_cannot_be_written(monkeypatch):
    priya, olga, tom = officer(), officer(), make_staff()
    change = propose(tom, priya)

    def broken(*args, **kwargs):
        raise OSError("disk")

    monkeypatch.setattr("accounts.actions.role_changes.audit.record", broken)
    with pytest.raises(OSError, match="disk"):
        role_changes.agree(change.pk, by=olga.actor, at=AT)

    assert role_of(tom) == "caseworker"


# --- Alone ----------------------------------------------------------------------------


def test_only_officer_goes_alone_with_a_reason_and_it_is_listed_until_another_looks():
    """An officer who never enrolled a device cannot look; nor can whom it is about."""
    priya, tom = officer(), make_staff(name="Tom Okafor")
    never = make_staff(Role.DCO)
    client = staff_client(priya)
    page = client.get(reverse("staff-person", args=[tom.pk])).content.decode()
    assert "No other officer can sign in to look at it first" in page

    change = propose(tom, priya)

    assert (role_of(tom), change.state, change.alone) == ("reviewer", "owed", True)
    assert change.look_due_on == date(2026, 11, 30)
    listed = client.get(reverse("staff-people")).content.decode()
    assert "Tom Okafor: Reviewer" in listed
    assert "done alone" in listed
    make_key(never)
    role_changes.agree(change.pk, by=never.actor, at=AT)
    listed = client.get(reverse("staff-people")).content.decode()
    assert "Tom Okafor: Reviewer" not in listed


def test_first_officer_of_a_portal_comes_alone_and_is_listed(capsys):
    call_command("create_dco", "boss@lumina.example")

    boss = queries.staff_at("boss@lumina.example")
    [listed] = officers.open_changes()
    assert (listed.change.user, listed.change.alone, listed.waits) == (
        boss,
        True,
        False,
    )
    assert listed.proposed_by == "system:create_dco"
    with pytest.raises(Refused, match="your own account"):
        role_changes.agree(listed.change.pk, by=boss.actor, at=AT)


# --- After, off -----------------------------------------------------------------------


def test_after_it_is_in_force_at_once_and_turning_it_down_takes_it_back(settings):
    settings.LUMINA_TWO_PERSON_ROLES = "after"
    priya, olga, tom = officer(), officer(), make_staff()
    change, (added, link) = propose(tom, priya), add(priya)
    assert (role_of(tom), change.state, change.alone) == ("reviewer", "owed", False)
    assert link

    for one in (change, added):
        role_changes.turn_down(one.pk, why="Not yet.", by=olga.actor, at=AT)

    assert role_of(tom) == "caseworker"
    assert not queries.staff_at(EVE["address"]).is_active
    assert officers.open_changes() == []


def test_off_nobody_is_asked_and_the_reason_is_kept(settings):
    settings.LUMINA_TWO_PERSON_ROLES = "off"
    priya, _, tom = officer(), officer(), make_staff()

    change = propose(tom, priya)

    assert (role_of(tom), change.state, change.why) == (
        "reviewer",
        "single",
        "He is trained.",
    )
    assert (Message.objects.count(), officers.open_changes()) == (0, [])


# --- The database ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("role_change_role_known", {"role": "king"}),
        ("role_change_known_state", {"state": "lost"}),
        ("role_change_names_whom_while_it_waits", {"address": ""}),
        ("role_change_settled_by_another", {"settled_by": "staff:1"}),
    ],
)
def test_database_refuses(constraint, wrong):
    priya, _ = officer(), officer()
    add(priya)

    with pytest.raises(IntegrityError, match=constraint):
        RoleChange.objects.update(**wrong)


def test_role_change_settled_by_another_is_never_who_proposed_it():
    priya, _, tom = officer(), officer(), make_staff()
    change = propose(tom, priya)

    with pytest.raises(IntegrityError, match="role_change_settled_by_another"):
        RoleChange.objects.filter(pk=change.pk).update(
            state="agreed", settled_by=str(priya.actor), settled_at=AT
        )


def test_role_change_one_waits_for_each():
    priya, _, tom = officer(), officer(), make_staff()
    change = propose(tom, priya)

    change.pk = None
    with pytest.raises(IntegrityError, match="role_change_one_waits_for_each"):
        change.save(force_insert=True)
