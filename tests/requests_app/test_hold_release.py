"""Releasing a hold by hand is a two-person act (decision C41)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from datamap import queries as datamap
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import hold_release, intake, merging
from requests_app.models import Case, HoldRelease
from requests_app.policies import hold_release as policies
from requests_app.queries import hold_release as queries
from requests_app.queries.case import page_of
from requests_app.states import EventKind, Right
from retention.models import Hold
from tests.factories.accounts import enrol, make_staff, staff_client, subject_of
from tests.factories.cases import RECEIVED_AT, happen, make_case
from tests.factories.clock import again
from tests.ledger import events_about
from tests.requests_app.test_decided_at_once import at_once
from tests.requests_app.test_holds import held

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=3)
HOLD_QUERIES = 7
WHY = "She asked about one letter, and has it."


def propose(case: Case, by: User | None = None, **said) -> HoldRelease:
    known = {"reason": WHY, "lost_seen": True, "at": AT}
    return hold_release.propose(case, **{**known, **said}, by=by or make_staff())


def settle(release: HoldRelease, by: User | None = None, **said) -> HoldRelease:
    known = {"approved": True, "reason": "Right.", "lost_seen": True, "at": AT}
    return hold_release.settle(
        release, **{**known, **said}, by=by or make_staff(Role.REVIEWER)
    )


def is_held(release: HoldRelease) -> bool:
    return Hold.objects.get(pk=release.hold).released_at is None


def test_nothing_is_released_before_the_second_person():
    case = held(make_case())
    release = propose(case)

    assert is_held(release)

    settle(release)

    hold = Hold.objects.get(pk=release.hold)
    assert (hold.released_at, hold.released_because) == (AT, hold_release.BY_TWO)
    assert not hold.identifiers.exists()
    assert again(case).hold is None
    assert [one.event for one in events_about(case.about)][-2:] == [
        "case.hold.proposed",
        "case.hold.agreed",
    ]
    assert events_about(f"hold:{hold.pk}")[-1].event == "retention.hold.released"


def test_hold_of_a_later_request_does_not_go_by_being_merged_into_one_without():
    first = held(make_case("ann@example.org"))
    settle(propose(first))
    later = held(make_case("ann@example.org", revision=first.revision, received_at=AT))

    with pytest.raises(Refused, match="would be held no more"):
        merging.merge(later, into=first, reason="Hers.", by=make_staff(), at=AT)

    assert Hold.objects.get(pk=later.hold).released_at is None


def test_evidence_pack_tells_who_agreed_and_why():
    case = held(make_case())
    settle(propose(case), reason="I read her letter.")

    pack = staff_client().post(reverse("case-evidence", args=[case.reference]))

    assert WHY in pack.content.decode()
    assert "I read her letter." in pack.content.decode()


def test_case_tells_among_what_happened_who_proposed_and_who_agreed():
    case = held(make_case())
    settle(propose(case), approved=False, lost_seen=False, reason="Not yet.")
    later = AT + timedelta(days=1)
    settle(propose(case, at=later), reason="I read her letter.", at=later)

    told = page_of(again(case)).timeline

    assert [(one.words.split(":")[0], one.text) for one in told[:4]] == [
        ("Agreed", "I read her letter."),
        ("Proposed to release what is held for the case", WHY),
        ("Did not agree", "Not yet."),
        ("Proposed to release what is held for the case", WHY),
    ]


def test_second_person_may_decline_and_it_may_be_proposed_again():
    case = held(make_case())
    release = settle(propose(case), approved=False, lost_seen=False, reason="Not yet.")

    assert (release.approved, release.settled_why) == (False, "Not yet.")
    assert is_held(release)
    assert events_about(case.about)[-1].event == "case.hold.declined"
    with pytest.raises(Refused, match="decided already"):
        settle(release)
    settle(propose(case))
    assert not is_held(release)


@pytest.mark.parametrize("role", [Role.DCO, Role.REVIEWER])
def test_who_proposed_it_never_decides_not_with_another_role_either(role):
    by = make_staff()
    release = propose(held(make_case()), by)
    User.objects.filter(pk=by.pk).update(role=role)

    for approved in (True, False):
        with pytest.raises(Refused, match="You proposed it; somebody else decides"):
            settle(release, User.objects.get(pk=by.pk), approved=approved)

    assert is_held(release)


@pytest.mark.parametrize("who", ["the one let in", "the one who let in"])
def test_two_accounts_of_one_hand_are_no_two_persons(who):
    first = make_staff(Role.DCO)
    seat = enrol(make_staff(Role.REVIEWER), made_by=first, at=AT)
    one, other = (first, seat) if who == "the one let in" else (seat, first)

    with pytest.raises(Refused, match="one let the other in"):
        settle(propose(held(make_case()), one), other)


@pytest.mark.parametrize(
    ("role", "proposes", "decides"),
    [
        (Role.DCO, True, True),
        (Role.REVIEWER, True, True),
        (Role.CASEWORKER, True, False),
        (Role.AUDITOR, False, False),
        (Role.OPERATIONS, False, False),
    ],
)
def test_roles_that_propose_and_that_decide(role, proposes, decides):
    case = held(make_case())
    by = make_staff(role)

    assert bool(policies.may_open_proposing(case, by)) is proposes
    assert bool(policies.may_open_settling(propose(case), by)) is decides


def test_each_step_wants_its_reason_and_one_proposal_waits_at_a_time():
    case = held(make_case())

    with pytest.raises(Refused, match="Write why the hold is not needed"):
        propose(case, reason=" ")
    release = propose(case)
    with pytest.raises(Refused, match="It is proposed already"):
        propose(case)
    with pytest.raises(Refused, match="Write what you looked at"):
        settle(release, reason=" ")
    assert is_held(release)


def test_answer_that_is_owed_is_not_risked_without_reading_what_would_be_lost():
    case = held(make_case())

    with pytest.raises(Refused, match="Read what would be lost"):
        propose(case, lost_seen=False)
    release = propose(case)
    with pytest.raises(Refused, match="Read what would be lost"):
        settle(release, lost_seen=False)

    assert is_held(release)


def test_hold_that_ended_with_its_case_is_released_by_nobody_again():
    case = held(make_case())
    release = propose(case)
    happen(case, EventKind.WITHDRAWN, at=AT)

    with pytest.raises(Refused, match=policies.NOT_HELD):
        settle(release)
    with pytest.raises(Refused, match=policies.NOT_HELD):
        propose(held_by_none())
    assert Hold.objects.get(pk=release.hold).released_because != hold_release.BY_TWO


def test_proposal_about_a_former_hold_releases_no_later_one():
    case, later = held(make_case()), held(make_case())
    release = propose(case)
    Case.objects.filter(pk=case.pk).update(hold=later.hold)

    with pytest.raises(Refused, match=policies.NOT_HELD):
        settle(release)

    assert queries.waiting_for(make_staff(Role.REVIEWER)) == ()
    assert queries.page_of(again(case)).waiting is None
    assert Hold.objects.get(pk=later.hold).released_at is None


def held_by_none() -> Case:
    return make_case(right=Right.ERASURE)


def test_who_proves_an_address_later_is_let_in_without_the_hold():
    case = held(make_case("ann@example.org", proved=False))
    settle(propose(case))

    intake.prove(
        case.submission,
        address="ann@example.org",
        by=subject_of("ann@example.org"),
        at=AT,
    )

    assert again(case).status == "received"
    happen(again(case), EventKind.WITHDRAWN, at=AT)


def test_pages_tell_what_would_be_lost_and_take_both_steps():
    case = held(make_case())
    first, second = staff_client(), staff_client(Role.REVIEWER)
    url = reverse("case-hold", args=[case.reference])
    assert url in first.get(reverse("staff-case", args=[case.reference])).text

    page = first.get(url).text
    assert "What would be lost" in page
    assert "No system was searched yet" in page
    refused = first.post(url, {"reason": WHY})
    assert refused.status_code == 422
    assert "Read what would be lost, and say that you have." in refused.text
    assert first.post(url, {"reason": WHY, "lost_seen": "on"}).url == url

    release = HoldRelease.objects.get()
    decide = reverse("case-hold-settle", args=[case.reference, release.pk])
    assert "It is proposed already" in first.get(url).text
    assert first.get(decide).status_code == 403
    queue = second.get(reverse("case-queue")).text
    assert "release of its hold, proposed by" in queue
    assert decide in second.get(reverse("second-looks")).text
    shown = second.get(decide).text
    assert WHY in shown
    assert "What would be lost" in shown
    said = {"approved": "yes", "reason": "Right.", "lost_seen": "on"}
    assert second.post(decide, said).status_code == 302
    assert not is_held(release)
    after = second.get(url).text
    assert "Released" in after
    assert policies.NOT_HELD in after
    assert "release of its hold" not in second.get(reverse("case-queue")).text
    gone = reverse("case-hold-settle", args=[case.reference, 0])
    assert second.get(gone).status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_list_costs_the_same_however_many_wait(how_many, django_assert_num_queries):
    for _ in range(how_many):
        propose(held(make_case()))
    by = make_staff(Role.REVIEWER)

    with django_assert_num_queries(2):
        waiting = queries.waiting_for(by)

    assert len(waiting) == how_many


def test_own_proposal_is_listed_for_a_colleague():
    case = held(make_case())
    by = make_staff(Role.REVIEWER)
    release = propose(case, by)

    page = staff_client(by).get(reverse("second-looks")).text

    assert "You proposed it: a colleague decides." in page
    decide = reverse("case-hold-settle", args=[case.reference, release.pk])
    assert decide not in page
    assert "You proposed it" in staff_client(by).get(decide).text


def test_way_to_the_decision_is_shown_to_who_may_decide_and_while_it_waits():
    case = held(make_case())
    release = propose(case)
    decide = reverse("case-hold-settle", args=[case.reference, release.pk])
    pages = [reverse("case-hold", args=[case.reference]), reverse("second-looks")]
    works, reviews = staff_client(), staff_client(Role.REVIEWER)

    shown = [
        [decide in who.get(page).text for page in pages] for who in (works, reviews)
    ]
    happen(case, EventKind.WITHDRAWN, at=AT)
    after = reviews.get(pages[0]).text

    assert shown == [[False, False], [True, True]]
    assert decide not in after
    assert "The hold ended before anybody decided" in after


@pytest.mark.parametrize("how_many", [1, 3])
def test_page_costs_the_same_however_often_it_was_proposed(
    how_many, django_assert_num_queries
):
    case = held(make_case())
    for _ in range(how_many - 1):
        settle(propose(case), approved=False)
    propose(case)
    case = again(case)
    datamap.register_at(case.revision_id)

    with django_assert_num_queries(HOLD_QUERIES):
        page = queries.page_of(case)

    assert len(page.proposals) == how_many


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does():
    release = propose(held(make_case()))
    agrees, declines = make_staff(Role.REVIEWER), make_staff(Role.DCO)

    [why] = at_once(
        lambda: settle(release, agrees),
        lambda: settle(release, declines, approved=False),
    )

    assert why == "This proposal was decided already."
    settled = HoldRelease.objects.get(pk=release.pk)
    assert is_held(release) is not settled.approved


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("hold_release_proposed_by_staff_with_reason", {"reason": ""}),
        ("hold_release_proposed_by_staff_with_reason", {"proposed_by": "system:x"}),
        ("hold_release_settled_by_staff_with_reason", {"approved": True}),
        (
            "hold_release_settled_by_staff_with_reason",
            {"approved": False, "settled_at": AT, "settled_by": "staff:8"},
        ),
        (
            "hold_release_settled_by_another",
            {
                "approved": False,
                "settled_at": AT,
                "settled_by": "staff:7",
                "settled_why": "x",
            },
        ),
        ("hold_release_waits_once", {}),
    ],
)
def test_database_refuses_what_no_two_people_said(name, changes):
    case = make_case()
    row = {"case": case, "hold": 5, "reason": "x", "proposed_at": AT}
    HoldRelease.objects.create(**row, proposed_by="staff:7")
    other = {**row, "hold": 6} if changes else row

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        HoldRelease.objects.create(**{**other, "proposed_by": "staff:7", **changes})
