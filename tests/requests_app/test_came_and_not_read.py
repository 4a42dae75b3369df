"""What came and waits for us is no silence: nobody is chased, and nothing closed."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from lumina_privacy.lib.verdict import Refused
from requests_app.actions import thread, timekeeping, unanswered
from requests_app.models import Letter
from requests_app.states import CaseStatus, EventKind, LetterKind, MessageFrom
from requests_app.tasks.jobs import NIGHT, chase_persons, let_identity_go
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client, subject_of
from tests.factories.cases import make_case
from tests.factories.clock import again, ask, deliver, noon
from tests.pictures import photo
from tests.requests_app.shown import AT, asked, decide, show, text_of

pytestmark = pytest.mark.django_db
CAME = noon("2026-11-06")
DAY_7 = noon("2026-11-13")
OVER = noon("2027-02-10")


def close(case, *, at=OVER):
    return unanswered.close(again(case), reason="None.", by=make_staff(), at=at)


def write(case, *, at=CAME):
    return thread.write_to_us(
        again(case),
        body="All of it. I do not want to narrow it.",
        files=[],
        token=uuid4(),
        by=subject_of(case.submission.address),
        at=at,
    )


def shown():
    case = asked()
    deliver(AT)
    show(again(case), photo(), at=CAME)
    return case


def wrote():
    case = make_case("ann@example.org")
    ask(case, Asked.CLARIFICATION, at=noon("2026-11-05"))
    write(case)
    return case


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (shown, "nobody has decided on it"),
        (wrote, "They wrote on Friday 6 November 2026, and nobody has read it"),
    ],
)
def test_nobody_is_chased_and_nothing_closed_over_what_came(make, why):
    case = make()

    chase_persons(DAY_7)

    assert not Letter.objects.filter(kind=LetterKind.REMINDER).exists()
    with pytest.raises(Refused, match=why):
        close(case)
    case = again(case)
    assert case.is_open
    # 6 December is a Sunday; the day it came starts the month, or ends the pause.
    safe = date(2026, 12, 7) if make is shown else date(2026, 12, 4)
    assert (case.due_on, case.safe_due_on) == (None, safe)


def test_reason_stands_beside_the_control():
    case = make_case(received_at=noon("2026-06-01"))
    ask(case, Asked.IDENTITY, at=noon("2026-06-02"))
    write(case, at=noon("2026-06-04"))
    client, args = staff_client(), [case.reference]
    why = "They wrote on Thursday 4 June 2026, and nobody has read it."

    case_page = client.get(reverse("staff-case", args=args))
    page = client.get(reverse("case-no-reply", args=args))
    said = {"reason": "Twice.", "confirm": "yes"}
    posted = client.post(reverse("case-no-reply", args=args), said)

    assert [why in text_of(one) for one in (case_page, page, posted)] == [True] * 3
    assert again(case).is_open


def test_who_is_read_and_did_not_answer_is_chased_and_may_be_closed():
    case = wrote()
    thread.see(case, written_by=MessageFrom.PERSON, by=make_staff(), at=CAME)

    assert unanswered.chase(again(case), by=NIGHT, at=DAY_7) == 1
    assert close(case).status == CaseStatus.NO_REPLY
    letter = Letter.objects.get(kind=LetterKind.REMINDER)
    assert "and do not have it yet." in letter.body


def test_what_was_written_before_we_asked_is_no_answer():
    case = make_case("ann@example.org")
    write(case, at=noon("2026-11-04"))
    ask(case, Asked.CLARIFICATION, at=noon("2026-11-05"))

    assert unanswered.chase(again(case), by=NIGHT, at=DAY_7) == 1
    assert again(case).safe_due_on is None


def test_who_showed_too_little_is_chased_again():
    case = shown()
    decide(case, passed=False, at=noon("2026-11-07"))

    assert unanswered.chase(again(case), by=NIGHT, at=DAY_7) == 1


def test_what_is_deleted_undecided_after_thirty_days_still_came():
    case = shown()
    let_identity_go(noon("2026-12-07"))
    assert EventKind.IDENTITY_GONE in case.events.values_list("kind", flat=True)

    assert unanswered.chase(again(case), by=NIGHT, at=noon("2026-12-08")) == 0
    with pytest.raises(Refused, match="ask no longer for it, and ask anew"):
        close(case)

    [seq] = [one.seq for one in case.record().askings]
    at = noon("2026-12-09")
    timekeeping.drop(again(case), asked=seq, reason="x", by=make_staff(), at=at)
    again_asked = ask(again(case), Asked.IDENTITY, at=at)
    assert unanswered.chase(again(case), by=NIGHT, at=noon("2026-12-16")) == 1
    assert case.record().asking(again_asked).undecided == frozenset()
