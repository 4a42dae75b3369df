"""May this be done about what a customer passed to us? In the reader's words (D13).

The customer answers the person, as controller; we help them as their processor. Nothing
is asked of the person. Whether it is surely the customer who asks is for staff to judge
before anything is given, changed or said of what is held.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import Case
from requests_app.models.instructed import Instruction, judged_in
from requests_app.moves import status_after
from requests_app.policies.common import is_open, names_of, works, wrote
from requests_app.policies.intake import may_have_come
from requests_app.policies.reviewed import searched_with_all
from requests_app.states import Assistance, CaseStatus, EventKind, Right, TaskState

# A contract's day is near: a year on, somebody has mistyped it.
LONGEST: Final = timedelta(days=366)
# What says something of the data that we hold, or was done with it.
_TELLS: Final = frozenset({Assistance.GIVEN, Assistance.NOTHING_HELD})


def may_take_in(
    by: User,
    said: Instruction,
    *,
    reached: bool,
    due_on: date | None,
    received_at: datetime,
    at: datetime,
) -> Verdict:
    """Whether ``by`` may record what a customer passed to us.

    ``reached``: there is an address to answer to, by mail or by post.
    """
    if not by.may(Permission.CASE_WORK):
        return refuse("Taking in is for the people who work cases.")
    return first_refusal(
        may_have_come(received_at, at=at),
        wrote(said.customer, "Write which customer it is."),
        wrote(said.data_subject, "Write whose data it is about."),
        wrote(said.instruction, "Write what they ask us to do, in their words."),
        _can_be_answered(reached=reached),
        names_its_day(said, due_on, received=london_day(received_at)),
    )


def _can_be_answered(*, reached: bool) -> Verdict:
    return ALLOWED if reached else refuse("Write where the customer is answered.")


def names_its_day(said: Instruction, due_on: date | None, *, received: date) -> Verdict:
    """Whether the contract's day goes with what the contract says, and may be true."""
    if not said.names_a_day:
        return (
            ALLOWED
            if due_on is None
            else refuse("Leave the day out, or say that the contract names one.")
        )
    if due_on is None:
        return refuse("Write the day that the contract names.")
    if due_on < received:
        return refuse("The contract cannot name a day before it reached us.")
    if due_on > received + LONGEST:
        return refuse("That is more than a year after it reached us. Look at the year.")
    return wrote(said.clause, "Write where the contract says so.")


def may_work(case: Case, by: User) -> Verdict:
    """Whether ``by`` may do anything about it: judge, correct, write to them."""
    if case.right != Right.PASSED_ON:
        return refuse("No customer passed this to us.")
    return first_refusal(works(by, "Helping a customer"), is_open(case))


def may_judge(case: Case, by: User, *, reason: str) -> Verdict:
    """Whether ``by`` may say if it is surely the customer who asks."""
    return first_refusal(
        may_work(case, by), wrote(reason, "Write what shows it, or what is missing.")
    )


def may_write(case: Case, by: User, *, words: str) -> Verdict:
    """Whether ``by`` may write to the customer."""
    return first_refusal(may_work(case, by), wrote(words, "Write the message."))


def may_correct(
    case: Case,
    by: User,
    said: Instruction,
    *,
    reached: bool,
    due_on: date | None,
    reason: str,
) -> Verdict:
    """Whether ``by`` may correct it so; ``reached`` as taken in. Costs 1 query."""
    verdict = may_work(case, by)
    if not verdict:
        return verdict
    return first_refusal(
        _can_be_answered(reached=reached),
        names_its_day(said, due_on, received=case.record().received),
        wrote(reason, "Write who said so, and how you know."),
    )


def may_open_assisting(case: Case, by: User) -> Verdict:
    """Whether ``by`` may record what was done for the customer."""
    verdict = may_work(case, by)
    if verdict and status_after(CaseStatus(case.status), EventKind.ASSISTED) is None:
        return refuse("The search is running.")
    return verdict


def may_assist(
    case: Case,
    by: User,
    *,
    outcome: Assistance,
    done_on: date,
    what: str,
    who: str,
    today: date,
) -> Verdict:
    """Whether ``by`` may record it so. Costs up to 6 queries."""
    verdict = first_refusal(
        may_open_assisting(case, by),
        wrote(what, "Write what was done, or why not."),
        wrote(who, "Write who did it."),
    )
    if not verdict:
        return verdict
    if done_on > today:
        return refuse("It cannot have been done on a day to come.")
    if done_on < case.record().received:
        return refuse("It cannot have been done before it reached us.")
    return first_refusal(_is_theirs(case, outcome), _is_true(case, outcome))


def _is_theirs(case: Case, outcome: Assistance) -> Verdict:
    """Whether it is sure who asks, for what tells of data. Costs 1 query."""
    if outcome not in _TELLS:
        return ALLOWED
    judged = judged_in(case)
    if judged is None:
        return refuse(
            "Say first whether it is surely the customer who asks: before that nothing "
            "is given, changed or said of what we hold."
        )
    if not judged.sure:
        return refuse(
            "It is not sure that the customer asks: nothing is given, changed or said "
            "of what we hold."
        )
    return ALLOWED


def _is_true(case: Case, outcome: Assistance) -> Verdict:
    """Whether "nothing held" is what the search says (D5). Costs up to 4 queries."""
    if outcome is not Assistance.NOTHING_HELD:
        return ALLOWED
    if case.status == CaseStatus.RECEIVED or not case.tasks.exists():
        return refuse("Nothing was searched yet. Search first.")
    waiting = case.tasks.exclude(state=TaskState.DONE).order_by("system")
    if systems := list(waiting.values_list("system", flat=True)):
        return refuse(f"No verdict yet from {names_of(case, systems)}.")
    if case.found.exclude(processor=0, possible=0).exists():
        return refuse("The search found rows that we hold for this customer.")
    return searched_with_all(case)


def may_open_answer(case: Case, by: User) -> Verdict:
    """Whether ``by`` may answer the customer, and close the case."""
    if case.right != Right.PASSED_ON:
        return refuse("No customer passed this to us.")
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Answering the customer is for a decider.")
    verdict = is_open(case)
    if verdict and case.status != CaseStatus.DECIDED:
        return refuse("Record first what was done, or why not.")
    return verdict


def may_answer(case: Case, by: User, *, outcome: Assistance, words: str) -> Verdict:
    """Whether ``by`` may answer so. Costs 1 query."""
    return first_refusal(
        may_open_answer(case, by),
        wrote(words, "Write what was done. The customer will read this."),
        _is_theirs(case, outcome),
    )
