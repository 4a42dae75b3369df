"""A request that is refused: on which ground, how it is told, and taken up again."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox import actions as outbox
from outbox.models import Message
from requests_app.actions import decision, disposal, letters
from requests_app.models import Case
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
    Right,
    TaskState,
)
from requests_app.tasks import jobs
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import make_case
from tests.factories.clock import by_post, deliver, follow
from tests.requests_app.kept import DAY, approve_line, is_destroyed, why_destroyed
from tests.requests_app.test_ends import (
    LATER,
    build,
    check,
    grant,
    make_ready,
    release,
)

pytestmark = pytest.mark.django_db
WORDS = "We called the number on file twice; nobody there knew of the request."


def refuse(case, ground="identity_not_shown", *, words=WORDS, by=None):
    return decision.refuse(
        case, ground=ground, words=words, by=by or make_staff(), at=LATER
    )


def test_request_of_somebody_who_is_not_known_is_refused_and_told_why_and_whom_to_ask():
    case = make_case("ann@example.org")
    check(case, passed=False)

    refuse(case)

    case.refresh_from_db()
    assert (case.status, case.closed_at) == (CaseStatus.REFUSED, LATER)
    mail = Message.objects.get(purpose="case-refusal")
    assert mail.statutory
    letter = case.letters.get()
    assert (letter.kind, letter.body) == (LetterKind.REFUSAL, mail.text)
    page = subject_client("ann@example.org").get(reverse("case", args=[case.reference]))
    for said in (
        "reasonable doubt about who is asking",
        "UK GDPR Article 12(2) and (6)",
        WORDS,
        "nothing of what we hold was given out or changed",
        "section 167, Data Protection Act 2018",
    ):
        assert said in mail.text
        assert said in page.content.decode()


def test_refusal_that_came_back_is_an_alarm_and_goes_out_once_more():
    case = make_case()
    refuse(case, "manifestly_excessive")
    deliver(LATER)
    sending = case.letters.get().sendings.get()
    message = Message.objects.get(pk=sending.message)

    outbox.bounce(message.public_id, status="5.1.1", at=LATER + DAY)
    follow(LATER + DAY)

    page = staff_client().get(reverse("staff-case", args=[case.reference]))
    assert "A letter the law wants told did not arrive" in page.content.decode()
    letters.send_again(
        case.letters.get(), by_post=False, by=make_staff(), at=LATER + DAY
    )
    deliver(LATER + DAY)
    kinds = [event.kind for event in case.events.order_by("seq")][-3:]
    assert kinds == [
        EventKind.LETTER_SENT,
        EventKind.LETTER_RETURNED,
        EventKind.LETTER_SENT,
    ]


def test_refusal_by_post_waits_for_its_posting():
    case = by_post(make_case())

    refuse(case, "manifestly_excessive")

    assert not Message.objects.filter(about=case.about).exists()
    sending = case.letters.get().sendings.get()
    letters.record_posting(
        sending, method="First class", posted_at=LATER, by=make_staff(), at=LATER
    )
    assert case.decisions.get().form == DeliveryForm.PRINT
    assert case.events.latest("seq").facts["kind"] == LetterKind.REFUSAL


# By right, written by hand from section 3.9 of the law brief. An objection is weighed
# use by use, by two people: not refused as a whole.
GROUNDS = {
    Right.ACCESS: {
        "identity_not_shown",
        "manifestly_unfounded",
        "manifestly_excessive",
    },
    Right.RECTIFICATION: {
        "identity_not_shown",
        "manifestly_unfounded",
        "manifestly_excessive",
    },
    Right.ERASURE: {
        "identity_not_shown",
        "manifestly_unfounded",
        "manifestly_excessive",
    },
    Right.RESTRICTION: {
        "identity_not_shown",
        "manifestly_unfounded",
        "manifestly_excessive",
        "not_restricted",
    },
    Right.PORTABILITY: {
        "identity_not_shown",
        "manifestly_unfounded",
        "manifestly_excessive",
        "not_portable",
    },
}
EVERY_GROUND = sorted(set().union(*GROUNDS.values()))


@pytest.mark.parametrize("right", list(Right))
def test_request_is_refused_on_a_ground_of_its_right_and_no_other(right):
    case = make_case(right=right)
    if right is not Right.PASSED_ON:  # where nothing is asked of the person
        check(case, passed=False)
    taken = set()
    for ground in EVERY_GROUND:
        try:
            with transaction.atomic():
                refuse(case, ground)
                taken.add(ground)
                transaction.set_rollback(True)
        except Refused:
            pass

    assert taken == GROUNDS.get(right, set())


@pytest.mark.parametrize(
    "right", [Right.OBJECTION_DIRECT_MARKETING, Right.WITHDRAW_CONSENT]
)
def test_marketing_stop_and_withdrawal_have_no_refuse_move(right):
    case, client = make_case(right=right), staff_client()
    url = reverse("case-refuse", args=[case.reference])

    page = client.get(reverse("staff-case", args=[case.reference]))

    assert url not in page.content.decode()
    said = {"ground": "manifestly_unfounded", "words": WORDS, "confirm": "yes"}
    assert client.post(url, said).status_code == 422
    case.refresh_from_db()
    assert case.status == CaseStatus.RECEIVED


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
            "gives no ground to refuse",
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
    preview = client.post(url, said).content.decode()
    assert WORDS in preview
    assert not case.letters.exists()
    assert client.post(url, {**said, "confirm": "yes"}).status_code == 302

    page = client.get(reverse("staff-case", args=at)).content.decode()
    kept = reverse("letter", args=[*at, case.letters.get().pk])
    assert kept in page
    letter = client.get(kept).content.decode()
    assert WORDS in letter
    assert "section 167, Data Protection Act 2018" in letter
