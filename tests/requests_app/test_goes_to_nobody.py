"""An answer on paper that may go to nobody any more stands in no way (C36, D9)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import (
    answer,
    building,
    casework,
    confirming,
    decision,
    delivery,
)
from requests_app.actions import authority as authorities
from requests_app.grounds import AnswerGoesTo
from requests_app.models import Authority, Case, Package, Submission
from requests_app.policies import answer as policies
from requests_app.policies import posting
from requests_app.policies.decision import may_reopen
from requests_app.states import (
    CaseStatus,
    CheckMethod,
    DeliveryForm,
    Outcome,
    PackageState,
    Right,
    TaskState,
)
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import filed_for, make_verified
from tests.factories.cases import make_reviewed, make_row, make_spooled
from tests.factories.clock import again
from tests.requests_app.test_two_persons import EARLY, NEAR, make_built, release
from vault import queries as vault

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LATER = NEAR + timedelta(days=3)
SECOND = "post@second.example"


def fresh(package: Package) -> Package:
    return Package.objects.select_related("case", "decision").get(pk=package.pk)


def let_go(package: Package, *, at: datetime = NEAR) -> Package:
    release(fresh(package), make_staff(Role.REVIEWER), at=at)
    return fresh(package)


@pytest.fixture
def released() -> Package:
    """Return an answer on paper released to an agent whose authority soon ends."""
    built = make_built(make_staff(), DeliveryForm.PRINT)
    filed_for(built.case)
    make_verified(again(built.case), at=EARLY, expires_on=NEAR.date())
    return let_go(built)


def act_anew(case: Case) -> None:
    """Have a second firm act, which is found enough and chosen to get the answer."""
    make_verified(again(case), at=LATER, agent_email=SECOND)


def choose(one: Authority, to: AnswerGoesTo) -> None:
    authorities.choose_recipient(
        one, to=to, reason="As asked.", by=make_staff(Role.DCO), at=NEAR
    )


def check(case: Case, *, passed: bool, at: datetime) -> None:
    casework.record_check(
        again(case),
        method=CheckMethod.CALL_BACK,
        passed=passed,
        reason="Rang the number on file.",
        by=make_staff(),
        at=at,
    )


def decide(case: Case, *, at: datetime = LATER, **said) -> Package:
    """Decide, on paper, and build that answer."""
    made = decision.decide(
        again(case),
        **{"outcome": Outcome.GRANTED, "open_until": {}, **said},
        words="",
        form=DeliveryForm.PRINT,
        by=make_staff(),
        at=at,
    )
    return build(made.package, at=at)


def build(package: Package, *, at: datetime = LATER) -> Package:
    building.build_package(building.claim(package.pk, at=at), now=lambda: at)
    return fresh(package)


def post(package: Package, *, to: str = "1 Fore Street", at: datetime = LATER) -> None:
    by = make_staff()
    delivery.fetch_for_post(package, by=by, at=at)
    delivery.dispatch(
        fresh(package),
        method="First class",
        to=to,
        tracking="",
        posted_at=at,
        by=by,
        at=at,
    )


def reopen(case: Case, *, at: datetime = LATER) -> None:
    decision.reopen(again(case), reason="Another acts.", by=make_staff(), at=at)


def ended(package: Package) -> bool:
    """Whether it was ended without being withdrawn, and its file is gone."""
    now = fresh(package)
    gone = vault.facts(now.file).destroyed_at is not None
    return now.state == PackageState.DESTROYED and gone


def breaches() -> int:
    return Case.objects.filter(right=Right.BREACH).count()


def test_answer_for_an_agent_of_before_is_decided_again_and_posted(released):
    act_anew(released.case)
    by = make_staff()
    with pytest.raises(Refused, match="Decide again"):
        delivery.fetch_for_post(fresh(released), by=by, at=LATER)

    reopen(released.case)

    assert ended(released)
    second = let_go(decide(released.case), at=LATER)
    post(second)
    assert again(released.case).status == CaseStatus.DONE
    assert second.released_for.agent_email == SECOND
    assert not breaches()


def test_staff_reopen_it_from_the_page_of_the_case(released):
    case = released.case
    authorities.revoke(
        case.newest_authority(), reason="She rang.", by=make_staff(), at=NEAR
    )
    client = staff_client()
    url = reverse("case-reopen", args=[case.reference])
    shown = client.get(reverse("staff-case", args=[case.reference])).content.decode()
    assert f'href="{url}"' in shown

    done = client.post(url, {"reason": "Taken back."})

    assert done.status_code == 302
    assert again(case).status == CaseStatus.IN_REVIEW
    assert ended(released)


def test_it_blocks_only_while_it_can_go_to_somebody(released):
    case, by = again(released.case), make_staff()
    last, over = NEAR.date(), LATER.date()

    assert not posting.nothing_to_post(case, today=last)
    assert not may_reopen(case, by, today=last)

    assert posting.nothing_to_post(case, today=over)
    assert may_reopen(case, by, today=over)


def test_what_was_printed_already_is_posted_or_revoked_as_ever(released):
    by = make_staff()
    delivery.fetch_for_post(released, by=by, at=NEAR)
    act_anew(released.case)

    with pytest.raises(Refused, match="Record the posting, or revoke the answer first"):
        reopen(released.case)

    assert fresh(released).state == PackageState.RELEASED
    assert not posting.nothing_to_post(again(released.case), today=LATER.date())


def test_authority_taken_back_leaves_a_case_that_is_closed_for_want_of_one(released):
    case, by = released.case, make_staff()
    one = case.newest_authority()
    authorities.revoke(one, reason="She rang.", by=by, at=LATER)
    one.refresh_from_db()

    confirming.end(one, reason="Nobody acts any more.", by=by, at=LATER)

    assert again(case).status == CaseStatus.WITHDRAWN
    assert ended(released)
    assert not breaches()


def test_copy_for_the_person_is_made_again_for_the_agent_who_is_chosen_since():
    built = make_built(make_staff(), DeliveryForm.PRINT)
    one = make_verified(built.case, to=AnswerGoesTo.PERSON)
    case, by = built.case, make_staff()
    post(let_go(built), at=NEAR)
    assert answer.make_again(fresh(built), reason="Lost it.", by=by, at=NEAR)
    copy = let_go(build(case.packages.latest("pk"), at=NEAR))
    assert not policies.may_make_again(copy, by, today=NEAR.date())
    choose(one, AnswerGoesTo.AGENT)

    assert answer.make_again(fresh(copy), reason="For them.", by=by, at=LATER)

    assert ended(copy)
    third = let_go(build(case.packages.latest("pk")), at=LATER)
    post(third)
    assert third.released_for == one
    assert not breaches()


def test_request_is_refused_over_a_part_that_can_go_to_nobody():
    case = filed_for(make_reviewed())
    make_spooled(case, [make_row("a")])
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=EARLY)
    case.tasks.filter(system="cctv").update(state=TaskState.PENDING, verdict="")
    make_verified(case, expires_on=NEAR.date())
    check(case, passed=True, at=EARLY)
    part = let_go(
        decide(
            case,
            at=EARLY,
            outcome=Outcome.IN_PART,
            open_until={"cctv": LATER.date()},
        )
    )
    check(case, passed=False, at=NEAR)

    def refuse(at: datetime) -> None:
        decision.refuse(
            again(case),
            ground="identity_not_shown",
            words="Nobody at that number knew of it.",
            by=make_staff(Role.DCO),
            at=at,
        )

    with pytest.raises(Refused, match="waits to be posted"):
        refuse(NEAR)
    refuse(LATER)

    assert again(case).status == CaseStatus.REFUSED
    assert ended(part)


def test_chosen_for_the_person_again_it_is_posted_to_them(released):
    choose(released.case.newest_authority(), AnswerGoesTo.PERSON)

    assert not may_reopen(again(released.case), make_staff(), today=LATER.date())
    post(released, to="2 Mark Road")

    assert again(released.case).status == CaseStatus.DONE


@pytest.mark.parametrize(
    ("postal", "to", "goes"),
    [
        ("1 Mark Road\nHemel", "1 Mark Road, Hemel", True),
        ("1 Mark Road\nHemel", "1 Fore Street", False),
        ("", "1 Mark Road", True),
        ("", "Rights Ltd\n1 Fore Street", False),
    ],
)
def test_copy_for_an_agent_is_posted_to_the_person_once_it_goes_to_them(
    postal, to, goes
):
    built = make_built(make_staff(), DeliveryForm.PRINT)
    Submission.objects.filter(pk=built.case.submission_id).update(postal=postal)
    make_verified(again(built.case), at=EARLY)
    package = let_go(built)
    Authority.objects.update(agent="Rights Ltd", agent_reach="1 Fore Street")
    at, by = NEAR + timedelta(hours=1), make_staff()
    delivery.fetch_for_post(package, by=by, at=at)
    choose(package.case.newest_authority(), AnswerGoesTo.PERSON)

    if goes:
        post(fresh(package), to=to, at=at)
    else:
        with pytest.raises(Refused, match="goes to the person now"):
            post(fresh(package), to=to, at=at)

    assert fresh(package).dispatches.exists() == goes


def test_form_of_the_posting_names_who_gets_it_now():
    built = make_built(make_staff(), DeliveryForm.PRINT)
    Submission.objects.filter(pk=built.case.submission_id).update(postal="1 Mark Road")
    make_verified(again(built.case), at=EARLY)
    Authority.objects.update(agent="Rights Ltd", agent_reach="1 Fore Street")
    package = let_go(built)
    url = reverse("package-dispatch", args=[package.case.reference, package.reference])
    delivery.fetch_for_post(package, by=make_staff(), at=NEAR + timedelta(hours=1))
    client = staff_client()
    assert "1 Fore Street" in client.get(url).content.decode()

    choose(package.case.newest_authority(), AnswerGoesTo.PERSON)

    shown = client.get(url).content.decode()
    assert "1 Mark Road" in shown
    assert "1 Fore Street" not in shown
