"""A case that is worked has somebody, and its page says what holds it up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lumina_privacy.lib.verdict import Refused
from requests_app.actions import search
from requests_app.models import Case, ProvedIdentifier
from requests_app.states import EventKind, Right, TaskState
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    CRM,
    RECEIVED_AT,
    make_case,
    make_reviewed,
    make_revision,
    make_task,
)

pytestmark = pytest.mark.django_db


def test_who_starts_the_search_of_a_case_that_nobody_has_gets_it():
    case, by = make_case(revision=make_revision([CRM])), make_staff()

    search.start_search(case, by=by, at=RECEIVED_AT)

    assert Case.objects.get(pk=case.pk).assignee == by
    kinds = list(case.events.order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == [EventKind.ASSIGNED, EventKind.SEARCH_STARTED]
    assert case.events.get(kind=EventKind.ASSIGNED).facts == {"to": str(by.actor)}


def test_case_that_somebody_has_stays_theirs_whoever_starts_the_search():
    has = make_staff()
    case = make_case(revision=make_revision([CRM]), assignee=has)

    search.start_search(case, by=make_staff(), at=RECEIVED_AT)

    assert Case.objects.get(pk=case.pk).assignee == has
    assert not case.events.filter(kind=EventKind.ASSIGNED).exists()


def test_nobody_gets_a_case_whose_search_may_not_start():
    case = make_case(right=Right.OBJECTION_DIRECT_MARKETING)

    with pytest.raises(Refused):
        search.start_search(case, by=make_staff(), at=RECEIVED_AT)

    assert Case.objects.get(pk=case.pk).assignee is None


@pytest.mark.parametrize(
    ("last_sign", "is_said"),
    [(timedelta(seconds=20), False), (timedelta(seconds=40), True)],
)
def test_system_whose_worker_is_silent_says_since_when(settings, last_sign, is_said):
    settings.LUMINA_LEASE_SECONDS = 60
    case, now = make_case(), timezone.now()
    make_task(
        case,
        state=TaskState.RUNNING,
        attempt=1,
        claimed_until=now - last_sign + timedelta(seconds=60),
    )

    page = staff_client().get(reverse("staff-case", args=[case.reference]))

    assert ("No sign of life from its worker" in page.content.decode()) is is_said


def decide_page(case: Case) -> str:
    page = staff_client().get(reverse("case-decide", args=[case.reference]))
    return page.content.decode()


def test_page_to_decide_shows_why_nothing_can_be_decided_and_no_form():
    text = decide_page(make_case())

    assert "A case is decided while it is in review." in text
    assert 'name="outcome"' not in text


def test_what_cannot_be_decided_or_delivered_now_says_why_beside_it():
    case = make_reviewed()
    case.found.update(reviewed_at=RECEIVED_AT, choice="release")
    ProvedIdentifier.objects.filter(case=case).update(level=0)

    text = decide_page(case)

    assert 'value="granted"' in text
    for value, why in (
        ("nothing_held", "Something is held."),
        ("in_part", "Every system has answered"),
        ("download", "No e-mail address is proved"),
    ):
        option = text[text.index(f'value="{value}"') :]
        option = option[: option.index("</label>")]
        assert "disabled" in option
        assert why in option
    assert "disabled" not in text[text.index('value="print"') :].partition(">")[0]
