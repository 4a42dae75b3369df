"""What may be done about a complaint, as its page shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils import timezone

from lumina_privacy.lib.days import london_day
from requests_app.policies import complaint as policies
from requests_app.queries import complaint as queries
from requests_app.queries import words
from requests_app.views.staff_acts import Act


def complaint_shown(case: Any, user: Any) -> dict[str, Any]:
    """Return the acts, and what is complained of. Costs up to 13 queries."""
    acts = complaint_acts(case, user)
    return {"acts": acts, "complains": True, **issues_shown(case, user)}


def complaint_acts(case: Any, user: Any) -> list[Act]:
    """Return what moves a complaint on, the next step first. Costs up to 8 queries."""
    at = [case.reference]
    elsewhere = Act(
        "The regulator or a court has it",
        reverse("complaint-elsewhere", args=at),
        policies.may_note_elsewhere(case, user, reference="to come"),
        asks_first=True,
    )
    if not case.is_open:
        return [elsewhere] if elsewhere.verdict else []
    works = policies.may_work_complaint(case, user)
    acknowledge = Act(
        "Acknowledge it",
        reverse("complaint-acknowledge", args=at),
        policies.may_acknowledge(case, user),
    )
    outcome = Act(
        "Send the outcome",
        reverse("complaint-outcome", args=at),
        policies.may_open_outcome(case, user, today=london_day(timezone.now())),
        asks_first=True,
    )
    note = Act(
        "Note something that is complained of",
        reverse("complaint-issue", args=at),
        works,
        asks_first=True,
    )
    not_reached = acknowledge.verdict.reason == policies.NOT_REACHED
    first = next((act for act in (acknowledge, outcome, note) if act.verdict), None)
    others = [
        *([acknowledge] if acknowledge.verdict or not_reached else []),
        note,
        outcome,
        _act("Write how it stands", "complaint-progress", at, works),
        _act("Link the case it is about", "complaint-link", at, works),
        _act("A director names who concludes", "complaint-handler", at, works),
        elsewhere,
    ]
    lead = [replace(first, kind="primary")] if first else []
    return lead + [act for act in others if act is not first]


def _act(label: str, name: str, at: list[str], verdict: Any) -> Act:
    return Act(label, reverse(name, args=at), verdict, asks_first=True)


def issues_shown(case: Any, user: Any) -> dict[str, Any]:
    """Return what is complained of, with each conclusion. Costs up to 5 queries."""
    return {
        "issues": [
            {"issue": issue, "conclusion": words.CONCLUSIONS[issue.outcome]}
            for issue in queries.issues_of(case)
        ],
        "may_conclude": policies.may_handle(case, user),
    }
