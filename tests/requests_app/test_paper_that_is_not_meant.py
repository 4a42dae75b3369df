"""What nobody shall have is not listed, not reminded of and in nobody's way (C36)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.actor import STRANGER
from outbox.models import Message
from requests_app.actions import answer, authority, delivery, thread
from requests_app.actions.projection import append, locked
from requests_app.grounds import AnswerGoesTo
from requests_app.models import (
    Authority,
    Case,
    Decision,
    Letter,
    Package,
    Sending,
)
from requests_app.policies import posting
from requests_app.policies.letters import may_send_again
from requests_app.policies.ruling import may_carry_out
from requests_app.queries import words
from requests_app.queries.next_step import next_steps
from requests_app.states import (
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
    RevokedWhy,
    Right,
    SendingState,
)
from requests_app.tasks.jobs import remind_of_post
from requests_app.views.staff_queue import RULES
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import make_verified
from tests.factories.cases import happen, make_reviewed
from tests.factories.clock import again
from tests.requests_app.test_ends import make_answered
from tests.requests_app.test_goes_to_nobody import LATER, act_anew, released
from tests.requests_app.test_posted_before_the_end import wait
from tests.requests_app.test_to_be_posted import AT, DAY, listed

__all__ = ["released"]
pytestmark = [pytest.mark.django_db, pytest.mark.long]


def said_everywhere(case: Case, *, at) -> tuple[bool, bool, bool]:
    """Whether it is listed, reminded of, and in the way of the end of its case."""
    worker = make_staff()
    Case.objects.filter(pk=case.pk).update(assignee=worker)
    rows = [one for one in listed(make_staff(), at.date()) if one.case == case]
    remind_of_post(at)
    return (
        bool(rows),
        Message.objects.filter(about=case.about, purpose="case-post-waits").exists(),
        not posting.nothing_to_post(again(case), today=at.date()),
    )


def tells_of(case: Case, package: Package, kind: LetterKind):
    """Have the letter wait that tells of an answer that was released."""
    with transaction.atomic():
        append(
            locked(case),
            EventKind.PACKAGE_RELEASED,
            happened_at=AT,
            by=STRANGER,
            at=AT,
            facts={"package": package.pk, "alone": False},
        )
    return wait(again(case), kind)


def next_of(case: Case, day: date) -> str:
    [known] = Case.objects.filter(pk=case.pk).select_related("submission")
    return next_steps([known], today=day, rules=RULES)[case.pk].words


@pytest.mark.parametrize("kind", [LetterKind.DECISION, LetterKind.REFUSAL])
def test_letter_of_a_decision_taken_back_is_not_to_be_posted(kind):
    case, late = make_reviewed(), AT + 10 * DAY
    happen(case, EventKind.DECIDED)
    wait(case, kind)
    assert [one.case for one in listed(make_staff(), AT.date())] == [case]

    happen(case, EventKind.REVIEW_REOPENED)

    assert said_everywhere(case, at=late) == (False, False, False)
    assert next_of(case, late.date()) != "Post the letter"
    happen(case, EventKind.DECIDED)
    wait(case, LetterKind.DECISION)
    assert said_everywhere(case, at=late) == (True, True, True)


def test_letter_of_a_part_is_posted_though_the_rest_is_reviewed_again():
    case = make_reviewed()
    happen(case, EventKind.DECIDED)
    wait(case, LetterKind.PARTIAL)

    happen(case, EventKind.REVIEW_REOPENED)

    assert [one.case for one in listed(make_staff(), AT.date())] == [case]


def test_letter_of_a_decision_taken_back_is_not_sent_again():
    case, by = make_reviewed(), make_staff()
    happen(case, EventKind.DECIDED)
    sending = wait(case, LetterKind.DECISION)
    sending.message, sending.state, sending.settled_at = 1, SendingState.RETURNED, AT
    sending.save()
    assert may_send_again(again(case), by, sending.letter, today=AT.date())

    happen(case, EventKind.REVIEW_REOPENED)

    refused = may_send_again(again(case), by, sending.letter, today=AT.date())
    assert "stands no more" in refused.reason


@pytest.mark.parametrize("kind", [LetterKind.DECISION, LetterKind.PARTIAL])
def test_letter_of_a_revoked_answer_is_not_to_be_posted(kind):
    package = make_answered()
    other = make_answered()
    for one in (package, other):
        tells_of(one.case, one, kind)

    answer.revoke(
        package,
        reason="Another's row was in it.",
        why=RevokedWhy.OTHERS_DATA,
        by=make_staff(Role.DCO),
        at=LATER,
    )

    late = AT + 10 * DAY
    assert said_everywhere(package.case, at=late) == (False, False, False)
    assert said_everywhere(other.case, at=late) == (True, True, True)


def test_answer_that_may_go_to_nobody_is_not_to_be_posted(released):
    case = released.case
    assert [one.case for one in listed(make_staff(), LATER.date())] == []

    assert said_everywhere(case, at=LATER + 7 * DAY) == (False, False, False)
    assert next_of(case, LATER.date()) == "Decide again: the answer may go to nobody"


def test_answer_that_may_go_is_to_be_posted_and_so_is_one_that_was_printed(released):
    case = released.case
    last = released.released_at
    assert [one.case for one in listed(make_staff(), last.date())] == [case]
    assert next_of(case, last.date()) == "Waits to be posted"

    delivery.fetch_for_post(released, by=make_staff(), at=last + timedelta(hours=1))
    act_anew(case)

    assert said_everywhere(case, at=LATER + 7 * DAY) == (True, True, True)
    assert next_of(case, LATER.date()) == "Waits to be posted"


@pytest.mark.parametrize("how_many", [1, 3])
def test_list_costs_the_same_for_one_answer_and_for_three(
    how_many, django_assert_num_queries
):
    for _ in range(how_many):
        make_answered(form=DeliveryForm.PRINT)
    user = make_staff()

    with django_assert_num_queries(6):
        rows = listed(user, AT.date())

    assert len(rows) == how_many


@pytest.mark.parametrize("kind", [LetterKind.DECISION, LetterKind.PARTIAL])
def test_decision_to_an_agent_who_has_left_is_told_anew_and_not_posted(kind):
    case, by = make_reviewed(), make_staff()
    happen(case, EventKind.DECIDED)
    one = make_verified(again(case), at=AT)
    to_agent(again(case), kind, one)
    assert said_everywhere(case, at=AT + 10 * DAY) == (True, True, True)

    authority.revoke(one, reason="She rang.", by=by, at=AT + DAY)

    listed_kinds = [one.title for one in listed(by, AT.date()) if one.case == case]
    assert words.LETTERS[kind] not in listed_kinds
    untold = posting.letters_are_posted(again(case), today=AT.date())
    assert "Write to the person what was decided" in untold.reason
    Sending.objects.exclude(letter__kind=kind).delete()
    assert "Write to the person what was decided" in next_of(case, AT.date())
    at = AT + DAY
    thread.answer(again(case), body="We decided.", token=uuid4(), by=by, at=at)
    assert "Write to the person" not in next_of(case, AT.date())
    assert posting.letters_are_posted(again(case), today=AT.date())


@pytest.mark.parametrize("how", ["expired", "not enough", "not chosen"])
def test_decision_to_an_agent_who_may_not_have_it_is_told_anew_and_not_posted(how):
    case, by = make_reviewed(), make_staff(Role.DCO)
    happen(case, EventKind.DECIDED)
    one = make_verified(again(case), at=AT, expires_on=AT.date() + 9 * DAY)
    to_agent(again(case), LetterKind.DECISION, one)
    Sending.objects.exclude(letter__kind=LetterKind.DECISION).delete()
    assert said_everywhere(case, at=AT + 8 * DAY) == (True, True, True)
    at = AT + 8 * DAY

    if how == "expired":
        at = AT + 10 * DAY
    elif how == "not enough":
        reason = "It was not hers."
        authority.judge(one, verified=False, reason=reason, by=by, at=at)
    else:
        to = AnswerGoesTo.PERSON
        authority.choose_recipient(one, to=to, reason="She rang.", by=by, at=at)

    day = at.date()
    assert [one for one in listed(by, day) if one.case == case] == []
    assert "Write to the person what was decided" in next_of(case, day)
    untold = posting.letters_are_posted(again(case), today=day)
    assert "Write to the person what was decided" in untold.reason
    thread.answer(again(case), body="We decided.", token=uuid4(), by=by, at=at)
    assert "Write to the person" not in next_of(case, day)
    assert posting.letters_are_posted(again(case), today=day)


def test_case_is_not_closed_before_the_person_is_told_in_place_of_who_left():
    case, by = make_reviewed(right=Right.ERASURE), make_staff()
    happen(case, EventKind.DECIDED)
    made = Decision.objects.create(
        case=case,
        outcome=Outcome.PARTLY,
        form=DeliveryForm.DOWNLOAD,
        by=str(by.actor),
        at=AT,
    )
    one = make_verified(again(case), at=AT)
    to_agent(again(case), LetterKind.DECISION, one)
    Sending.objects.update(state=SendingState.RETURNED, message=1, settled_at=AT)

    authority.revoke(one, reason="She rang.", by=by, at=AT + DAY)

    assert (
        "Write to the person"
        in may_carry_out(again(case), by, made, today=AT.date()).reason
    )
    page = staff_client(by).get(reverse("staff-case", args=[case.reference]))
    assert "before the case is closed" in page.content.decode()
    thread.answer(
        again(case), body="We decided.", token=uuid4(), by=by, at=AT + 2 * DAY
    )
    assert may_carry_out(again(case), by, made, today=AT.date())


def to_agent(case: Case, kind: LetterKind, one: Authority) -> None:
    """Have a letter to who acts wait to be posted."""
    letter = Letter.objects.create(
        case=case,
        event=case.events.latest("seq"),
        kind=kind,
        subject="x",
        body="x",
        authority=one,
        at=AT,
    )
    letter.sendings.create(state=SendingState.WAITING, at=AT)
