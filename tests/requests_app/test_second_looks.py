"""An objection that one person declined alone is looked at by another (C19)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import projection, ruling, second_look
from requests_app.models import Letter
from requests_app.queries.second_looks import looks_wanted
from requests_app.rulings import Ruled
from requests_app.states import CaseStatus, EventKind, LetterKind
from tests.factories.accounts import enrol, make_staff, staff_client
from tests.factories.clock import again, deliver
from tests.requests_app.ruled import decide, rule
from tests.requests_app.test_objection import (
    AT,
    PROSPECTING,
    SURVEYS,
    live,
    make_objection,
    restrict,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]
DUE = date(2026, 11, 12)  # five working days after Thursday the fifth
QUEUE = reverse("case-queue")
PAGE = reverse("second-looks")


@pytest.fixture
def alone(settings):
    """Give an objection that somebody declined alone, and who did."""
    settings.LUMINA_TWO_PERSON_OBJECTION = "after"
    by = make_staff(name="Lone Ranger")
    case = make_objection()
    restrict(case, "surveys", by=by)
    rule(again(case), SURVEYS, Ruled.GO_ON, "overriding", by=by)
    decide(case, by=by, words="We are sorry.")
    return again(case), by


def look(case, by, *, approved=True, reason="The balance is right."):
    return second_look.at_objection(
        case, approved=approved, reason=reason, by=by, at=AT
    )


def carried_out(case):
    deliver(AT)
    ruling.carry_out(again(case), done="Nothing changes.", by=make_staff(), at=AT)
    return again(case)


def test_what_waits_is_listed_with_its_day_and_who_may_not(alone):
    case, by = alone
    [wanted] = looks_wanted(make_staff(), today=AT.date())
    assert (wanted.case, wanted.due_on, wanted.is_late) == (case.reference, DUE, False)
    assert (wanted.by, wanted.is_own) == ("Lone Ranger", False)
    [own] = looks_wanted(by, today=date(2026, 11, 13))
    assert (own.is_own, own.is_late) == (True, True)
    assert looks_wanted(make_staff(Role.OPERATIONS), today=AT.date()) == ()

    url = reverse("case-look", args=[case.reference])
    client = staff_client(Role.REVIEWER)
    assert case.reference in client.get(QUEUE).content.decode()
    assert url in client.get(PAGE).content.decode()
    page = client.get(reverse("staff-case", args=[case.reference]))
    assert url in page.content.decode()
    mine = staff_client(by).get(PAGE).content.decode()
    assert url not in mine
    assert "You did it: a colleague looks." in mine


def test_page_shows_the_decision_beside_the_assessment(alone):
    case, _ = alone

    html = (
        staff_client(Role.REVIEWER)
        .get(reverse("case-look", args=[case.reference]))
        .content.decode()
    )

    for said in (
        "Lone Ranger",
        "I am unwell.",
        "We are sorry.",
        "We ask few people, once a year",  # the assessment on record
        "We have compelling legitimate grounds that override yours.",
    ):
        assert said in html


@pytest.mark.parametrize("let_in_by", ["who ruled", "who decided"])
def test_account_that_one_of_them_let_in_does_not_look(settings, let_in_by):
    ruled, decided = make_staff(Role.DCO), make_staff(Role.DCO)
    enrol(decided, made_by=ruled, at=AT)
    settings.LUMINA_TWO_PERSON_OBJECTION = "after"
    case = make_objection()
    restrict(case, "surveys", by=ruled)
    rule(again(case), SURVEYS, Ruled.GO_ON, "overriding", by=ruled)
    decide(case, by=decided)
    by = {"who ruled": ruled, "who decided": decided}[let_in_by]
    seat = enrol(make_staff(Role.REVIEWER), made_by=by, at=AT)

    with pytest.raises(Refused, match="one let the other in"):
        look(case, seat)
    page = staff_client(seat).get(reverse("staff-case", args=[case.reference]))
    assert "one let the other in" in page.content.decode()

    assert look(case, make_staff(Role.REVIEWER)).second_look_due_on is None


def test_what_stands_is_listed_no_more_and_nothing_else_changes(alone):
    case, _ = alone
    url = reverse("case-look", args=[case.reference])
    client = staff_client(Role.REVIEWER)
    assert client.post(url, {"reason": "Fine."}).status_code == 422

    done = client.post(url, {"approved": "yes", "reason": "The balance is right."})

    assert done.status_code == 302
    assert looks_wanted(make_staff(), today=AT.date()) == ()
    case = again(case)
    assert (case.status, case.second_look_due_on) == (CaseStatus.DECIDED, None)
    event = case.events.get(kind=EventKind.SECOND_LOOK)
    assert event.facts["approved"] is True
    assert event.text.body == "The balance is right."
    assert not Letter.objects.filter(case=case, kind=LetterKind.REOPENED).exists()
    with pytest.raises(Refused, match="No second look is wanted"):
        look(case, make_staff())


def test_what_goes_back_is_weighed_again_and_the_use_stays_paused(alone):
    case, _ = alone

    look(case, make_staff(), approved=False, reason="That weighs more.")

    case = again(case)
    assert (case.status, case.second_look_due_on) == (CaseStatus.IN_REVIEW, None)
    assert len(live()) == 1
    told = Letter.objects.get(case=case, kind=LetterKind.REOPENED).body
    assert "stays paused while we weigh it" in told
    assert "it does not stand any more" in told
    assert "section 167" in told
    assert "That weighs more" not in told
    # And it can be ruled otherwise.
    rule(case, SURVEYS, Ruled.STOP, "no_overriding_reason")
    assert decide(case).outcome == "granted"


def test_use_that_went_on_is_paused_anew_when_it_goes_back(alone):
    case = carried_out(alone[0])
    assert live() == []

    look(case, make_staff(), approved=False, reason="Not shown.")

    [hold] = live()
    assert hold.placed_for == case.about
    told = Letter.objects.get(case=case, kind=LetterKind.REOPENED).body
    assert "is paused again" in told
    # Once decided and done for good, that pause ends too.
    rule(again(case), SURVEYS, Ruled.STOP, "no_overriding_reason")
    decide(case)
    carried_out(case)
    assert live() == []


def test_who_decided_or_ruled_that_it_goes_on_does_not_look(settings):
    settings.LUMINA_TWO_PERSON_OBJECTION = "after"
    one, other = make_staff(), make_staff()
    case = make_objection()
    restrict(case, "surveys", "prospecting", by=one)
    rule(again(case), SURVEYS, Ruled.GO_ON, "claims", by=one)
    rule(again(case), PROSPECTING, Ruled.GO_ON, "claims", by=other)
    decide(case, by=one)

    with pytest.raises(Refused, match="You decided it"):
        look(again(case), one)
    with pytest.raises(Refused, match="You ruled on it"):
        look(again(case), other)
    with pytest.raises(Refused, match="for a decider"):
        look(again(case), make_staff(Role.AUDITOR))
    with pytest.raises(Refused, match="Write what you looked at"):
        look(again(case), make_staff(), reason=" ")


def test_day_is_a_projection_of_what_happened(alone):
    case, _ = alone
    assert case.second_look_due_on == DUE
    type(case).objects.filter(pk=case.pk).update(second_look_due_on=None)

    changed = projection.rebuild(again(case), holidays=())

    assert changed == ("second_look_due_on",)
    assert again(case).second_look_due_on == DUE


def test_withdrawn_objection_wants_no_look(alone):
    from requests_app.actions import subject
    from tests.factories.accounts import make_subject

    case, _ = alone

    subject.withdraw(case, by=make_subject("ann@example.org"), at=AT)

    assert looks_wanted(make_staff(), today=AT.date()) == ()


def test_queue_says_what_comes_next_of_a_decision_that_is_to_be_done(alone):
    html = staff_client().get(QUEUE).content.decode()

    assert "Record that it is done" in html
    assert "The package is being built" not in html
