"""What the owner of a system may answer, and when they are reminded."""

from __future__ import annotations

from datetime import date

from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app import rules
from requests_app.models import OwnerFile, OwnerTask
from requests_app.states import CaseStatus, TaskState, TaskVerdict


def may_answer(asked: OwnerTask) -> Verdict:
    """Whether the task still waits for its owner."""
    if not asked.task.case.is_open:
        return refuse("The case is closed. Thank you, nothing more is needed.")
    if asked.answered_at is not None:
        return refuse("You have answered this already.")
    if asked.task.state != TaskState.WITH_OWNER:
        return refuse("A colleague has answered for this system. Nothing is needed.")
    return ALLOWED


def may_finish(asked: OwnerTask) -> Verdict:
    """Whether the answer can be the files brought so far. Costs 1 query."""
    verdict = may_answer(asked)
    if verdict and not asked.files.exists():
        return refuse("Add a file first, or answer that nothing is held.")
    return verdict


def may_hold_nothing(asked: OwnerTask) -> Verdict:
    """Whether the answer can be that nothing is held. Costs 1 query."""
    verdict = may_answer(asked)
    if not verdict:
        return verdict
    files = list(asked.files.select_related("task"))
    if any(file.is_owners for file in files):
        return refuse("You have added files. Remove them first if nothing is held.")
    if files:
        return refuse(
            "Somebody before you has brought files, so something is held. If you have "
            "nothing to add, send your answer as it is."
        )
    return ALLOWED


def may_take_back(asked: OwnerTask) -> Verdict:
    """Whether the owner may take an answer back, to correct it.

    As long as nothing was decided on it: what goes out, or is said not to be held, must
    be right (UK GDPR Article 5(1)(d)).
    """
    case, task = asked.task.case, asked.task
    if not case.is_open:
        return refuse("The case is closed. Write to us when something was wrong.")
    if asked.answered_at is None or task.state != TaskState.DONE:
        return refuse("You have not answered yet; there is nothing to take back.")
    if task.verdict == TaskVerdict.REASONED:
        return refuse("A colleague has answered for this system. Write to us.")
    if case.status == CaseStatus.DECIDED:
        return refuse(
            "It was decided on your answer already. Write to us at once when something "
            "was wrong with it."
        )
    return ALLOWED


def may_remove(file: OwnerFile) -> Verdict:
    """Whether the owner may take this file back, before the answer. Costs no query."""
    return first_refusal(_is_theirs(file), may_answer(file.task))


def _is_theirs(file: OwnerFile) -> Verdict:
    if file.is_owners:
        return ALLOWED
    return refuse("Somebody before you has brought this file. Write to us about it.")


def may_replace(file: OwnerFile) -> Verdict:
    """Whether the owner may put another file in the place of this one (C47).

    Also once the answer is given, until somebody has looked at the file and decided.
    """
    if file.reviewed_at is not None:
        return refuse(
            "A colleague has reviewed this file already. Take your answer back to "
            "change it, or write to us."
        )
    asked = file.task
    if not file.is_owners:
        return _is_theirs(file)
    return may_answer(asked) if asked.answered_at is None else may_take_back(asked)


def may_send_on(asked: OwnerTask, address: str) -> Verdict:
    """Whether the question can go to ``address`` instead: a colleague, nobody else."""
    verdict = may_answer(asked)
    if not verdict:
        return verdict
    try:
        other = canonical_email(address)
    except ValueError:
        return refuse("Write the e-mail address of the colleague to ask.")
    if other == asked.address:
        return refuse("That is your own address.")
    if _domain(other) not in _own_domains(asked):
        return refuse(
            "The question names a person, so it stays in the company. Write a "
            "colleague’s work address, or ask the Data Compliance Officer."
        )
    return ALLOWED


def _own_domains(asked: OwnerTask) -> frozenset[str]:
    """Return the mail domains of those who answer for the declared systems."""
    register = datamap_queries.register_at(asked.task.case.revision_id)
    return frozenset(_domain(canonical_email(one.owner)) for one in register.systems)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def may_need_until(
    asked: OwnerTask, until: date, reason: str, *, today: date
) -> Verdict:
    """Whether the owner may take until then: always before the person's own day."""
    verdict = may_answer(asked)
    if not verdict:
        return verdict
    if until <= today:
        return refuse("Choose a day that is still to come.")
    safe_due_on = asked.task.case.safe_due_on
    if safe_due_on is not None and until >= safe_due_on:
        return refuse(
            "That is too late for the answer we owe by law. Choose an earlier day, and "
            "bring what you have by then."
        )
    if not reason.strip():
        return refuse("Write why you need longer.")
    return ALLOWED


def wants_chasing(asked: OwnerTask, *, today: date) -> Verdict:
    """Whether a reminder is due: the day is past, the last one three days old."""
    verdict = may_answer(asked)
    if not verdict:
        return verdict
    if today <= (asked.needs_until or asked.due_on):
        return refuse("The owner has until then.")
    if (
        asked.chased_at is not None
        and london_day(asked.chased_at) + rules.CHASE_EVERY > today
    ):
        return refuse("The owner was reminded less than three days ago.")
    return ALLOWED
