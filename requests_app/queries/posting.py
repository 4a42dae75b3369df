"""What waits to be printed and posted, and since when (decisions C17, C36)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from accounts.models import User
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import add_working_days, london_day
from requests_app.models import Case, Package, Sending
from requests_app.queries import words
from requests_app.queries.next_step import ToBePosted
from requests_app.queries.staff import cases_for
from requests_app.states import DeliveryForm, PackageState, SendingState

# A letter is printed and posted within so many working days of being written.
WITHIN_WORKING_DAYS: Final = 1


@dataclass(frozen=True, slots=True)
class ToPost:
    """An envelope that nobody has posted yet: a letter, or an answer on paper."""

    case: Case
    title: str
    since: datetime
    is_late: bool
    letter: int | None = None
    package: str = ""

    @property
    def name(self) -> str:
        """Whose case it is."""
        return str(self.case.submission.name or self.case.submission.address)


def envelopes(*, today: date) -> QuerySet[Sending]:
    """Return the letters by post that wait and are meant still, the oldest first."""
    return (
        Sending.objects.meant(today=today)
        .filter(state=SendingState.WAITING, message__isnull=True)
        .select_related("letter__case__submission")
        .order_by("at", "pk")
    )


def is_late(since: datetime, *, today: date, holidays: Iterable[date]) -> bool:
    """Whether an envelope has waited for more than a working day."""
    last = add_working_days(london_day(since), WITHIN_WORKING_DAYS, frozenset(holidays))
    return today > last


def to_post(user: User, *, today: date, to_be_posted: ToBePosted) -> tuple[ToPost, ...]:
    """Return what ``user`` may see of it, the oldest first.

    ``to_be_posted`` says which answers may still go to somebody. Costs 3 queries, and
    what it costs.
    """
    holidays = datamap_queries.holidays()
    seen = cases_for(user)
    letters = [
        ToPost(
            one.letter.case,
            words.LETTERS[one.letter.kind],
            one.at,
            is_late(one.at, today=today, holidays=holidays),
            letter=one.letter_id,
        )
        for one in envelopes(today=today).filter(letter__case__in=seen)
    ]
    on_paper = [
        ToPost(
            one.case,
            words.DELIVERIES[one.decision.form],
            one.released_at,
            is_late(one.released_at, today=today, holidays=holidays),
            package=one.reference,
        )
        for one in to_be_posted(answers().filter(case__in=seen), today=today)
        if one.released_at is not None
    ]
    return tuple(sorted([*letters, *on_paper], key=lambda one: one.since))


def answers() -> QuerySet[Package]:
    """Return released answers on paper or a medium that nobody has posted."""
    return (
        Package.objects.filter(state=PackageState.RELEASED, dispatches__isnull=True)
        .exclude(decision__form=DeliveryForm.DOWNLOAD)
        .select_related("case__submission", "decision")
        .order_by("pk")
    )
