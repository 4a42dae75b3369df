"""What may be done about the day of a case, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Verdict
from requests_app.policies import timekeeping as policies
from requests_app.policies import unanswered as unanswered_policies
from requests_app.queries import words
from requests_app.queries.case import CasePage
from requests_app.queries.letters import LetterFacts
from requests_app.queries.thread import unread_in
from requests_app.states import Right
from requests_app.timekeeping import Asked, Asking
from requests_app.views.staff_acts import Act

_ORDER: Final = (Asked.IDENTITY, Asked.CLARIFICATION, Asked.AUTHORITY, Asked.FEE)


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something we wait for, and whether its coming may be recorded."""

    asking: Asking
    title: str
    may_end: Verdict


@dataclass(frozen=True, slots=True)
class ClockActs:
    """What is awaited, what may be asked, what may not and why, and the letters."""

    needed: tuple[Awaited, ...]
    acts: tuple[Act, ...]
    closed: tuple[Act, ...]
    letters: tuple[LetterFacts, ...]


def clock_acts(page: CasePage, user: Any) -> ClockActs:
    """Return what ``user`` may do about the day of the case. Costs no query."""
    acts = _acts(page, user) if page.case.is_open else []
    return ClockActs(
        needed=tuple(
            Awaited(
                one.asking,
                one.title,
                policies.may_end_asking(page.case, user, one.asking),
            )
            for one in page.needed
        ),
        acts=tuple(act for act in acts if act.verdict),
        closed=tuple(act for act in acts if not act.verdict),
        letters=page.letters,
    )


def _acts(page: CasePage, user: Any) -> list[Act]:
    case, at = page.case, [page.case.reference]
    today = london_day(timezone.now())
    asks = [
        Act(
            words.ASKINGS[what],
            reverse("case-ask", args=[*at, what]),
            policies.may_open_asking(
                case, user, what=what, record=page.record, today=today
            ),
        )
        for what in _ORDER
    ]
    extend = Act(
        "Extend by two months",
        reverse("case-extend", args=at),
        policies.may_open_extension(
            case,
            user,
            record=page.record,
            reckoning=page.reckoning,
            today=today,
        ),
    )
    close = Act(
        "Close: no reply",
        reverse("case-no-reply", args=at),
        unanswered_policies.may_open_closing(
            case,
            user,
            record=page.record,
            unread_at=unread_in(page.thread),
            today=today,
        ),
    )
    correct = Act(
        "Correct when it came",
        reverse("case-correct-receipt", args=at),
        policies.may_open_correction(case, user),
    )
    if case.right == Right.PASSED_ON:  # nothing else moves a contract's day (D13)
        return [correct]
    return [*asks, extend, close, correct]
