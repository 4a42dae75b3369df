"""What may be done about what a customer passed to us, as its page shows it (D13)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from datamap import queries as datamap_queries
from lumina_privacy.lib.verdict import Verdict
from requests_app.policies import casework
from requests_app.policies import instruction as policies
from requests_app.queries import instruction as queries
from requests_app.queries import words
from requests_app.queries.next_step import Step
from requests_app.queries.timeline import Names
from requests_app.states import CaseStatus, TaskState
from requests_app.views.staff_acts import Act, addresses_of


@dataclass(frozen=True, slots=True)
class InstructionFacts:
    """What the page of the case shows of it; ``judged_by`` is a name.

    ``asked`` is how many systems the search asked, ``answered`` how many of them have.
    """

    said: queries.Instruction
    email: str
    judged: queries.Judged | None
    judged_by: str
    held: tuple[queries.HeldRows, ...]
    by_hand: tuple[str, ...]
    asked: int
    answered: int
    assisted: queries.Assisted | None
    outcome: str

    @property
    def all_answered(self) -> bool:
        """Whether nothing found means nothing held: every system that was asked has."""
        return self.answered == self.asked


def instruction_shown(case: Any, user: Any, step: Step | None) -> dict[str, Any]:
    """Return the acts, and what the customer instructs. Costs up to 8 queries.

    The act that does the ``step`` of an open case comes first, as the queue says it.
    """
    judged, assisted = queries.judged_in(case), queries.assisted_in(case)
    states = list(case.tasks.values_list("state", flat=True))
    facts = InstructionFacts(
        queries.instruction_of(case),
        case.submission.address,
        judged,
        Names.of_staff().of(judged.by) if judged else "",
        queries.rows_held(case),
        queries.by_hand(datamap_queries.register_at(case.revision_id)),
        len(states),
        states.count(TaskState.DONE),
        assisted,
        words.ASSISTANCE[assisted.outcome] if assisted else "",
    )
    return {"instruction": facts, "acts": _acts(case, user, step)}


def _acts(case: Any, user: Any, step: Step | None) -> list[Act]:
    """Return what moves it on, the next step first."""
    if not case.is_open:
        return []
    works = policies.may_work(case, user)
    judge = _act("Say whether it is the customer", "instruction-judge", case, works)
    search = Act(
        "Start the search" if case.status == CaseStatus.RECEIVED else "Search again",
        reverse("case-search", args=[case.reference]),
        casework.may_start_search(case, user),
    )
    assist = _act(
        "Record what was done",
        "instruction-assist",
        case,
        policies.may_open_assisting(case, user),
    )
    answer = _act(
        "Answer the customer",
        "instruction-answer",
        case,
        policies.may_open_answer(case, user),
    )
    correct = _act("Correct what was taken in", "instruction-correct", case, works)
    acts = (judge, search, assist, answer, correct)
    coming = addresses_of(step, case)
    first = next((one for one in acts if one.url in coming and one.verdict), None)
    lead = [replace(first, kind="primary")] if first else []
    rest = [one for one in acts if one is not first]
    return lead + sorted(rest, key=lambda one: not one.verdict)


def _act(label: str, name: str, case: Any, verdict: Verdict) -> Act:
    return Act(label, reverse(name, args=[case.reference]), verdict, asks_first=True)
