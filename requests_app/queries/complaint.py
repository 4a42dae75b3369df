"""Complaints as staff see them: what is complained of, and what comes next."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Final

from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.reference import read_reference
from requests_app.clock import COMPLAINT_PROGRESS_DAYS
from requests_app.models import Case, CaseEvent, ComplaintIssue
from requests_app.models.reached import can_be_told
from requests_app.states import Right
from requests_app.timekeeping import complainant_told_at

# Our own days: the law says "without undue delay".
TARGET_DAYS: Final = 30
DIRECTOR_DAYS: Final = 90


def issues_of(case: Case) -> tuple[ComplaintIssue, ...]:
    """Return what is complained of, in the order it was noted. Costs 1 query."""
    return tuple(case.issues.order_by("pk"))


def mark_of(case: Case) -> str:
    """Return what tells the complaint as it is read from any other of its states.

    What is complained of, what was concluded, and every message. Costs 2 queries.
    """
    issues = case.issues.order_by("pk")
    said = [
        list(issues.values_list("pk", "words", "outcome", "reasons", "action")),
        list(case.messages.order_by("pk").values_list("pk", flat=True)),
    ]
    return sha256(json.dumps(said).encode()).hexdigest()


def issue_in(case: Case, pk: int) -> ComplaintIssue | None:
    """Return one thing complained of in this case, or None. Costs 1 query."""
    return case.issues.select_related("case__related").filter(pk=pk).first()


def case_named(typed: str) -> Case | None:
    """Return the case that a typed reference names, for staff. Costs 1 query."""
    reference = read_reference(typed)
    return Case.objects.filter(reference=reference).first() if reference else None


def complaint_sent_with(typed: str, refs: Iterable[str]) -> Case | None:
    """Return the complaint that a typed reference names and one of ``refs`` sent.

    Costs 1 query, whoever sent it or nobody: the answer takes no longer for either.
    """
    return Case.objects.filter(
        reference=read_reference(typed) or "",
        right=Right.COMPLAINT,
        submission__address_ref__in=list(refs),
    ).first()


def reference_given(case: Case) -> str:
    """Return the reference that the complainant wrote; whether it is one is open."""
    return str(json.loads(case.submission.answers or "{}").get("about_case", ""))


def next_steps(cases: Iterable[Case], *, today: date) -> dict[int, str]:
    """Return what each complaint waits for, in a few words. Costs 2 queries, or none.

    The newest things first: the acknowledgement, then the word that is owed, then what
    leads to the outcome.
    """
    complaints = [case for case in cases if case.right == Right.COMPLAINT]
    if not complaints:
        return {}
    events: dict[int, list[CaseEvent]] = {case.pk: [] for case in complaints}
    for event in CaseEvent.objects.filter(case__in=events).order_by("case", "seq"):
        events[event.case_id].append(event)
    issues: dict[int, list[str]] = {case.pk: [] for case in complaints}
    for case_id, outcome in ComplaintIssue.objects.filter(case__in=events).values_list(
        "case_id", "outcome"
    ):
        issues[case_id].append(outcome)
    return {
        case.pk: ". ".join(_steps(case, events[case.pk], issues[case.pk], today))
        for case in complaints
    }


def _steps(
    case: Case, events: list[CaseEvent], issues: list[str], today: date
) -> list[str]:
    told_at = complainant_told_at(events)
    if told_at is None and not can_be_told(case.submission):
        return ["Find out how they are reached, to acknowledge within 30 days"]
    if told_at is None:
        return ["Acknowledge within 30 days"]
    age = (today - london_day(case.submission.received_at)).days
    steps = []
    if age >= DIRECTOR_DAYS:
        steps.append(f"{age} days old: take it to a director")
    elif age >= TARGET_DAYS:
        steps.append(f"{age} days old: our target is {TARGET_DAYS}")
    if (today - london_day(told_at)).days >= COMPLAINT_PROGRESS_DAYS:
        steps.append("Tell them how it stands")
    return [*steps, _towards_the_outcome(issues)]


def _towards_the_outcome(issues: list[str]) -> str:
    if not issues:
        return "Note what is complained of"
    open_issues = issues.count("")
    if open_issues:
        return f"Conclude {open_issues} of {len(issues)}"
    return "Send the outcome"
