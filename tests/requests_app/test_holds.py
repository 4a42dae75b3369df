"""The hold of a request ends with it, and comes back when the answer is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.roles import Role
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.subject_ref import subject_ref
from requests_app.actions import answer, holds
from requests_app.models import Case, CaseIdentifier
from requests_app.states import EventKind, PackageState
from retention import actions as retention
from retention.models import Hold, HoldIdentifier
from retention.rules import HoldKind
from tests.factories.accounts import make_staff
from tests.factories.cases import RECEIVED_AT, happen, make_case
from tests.ledger import events_about
from tests.requests_app.kept import decided, make_package

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=3)


def held(case: Case) -> Case:
    """Place the hold of a case's request, as its receipt does."""
    case.hold = retention.place_hold(
        kind=HoldKind.REQUEST,
        placed_for=case.about,
        identifiers=[("email", case.submission.address)],
        ground="A request about this data is open.",
        by=system("test"),
        at=RECEIVED_AT,
    )
    case.save(update_fields=["hold"])
    return case


@pytest.mark.parametrize(
    ("made", "event", "why"),
    [
        (decided, EventKind.ANSWERED, "The request was answered in full."),
        (make_case, EventKind.CLOSED, "The case was closed."),
        (make_case, EventKind.WITHDRAWN, "The person withdrew the request."),
        (
            lambda: make_case(proved=False),
            EventKind.LAPSED,
            "Nobody proved the request.",
        ),
    ],
)
def test_end_of_a_case_releases_its_hold_and_says_why(made, event, why):
    case = held(made())

    happen(case, event, at=AT)

    hold = Hold.objects.get(pk=case.hold)
    assert (hold.released_at, hold.released_because) == (AT, why)
    assert not HoldIdentifier.objects.filter(hold=hold).exists()
    events = [one.event for one in events_about(f"hold:{hold.pk}")]
    assert events == ["retention.hold.placed", "retention.hold.released"]


def test_answer_in_part_keeps_the_hold():
    case = held(decided())

    happen(case, EventKind.ANSWERED_IN_PART, at=AT)

    assert Hold.objects.get(pk=case.hold).released_at is None


def test_answer_that_is_revoked_places_a_hold_anew_over_all_that_is_known():
    case = held(decided(email="ann@example.org"))
    CaseIdentifier.objects.bulk_create(
        CaseIdentifier(case=case, kind=k, ref=f"{k}{v}", value=v, status=status)
        for k, v, status in [
            ("customer_id", "7", "sure"),
            ("phone", "+441442500890", "contested"),
        ]
    )
    package = make_package(case, PackageState.RELEASED)
    first = happen(case, EventKind.ANSWERED, at=AT).hold

    answer.revoke(
        package,
        reason="It went to somebody else.",
        by=make_staff(Role.REVIEWER),
        at=AT,
    )

    case.refresh_from_db()
    old, new = Hold.objects.filter(placed_for=case.about).order_by("pk")
    assert (old.pk, new.pk) == (first, case.hold)
    assert old.released_at == AT
    assert (new.released_at, new.ground) == (None, holds.AGAIN)
    covered = HoldIdentifier.objects.filter(hold=case.hold)
    assert {(one.kind, one.ref) for one in covered} == {
        ("email", subject_ref("email", "ann@example.org")),
        ("customer_id", subject_ref("customer_id", "7")),
    }
