"""Nobody acts for the person any more: who is told, and what becomes of it (D9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from outbox.models import Message
from requests_app.actions import authority, casework, confirming
from requests_app.models import Authority, Case
from tests.factories.accounts import make_staff, make_subject
from tests.factories.authority import filed_for, make_authority
from tests.factories.cases import RECEIVED_AT, make_case

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
ANN = "ann@example.org"


@pytest.fixture
def dco() -> User:
    return make_staff(Role.DCO)


def told(case: Case) -> dict[str, str]:
    """Return what staff were written, by whom it went to."""
    mails = Message.objects.filter(purpose="case-authority-ended", about=case.about)
    return {mail.recipient: mail.text for mail in mails}


def acting(**fields) -> Authority:
    return make_authority(make_case(ANN, **fields))


# --- The person says so -----------------------------------------------------------


def test_no_by_the_link_writes_to_staff_at_once_and_names_nobody(dco):
    one = make_authority(filed_for(make_case(ANN)))
    link = confirming.offer(one, email=ANN, reason="Doubt.", by=dco, at=AT)

    confirming.answer(link, confirmed=False, at=AT)

    [mail] = told(one.case).values()
    assert "asked by a link" in mail
    assert "says no" in mail
    assert "Nobody else asked for this" in mail
    assert reverse("staff-case", args=[one.case.reference]) in mail
    for hidden in ("Harris", "Ann", ANN, "post@"):
        assert hidden not in mail


def test_yes_by_the_link_writes_to_nobody(dco):
    one = acting()
    link = confirming.offer(one, email=ANN, reason="Doubt.", by=dco, at=AT)

    confirming.answer(link, confirmed=True, at=AT)

    assert told(one.case) == {}


def test_what_the_person_takes_back_is_told_to_who_has_the_case(dco):
    one, worker = acting(), make_staff()
    casework.assign(one.case, to=worker, by=dco, at=AT)

    authority.revoke(one, reason="", by=make_subject(ANN), at=AT)

    [(to, mail)] = told(one.case).items()
    assert to == worker.email
    assert "The person has taken back" in mail
    assert "asked themselves, so the case goes on with them" in mail


def test_who_wrote_it_down_is_not_told_what_they_wrote(dco):
    colleague = make_staff(Role.DCO)
    one = acting()

    authority.revoke(one, reason="She rang.", by=colleague, at=AT)

    assert list(told(one.case)) == [dco.email]
    assert "A colleague wrote down" in told(one.case)[dco.email]
