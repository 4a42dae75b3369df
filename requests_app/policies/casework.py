"""May this be done to this case, now, by this person? Reasons in the reader's words.

A permission says that a person may start searches at all; a policy says that this
search may be started today. Nothing here writes, and nothing here raises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.grounds import (
    GIVEN_BY_THEM,
    LETTING_IN_GROUNDS,
    inclusion_grounds,
    withholding_grounds,
)
from requests_app.models import Case, CaseIdentifier, FoundDataset, SystemTask
from requests_app.passages import Passage
from requests_app.policies.common import is_open, works
from requests_app.rules import WhoseQuestion
from requests_app.states import (
    CaseStatus,
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
        Right.PASSED_ON,
    }
)
POSSIBLE: Final = "possible"
_CHANGED: Final = (
    "What is known of this has changed since the page was opened. Open the question "
    "again from the case."
)
# No review of ours is reopened for a customer: a correction takes the case back (D13).
_RECORDED: Final = (
    "What was done is recorded. Correct what was taken in, and search again then."
)
NOT_OPENED: Final = refuse(
    "Look at it before a release: nobody who reviews has opened this file yet."
)
_ADDRESSED: Final = frozenset({TaskState.NEEDS_PERSON, TaskState.WAITING})


def may_assign(case: Case, by: User) -> Verdict:
    """Whether ``by`` may give the case to somebody."""
    return first_refusal(works(by, "Assigning"), is_open(case))


def may_open_planning(case: Case, by: User) -> Verdict:
    """Whether ``by`` may plan when somebody looks at the case next."""
    return first_refusal(works(by, "Planning"), is_open(case))


def may_plan(
    case: Case, by: User, *, on: date | None, what: str, today: date
) -> Verdict:
    """Whether the next look may be planned for that day, or for none."""
    verdict = may_open_planning(case, by)
    if not verdict:
        return verdict
    if on is None:
        return ALLOWED if case.next_action_on else refuse("No day is planned.")
    if on < today:
        return refuse("That day is over. Plan for today, or later.")
    if not what.strip():
        return refuse("Write what is to be done on that day.")
    return ALLOWED


def may_be_given(to: User) -> Verdict:
    """Whether a case may be given to ``to``."""
    if to.may(Permission.CASE_WORK):
        return ALLOWED
    return refuse("That person does not work cases.")


def may_start_search(case: Case, by: User) -> Verdict:
    """Whether ``by`` may have every declared system searched. Costs 1 query."""
    verdict = first_refusal(works(by, "Searching"), is_open(case))
    if not verdict:
        return verdict
    if case.right not in SEARCHED:
        return refuse("This kind of case is answered without a search.")
    if case.status not in {CaseStatus.RECEIVED, CaseStatus.IN_REVIEW}:
        if case.right == Right.PASSED_ON and case.status == CaseStatus.DECIDED:
            return refuse(_RECORDED)
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
    verdict = first_refusal(works(by, "Saying who is who"), is_open(case))
    if not verdict:
        return verdict
    if case.status not in {CaseStatus.RECEIVED, CaseStatus.IN_REVIEW}:
        return refuse("This is said before the search, or in the review.")
    if not reason.strip():
        return refuse("Write how you know.")
    return ALLOWED


def may_say_whose(
    case: Case,
    by: User,
    now: WhoseQuestion | None,
    *,
    asked: WhoseQuestion,
    reason: str,
) -> Verdict:
    """Whether ``by`` may answer what was ``asked`` of a value of which ``now`` is.

    A search may have found it with two people while the page was open: who answered
    whether it is theirs alone has not said that the two are one.
    """
    verdict = may_name_identifiers(case, by, reason=reason)
    if not verdict:
        return verdict
    if now is None:
        return refuse("Nothing is in doubt about this. Look at the case again.")
    if now is not asked:
        return refuse(_CHANGED)
    return ALLOWED


def was_shown(known: CaseIdentifier, shown: str) -> Verdict:
    """Whether all who carry a value stood on the page that says that they are one.

    Who was found meanwhile is nobody of whom that was said.
    """
    return ALLOWED if known.shown == shown else refuse(_CHANGED)


def may_retry(task: SystemTask, by: User) -> Verdict:
    """Whether ``by`` may have the system searched again."""
    if not by.may(Permission.SYSTEMS_RETRY):
        return refuse(
            "Trying again is for the people who work cases or run the systems."
        )
    verdict = is_open(task.case)
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
    verdict = first_refusal(works(by, "Settling a system"), is_open(task.case))
    if not verdict:
        return verdict
    if task.state not in _ADDRESSED | {TaskState.WITH_OWNER}:
        return refuse("This system answers for itself.")
    if not reason.strip():
        return refuse(
            "Write why this system is not searched. The person will read this."
        )
    return ALLOWED


def may_review(case: Case, by: User) -> Verdict:
    """Whether ``by`` may say what goes out."""
    verdict = first_refusal(works(by, "Reviewing"), is_open(case))
    if not verdict:
        return verdict
    if case.right == Right.PASSED_ON:
        return refuse("Nothing of what is held for a customer goes out from here.")
    if case.status == CaseStatus.SEARCHING and _has_answer(case):
        return ALLOWED
    if case.status != CaseStatus.IN_REVIEW:
        return refuse(
            {
                CaseStatus.SEARCHING: "The search is still running.",
                CaseStatus.DECIDED: "The case is decided. Reopen the review first.",
            }.get(CaseStatus(case.status), "Nothing has been searched yet.")
        )
    return ALLOWED


def _has_answer(case: Case) -> bool:
    """Whether a system has answered, so that a part can go out already (D5)."""
    return case.tasks.filter(state=TaskState.DONE).exists()


def _settled(found: FoundDataset) -> Verdict:
    """Whether what was found stays: a search under way will bring it anew."""
    running = [TaskState.PENDING, TaskState.RUNNING]
    if found.case.tasks.filter(system=found.system, state__in=running).exists():
        return refuse("This system is being searched again; wait for its answer.")
    return ALLOWED


def may_choose_dataset(
    found: FoundDataset,
    by: User,
    *,
    choice: RowChoice,
    ground: str,
    seen_rows: bool,
    needs_eyes: bool,
    reached: bool = True,
) -> Verdict:
    """Whether ``by`` may say this of a whole dataset.

    ``reached``: something of it goes out by itself, without being let in. Free text
    and third-party fields go out only after somebody looked at the rows.
    """
    verdict = first_refusal(may_review(found.case, by), _settled(found))
    if not verdict:
        return verdict
    if choice is RowChoice.WITHHOLD:
        return _withholding_ground(found.case, ground)
    if choice is not RowChoice.RELEASE:
        return refuse("A dataset is released or withheld; fields are cut row by row.")
    if found.case.right == Right.PORTABILITY and not _lets_in(ground):
        return refuse("That is a ground for keeping something back, not for giving it.")
    if not (reached or ground):
        return refuse(
            "Article 20 reaches nothing of it. Choose on which ground it is let in."
        )
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
    passages: Iterable[Passage] = (),
    cut_ground: str = "",
    from_others: bool = False,
) -> Verdict:
    """Whether ``by`` may treat one row otherwise than its dataset (decision D1).

    A row set apart comes in one by one, with a ground and the reason in writing, and
    ``cut_ground`` for what is cut of it: why it comes in is no reason to keep any back.
    ``from_others``: it is out of reach of Article 20, since somebody else told us.
    """
    verdict = first_refusal(
        may_review(found.case, by),
        _settled(found),
        cuts_as_said(choice, [*fields, *passages]),
    )
    if not verdict:
        return verdict
    if from_others and choice is not RowChoice.WITHHOLD:
        return _given_by_them(standing, choice, ground, reason)
    if standing == POSSIBLE and choice is not RowChoice.WITHHOLD:
        known = inclusion_grounds(found.case.right)
        if ground not in {one.code for one in known}:
            return refuse(
                "Choose why this row, which was set apart, is about the person."
            )
        if not reason.strip():
            return refuse("Write how you know that this row is about the person.")
        if choice is RowChoice.REDACT:
            return _withholding_ground(found.case, cut_ground, of="what is cut")
        return ALLOWED
    if choice is RowChoice.RELEASE:
        return ALLOWED
    return _withholding_ground(found.case, ground)


def cuts_as_said(choice: str, cut: Collection[object]) -> Verdict:
    """Whether what is to be cut goes with the choice; "": with its dataset."""
    if choice == RowChoice.REDACT:
        if cut:
            return ALLOWED
        return refuse("Choose the fields that are cut, or what is blacked out.")
    if cut:
        return refuse(
            "You ticked or typed something to cut: choose “Release it with fields "
            "cut”, or take that away."
        )
    return ALLOWED


def _given_by_them(
    standing: str, choice: RowChoice, ground: str, reason: str
) -> Verdict:
    """Whether a row may go out though its record says that somebody else told us."""
    if standing == POSSIBLE:
        return refuse(
            "It may be about somebody else, and Article 20 does not reach it: it "
            "stays out."
        )
    if choice is not RowChoice.RELEASE or ground != GIVEN_BY_THEM.code:
        return refuse(
            "Somebody else told us this (UK GDPR Article 20(1)). It is released only "
            "when the person gave it to us themselves."
        )
    if not reason.strip():
        return refuse("Write how you know that the person gave it to us.")
    return ALLOWED


def _lets_in(ground: str) -> bool:
    return not ground or ground in {one.code for one in LETTING_IN_GROUNDS}


def may_choose_file(case: Case, by: User, *, choice: RowChoice, ground: str) -> Verdict:
    """Whether ``by`` may release or withhold an owner's file."""
    verdict = may_review(case, by)
    if not verdict:
        return verdict
    if choice is RowChoice.WITHHOLD:
        return _withholding_ground(case, ground)
    if choice is RowChoice.RELEASE:
        return ALLOWED
    return refuse("A file is released or withheld whole.")


def looked_at(*, opened: bool) -> Verdict:
    """Whether a file may go out: else nobody but its owner knows whom it shows.

    ``opened``: by somebody who may review, as it is now.
    """
    return ALLOWED if opened else NOT_OPENED


def _withholding_ground(case: Case, ground: str, *, of: str = "it") -> Verdict:
    """Whether the law gives the ground for this right (decision C4)."""
    known = withholding_grounds(case.right)
    if not known:
        return refuse(
            "Nothing is given out in this kind of case, so nothing is kept back. Rule "
            "on it instead."
        )
    if ground in {one.code for one in known}:
        return ALLOWED
    return refuse(f"Choose the ground of the law for withholding {of}.")


def may_pass_on(case: Case, by: User) -> Verdict:
    """Whether ``by`` may record what was said to a customer of ours (decision D13)."""
    return first_refusal(works(by, "Passing on"), is_open(case))
