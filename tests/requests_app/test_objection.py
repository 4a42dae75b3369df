"""An objection: one use is restricted at once, weighed by two, and told (Art 21)."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from datamap.models import Revision
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import intake, restriction, ruling, subject
from requests_app.models import Case, Letter
from requests_app.queries import rulings as queries
from requests_app.rulings import Ruled
from requests_app.states import CaseStatus, EventKind, LetterKind, Outcome, Right
from retention.models import Hold
from retention.rules import HoldKind
from tests.factories.accounts import enrol, make_staff, make_subject, staff_client
from tests.factories.cases import CRM, make_case, make_revision
from tests.factories.clock import again, deliver, noon
from tests.requests_app.ruled import decide, rule

pytestmark = pytest.mark.django_db
AT = noon("2026-11-05")
SURVEYS, PROSPECTING = ("-", "surveys"), ("-", "prospecting")
USES = {
    "surveys": "We ask few people, once a year, and stop when they say so.",
    "prospecting": "",
}


def make_register() -> Revision:
    """Make a register with two uses on legitimate interests, one of them assessed."""
    revision = make_revision([CRM])
    content = revision.content
    for code, assessment in USES.items():
        content["purposes"].append(
            {
                "code": code,
                "name": code.title(),
                "quote": code,
                "assessment": assessment,
                "processing": [{"basis": "legitimate_interests"}],
            }
        )
    field = content["systems"][0]["datasets"]["contacts"]["fields"]["phone"]
    field["purposes"] = ["services", "surveys"]
    return Revision.objects.create(
        sha256=revision.sha256[::-1],
        content=content,
        loaded_at=revision.loaded_at,
        loaded_by="system:test",
        approved_at=revision.approved_at,
        approved_by="staff:1",
    )


def make_objection(*uses: str, proved: bool = True, **fields) -> Case:
    case = make_case(
        "ann@example.org",
        right=Right.OBJECTION,
        revision=make_register(),
        received_at=noon("2026-11-02"),
        proved=proved,
        **fields,
    )
    answers = {"objection": {"uses": list(uses), "situation": "I am unwell."}}
    case.submission.answers = json.dumps(answers)
    case.submission.save(update_fields=["answers"])
    return case


def restrict(case, *purposes, by=None):
    by = by or make_staff()
    return restriction.restrict(case, purposes=purposes, by=by, at=AT)


def live() -> list[Hold]:
    return list(Hold.objects.filter(kind=HoldKind.RESTRICTION, released_at=None))


def test_use_objected_to_is_restricted_when_the_address_is_proved_and_not_before():
    case = make_objection("surveys", "services", proved=False)
    assert live() == []

    intake.prove(
        case.submission,
        address="ann@example.org",
        by=make_subject("ann@example.org"),
        at=AT,
    )

    [hold] = live()
    assert hold.placed_for == case.about
    # What the contract wants goes on: `services` cannot be objected to.
    assert queries.restricted_purposes(again(case)) == ("surveys",)
    assert [(one.system, one.dataset) for one in hold.datasets.all()] == [
        ("crm", "contacts")
    ]
    assert [one.value for one in hold.identifiers.all()] == ["ann@example.org"]


def test_what_is_not_an_objection_restricts_nothing():
    case = make_objection("surveys")
    Case.objects.filter(pk=case.pk).update(right=Right.ACCESS)

    restriction.restrict_objected(again(case), by=system("test"), at=AT)

    assert live() == []


@pytest.mark.parametrize(
    ("case", "purposes", "why"),
    [
        (make_objection, [], "Choose the use"),
        (make_objection, ["services"], "does not rest on a legitimate interest"),
        (lambda: make_objection(proved=False), ["surveys"], "address that is not"),
        (make_case, ["surveys"], "Only an objection"),
    ],
)
def test_use_is_not_restricted(case, purposes, why):
    with pytest.raises(Refused, match=why):
        restrict(case(), *purposes)

    assert live() == []


def test_use_is_restricted_once():
    case = make_objection()
    restrict(case, "surveys")

    with pytest.raises(Refused, match="restricted already"):
        restrict(again(case), "surveys")


def test_objection_upheld_stops_the_use_and_ends_the_pause_once_it_is_told():
    case = make_objection()
    with pytest.raises(Refused, match="Say first which use is objected to"):
        decide(case)
    restrict(case, "surveys")
    rule(again(case), SURVEYS, Ruled.STOP, "no_overriding_reason")

    assert decide(case).outcome == Outcome.GRANTED

    by = make_staff()
    with pytest.raises(Refused, match="only after the person is told"):
        ruling.carry_out(again(case), done="Taken off the list.", by=by, at=AT)
    assert len(live()) == 1
    deliver(AT)
    ruling.carry_out(again(case), done="Taken off the list.", by=by, at=AT)

    assert live() == []
    assert again(case).status == CaseStatus.DONE
    assert case.events.filter(kind=EventKind.RESTRICTION_LIFTED).exists()


def test_use_goes_on_only_by_two_people_and_against_a_recorded_assessment():
    case = make_objection()
    restrict(case, "surveys", "prospecting")
    one, other = make_staff(), make_staff(Role.REVIEWER)
    with pytest.raises(Refused, match="No assessment of this use is on record"):
        rule(again(case), PROSPECTING, Ruled.GO_ON, "overriding", by=one)
    rule(again(case), PROSPECTING, Ruled.STOP, "no_overriding_reason", by=one)
    rule(again(case), SURVEYS, Ruled.GO_ON, "overriding", by=one)

    with pytest.raises(Refused, match="somebody else must decide it"):
        decide(case, by=one)

    assert decide(case, by=other).outcome == Outcome.PARTLY
    said = Letter.objects.get(kind=LetterKind.DECISION).body
    assert "Surveys\nWe go on using your data for this. We have compelling" in said
    assert "(UK GDPR Article 21(1))" in said
    assert "stays paused until this letter has reached you" in said
    assert "section 167" in said


def refused_by(by) -> Case:
    case = make_objection()
    restrict(case, "surveys", by=by)
    rule(again(case), SURVEYS, Ruled.GO_ON, "claims", by=by)
    return again(case)


def test_dco_decides_alone_near_the_day_when_nobody_is_there_and_says_why():
    dco = make_staff(Role.DCO)
    case = refused_by(dco)
    near = noon("2026-12-01")
    with pytest.raises(Refused, match="somebody else must decide it"):
        decide(case, by=dco, at=near)

    made = decide(case, by=dco, at=near, alone_reason="Everybody is ill.")

    assert made.outcome == Outcome.DECLINED
    event = again(case).events.get(kind=EventKind.DECIDED)
    assert event.text.body == "Everybody is ill."
    assert date.fromisoformat(event.facts["second_look_due_on"]) > near.date()


def test_dco_does_not_decide_alone_while_a_colleague_is_there():
    dco, _ = make_staff(Role.DCO), make_staff(name="Rita")
    case = refused_by(dco)

    with pytest.raises(Refused, match="Somebody else is there to do it: Rita"):
        decide(case, by=dco, at=noon("2026-12-01"), alone_reason="Everybody is ill.")


def test_account_that_who_ruled_let_in_does_not_decide():
    officer = make_staff(Role.DCO)
    case = refused_by(officer)
    seat = enrol(make_staff(Role.REVIEWER), made_by=officer, at=AT)

    with pytest.raises(Refused, match="one let the other in"):
        decide(case, by=seat)


def test_account_let_in_by_another_or_before_the_case_decides():
    officer, other = make_staff(Role.DCO), make_staff(Role.DCO)
    case = refused_by(officer)
    seat = make_staff(Role.REVIEWER)
    enrol(seat, made_by=other, at=AT)
    enrol(seat, made_by=officer, at=noon("2026-10-30"))

    assert decide(case, by=seat).outcome == Outcome.DECLINED

    facts = again(case).events.get(kind=EventKind.DECIDED).facts
    assert "second_look_due_on" not in facts


def test_dco_whose_only_colleague_came_in_by_their_hand_decides_alone_near_the_day():
    dco = make_staff(Role.DCO)
    enrol(make_staff(Role.DCO), made_by=dco, at=AT)
    case = refused_by(dco)

    decide(case, by=dco, at=noon("2026-12-01"), alone_reason="Nobody else is here.")

    facts = again(case).events.get(kind=EventKind.DECIDED).facts
    assert "second_look_due_on" in facts


def test_who_ruled_on_another_use_is_no_second_person_either():
    dco, rita = make_staff(Role.DCO), make_staff(name="Rita")
    case = make_objection()
    restrict(case, "surveys", "prospecting", by=dco)
    rule(again(case), SURVEYS, Ruled.GO_ON, "claims", by=dco)
    rule(again(case), PROSPECTING, Ruled.GO_ON, "claims", by=rita)

    for one in (dco, rita):
        with pytest.raises(Refused, match="You ruled that a use goes on"):
            decide(case, by=one)

    near = noon("2026-12-01")
    made = decide(case, by=dco, at=near, alone_reason="Nobody else is here.")
    assert made.outcome == Outcome.DECLINED


def test_page_of_the_decision_asks_a_seat_for_the_reason_to_go_alone():
    dco = make_staff(Role.DCO)
    case = refused_by(dco)
    url = reverse("case-rulings-decide", args=[case.reference])
    seat = enrol(make_staff(Role.DCO), made_by=dco, at=AT)

    pages = [staff_client(one).get(url) for one in (seat, make_staff(Role.DCO))]

    assert ["alone_reason" in page.context["form"].fields for page in pages] == [
        True,
        False,
    ]


@pytest.mark.parametrize(("mode", "looked"), [("off", False), ("after", True)])
def test_second_person_is_a_setting(settings, mode, looked):
    settings.LUMINA_TWO_PERSON_OBJECTION = mode
    one = make_staff()
    case = refused_by(one)

    decide(case, by=one)

    facts = again(case).events.get(kind=EventKind.DECIDED).facts
    assert ("second_look_due_on" in facts) == looked


def test_withdrawn_objection_ends_its_restriction():
    case = make_objection()
    restrict(case, "surveys")

    subject.withdraw(
        again(case), by=make_subject("ann@example.org"), at=AT + timedelta(days=1)
    )

    assert live() == []
