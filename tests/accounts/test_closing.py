"""Closing takes one officer at once, who gains nothing by it (decision C19, ADR 3)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from accounts.actions import role_changes
from accounts.models import RoleChange
from accounts.roles import Role
from accounts.states import ChangeState
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from tests.accounts.staff import AT
from tests.accounts.test_role_changes import add, officer
from tests.accounts.test_ways_in import WHY, propose, reviewer
from tests.factories.accounts import make_key, make_staff, staff_client

pytestmark = pytest.mark.django_db


def close(whom, by):
    return role_changes.close(whom.pk, why="She left.", by=by.actor, at=AT)


def test_closing_is_done_at_once_and_told_without_a_name():
    priya, olga, tom = officer(), officer(), reviewer()
    officer(is_active=False)

    staff_client(priya).post(reverse("staff-person-close", args=[tom.pk]), {"why": WHY})

    tom.refresh_from_db()
    assert not tom.is_active
    told = Message.objects.filter(purpose="security-notice")
    assert {mail.recipient for mail in told} == {olga.email, tom.email}
    for mail in told:
        opens = reverse("staff-person", args=[tom.pk]) in mail.text
        assert opens is (mail.recipient == olga.email)
        assert tom.name not in mail.text
    [his] = [mail for mail in told if mail.recipient == tom.email]
    assert settings.LUMINA_ORIGIN not in his.text
    assert his.subject == "Your staff account was closed"
    [change] = RoleChange.objects.all()
    assert (change.what, change.state, change.alone) == ("close", "owed", False)


def test_closing_wants_a_reason_beside_its_field():
    priya, tom = officer(), reviewer()

    page = staff_client(priya).post(reverse("staff-person-close", args=[tom.pk]))

    tom.refresh_from_db()
    assert (page.status_code, tom.is_active) == (422, True)
    assert page.context["closing_form"].errors["why"] == ["Write why."]


def test_another_officer_who_turns_a_closing_down_opens_the_account_again():
    priya, olga, tom = officer(), officer(), reviewer()
    change = close(tom, priya)
    page = staff_client(olga).get(reverse("staff-change", args=[change.pk]))
    assert "was shut out" in page.content.decode()

    role_changes.turn_down(change.pk, why="He is on leave.", by=olga.actor, at=AT)

    tom.refresh_from_db()
    assert tom.is_active


def test_officer_who_closed_the_only_other_one_does_not_go_alone():
    priya, olga, tom = officer(), officer(), make_staff()
    closing = close(olga, priya)
    assert closing.state == ChangeState.OWED
    page = staff_client(priya).get(reverse("staff-person", args=[tom.pk]))
    assert "whoever runs this portal is the second person" in page.content.decode()

    change = role_changes.propose_role(
        tom.pk, role=Role.REVIEWER, why=WHY, by=priya.actor, at=AT
    )
    added, link = add(priya, role=Role.DCO)

    tom.refresh_from_db()
    assert (tom.role, change.state) == ("caseworker", ChangeState.WAITING)
    assert (added.state, link) == (ChangeState.WAITING, "")
    call_command("agree_change", str(closing.pk), "--execute")
    una, _ = add(priya, address="una@lumina.example", name="Una")
    assert una.state == ChangeState.OWED  # the closing was looked at: she is alone


def test_officer_takes_no_other_officer_s_role_away_alone():
    priya, olga = officer(), officer()

    change = role_changes.propose_role(
        olga.pk, role=Role.AUDITOR, why=WHY, by=priya.actor, at=AT
    )

    olga.refresh_from_db()
    assert (olga.role, change.state) == ("dco", ChangeState.WAITING)


def test_officer_let_in_alone_is_no_second_person_beside_who_did():
    priya, tom = officer(), reviewer()
    added, _ = add(priya, role=Role.DCO)
    eve = added.user
    make_key(eve)

    change, _ = propose(tom, priya)

    assert change.state == ChangeState.WAITING
    with pytest.raises(Refused, match="nobody has looked at that yet"):
        role_changes.agree(change.pk, by=eve.actor, at=AT)
    page = staff_client(eve).get(reverse("staff-change", args=[change.pk]))
    assert "nobody has looked at that yet" in page.content.decode()
