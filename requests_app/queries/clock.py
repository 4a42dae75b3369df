"""The clock of a case, replayed from its events."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day, next_working_day
from requests_app import clock, contract, timekeeping
from requests_app.models import Case, Dispatch, Package
from requests_app.queries.instruction import contract_of
from requests_app.states import (
    NOT_TO_THEM,
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    RevokedWhy,
    Right,
)


def reckon_events(
    right: str,
    events: Iterable[timekeeping.Happening],
    *,
    holidays: Container[date],
    contract_of: str = "",
) -> clock.Reckoning:
    """Return what the clock of a case of ``right`` says. Costs no query.

    A complaint's day is that of its acknowledgement (DPA 2018 s.164A(3)), then that of
    the next word to the complainant; a breach has an instant, not a day
    (``Case.due_at``), shown here by its day. What a customer passed to us has the day
    of the contract: ``contract_of`` says which contract, for people to read (D13).
    """
    known = list(events)
    record = timekeeping.record_of(known)
    if right == Right.COMPLAINT:
        return _reckon_complaint(known, record.received, holidays=holidays)
    if right == Right.PASSED_ON:
        named = contract.named_day(known)
        return contract.reckon(
            named, record.received, contract=contract_of, holidays=holidays
        )
    late = timekeeping.asked_too_late(right, record, holidays=holidays)
    record = record.without(late)
    timeline = timekeeping.timeline_of(right, record)
    reckoning = clock.reckon(timeline, holidays=holidays)
    # Was the first that came all of it? Staff may say no; the safe day goes by a yes.
    first = timekeeping.timeline_of(right, record.as_first_come())
    days = (reckoning.safe_due, clock.reckon(first, holidays=holidays).due)
    safe = min((day for day in days if day is not None), default=None)
    steps = (*reckoning.steps, *(_asked_late(one) for one in late))
    return replace(reckoning, safe_due=safe, steps=steps)


def _asked_late(asking: timekeeping.Asking) -> clock.Step:
    day = asking.as_round().asked
    return clock.Step(
        f"We asked for something more on {clock.in_words(day)}. The period had ended "
        "by then, so that moves no day.",
        "UK GDPR Article 12A(1)",
        day,
    )


def _reckon_complaint(
    events: Iterable[timekeeping.Happening],
    received: date,
    *,
    holidays: Container[date],
) -> clock.Reckoning:
    told_at = timekeeping.complainant_told_at(events)
    if told_at is None:
        return _fixed(
            received + timedelta(days=clock.COMPLAINT_ACKNOWLEDGEMENT_DAYS),
            "We acknowledge a complaint within 30 days.",
            "DPA 2018 s.164A(3)",
            holidays=holidays,
        )
    return _fixed(
        london_day(told_at) + timedelta(days=clock.COMPLAINT_PROGRESS_DAYS),
        "We look into a complaint without undue delay, and write again within 14 days.",
        "DPA 2018 s.164A(4)",
        holidays=holidays,
    )


def _fixed(
    counted: date, text: str, source: str, *, holidays: Container[date]
) -> clock.Reckoning:
    """Return the reckoning of a period that nothing pauses or extends.

    ``counted``: its last day, were every day a working day.
    """
    due = next_working_day(counted, holidays)
    step = clock.Step(f"{text} That is by {clock.in_words(counted)}.", source, counted)
    steps = (step, *clock.moved(counted, due, holidays, source))
    return clock.Reckoning(clock.Standing.RUNNING, due, due, None, None, steps)


def reckoning_of(case: Case) -> clock.Reckoning:
    """Return "how we worked out this date" for ``case``. Costs 2 queries."""
    return reckon_events(
        case.right,
        case.events.order_by("seq"),
        holidays=datamap_queries.holidays(),
        contract_of=contract_of(case),
    )


def late_since(
    case: Case, *, at: datetime, package: Package | None = None
) -> date | None:
    """Return the day by which the law wanted the answer, when that is over.

    ``package`` is the one that goes at ``at``. What repeats an answer is not late.
    Costs 1 query of a case whose day is over, 2 when its answers were withdrawn.
    """
    if case.due_on is None or london_day(at) <= case.due_on:
        return None
    return None if _is_answered(case, but=package) else case.due_on


def _is_answered(case: Case, *, but: Package | None) -> bool:
    """Whether the whole answer has gone to the person, ``but`` one package apart.

    A part is not the whole (decision D5), and paper is an answer once it is posted
    (C36). What went to the wrong person was none (C40), nor what was withdrawn before
    anybody had it. An event from before a reason was asked for is of the wrong person,
    as that button said then. Costs 1 or 2 queries.
    """
    went = case.packages.filter(released_at__isnull=False)
    whole = went.exclude(decision__outcome=Outcome.IN_PART)
    if but is not None:
        whole = whole.exclude(pk=but.pk)
    posted = Exists(Dispatch.objects.filter(package=OuterRef("pk")))
    withdrawn: dict[int, bool] = {}
    for pk, state, form, is_posted in whole.values_list(
        "pk", "state", "decision__form", posted
    ):
        if state == PackageState.REVOKED:
            withdrawn[pk] = is_posted
        elif form == DeliveryForm.DOWNLOAD or is_posted:
            return True
    if not withdrawn:
        return False
    revoked = case.events.filter(kind=EventKind.PACKAGE_REVOKED)
    return any(
        facts.get("why", RevokedWhy.WRONG_PERSON) not in NOT_TO_THEM
        and (facts["finished"] > 0 or withdrawn[facts["package"]])
        for facts in revoked.values_list("facts", flat=True)
        if facts["package"] in withdrawn
    )
