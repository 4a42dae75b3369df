"""The statutory clock: dates in, dates and reasons out. No Django, no ``now``.

UK GDPR Article 12A (inserted by DUAA 2025 s.76), its periods read under Article 4A and
Article 3 of Regulation (EEC, Euratom) 1182/71. All days are days in London. Readings
that lawyers contest are computed beside the canonical one; reminders run from the
earliest of them (``safe_due``). ADR 0004 argues each reading.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from lumina_privacy.lib.days import (
    add_months,
    add_working_days,
    is_working_day,
    next_working_day,
    why_passed_over,
)

MONTHS: Final = 1
MONTHS_EXTENDED: Final = 3
# An identity request later than this may be held not to be one: Article 12(6) lets
# the controller ask where it has doubts, not whenever it comes to look.
PROMPT_WORKING_DAYS: Final = 2
COMPLAINT_ACKNOWLEDGEMENT_DAYS: Final = 30
COMPLAINT_PROGRESS_DAYS: Final = 14
BREACH_HOURS: Final = 72
ACCESS: Final = "access"
ROLLED: Final = "Regulation 1182/71 Article 3(4)"
_ONE_DAY: Final = timedelta(days=1)


class Standing(StrEnum):
    """Whether the period runs."""

    RUNNING = "running"
    PAUSED = "paused"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class Round:
    """Something asked for on one day and received on another, or not yet."""

    asked: date
    got: date | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What moves the clock of one case.

    ``extension_told``: when the notice of an extension left. Each reading judges for
    itself whether that was in time; None with ``extended``: it was.
    """

    right: str
    received: date
    identity: tuple[Round, ...] = ()
    authority: tuple[Round, ...] = ()
    fees: tuple[Round, ...] = ()
    clarifications: tuple[Round, ...] = ()
    extended: bool = False
    extension_told: date | None = None

    def __post_init__(self) -> None:
        """Refuse days that cannot be. Raises ValueError in words for the reader."""
        for what, rounds in (
            ("identity", self.identity),
            ("authority", self.authority),
            ("a fee", self.fees),
            ("clarification", self.clarifications),
        ):
            for round_ in rounds:
                if round_.asked < self.received:
                    raise ValueError(
                        f"{what} was asked before the request was received"
                    )
                if round_.got is not None and round_.got < round_.asked:
                    raise ValueError(f"{what} was received before it was asked for")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of "how we worked out this date": words for the person, and the law."""

    text: str
    source: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the clock says. ``due`` is None while it is paused or has not started.

    ``days_left`` counts calendar days of the period still unused while paused.
    """

    standing: Standing
    due: date | None
    safe_due: date | None
    extension_notice_by: date | None
    days_left: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """How one school reads the text; the default is the canonical reading."""

    reply_day_counts: bool = False
    two_months_from_end_of_first: bool = False
    pause_in_rolled_tail_ignored: bool = False
    authority_starts: bool = True
    late_identity_starts: bool = True


_CANONICAL: Final = _Reading()
# The safety floor: each contested reading taken singly (law brief, section 1.4).
_SAFER: Final = (
    _Reading(reply_day_counts=True),
    _Reading(two_months_from_end_of_first=True),
    _Reading(pause_in_rolled_tail_ignored=True),
    _Reading(authority_starts=False),
    _Reading(late_identity_starts=False),
)


@dataclass(frozen=True, slots=True)
class _Result:
    """One reading's answer, with what the explanation needs."""

    standing: Standing
    extended: bool = False
    start: date | None = None
    base: date | None = None
    counted: date | None = None
    due: date | None = None
    days_left: int | None = None


class _Pauses:
    """The union of the days that do not count. Article 12A(5)."""

    def __init__(self, rounds: Iterable[Round], *, reply_day_counts: bool) -> None:
        self._spans: list[tuple[date, date]] = []
        self.open_from: date | None = None
        for round_ in rounds:
            if round_.got is None:
                self.open_from = min(round_.asked, self.open_from or round_.asked)
            else:
                last = round_.got - _ONE_DAY if reply_day_counts else round_.got
                self._spans.append((round_.asked, last))

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return self.never_ends_at(day) or any(
            first <= day <= last for first, last in self._spans
        )

    def never_ends_at(self, day: date) -> bool:
        """Whether ``day`` lies in a pause that nobody has ended."""
        return self.open_from is not None and day >= self.open_from


def _start(
    timeline: Timeline, reading: _Reading, holidays: Container[date]
) -> date | None:
    """Return the latest of the days of Article 12A(2), or None when one is open."""
    prompt = add_working_days(timeline.received, PROMPT_WORKING_DAYS, holidays)
    rounds = [*timeline.fees]
    rounds += [
        round_
        for round_ in timeline.identity
        if reading.late_identity_starts or round_.asked <= prompt
    ]
    if reading.authority_starts:
        rounds += timeline.authority
    if any(round_.got is None for round_ in rounds):
        return None
    return max([timeline.received, *(round_.got for round_ in rounds if round_.got)])


def _read(timeline: Timeline, reading: _Reading, holidays: Container[date]) -> _Result:
    """Return what one reading says: the loop of the law brief, section 1.2."""
    start = _start(timeline, reading, holidays)
    if start is None:
        return _Result(Standing.NOT_STARTED)
    extended = _is_extended(timeline, reading, holidays)
    base = add_months(start, MONTHS_EXTENDED if extended else MONTHS)
    if extended and reading.two_months_from_end_of_first:
        base = add_months(add_months(start, MONTHS), MONTHS_EXTENDED - MONTHS)
    pauses = _Pauses(
        timeline.clarifications if timeline.right == ACCESS else (),
        reply_day_counts=reading.reply_day_counts,
    )
    day, left = start, (base - start).days
    while left:
        day += _ONE_DAY
        if pauses.never_ends_at(day):
            return _Result(Standing.PAUSED, extended, start, base, days_left=left)
        left -= day not in pauses
    counted = day
    while not is_working_day(day, holidays) or (
        day in pauses and not reading.pause_in_rolled_tail_ignored
    ):
        if pauses.never_ends_at(day) and not reading.pause_in_rolled_tail_ignored:
            return _Result(Standing.PAUSED, extended, start, base, counted, days_left=0)
        day += _ONE_DAY
    return _Result(Standing.RUNNING, extended, start, base, counted, day)


def _is_extended(
    timeline: Timeline, reading: _Reading, holidays: Container[date]
) -> bool:
    """Whether the notice came before the end of the first period. Article 12A(4)."""
    if not timeline.extended or timeline.extension_told is None:
        return timeline.extended
    first = _read(replace(timeline, extended=False), reading, holidays)
    # A period that waits has not ended.
    return first.due is None or timeline.extension_told <= first.due


def reckon(timeline: Timeline, *, holidays: Container[date]) -> Reckoning:
    """Return due day, safe day, notice day and the reasons. UK GDPR Article 12A.

    >>> reckon(Timeline("access", date(2024, 11, 25)),
    ...        holidays={date(2024, 12, 25), date(2024, 12, 26)}).due
    datetime.date(2024, 12, 27)
    """
    result = _read(timeline, _CANONICAL, holidays)
    days = [_read(timeline, reading, holidays).due for reading in _SAFER]
    safe = min((day for day in [result.due, *days] if day is not None), default=None)
    notice = _read(replace(timeline, extended=False), _CANONICAL, holidays).due
    return Reckoning(
        standing=result.standing,
        due=result.due,
        safe_due=safe,
        extension_notice_by=notice,
        days_left=result.days_left,
        steps=tuple(_explain(timeline, result, holidays)),
    )


def complaint_acknowledgement_due(received: date, *, holidays: Container[date]) -> date:
    """Return the last day to acknowledge a complaint. DPA 2018 s.164A(3), s.205(2).

    >>> complaint_acknowledgement_due(date(2026, 6, 19), holidays=())
    datetime.date(2026, 7, 20)
    """
    last = received + timedelta(days=COMPLAINT_ACKNOWLEDGEMENT_DAYS)
    return next_working_day(last, holidays)


def complaint_progress_due(told: date, *, holidays: Container[date]) -> date:
    """Return the day by which a complainant hears from us again, told on ``told``.

    The law says "without undue delay"; fourteen days are our own rule.

    >>> complaint_progress_due(date(2026, 6, 19), holidays=())
    datetime.date(2026, 7, 3)
    """
    last = told + timedelta(days=COMPLAINT_PROGRESS_DAYS)
    return next_working_day(last, holidays)


def indirect_notice_due(obtained: date, *, holidays: Container[date]) -> date:
    """Return the last day to tell a person we obtained their data. Article 14(3)(a)."""
    return next_working_day(add_months(obtained, MONTHS), holidays)


def breach_notice_due(aware_at: datetime) -> datetime:
    """Return the instant 72 hours after ``aware_at``, in UTC. Article 33(1).

    Hours do not roll over weekends (Regulation 1182/71 Article 3(4)), and are counted
    in UTC, so that a change of the clocks takes none away.
    """
    return aware_at.astimezone(UTC) + timedelta(hours=BREACH_HOURS)


def in_words(day: date) -> str:
    """Return the day as a person reads it.

    >>> in_words(date(2026, 12, 23))
    'Wednesday 23 December 2026'
    """
    return f"{day:%A} {day.day} {day:%B %Y}"


def _explain(
    timeline: Timeline, result: _Result, holidays: Container[date]
) -> Iterable[Step]:
    yield Step(
        f"We received your request on {in_words(timeline.received)}, London time.",
        "UK GDPR Article 12A(2)(a)",
        timeline.received,
    )
    yield from _explain_start(timeline, result)
    if result.start is None or result.base is None:
        return
    if timeline.extended and not result.extended and timeline.extension_told:
        yield Step(
            f"We wrote on {in_words(timeline.extension_told)} that we need longer. The "
            "period had ended by then, so it is not extended.",
            "UK GDPR Article 12A(4)",
            timeline.extension_told,
        )
    yield from _explain_length(result.start, result.base, extended=result.extended)
    yield from _explain_pauses(timeline, result)
    if result.due is None or result.counted is None:
        return
    yield from moved(result.counted, result.due, holidays)
    yield Step(
        "That day is the latest the law allows. We answer as soon as we can.",
        "UK GDPR Article 12(3)",
        result.due,
    )


def moved(
    counted: date, due: date, holidays: Container[date], source: str = ROLLED
) -> Iterable[Step]:
    """Say why a period that ``counted`` would end ends on ``due``, if it moved."""
    if due != counted:
        why = why_passed_over(counted, due, holidays)
        ends = f"so the period ends on the next working day, {in_words(due)}."
        yield Step(f"{why}, {ends}", source, due)


def _explain_start(timeline: Timeline, result: _Result) -> Iterable[Step]:
    identity = "information to be sure who you are"
    authority = "proof that you may act for somebody"
    for what, rounds, source in (
        (identity, timeline.identity, "UK GDPR Article 12A(2)(b)"),
        (authority, timeline.authority, "UK GDPR Article 12A(2)(b)"),
        ("a fee", timeline.fees, "UK GDPR Article 12A(2)(c)"),
    ):
        for round_ in rounds:
            asked = f"We asked for {what} on {in_words(round_.asked)}"
            if round_.got is None:
                waits = f"{asked}. The month starts on the day it reaches us."
                yield Step(waits, source, round_.asked)
            else:
                came = f"{asked}, and it reached us on {in_words(round_.got)}."
                yield Step(came, source, round_.got)
    if result.start is not None and result.start != timeline.received:
        yield Step(
            f"The month starts on the latest of these days, {in_words(result.start)}.",
            "UK GDPR Article 12A(2)",
            result.start,
        )


def _explain_length(start: date, base: date, *, extended: bool) -> Iterable[Step]:
    length = "Three months" if extended else "One month"
    clamped = base.day != start.day
    ending = (
        f"{in_words(base)}, the last day of that month"
        if clamped
        else f"the same date, {in_words(base)}"
    )
    article = "12A(1), (3)" if extended else "12A(1)"
    source = f"UK GDPR Article {article} and 4A; Regulation 1182/71 Article 3(2)(c)"
    yield Step(f"{length} from that day ends on {ending}.", source, base)


def _explain_pauses(timeline: Timeline, result: _Result) -> Iterable[Step]:
    if timeline.right != ACCESS:
        return
    for round_ in timeline.clarifications:
        if round_.got is None:
            yield Step(
                "We asked you a question about your request on "
                f"{in_words(round_.asked)}. The days until you answer do not count.",
                "UK GDPR Article 12A(5)",
                round_.asked,
            )
        else:
            yield Step(
                f"We asked you a question on {in_words(round_.asked)} and you "
                f"answered on {in_words(round_.got)}. Days of the period from the one "
                "to the other do not count.",
                "UK GDPR Article 12A(5)",
                round_.got,
            )
    if result.counted is not None and result.counted != result.base:
        yield Step(
            f"Without those days the period ends on {in_words(result.counted)}.",
            "UK GDPR Article 12A(5)",
            result.counted,
        )
