"""The queue: what is due first, who has it, and what is in the way."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.numbers import number_in
from requests_app import clock
from requests_app.models import Case, CaseQuerySet
from requests_app.models.instructed import instruction_of
from requests_app.queries import words
from requests_app.queries.next_step import Rules, Step, next_steps
from requests_app.queries.reminders import reminded_for
from requests_app.states import CaseStatus, ClockState, Right

PAGE: Final = 50
MINE: Final = 20
# As ``Case.last_on`` has it; the index of the queue is by the same.
_LAST_ON: Final = Coalesce("due_on", "safe_due_on")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What is shown. Nothing of it is personal data: the address holds it (C12)."""

    status: str = ""
    assignee: str = ""  # "me", "nobody", or a staff id

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.status or self.assignee)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after this day and case. No day: among those without one."""

    last_on: date | None
    pk: int

    def __str__(self) -> str:
        return f"{self.last_on.isoformat() if self.last_on else 'none'}.{self.pk}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """Return the cursor that ``str`` wrote, or None for anything else.

        >>> str(Cursor.parse("2026-12-02.184")), Cursor.parse("x")
        ('2026-12-02.184', None)
        """
        day, _, written = text.partition(".")
        pk = number_in(written)
        if pk is None:
            return None
        if day == "none":
            return cls(None, pk)
        try:
            return cls(date.fromisoformat(day), pk)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in a list."""

    reference: str
    right: str
    name: str
    status: str
    status_words: str
    due_on: date | None
    would_be_due_on: date | None  # while the clock does not run (C31)
    next_action_on: date | None  # as a colleague planned it
    age_days: int
    clock_words: str
    urgency: str  # "late", "soon" or nothing
    urgency_words: str
    reminded: str  # the newest step that was taken for this day
    assignee: str
    step: Step

    @property
    def blocking(self) -> str:
        """What it waits for, in words."""
        return self.step.said


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue; ``after`` begins the next one, ``mine`` is my work."""

    rows: tuple[QueueRow, ...]
    after: str
    mine: tuple[QueueRow, ...]


def cases_for(user: User) -> CaseQuerySet:
    """Return the cases ``user`` may see: every proved one, for who reads cases."""
    if not user.may(Permission.CASE_READ):
        return Case.objects.none()
    return Case.objects.exclude(status=CaseStatus.UNPROVED)


def case_for(user: User, reference: str) -> Case | None:
    """Return the case, or None when it is none that ``user`` may see. Costs 1 query."""
    return (
        cases_for(user)
        .select_related("submission", "assignee", "related")
        .filter(reference=reference)
        .first()
    )


def queue_for(
    user: User,
    *,
    show: QueueFilter,
    after: Cursor | None,
    today: date,
    rules: Rules,
) -> QueuePage:
    """Return a page of open cases by what is due first. Costs 14 queries, 16 at most.

    And what ``rules`` cost, where the answer of a case waits for somebody.

    By the day that its row is marked by: the safe day, where the month waits by our
    reading alone. Cases that wait by every reading come last, oldest first, with their
    age. Keyset paging in two ranges: an OR of the day and its absence would leave the
    index. The whole queue begins with what ``user`` has; what its two lists show is
    asked once.
    """
    whole = cases_for(user).worked()
    is_first = after is None and not show.is_set
    mine = list(_ordered(whole.filter(assignee=user))[:MINE]) if is_first else []
    cases = _filtered(whole, user, show).alias(last=_LAST_ON)
    page: list[Case] = []
    if after is None or after.last_on is not None:
        dated = cases.filter(last__isnull=False)
        if after is not None:
            dated = dated.filter(
                Q(last__gt=after.last_on) | Q(pk__gt=after.pk),
                last__gte=after.last_on,
            )
        page = list(_ordered(dated)[: PAGE + 1])
    if len(page) <= PAGE:
        undated = cases.filter(last__isnull=True)
        if after is not None and after.last_on is None:
            undated = undated.filter(pk__gt=after.pk)
        page += _ordered(undated)[: PAGE + 1 - len(page)]
    shown = page[:PAGE]
    more = len(page) > PAGE
    both = {case.pk: case for case in (*mine, *shown)}
    listed = _rows(list(both.values()), today=today, rules=rules)
    rows = dict(zip(both, listed, strict=True))
    return QueuePage(
        tuple(rows[case.pk] for case in shown),
        str(Cursor(shown[-1].last_on, shown[-1].pk)) if more else "",
        tuple(rows[case.pk] for case in mine),
    )


def _filtered(cases: CaseQuerySet, user: User, show: QueueFilter) -> CaseQuerySet:
    if show.status:
        cases = cases.filter(status=show.status)
    if show.assignee == "me":
        return cases.filter(assignee=user)
    if show.assignee == "nobody":
        return cases.filter(assignee__isnull=True)
    if show.assignee:
        return cases.filter(assignee=int(show.assignee))
    return cases


def _ordered(cases: CaseQuerySet) -> CaseQuerySet:
    return cases.select_related("submission", "assignee", "related").order_by(
        _LAST_ON, "pk"
    )


def _rows(cases: Sequence[Case], *, today: date, rules: Rules) -> tuple[QueueRow, ...]:
    steps = next_steps(cases, today=today, rules=rules)
    holidays = datamap_queries.holidays()
    reminded = reminded_for(cases)
    return tuple(
        _row(
            case,
            steps[case.pk],
            reminded.get(case.pk, ""),
            holidays=holidays,
            today=today,
        )
        for case in cases
    )


def _row(
    case: Case,
    step: Step,
    reminded: str,
    *,
    holidays: Container[date],
    today: date,
) -> QueueRow:
    received = london_day(case.submission.received_at)
    would_be = None
    if case.clock_state != ClockState.RUNNING:
        would_be = clock.reckon(
            clock.Timeline(case.right, received), holidays=holidays
        ).due
    urgency = urgency_of(case, today=today)
    return QueueRow(
        reference=case.reference,
        right=words.RIGHTS[case.right],
        name=_whose(case),
        status=case.status,
        status_words=words.status(case.right, case.status),
        due_on=case.due_on,
        would_be_due_on=would_be,
        next_action_on=case.next_action_on,
        age_days=(today - received).days,
        clock_words=words.CLOCKS[case.clock_state],
        urgency=urgency,
        urgency_words=urgency_words(case, today=today),
        reminded=reminded,
        assignee=(case.assignee.name or case.assignee.email) if case.assignee else "",
        step=step,
    )


def _whose(case: Case) -> str:
    """Return who asks; of a breach, from which case it came."""
    if case.right == Right.BREACH and case.related:
        return f"Of case {case.related.reference}"
    if case.right == Right.PASSED_ON:
        passed = instruction_of(case)
        return f"{passed.customer}, about {passed.data_subject}"
    return str(case.submission.name or case.submission.address)


def urgency_words(case: Case, *, today: date) -> str:
    """Return how late the case is, or how soon it is due, in words."""
    urgency, day = urgency_of(case, today=today), case.last_on
    if not urgency or day is None:
        return ""
    days = abs((day - today).days)
    said = f"{days} day{'' if days == 1 else 's'}"
    if case.due_on is None:  # it waits by our reading, and not by every one
        if not days:
            return "Safe day today"
        return f"Safe day {said} ago" if urgency == "late" else f"Safe day in {said}"
    if urgency == "late":
        return f"{said} late"
    return f"{said} left" if days else "Due today"


def urgency_of(case: Case, *, today: date) -> str:
    """Return "late" when the day is over, "soon" in the warning window, else nothing.

    The warning runs from the safe day, the earliest that any reading of the law gives;
    where the clock waits by our reading and not by every one, it is all there is.
    """
    last = case.last_on
    if not case.is_open or last is None:
        return ""
    if last < today:
        return "late"
    warns_on = (case.safe_due_on or last) - timedelta(days=settings.LUMINA_WARN_DAYS)
    return "soon" if warns_on <= today else ""
