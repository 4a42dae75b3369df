"""Which letters shall reach their reader still, and which would mislead them."""

from __future__ import annotations

import pytest

from requests_app.models import Case, CaseEvent, Letter, Sending
from requests_app.policies.letters import may_leave
from requests_app.states import EventKind, LetterKind, SendingState
from tests.factories.accounts import make_staff
from tests.factories.authority import make_verified
from tests.factories.cases import RECEIVED_AT, make_case

pytestmark = pytest.mark.django_db
DECIDES = {LetterKind.DECISION, LetterKind.REFUSAL}
PACKAGE = 7


def happen(case: Case, kind: EventKind, **facts) -> CaseEvent:
    return CaseEvent.objects.create(
        case=case,
        seq=case.events.latest("seq").seq + 1,
        kind=kind,
        happened_at=RECEIVED_AT,
        recorded_at=RECEIVED_AT,
        actor="staff:1",
        facts=facts,
    )


def waits(case: Case, kind: LetterKind, *, authority=None) -> Sending:
    letter = Letter.objects.create(
        case=case,
        event=happen(case, EventKind.CALLED, package=PACKAGE),
        kind=kind,
        subject="x",
        body="x",
        authority=authority,
        by="staff:1",
        at=RECEIVED_AT,
    )
    return Sending.objects.create(
        letter=letter, state=SendingState.WAITING, at=RECEIVED_AT
    )


def is_meant(sending: Sending) -> bool:
    meant = Sending.objects.meant(today=RECEIVED_AT.date())
    return meant.filter(pk=sending.pk).exists()


@pytest.mark.parametrize("kind", LetterKind)
def test_review_that_is_opened_again_takes_back_a_decision_and_no_part_given(kind):
    case = make_case()
    happen(case, EventKind.REVIEW_REOPENED)
    sending = waits(case, kind)
    assert is_meant(sending), "what was opened before is decided anew by it"

    happen(case, EventKind.REVIEW_REOPENED)

    assert is_meant(sending) is (kind not in DECIDES)


@pytest.mark.parametrize("kind", LetterKind)
def test_answer_that_is_revoked_takes_back_what_tells_of_it_a_part_too(kind):
    case = make_case()
    sending = waits(case, kind)
    happen(case, EventKind.PACKAGE_REVOKED, package=PACKAGE + 1)
    assert is_meant(sending), "it tells of another answer"

    happen(case, EventKind.PACKAGE_REVOKED, package=PACKAGE)

    assert is_meant(sending) is (kind not in {*DECIDES, LetterKind.PARTIAL})


def test_what_is_asked_no_longer_asks_nothing():
    case = make_case()
    asks, other = (waits(case, LetterKind.CLARIFICATION) for _ in range(2))

    happen(case, EventKind.NO_LONGER_ASKED, asked=asks.letter.event.seq)

    assert (is_meant(asks), is_meant(other)) == (False, True)


@pytest.mark.parametrize("kind", LetterKind)
def test_who_acts_no_more_gets_no_decision_and_nothing_between_us_and_them(kind):
    case = make_case()
    one = make_verified(case)
    sending = waits(case, kind, authority=one)
    assert is_meant(sending)

    one.revoked_at, one.revoked_by = RECEIVED_AT, str(make_staff().actor)
    one.save()

    theirs = {LetterKind.AUTHORITY, LetterKind.MESSAGE}
    gone = {*DECIDES, LetterKind.PARTIAL, *theirs}
    assert is_meant(sending) is (kind not in gone)


@pytest.mark.parametrize("kind", [*DECIDES, LetterKind.PARTIAL, LetterKind.MESSAGE])
@pytest.mark.parametrize("changes", [{"verified": False}, {"goes_to": "person"}])
def test_decision_by_mail_does_not_leave_for_who_may_not_have_it_any_more(
    kind, changes
):
    one = make_verified(make_case())
    sending = waits(one.case, kind, authority=one)
    Sending.objects.filter(pk=sending.pk).update(message=9)
    assert may_leave(9, today=RECEIVED_AT.date())

    for name, value in changes.items():
        setattr(one, name, value)
    one.save()

    may = bool(may_leave(9, today=RECEIVED_AT.date()))
    assert may is (kind not in {*DECIDES, LetterKind.PARTIAL})
