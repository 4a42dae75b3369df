"""What became of a printed answer that may go to nobody any more (C36, C40, D9)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, authority, decision, delivery, recall
from requests_app.models import Case, Package
from requests_app.models.reached import persons_in, wrong_in
from requests_app.policies import posting
from requests_app.policies.recall import may_open
from requests_app.queries.clock import late_since
from requests_app.queries.subject import story_of
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    RevokedWhy,
    Right,
    TaskState,
)
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import client_of, filed_for, make_verified
from tests.factories.cases import make_reviewed
from tests.factories.clock import again
from tests.requests_app.test_two_persons import EARLY, NEAR, make_built, release

pytestmark = [pytest.mark.django_db, pytest.mark.long]
DAY = timedelta(days=1)
END = NEAR + DAY  # when the authority ends, if it does
LATER = NEAR + 3 * DAY
SHREDDED = "Sam took it from the tray and shredded it."


def fresh(package: Package) -> Package:
    return Package.objects.select_related("case", "decision").get(pk=package.pk)


def made(*, to_agent: bool = True, printed: bool = True) -> Package:
    """Return an answer on paper that is released, to the agent or to the person."""
    built = make_built(make_staff(), DeliveryForm.PRINT)
    if to_agent:
        make_verified(filed_for(built.case), at=EARLY)
    release(fresh(built), make_staff(Role.REVIEWER))
    if printed:
        delivery.print_for_post(fresh(built), by=make_staff(), at=NEAR)
    return fresh(built)


@pytest.fixture
def ended() -> Package:
    """Return one that was printed for an agent whose authority is taken back since."""
    package = made()
    end(package)
    return fresh(package)


def end(package: Package) -> None:
    one = package.case.newest_authority()
    authority.revoke(one, reason="She rang.", by=make_staff(), at=END)


def revoke(package: Package, why: RevokedWhy = RevokedWhy.MISTAKE) -> None:
    answer.revoke(fresh(package), reason="x", why=why, by=make_staff(), at=END)


def take_back(package: Package, *, words: str = SHREDDED, **said) -> None:
    said = {"by": make_staff(), "at": LATER, **said}
    recall.take_back(fresh(package), words=words, **said)


def was_posted(package: Package, *, at: datetime, **said) -> None:
    recall.record_posted(
        fresh(package),
        method="First class",
        to="1 Fore Street",
        tracking="",
        posted_at=at,
        **{"by": make_staff(), "at": LATER, **said},
    )


def kinds(case: Case) -> list[str]:
    return list(case.events.order_by("seq").values_list("kind", flat=True))


def breaches() -> int:
    return Case.objects.filter(right=Right.BREACH).count()


# --- Taken back before it was posted ----------------------------------------------


def test_taken_back_opens_no_breach_and_lets_it_be_decided_anew(ended):
    case = ended.case
    with pytest.raises(Refused, match="record what became of it"):
        decision.reopen(again(case), reason="x", by=make_staff(), at=LATER)

    take_back(ended)

    event = case.events.get(kind=EventKind.PAPER_TAKEN_BACK)
    assert event.facts == {"package": ended.pk}
    assert event.text.body == SHREDDED
    assert not breaches()
    assert not ended.dispatches.exists()
    assert not posting.was_taken(fresh(ended))
    decision.reopen(again(case), reason="Hers now.", by=make_staff(), at=LATER)
    assert fresh(ended).state == PackageState.DESTROYED
    assert not breaches()


def test_taken_back_of_what_was_revoked_before_it_was_posted():
    package = made(to_agent=False)
    revoke(package)

    take_back(package)

    assert kinds(package.case)[-1] == EventKind.PAPER_TAKEN_BACK
    assert breaches() == 1, "the button opened it"


def test_taken_back_once_and_with_words(ended):
    with pytest.raises(Refused, match="Write who took it back"):
        take_back(ended, words=" ")
    take_back(ended)
    with pytest.raises(Refused, match="what became of it is recorded"):
        take_back(ended)
    with pytest.raises(Refused, match="what became of it is recorded"):
        was_posted(ended, at=END)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "record the posting"),
        ({"printed": False}, "Nobody printed it"),
        ({"by": Role.AUDITOR}, "people who work cases"),
    ],
)
def test_nothing_is_taken_back_that_may_go_or_was_not_printed_or_by_anybody(said, why):
    package = made(printed=said.get("printed", True))
    if said:
        end(package)

    with pytest.raises(Refused, match=why):
        take_back(package, by=make_staff(said.get("by", Role.CASEWORKER)))


def test_download_is_never_taken_back():
    built = make_built(make_staff())
    release(built, make_staff(Role.REVIEWER))

    verdict = may_open(fresh(built), make_staff(), today=NEAR.date())

    assert "nothing is posted" in verdict.reason


def test_case_is_locked_before_it_is_judged_whether_an_answer_is_printed():
    package, auditor = made(printed=False), make_staff(Role.AUDITOR)

    with CaptureQueriesContext(connection) as ran, pytest.raises(Refused):
        delivery.print_for_post(package, by=auditor, at=NEAR)

    assert [one for one in ran.captured_queries if "FOR NO KEY" in one["sql"]]


# --- It was posted ----------------------------------------------------------------


def test_posted_before_the_authority_ended_it_is_the_answer(ended):
    was_posted(ended, at=NEAR)

    assert again(ended.case).status == CaseStatus.DONE
    assert fresh(ended).state == PackageState.RELEASED
    assert ended.dispatches.get().at.date() == NEAR.date()
    assert not breaches()


def test_part_that_was_posted_twice_while_it_might_go_answers_once():
    case = filed_for(make_reviewed())
    case.tasks.filter(system="cctv").update(state=TaskState.PENDING, verdict="")
    make_verified(case, at=EARLY)
    cameras = {"cctv": LATER.date()}
    built = make_built(
        make_staff(),
        DeliveryForm.PRINT,
        case=case,
        outcome=Outcome.IN_PART,
        open_until=cameras,
    )
    release(fresh(built), make_staff(Role.REVIEWER))
    by: dict[str, Any] = {"by": make_staff(), "at": NEAR}
    sent: dict[str, Any] = {"method": "Post", "to": "1 Fore Street", "tracking": ""}
    delivery.print_for_post(fresh(built), **by)
    delivery.dispatch(fresh(built), **sent, posted_at=NEAR, **by)
    delivery.print_for_post(fresh(built), **by)
    end(built)

    was_posted(built, at=NEAR)

    assert built.dispatches.count() == 2
    assert kinds(case).count(EventKind.ANSWERED_IN_PART) == 1


@pytest.mark.parametrize("at", [END, END + DAY])
def test_posted_on_the_day_of_the_end_or_later_is_a_breach(ended, at):
    case = ended.case

    was_posted(ended, at=at)

    assert ended.dispatches.count() == 1
    assert kinds(case)[-2:] == [EventKind.DISPATCHED, EventKind.PACKAGE_REVOKED]
    assert case.events.last().facts["why"] == RevokedWhy.AUTHORITY_OVER
    assert again(case).status == CaseStatus.IN_REVIEW
    assert fresh(ended).state == PackageState.REVOKED
    breach = Case.objects.get(right=Right.BREACH)
    assert breach.related == case
    assert late_since(again(case), at=LATER + 90 * DAY), "nothing reached the person"
    assert persons_in(case) - wrong_in(case) == {case.submission.address}


def test_person_reads_that_it_went_elsewhere_and_not_that_it_was_posted_to_them(ended):
    case = ended.case
    was_posted(ended, at=END)

    told = [one.title for one in story_of(case)]
    assert "An answer that might not go any more was posted" in told
    assert "Your answer was posted" not in told
    own = client_of(case.submission.address)
    page = own.get(reverse("case", args=[case.reference])).content.decode()
    assert "It went to whoever acted for you, after that had ended." in page


@pytest.mark.parametrize(
    ("how", "posted", "breached"),
    [
        ("expired", NEAR, 0),
        ("expired", LATER, 1),
        ("another acts", NEAR, 0),
        ("another acts", END, 1),
        ("found not enough", END, 1),
    ],
)
def test_authority_ends_in_many_ways_and_the_day_counts(how, posted, breached):
    package = made()
    case, one, by = package.case, package.released_for, make_staff(Role.DCO)
    match how:
        case "expired":
            type(one).objects.filter(pk=one.pk).update(expires_on=END.date())
        case "another acts":
            make_verified(again(case), at=END, agent_email="new@firm.example")
        case _:
            authority.judge(one, verified=False, reason="x", by=by, at=END)

    was_posted(package, at=posted)

    assert breaches() == breached


def test_posted_though_it_was_revoked_says_who_has_it_and_answers_nothing():
    package = made(to_agent=False)
    revoke(package)

    was_posted(package, at=LATER)

    assert package.dispatches.get().to == "1 Fore Street"
    assert again(package.case).status == CaseStatus.IN_REVIEW
    assert kinds(package.case)[-1] == EventKind.DISPATCHED
    assert breaches() == 1


def test_what_was_for_the_person_and_went_to_the_person_is_no_breach():
    package = made(to_agent=False)
    make_verified(again(package.case), at=END)

    was_posted(package, at=LATER)

    assert not breaches()
    assert again(package.case).status == CaseStatus.DONE


def test_it_cannot_have_been_posted_in_the_future_or_before_it_was_printed(ended):
    for at, why in ((LATER + DAY, "in the future"), (NEAR - DAY, "before it was")):
        with pytest.raises(Refused, match=why):
            was_posted(ended, at=at)


def test_staff_record_it_on_the_page_of_the_case():
    packages = [made(), made()]
    for one in packages:
        authority.revoke(
            one.case.newest_authority(), reason="x", by=make_staff(), at=timezone.now()
        )
    client = staff_client()
    back, out = (
        reverse(name, args=[one.case.reference, one.reference])
        for one, name in zip(
            packages, ("package-taken-back", "package-was-posted"), strict=True
        )
    )
    page = reverse("staff-case", args=[packages[0].case.reference])
    shown = client.get(page).content.decode()
    assert back in shown
    assert "/dispatch/" not in shown
    assert client.post(back, {"words": ""}).status_code == 422

    assert client.post(back, {"words": SHREDDED}).status_code == 302
    today = timezone.now().date()
    said = {"posted_on": str(today), "method": "Post", "to": "1 Fore Street"}
    done = client.post(out, said, follow=True)

    assert back not in client.get(page).content.decode()
    assert "Took back the printed answer" in client.get(page).content.decode()
    assert "see the breach" in done.content.decode()
    assert breaches() == 1
    assert packages[1].dispatches.get().at.date() >= date(2026, 1, 1)
