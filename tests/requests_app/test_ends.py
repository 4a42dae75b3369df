"""A request that is refused, and an answer that is made again (Article 12(4), C16)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import (
    answer,
    building,
    casework,
    decision,
    disposal,
    owner,
    review,
    search,
)
from requests_app.models import Case, OwnerTask, Package
from requests_app.states import (
    CaseStatus,
    CheckMethod,
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    Right,
    RowChoice,
    TaskState,
    TaskVerdict,
)
from requests_app.tasks import jobs
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import (
    CCTV,
    CRM,
    RECEIVED_AT,
    make_case,
    make_reviewed,
    make_revision,
    make_row,
    make_spooled,
)
from tests.requests_app.kept import DAY, approve_line, is_destroyed, why_destroyed
from vault import actions as vault

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
LATER = AT + timedelta(hours=2)
WORDS = "We called the number on file twice; nobody there knew of the request."


def check(case, *, passed):
    casework.record_check(
        case,
        method=CheckMethod.CALL_BACK,
        passed=passed,
        reason="Called the number on file.",
        by=make_staff(),
        at=AT,
    )


def refuse(case, ground="identity_not_shown", *, words=WORDS, by=None):
    return decision.refuse(
        case, ground=ground, words=words, by=by or make_staff(), at=LATER
    )


# --- Refused ----------------------------------------------------------------------


def test_request_of_somebody_who_is_not_known_is_refused_and_told_why_and_whom_to_ask():
    case = make_case("ann@example.org")
    check(case, passed=False)

    refuse(case)

    case.refresh_from_db()
    assert (case.status, case.closed_at) == (CaseStatus.REFUSED, LATER)
    mail = Message.objects.get(purpose="case-refused")
    assert mail.statutory
    for said in (
        "reasonable doubt about who is asking",
        "UK GDPR Article 12(2) and (6)",
        "complain to the",
        "section 167, Data Protection Act 2018",
    ):
        assert said in mail.text
    assert WORDS not in mail.text
    page = subject_client("ann@example.org").get(reverse("case", args=[case.reference]))
    for said in (WORDS, "UK GDPR Article 12(2)", "section 167, Data Protection Act"):
        assert said in page.content.decode()


def test_refusal_needs_no_verdict_of_any_system():
    case = make_case()

    refuse(case, "manifestly_unfounded", words="Offered to withdraw it for money.")

    case.refresh_from_db()
    assert case.status == CaseStatus.REFUSED


@pytest.mark.parametrize(
    ("case", "said", "why"),
    [
        (make_case, {}, "Check who asks first"),
        (make_case, {"ground": "third_party"}, "Choose the ground"),
        (make_case, {"ground": "manifestly_excessive", "words": " "}, "Write why"),
        (lambda: make_case(proved=False), {"ground": "manifestly_excessive"}, "before"),
        (
            lambda: make_case(right=Right.COMPLAINT),
            {"ground": "manifestly_excessive"},
            "not refused so",
        ),
    ],
)
def test_request_is_not_refused_without_what_the_law_wants(case, said, why):
    with pytest.raises(Refused, match=why):
        refuse(case(), **said)


def test_request_of_somebody_who_showed_it_in_the_end_is_not_refused_for_that():
    case = make_case()
    check(case, passed=False)
    check(case, passed=True)

    with pytest.raises(Refused, match="Check who asks first"):
        refuse(case)


def test_request_is_refused_by_a_decider_only():
    with pytest.raises(Refused, match="for a decider"):
        refuse(make_case(), "manifestly_excessive", by=make_staff(Role.AUDITOR))


def test_refused_request_is_taken_up_again_when_the_person_shows_who_they_are():
    case = make_case()
    check(case, passed=False)
    refuse(case)

    decision.reopen(case, reason="Came with her card.", by=make_staff(), at=LATER)

    case.refresh_from_db()
    assert (case.status, case.closed_at) == (CaseStatus.IN_REVIEW, None)


def refused_after_review():
    """Return a case whose rows were reviewed, and then refused for want of identity."""
    case = make_ready()
    check(case, passed=False)
    refuse(case)
    return Case.objects.get(pk=case.pk)


def test_what_was_gathered_for_a_refused_request_stays_while_it_can_be_contested():
    """Footage that its system has overwritten since can be had nowhere else."""
    case = refused_after_review()
    spool = case.found.get().spool

    jobs.forget_withdrawn(LATER + DAY)
    jobs.destroy_gathered(LATER + DAY)

    assert not is_destroyed(spool)
    decision.reopen(case, reason="Came with her card.", by=make_staff(), at=LATER)
    check(case, passed=True)
    released = release(build(grant(case).package))
    assert [one["rows"] for one in released.manifest["datasets"]] == [1]


def test_what_was_gathered_for_a_refused_request_goes_at_the_end_of_its_line():
    approve_line("P6M")
    case = refused_after_review()
    spool = case.found.get().spool
    over = LATER.replace(year=2027, month=5)

    jobs.destroy_gathered(over - DAY)
    assert not is_destroyed(spool)
    jobs.destroy_gathered(over)

    assert why_destroyed(spool) == "line-ended"


def test_refused_and_contested_when_all_is_destroyed_is_to_be_searched_again():
    approve_line("P1D")
    case = refused_after_review()
    jobs.destroy_gathered(LATER + 2 * DAY)

    decision.reopen(case, reason="Came with her card.", by=make_staff(), at=LATER)

    check(case, passed=True)
    for outcome in (Outcome.GRANTED, Outcome.NOTHING_HELD):
        with pytest.raises(Refused):
            grant(case, outcome)
    task, found = case.tasks.get(), case.found.get()
    assert (task.state, task.problem) == (TaskState.NEEDS_PERSON, disposal.GONE)
    assert (found.choice, found.reviewed_by, found.reviewed_at) == ("", "", None)
    assert found.sure == 1


def test_refusal_on_its_pages_and_as_a_letter():
    case = make_case()
    check(case, passed=False)
    client = staff_client()
    at = [case.reference]
    url = reverse("case-refuse", args=at)
    assert url in client.get(reverse("staff-case", args=at)).content.decode()
    said = {"ground": "identity_not_shown", "words": WORDS}

    assert client.post(url, {"ground": ""}).status_code == 422
    assert client.post(url, said).status_code == 302

    page = client.get(reverse("staff-case", args=at)).content.decode()
    assert reverse("case-letter", args=at) in page
    letter = client.get(reverse("case-letter", args=at)).content.decode()
    assert WORDS in letter
    assert "section 167, Data Protection Act 2018" in letter


# --- Made again -------------------------------------------------------------------


def make_ready(*rows, systems=(CRM,)):
    """Return a case in review whose one row a person has said to release."""
    case = make_reviewed(revision=make_revision(systems))
    case.tasks.filter(system="cctv").delete()
    case.found.all().delete()
    review.choose_dataset(
        make_spooled(case, rows or [make_row("a")]),
        choice=RowChoice.RELEASE,
        ground="",
        seen_rows=True,
        by=make_staff(),
        at=AT,
    )
    return case


def grant(case, outcome=Outcome.GRANTED, form=DeliveryForm.DOWNLOAD):
    return decision.decide(
        case,
        outcome=outcome,
        words="",
        form=form,
        open_until={},
        by=make_staff(),
        at=AT,
    )


def make_built(*rows, form=DeliveryForm.DOWNLOAD, **known) -> Package:
    case = make_ready(*rows, **known)
    check(case, passed=True)
    return build(grant(case, form=form).package)


def make_answered(*rows, **known) -> Package:
    return release(make_built(*rows, **known))


def build(package) -> Package:
    building.build_package(building.claim(package.pk, at=AT), now=lambda: AT)
    return Package.objects.get(pk=package.pk)


def release(package, at=LATER) -> Package:
    return answer.release(package, by=make_staff(Role.REVIEWER), at=at)


def expired(package) -> Package:
    at = LATER + timedelta(days=200)
    assert answer.destroy(package, by=system("night"), at=at)
    return Package.objects.get(pk=package.pk)


def again(package, **said):
    said = {"reason": "She wrote on Monday.", "by": make_staff(), **said}
    return answer.make_again(package, **said, at=LATER)


def test_answer_that_expired_is_made_again_of_the_same_decision_and_released():
    first = expired(make_answered())

    assert again(first)

    second = first.decision.package
    assert second.pk != first.pk
    assert not disposal.destroy_superseded(second, by=system("night"), at=LATER)
    released = release(build(second))
    released.case.refresh_from_db()
    assert released.state == PackageState.RELEASED
    assert released.manifest["datasets"][0]["rows"] == 1
    assert released.case.status == CaseStatus.DONE
    kinds = list(released.case.events.values_list("kind", flat=True))
    assert kinds.count(EventKind.ANSWERED) == 1
    assert Message.objects.filter(purpose="case-answer-ready").count() == 2


def test_answer_whose_rows_are_destroyed_goes_back_to_be_searched_again():
    first = expired(make_answered())
    found = first.case.found.get()
    vault.destroy(found.spool, reason="line-ended", by=system("night"), at=LATER)
    first.case.found.update(spool=None)

    assert not again(first)

    first.case.refresh_from_db()
    assert first.case.status == CaseStatus.IN_REVIEW
    assert first.case.packages.count() == 1


def test_answer_of_an_ended_line_is_neither_made_again_nor_decided_on_nothing():
    approve_line("P1D")
    first = expired(make_answered())
    jobs.destroy_gathered(LATER + 300 * DAY)

    assert not again(first)

    case = Case.objects.get(pk=first.case.pk)
    assert case.status == CaseStatus.IN_REVIEW
    for outcome in (Outcome.GRANTED, Outcome.NOTHING_HELD):
        with pytest.raises(Refused):
            grant(case, outcome)


def test_answer_that_nothing_is_held_is_searched_for_again_once_its_line_ended():
    """What the systems were searched with is destroyed: nobody can say it once more."""
    approve_line("P1D")
    case = make_ready()
    case.found.all().delete()
    case.tasks.update(verdict=TaskVerdict.NOTHING_HELD)
    case.identifiers.create(kind="customer_id", ref="r", value="7", status="sure")
    check(case, passed=True)
    expired(release(build(grant(case, Outcome.NOTHING_HELD).package)))

    jobs.destroy_gathered(LATER + 300 * DAY)

    assert case.tasks.get().state == TaskState.NEEDS_PERSON


def test_owner_is_asked_again_when_the_file_they_brought_is_destroyed():
    approve_line("P1D")
    case = make_case(revision=make_revision([CCTV]))
    search.start_search(case, by=make_staff(), at=AT)
    asked = OwnerTask.objects.get(task__case=case)
    file = owner.add_file(asked, name="a.mp4", claimed_type="", chunks=[b"a"], at=AT)
    owner.finish(asked, note="", at=AT)
    review.choose_file(
        file, choice=RowChoice.RELEASE, ground="", by=make_staff(), at=AT
    )
    check(case, passed=True)
    first = expired(release(build(grant(case).package)))
    jobs.destroy_gathered(LATER + 300 * DAY)
    assert not again(first)

    search.start_search(case, by=make_staff(), at=LATER)

    assert case.tasks.get().state == TaskState.WITH_OWNER
    with pytest.raises(Refused, match="No verdict yet from Cameras"):
        grant(case, Outcome.NOTHING_HELD)


def test_answer_is_not_made_again_twice_at_a_time_nor_without_a_reason():
    first = make_answered()

    with pytest.raises(Refused, match="Write who asked"):
        again(first, reason=" ")
    again(first)
    with pytest.raises(Refused, match="later answer"):
        again(first)


def test_answer_of_an_open_case_is_not_made_again():
    first = make_answered()
    answer.revoke(first, reason="Her brother.", by=make_staff(), at=LATER)

    with pytest.raises(Refused, match="answered case"):
        again(first)


def test_answer_is_made_again_on_its_page():
    first = make_answered()
    client = staff_client()
    url = reverse("package-again", args=[first.case.reference, first.reference])
    page = client.get(reverse("staff-case", args=[first.case.reference]))
    assert url in page.content.decode()

    assert client.post(url, {"reason": "She wrote on Monday."}).status_code == 302

    assert first.case.packages.count() == 2
