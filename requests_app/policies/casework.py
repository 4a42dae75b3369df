"""May this be done to this case, now, by this person? Reasons in the reader's words.

A permission says that a person may start searches at all; a policy says that this
search may be started today. Nothing here writes, and nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from accounts.models import User
from accounts.roles import Permission
from datamap import queries as datamap_queries
from datamap.registry.systems import Dataset
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app import rules
from requests_app.models import Case, FoundDataset, SystemTask
from requests_app.states import (
    INCLUSION_GROUNDS,
    WITHHOLDING_GROUNDS,
    CaseStatus,
    CheckMethod,
    EventKind,
    Outcome,
    Right,
    RowChoice,
    TaskState,
    TaskVerdict,
)

# Rights whose answer begins with knowing what is held.
SEARCHED: Final = frozenset(
    {
        Right.ACCESS,
        Right.PORTABILITY,
        Right.RECTIFICATION,
        Right.ERASURE,
        Right.RESTRICTION,
        Right.OBJECTION,
    }
)
# What a package may hold at most when the further check is waived (decision D2).
WAIVABLE_CATEGORIES: Final = frozenset({"identity", "contact", "preferences"})
POSSIBLE: Final = "possible"
_ADDRESSED: Final = frozenset({TaskState.NEEDS_PERSON, TaskState.WAITING})


def _open(case: Case) -> Verdict:
    if case.is_open:
        return ALLOWED
    return refuse(f"The case is closed ({case.status}).")


def _works(by: User, what: str) -> Verdict:
    if by.may(Permission.CASE_WORK):
        return ALLOWED
    return refuse(f"{what} is for the people who work cases.")


def may_assign(case: Case, by: User) -> Verdict:
    """Whether ``by`` may give the case to somebody."""
    return first_refusal(_works(by, "Assigning"), _open(case))


def may_be_given(to: User) -> Verdict:
    """Whether a case may be given to ``to``."""
    if to.may(Permission.CASE_WORK):
        return ALLOWED
    return refuse("That person does not work cases.")


def may_start_search(case: Case, by: User) -> Verdict:
    """Whether ``by`` may have every declared system searched. Costs 1 query."""
    verdict = first_refusal(_works(by, "Searching"), _open(case))
    if not verdict:
        return verdict
    if case.right not in SEARCHED:
        return refuse("This kind of case is answered without a search.")
    if case.status not in {CaseStatus.RECEIVED, CaseStatus.IN_REVIEW}:
        return refuse(
            {
                CaseStatus.UNPROVED: "The address is not proved yet.",
                CaseStatus.SEARCHING: "The search is running.",
            }.get(CaseStatus(case.status), "Reopen the review first.")
        )
    if not case.proved.exists():
        return refuse("Nothing is proved that could be searched for.")
    return ALLOWED


def may_name_identifiers(case: Case, by: User, *, reason: str) -> Verdict:
    """Whether ``by`` may say what else the person is known by, and by which alone."""
    verdict = first_refusal(_works(by, "Saying who is who"), _open(case))
    if not verdict:
        return verdict
    if case.status not in {CaseStatus.RECEIVED, CaseStatus.IN_REVIEW}:
        return refuse("This is said before the search, or in the review.")
    if not reason.strip():
        return refuse("Write how you know.")
    return ALLOWED


def may_retry(task: SystemTask, by: User) -> Verdict:
    """Whether ``by`` may have the system searched again."""
    if not by.may(Permission.SYSTEMS_RETRY):
        return refuse(
            "Trying again is for the people who work cases or run the systems."
        )
    verdict = _open(task.case)
    if not verdict:
        return verdict
    reasoned = task.state == TaskState.DONE and task.verdict == TaskVerdict.REASONED
    if task.state in _ADDRESSED or reasoned:
        return ALLOWED
    return refuse(
        {
            TaskState.WITH_OWNER: "The owner of this system answers by hand.",
            TaskState.DONE: "This system has been searched.",
        }.get(TaskState(task.state), "This system is being searched.")
    )


def may_settle(task: SystemTask, by: User, *, reason: str) -> Verdict:
    """Whether ``by`` may answer for a system without a search (UK GDPR Art 15(1A))."""
    verdict = first_refusal(_works(by, "Settling a system"), _open(task.case))
    if not verdict:
        return verdict
    if task.state not in _ADDRESSED | {TaskState.WITH_OWNER}:
        return refuse("This system answers for itself.")
    if not reason.strip():
        return refuse(
            "Write why this system is not searched. The person will read this."
        )
    return ALLOWED


def may_record_check(
    case: Case, by: User, *, method: CheckMethod, reason: str, passed: bool
) -> Verdict:
    """Whether ``by`` may record one more check of who asks (decision D2).

    Costs up to 2 queries, for a waiver.
    """
    verdict = first_refusal(_works(by, "Recording a check"), _open(case))
    if not verdict:
        return verdict
    if not reason.strip():
        return refuse("Write what was checked, and how.")
    if method is not CheckMethod.WAIVED:
        return ALLOWED
    if not passed:
        return refuse("A waiver is a check that counts as passed.")
    return may_waive_check(case, by)


def may_waive_check(case: Case, by: User) -> Verdict:
    """Whether ``by`` may do without the further check (decision D2). Costs 2 queries.

    Only the decider, and only when everything that may go out belongs to the person's
    own contact data, preferences and ticket headings.
    """
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Waiving the check is for a decider.")
    if case.status not in {CaseStatus.IN_REVIEW, CaseStatus.DECIDED}:
        return refuse("What the package holds is known after the search.")
    if case.tasks.filter(owner_task__files__isnull=False).exists():
        return refuse(
            "An owner's file is in this case; a waiver is not enough for that."
        )
    register = datamap_queries.register_at(case.revision_id)
    beyond = sorted(
        f"{found.system}.{found.dataset}"
        for found in case.found.filter(sure__gt=0)
        if not _waivable(rules.dataset_of(register, found.system, found.dataset))
    )
    if beyond:
        return refuse(
            "The package would hold more than contact data, preferences and ticket "
            f"headings: {', '.join(beyond)}."
        )
    return ALLOWED


def _waivable(dataset: Dataset) -> bool:
    within = rules.categories_of(dataset) <= WAIVABLE_CATEGORIES
    return within and not rules.needs_eyes(dataset)


def may_review(case: Case, by: User) -> Verdict:
    """Whether ``by`` may say what goes out."""
    verdict = first_refusal(_works(by, "Reviewing"), _open(case))
    if not verdict:
        return verdict
    if case.status != CaseStatus.IN_REVIEW:
        return refuse(
            {
                CaseStatus.SEARCHING: "The search is still running.",
                CaseStatus.DECIDED: "The case is decided. Reopen the review first.",
            }.get(CaseStatus(case.status), "Nothing has been searched yet.")
        )
    return ALLOWED


def may_choose_dataset(
    found: FoundDataset,
    by: User,
    *,
    choice: RowChoice,
    ground: str,
    seen_rows: bool,
    needs_eyes: bool,
) -> Verdict:
    """Whether ``by`` may say this of a whole dataset.

    Free text and third-party fields go out only after somebody looked at the rows.
    """
    verdict = may_review(found.case, by)
    if not verdict:
        return verdict
    if choice is RowChoice.WITHHOLD:
        return _withholding_ground(ground)
    if choice is not RowChoice.RELEASE:
        return refuse("A dataset is released or withheld; fields are cut row by row.")
    if needs_eyes and not seen_rows:
        return refuse(
            "Open its rows first: it has free text or information about other people."
        )
    if found.voided and not seen_rows:
        return refuse(
            f"Open its rows first: {found.voided} decided one by one are not the same "
            "since the new search."
        )
    return ALLOWED


def may_choose_row(
    found: FoundDataset,
    by: User,
    *,
    standing: str,
    choice: RowChoice,
    fields: Iterable[str],
    ground: str,
    reason: str,
) -> Verdict:
    """Whether ``by`` may treat one row otherwise than its dataset (decision D1).

    A row set apart comes in one by one, with a ground and the reason in writing.
    """
    verdict = may_review(found.case, by)
    if not verdict:
        return verdict
    if choice is RowChoice.REDACT and not list(fields):
        return refuse("Choose the fields that are cut.")
    if standing == POSSIBLE and choice is not RowChoice.WITHHOLD:
        if ground not in {known.code for known in INCLUSION_GROUNDS}:
            return refuse(
                "Choose why this row, which was set apart, is about the person."
            )
        if not reason.strip():
            return refuse("Write how you know that this row is about the person.")
        return ALLOWED
    if choice is RowChoice.RELEASE:
        return ALLOWED
    return _withholding_ground(ground)


def may_choose_file(case: Case, by: User, *, choice: RowChoice, ground: str) -> Verdict:
    """Whether ``by`` may release or withhold an owner's file."""
    verdict = may_review(case, by)
    if not verdict:
        return verdict
    if choice is RowChoice.WITHHOLD:
        return _withholding_ground(ground)
    if choice is RowChoice.RELEASE:
        return ALLOWED
    return refuse("A file is released or withheld whole.")


def _withholding_ground(ground: str) -> Verdict:
    if ground in {known.code for known in WITHHOLDING_GROUNDS}:
        return ALLOWED
    return refuse("Choose the ground of the law for withholding it.")


def may_decide(case: Case, by: User, *, outcome: Outcome) -> Verdict:
    """Whether ``by`` may decide so, now. Costs 5 queries.

    A grant needs a verdict of every declared system; what is ready can always be
    answered in part, so that completeness never makes an answer late (decision D5).
    """
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Deciding is for a decider.")
    verdict = _open(case)
    if not verdict:
        return verdict
    if case.right != Right.ACCESS:
        return refuse(
            "A package answers a request for a copy of the data, nothing else."
        )
    if case.status != CaseStatus.IN_REVIEW:
        return refuse("A case is decided while it is in review.")
    return first_refusal(
        _searched_with_all(case),
        _reviewed(case),
        _systems_answered(case, outcome),
        _outcome_is_true(case, outcome),
    )


def _searched_with_all(case: Case) -> Verdict:
    """Refuse while something said of the person's identifiers was not searched with."""
    newest = (
        case.events.filter(
            kind__in=[
                EventKind.SEARCH_STARTED,
                EventKind.IDENTIFIER_ADDED,
                EventKind.IDENTIFIER_RULED,
            ]
        )
        .order_by("-seq")
        .values_list("kind", flat=True)
        .first()
    )
    if newest not in {None, EventKind.SEARCH_STARTED}:
        return refuse(
            "What the person is known by has changed since the search. Search again."
        )
    return ALLOWED


def _reviewed(case: Case) -> Verdict:
    unread = (
        case.found.filter(reviewed_at__isnull=True).exclude(sure=0, possible=0).count()
    )
    if unread:
        return refuse(f"Not reviewed yet: {unread} dataset{'s' if unread > 1 else ''}.")
    files = case.tasks.filter(
        owner_task__files__isnull=False, owner_task__files__reviewed_at__isnull=True
    )
    if files.exists():
        return refuse("An owner's file has not been reviewed yet.")
    return ALLOWED


def _systems_answered(case: Case, outcome: Outcome) -> Verdict:
    unanswered = list(
        case.tasks.exclude(state=TaskState.DONE)
        .order_by("system")
        .values_list("system", flat=True)
    )
    if outcome is Outcome.IN_PART:
        if not unanswered:
            return refuse("Every system has answered: decide the whole request.")
        return ALLOWED
    if unanswered:
        return refuse(
            f"No verdict yet from {_names(case, unanswered)}. Answer in part, or "
            "settle it with a reason."
        )
    if case.pass_ons.filter(may_name__isnull=True).exists():
        return refuse("Say first whether each customer we hold data for may be named.")
    return ALLOWED


def _outcome_is_true(case: Case, outcome: Outcome) -> Verdict:
    if outcome is not Outcome.NOTHING_HELD:
        return ALLOWED
    held = case.found.filter(sure__gt=0).exists()
    files = case.tasks.filter(owner_task__files__isnull=False).exists()
    if held or files:
        return refuse("Something is held. “Nothing held” would be untrue.")
    return ALLOWED


def may_reopen(case: Case, by: User) -> Verdict:
    """Whether ``by`` may take a decided case back into review."""
    verdict = first_refusal(_works(by, "Reopening"), _open(case))
    if not verdict:
        return verdict
    if case.status != CaseStatus.DECIDED:
        return refuse(
            "Only a decided case that is not answered yet goes back to review."
        )
    return ALLOWED


def may_pass_on(case: Case, by: User) -> Verdict:
    """Whether ``by`` may record what was said to a customer of ours (decision D13)."""
    return first_refusal(_works(by, "Passing on"), _open(case))


def _names(case: Case, systems: Iterable[str]) -> str:
    register = datamap_queries.register_at(case.revision_id)
    known = {system.id: system.name for system in register.systems}
    return ", ".join(known.get(system, system) for system in systems)
