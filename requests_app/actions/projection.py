"""The one way an event is written, and the one function that projects a case from them.

Every action of this app locks the case, judges, writes its rows and calls ``append``
last but for the mail. Decision E3.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date, datetime

from django.db import transaction

from audit import actions as audit
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import SubjectRef
from lumina_privacy.lib.verdict import Refused
from requests_app import clock
from requests_app.actions import holds
from requests_app.models import Case, CaseEvent, CaseText
from requests_app.moves import status_after
from requests_app.queries.clock import reckon_events
from requests_app.states import FINAL, CaseStatus, ClockState, EventKind, Right

PROJECTED = (
    "status",
    "clock_state",
    "due_on",
    "safe_due_on",
    "due_at",
    "closed_at",
    "second_look_due_on",
    "next_action_on",
)


def locked(case: Case) -> Case:
    """Return the case, read again under a row lock that lasts for the transaction.

    Locks are taken in one order everywhere: submission, case (several by their key),
    then what hangs on it. Others may still insert rows that name the case.
    """
    return Case.objects.select_for_update(no_key=True).get(pk=case.pk)


@transaction.atomic
def append(
    case: Case,
    kind: EventKind,
    *,
    happened_at: datetime,
    by: Actor,
    at: datetime,
    facts: Mapping[str, object] | None = None,
    text: str = "",
    corrects: CaseEvent | None = None,
) -> CaseEvent:
    """Write what happened, project the case, and tell the ledger. Costs 7 queries.

    ``case`` must be locked by the caller. ``facts`` holds ids, codes and ISO instants
    only; ``text`` is free text, kept apart; ``corrects`` is the earlier event that this
    one puts right. Raises Refused when the event may not
    happen in the case's present status.
    """
    was = CaseStatus(case.status)
    if status_after(was, kind) is None:
        raise Refused(_not_now(case, kind))
    events = list(case.events.order_by("seq"))
    event = CaseEvent.objects.create(
        case=case,
        seq=len(events) + 1,
        kind=kind,
        happened_at=happened_at,
        recorded_at=at,
        actor=str(by),
        facts=dict(facts or {}),
        corrects=corrects,
    )
    if text:
        CaseText.objects.create(event=event, body=text)
    _project(case, [*events, event], holidays=datamap_queries.holidays())
    case.save(update_fields=PROJECTED)
    holds.follow_status(case, was, event, by=by, at=at)
    audit.record(
        f"case.{kind}",
        about=case.about,
        by=by,
        at=at,
        subject=SubjectRef(case.submission.address_ref) or None,
        details={
            "right": case.right,
            "status": case.status,
            "due_on": str(case.due_on or ""),
        },
    )
    return event


@transaction.atomic
def rebuild(case: Case, *, holidays: Container[date]) -> tuple[str, ...]:
    """Project the case again and return the names of the columns that changed.

    For a changed holiday table, or in doubt. Writes no event: nothing happened to the
    case. Costs 2 queries, and 1 more when something changed.
    """
    case = locked(case)
    before = {name: getattr(case, name) for name in PROJECTED}
    _project(case, list(case.events.order_by("seq")), holidays=holidays)
    changed = tuple(name for name in PROJECTED if getattr(case, name) != before[name])
    if changed:
        case.save(update_fields=changed)
    return changed


def _not_now(case: Case, kind: EventKind) -> str:
    what = kind.replace("_", " ")
    return f"“{what}” cannot happen while the case is {case.status.replace('_', ' ')}."


def _project(case: Case, events: list[CaseEvent], *, holidays: Container[date]) -> None:
    status = CaseStatus.UNPROVED
    closed_at: datetime | None = None
    for event in events:
        after = status_after(status, EventKind(event.kind))
        if after is None:
            raise ValueError(f"event {event.seq} of case {case.pk} has no legal move")
        if after is not status:
            closed_at = event.recorded_at if after in FINAL else None
        status = after
    case.status, case.closed_at = status, closed_at
    case.second_look_due_on = _second_look(status, events)
    case.next_action_on = _next_action(status, events)
    if case.right == Right.BREACH:
        case.due_at = clock.breach_notice_due(events[0].happened_at)
        case.due_on = case.safe_due_on = london_day(case.due_at)
        case.clock_state = ClockState.RUNNING
        return
    reckoning = reckon_events(case.right, events, holidays=holidays)
    case.clock_state = ClockState(reckoning.standing)
    case.due_on, case.safe_due_on = reckoning.due, reckoning.safe_due


def _next_action(status: CaseStatus, events: list[CaseEvent]) -> date | None:
    """Return when somebody planned to look at an open case next, said last."""
    planned = [one for one in events if one.kind == EventKind.ACTION_PLANNED]
    if status in FINAL or not planned or not planned[-1].facts["on"]:
        return None
    return date.fromisoformat(planned[-1].facts["on"])


def _second_look(status: CaseStatus, events: list[CaseEvent]) -> date | None:
    """Return until when a decision of one person wants a second look (C19).

    Not once it was looked at, nor when the decision does not stand any more.
    """
    if status not in {CaseStatus.DECIDED, CaseStatus.DONE}:
        return None
    due: str | None = None
    for event in events:
        if event.kind == EventKind.DECIDED:
            due = event.facts.get("second_look_due_on")
        elif event.kind == EventKind.SECOND_LOOK and "decision" in event.facts:
            due = None
    return date.fromisoformat(due) if due else None
