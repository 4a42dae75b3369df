"""A line of the schedule removes nothing until the DCO approved it (decision C22)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.actor import system
from retention import actions, queries
from retention.rules import EndAction
from tests.factories.accounts import make_staff, staff_client
from tests.ledger import events_about

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
BY = system("test")


def propose(period="P90D"):
    return actions.propose_line(
        code="portal-working",
        name="The portal’s working data",
        trigger="last use",
        period=period,
        end_action=EndAction.DESTROY,
        why="Faults are found in it.",
        owner="dco",
        review_on=date(2027, 11, 23),
        by=BY,
        at=AT,
    )


def test_dco_approves_a_line_with_a_reason():
    line, officer = propose(), make_staff(Role.DCO)
    client = staff_client(officer)
    page = reverse("schedule-approve", args=[line.pk])

    shown = client.get(reverse("schedule")).content.decode()
    blank = client.post(page, {"reason": ""})
    done = client.post(page, {"reason": "Agreed with the board."})

    assert "90 days after last use" in shown
    assert (blank.status_code, done.status_code) == (422, 302)
    assert "Say why the line may run." in blank.content.decode()
    assert queries.lines()["portal-working"].approved
    assert "Agreed with the board." in client.get(reverse("schedule")).content.decode()
    event = events_about(f"line:{line.pk}")[-1]
    assert (event.event, event.actor) == ("retention.line.approved", str(officer.actor))
    assert client.post(page, {"reason": "x"}).status_code == 422
    assert (
        client.post(reverse("schedule-approve", args=[0]), {"reason": "x"}).status_code
        == 422
    )


def test_new_version_waits_again_and_an_old_one_cannot_be_approved():
    old = propose()
    assert queries.over_since("portal-working", on=date(2026, 11, 23)) is None
    actions.approve_line(old.pk, reason="Yes.", by=BY, at=AT)
    assert queries.over_since("portal-working", on=date(2026, 11, 23)) == date(
        2026, 8, 25
    )

    propose("P30D")

    assert queries.over_since("portal-working", on=date(2026, 11, 23)) is None


def test_version_that_was_overtaken_is_refused():
    from lumina_privacy.lib.verdict import Refused

    old = propose()
    propose("P30D")

    with pytest.raises(Refused, match="newer version"):
        actions.approve_line(old.pk, reason="Yes.", by=BY, at=AT)
