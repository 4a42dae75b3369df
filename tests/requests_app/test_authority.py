"""Who acts for somebody else shows that they may, before anything goes out (D9)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import authority, building, decision, delivery
from requests_app.grounds import AnswerGoesTo, AuthorityEvidence
from requests_app.models import Authority, Case, Package, Submission
from requests_app.policies.authority import lets_fetch
from requests_app.states import (
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    Right,
)
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import RECEIVED_AT, make_case
from tests.requests_app.test_two_persons import NEAR, make_built, release

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
SHOWN: dict[str, Any] = {
    "agent": "Harris & Co, solicitors",
    "agent_reach": "1 Fore Street",
    "acts_for": "Ann Other",
    "evidence": AuthorityEvidence.SOLICITOR,
    "scope": "A copy of all her data.",
    "valid_from": None,
    "expires_on": None,
}


def recorded(case: Case, **changes) -> Authority:
    said = {**SHOWN, **changes}
    return authority.record(case, **said, by=make_staff(), at=AT)


def verified(case: Case, *, to=AnswerGoesTo.AGENT, **changes) -> Authority:
    one, by = recorded(case, **changes), make_staff()
    authority.judge(one, verified=True, reason="Their statement.", by=by, at=AT)
    if to:
        authority.choose_recipient(one, to=to, reason="As asked.", by=by, at=AT)
    one.refresh_from_db()
    return one


def test_newest_authority_of_the_case_counts_and_no_other(django_assert_num_queries):
    case = make_case()
    assert case.newest_authority() is None
    first = verified(case)
    assert case.newest_authority() == first

    second = recorded(case, agent="Low & Son")
    recorded(make_case())

    with django_assert_num_queries(1):
        assert case.newest_authority() == second


@pytest.fixture
def package() -> Package:
    """Give an answer on paper, as an agent has it."""
    return make_built(make_staff(), form=DeliveryForm.PRINT)


def test_nothing_goes_out_before_the_authority_is_looked_at(package):
    one, by = recorded(package.case), make_staff()

    with pytest.raises(Refused, match="Look at what shows that they may"):
        release(package, make_staff(Role.REVIEWER))
    authority.judge(one, verified=False, reason="Not signed.", by=by, at=AT)
    with pytest.raises(Refused, match="not enough"):
        authority.choose_recipient(one, to=AnswerGoesTo.AGENT, reason="x", by=by, at=AT)
    package.refresh_from_db()
    assert package.state == PackageState.BUILT


@pytest.mark.parametrize("ended", ["taken back", "not enough"])
def test_what_the_person_asked_themselves_is_theirs_whoever_said_that_they_act(ended):
    package, by = make_built(make_staff()), make_staff()
    one = recorded(package.case)
    if ended == "taken back":
        authority.revoke(one, reason="Nobody acts for me.", by=by, at=AT)
    else:
        authority.judge(one, verified=False, reason="Not signed.", by=by, at=AT)

    assert release(package, make_staff(Role.REVIEWER)).state == PackageState.RELEASED
    today = NEAR.date()
    assert lets_fetch(package.case, None, today=today)
    assert not lets_fetch(package.case, one, today=today)


def test_what_an_agent_asked_goes_to_nobody_once_it_is_not_enough(package):
    Submission.objects.update(for_another=True)
    one, by = recorded(package.case), make_staff()
    authority.judge(one, verified=False, reason="Not signed.", by=by, at=AT)

    with pytest.raises(Refused, match="not enough"):
        release(package, make_staff(Role.REVIEWER))


def test_what_was_decided_for_the_agent_is_decided_again_before_it_is_the_persons(
    package,
):
    one = verified(package.case)
    at = NEAR - timedelta(hours=1)
    authority.revoke(one, reason="She rang.", by=make_staff(), at=at)
    with pytest.raises(Refused, match="and decide again"):
        release(package, make_staff(Role.REVIEWER))

    decision.reopen(package.case, reason="It is hers.", by=make_staff(), at=NEAR)
    made = decision.decide(
        package.case,
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.PRINT,
        open_until={},
        by=make_staff(),
        at=NEAR,
    )
    claimed = building.claim(made.package.pk, at=NEAR)
    building.build_package(claimed, now=lambda: NEAR)

    again = Package.objects.get(pk=made.package.pk)
    assert release(again, make_staff(Role.REVIEWER)).state == PackageState.RELEASED


def test_a_verified_authority_lets_it_go_once_the_recipient_is_chosen(package):
    one = verified(package.case, to="")
    with pytest.raises(Refused, match="Choose first whether"):
        release(package, make_staff(Role.REVIEWER))

    by = make_staff()
    authority.choose_recipient(
        one, to=AnswerGoesTo.AGENT, reason="She asked for it.", by=by, at=AT
    )

    assert release(package, make_staff(Role.REVIEWER)).state == PackageState.RELEASED


def test_a_case_that_nobody_else_acts_in_is_as_it_was(package):
    assert release(package, make_staff(Role.REVIEWER)).state == PackageState.RELEASED


def test_a_download_is_for_no_agent_who_cannot_sign_in():
    package = make_built(make_staff())
    one, by = verified(package.case), make_staff()

    with pytest.raises(Refused, match="they cannot sign in to fetch"):
        release(package, make_staff(Role.REVIEWER))
    authority.choose_recipient(
        one, to=AnswerGoesTo.PERSON, reason="It is hers.", by=by, at=AT
    )
    assert release(package, make_staff(Role.REVIEWER)).state == PackageState.RELEASED


def test_what_is_taken_back_lets_nothing_go_to_the_agent(package):
    one = verified(package.case)
    at = NEAR - timedelta(hours=1)
    authority.revoke(one, reason="She rang.", by=make_staff(), at=at)

    with pytest.raises(Refused, match="has taken the authority back"):
        release(package, make_staff(Role.REVIEWER))
    for act in (
        lambda: authority.judge(one, verified=True, reason="x", by=make_staff(), at=AT),
        lambda: authority.revoke(one, reason="x", by=make_staff(), at=AT),
    ):
        with pytest.raises(Refused, match="taken"):
            act()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"expires_on": date(2026, 11, 29)}, "ended on Sunday 29 November 2026"),
        ({"valid_from": date(2026, 12, 1)}, "begins on Tuesday 1 December 2026"),
        ({"valid_from": date(2026, 11, 30), "expires_on": date(2026, 11, 30)}, ""),
    ],
)
def test_an_authority_counts_in_its_time(package, fields, said):
    assert NEAR.date() == date(2026, 11, 30)
    verified(package.case, **fields)

    if said:
        with pytest.raises(Refused, match=said):
            release(package, make_staff(Role.REVIEWER))
    else:
        assert release(package, make_staff(Role.REVIEWER)).released_at


def test_the_newest_authority_of_a_case_counts(package):
    verified(package.case)
    recorded(package.case, agent="Another firm")

    with pytest.raises(Refused, match="Look at what shows"):
        release(package, make_staff(Role.REVIEWER))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agent": " "}, "Write who acts"),
        ({"scope": " "}, "Write which rights"),
        (
            {"valid_from": date(2026, 12, 1), "expires_on": date(2026, 11, 1)},
            "cannot end before it begins",
        ),
    ],
)
def test_what_is_recorded_must_be_enough_to_look_at(changes, said):
    case = make_case()

    with pytest.raises(Refused, match=said):
        recorded(case, **changes)
    assert not Authority.objects.exists()


def test_who_may_record_judge_and_choose():
    case, auditor = make_case(), make_staff(Role.AUDITOR)
    with pytest.raises(Refused, match="people who work cases"):
        authority.record(case, **SHOWN, by=auditor, at=AT)
    one = recorded(case)
    with pytest.raises(Refused, match="people who work cases"):
        authority.judge(one, verified=True, reason="x", by=auditor, at=AT)
    with pytest.raises(Refused, match="what you saw"):
        authority.judge(one, verified=True, reason=" ", by=make_staff(), at=AT)
    with pytest.raises(Refused, match="decider"):
        authority.choose_recipient(
            one, to=AnswerGoesTo.AGENT, reason="x", by=auditor, at=AT
        )
    with pytest.raises(Refused, match="nobody has to show"):
        recorded(make_case(right=Right.COMPLAINT))
    with pytest.raises(Refused, match="not proved"):
        recorded(make_case(proved=False))


def test_a_parent_acts_for_a_child_who_wants_it_or_is_too_young():
    one = recorded(make_case(), evidence=AuthorityEvidence.PARENT)

    with pytest.raises(Refused, match="The right is the child’s own"):
        authority.judge(one, verified=True, reason="Seen.", by=make_staff(), at=AT)
    url = reverse("authority-judge", args=[one.case.reference, one.pk])
    posted = {"verified": "yes", "reason": "Seen.", "child": "wants_it"}
    assert staff_client(Role.DCO).post(url, posted).status_code == 302

    one.refresh_from_db()
    assert (one.verified, one.child) == (True, "wants_it")


def test_it_never_moves_the_day_of_the_case():
    case = make_case()
    due_on = case.due_on

    verified(case)

    assert Case.objects.get(pk=case.pk).due_on == due_on


def test_the_pages_of_staff_and_the_persons_own_way_out():
    case = make_case("ann@example.org")
    staff = staff_client(Role.DCO)
    said = {**SHOWN, "evidence": "solicitor", "valid_from": "", "expires_on": ""}
    response = staff.post(reverse("authority-record", args=[case.reference]), said)
    assert response.status_code == 302
    one = case.authorities.get()
    at = [case.reference, one.pk]

    judged = {"verified": "yes", "reason": "It is on their paper."}
    staff.post(reverse("authority-judge", args=at), judged)
    chosen = {"to": "agent", "reason": "She knows what it holds."}
    staff.post(reverse("authority-answer", args=at), chosen)
    page = staff.get(reverse("staff-case", args=[case.reference])).content.decode()
    for words in (
        "Harris &amp; Co, solicitors",
        "A solicitor’s statement that they hold one",
        "Verified: It is on their paper.",
        "Whoever acts for them: She knows what it holds.",
    ):
        assert words in page

    ann = subject_client("ann@example.org")
    own = ann.get(reverse("case", args=[case.reference])).content.decode()
    assert "They do not act for me" in own
    assert "It is on their paper." not in own
    url = reverse("case-authority-take-back", args=[case.reference])
    ann.get(url)
    one.refresh_from_db()
    assert one.revoked_at is None, "a link that is followed takes nothing back"
    ann.post(url)
    one.refresh_from_db()
    assert one.revoked_by.startswith("subject:")
    assert case.events.filter(kind=EventKind.AUTHORITY_REVOKED).count() == 1
    ann.post(url)
    assert case.events.filter(kind=EventKind.AUTHORITY_REVOKED).count() == 1


def test_staff_record_what_the_person_said_and_bad_forms_come_back():
    case = make_case("ann@example.org")
    staff = staff_client(Role.DCO)
    bad = staff.post(
        reverse("authority-record", args=[case.reference]),
        {**SHOWN, "evidence": "a hunch", "valid_from": "soon", "expires_on": ""},
    )
    assert bad.status_code == 422
    one = recorded(case)

    staff.post(
        reverse("authority-taken-back", args=[case.reference, one.pk]),
        {"reason": "She rang from the number on file."},
    )

    one.refresh_from_db()
    assert one.revoked_because == "She rang from the number on file."
    other = make_case("bob@example.org")
    url = reverse("authority-judge", args=[other.reference, one.pk])
    assert staff.get(url).status_code == 404
    nobody = reverse("case-authority-take-back", args=[other.reference])
    assert subject_client("bob@example.org").post(nobody).status_code == 404


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("authority_evidence_known", {"evidence": "hunch"}),
        ("authority_child_known", {"child": "sleeps"}),
        (
            "authority_of_a_parent_heard_the_child",
            {
                "evidence": "parent",
                "verified": True,
                "judged_at": AT,
                "judged_by": "staff:1",
                "judged_because": "x",
            },
        ),
        ("authority_goes_to_known", {"goes_to": "moon", "goes_to_because": "x"}),
        ("authority_judged_by_a_person_with_reason", {"verified": True}),
        ("authority_recipient_has_reason", {"goes_to": "agent"}),
        ("authority_revoked_by_somebody", {"revoked_at": AT}),
        (
            "authority_ends_after_it_begins",
            {"valid_from": date(2026, 12, 1), "expires_on": date(2026, 11, 1)},
        ),
    ],
)
def test_the_database_holds_what_an_authority_is(name, fields):
    recorded(make_case())

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Authority.objects.update(**fields)


@pytest.mark.parametrize("ends", ["taken back", "expired"])
def test_an_authority_that_ends_after_the_release_has_nothing_printed_or_posted(
    package, ends
):
    one = verified(package.case, expires_on=NEAR.date())
    package = release(package, make_staff(Role.REVIEWER))
    by, at = make_staff(), NEAR
    delivery.print_for_post(package, by=by, at=at)
    if ends == "taken back":
        authority.revoke(one, reason="She rang.", by=by, at=at)
    else:
        at = NEAR + timedelta(days=1)

    for act in (
        lambda: delivery.print_for_post(package, by=by, at=at),
        lambda: delivery.fetch_for_post(package, by=by, at=at),
        lambda: delivery.dispatch(
            package,
            method="post",
            to="1 Fore Street",
            tracking="",
            posted_at=at,
            by=by,
            at=at,
        ),
    ):
        with pytest.raises(Refused, match=r"has taken the authority back|ended on"):
            act()
    assert not package.dispatches.exists()
