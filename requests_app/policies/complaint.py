"""May this be done about a complaint, now, by this person? In the reader's words.

A complaint (DPA 2018 s.164A) is looked into whoever sends it: nothing here asks who
they are, but for an outcome that tells somebody's personal data (decision C3).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, datetime
from itertools import zip_longest
from typing import Final

from accounts import queries as accounts
from accounts.models import User
from accounts.roles import Permission, Role
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import (
    AvoidedAddress,
    Case,
    ComplaintIssue,
    Decision,
    Package,
)
from requests_app.models.reached import can_be_told
from requests_app.policies.check import is_checked
from requests_app.policies.common import is_open, works, wrote
from requests_app.policies.posting import letters_are_posted
from requests_app.states import EventKind, IssueOutcome, Right

NOT_YOURS: Final = (
    "No complaint with this reference was sent with the address you signed in with. "
    "Look for the reference in our acknowledgement: LP, and ten letters and numbers."
)
NOT_REACHED: Final = (
    "Nobody can be told: no address or telephone of theirs is known. Once one is, "
    "write it under “Change how they are answered”."
)


def may_work_complaint(case: Case, by: User) -> Verdict:
    """Whether ``by`` may do anything about the complaint."""
    if case.right != Right.COMPLAINT:
        return refuse("This is not a complaint.")
    return first_refusal(works(by, "Looking into a complaint"), is_open(case))


def may_take_in(by: User, *, received_at: datetime, at: datetime) -> Verdict:
    """Whether staff may record a complaint that came another way. Nobody is proved."""
    if not by.may(Permission.CASE_WORK):
        return refuse("Taking in is for the people who work cases.")
    if received_at > at:
        return refuse("A complaint cannot be received in the future.")
    return ALLOWED


def may_follow(
    case: Case, refs: Container[str], *, avoided: Iterable[AvoidedAddress]
) -> Verdict:
    """Whether who proved the addresses ``refs`` sent the complaint with one of them.

    Not at one that the person asked us not to use: somebody else may read there (D9).
    Costs no query.
    """
    if case.submission.address_ref not in refs:
        return refuse(NOT_YOURS)
    if any(one.ref in refs for one in avoided):
        return refuse(NOT_YOURS)
    return ALLOWED


def may_acknowledge(case: Case, by: User) -> Verdict:
    """Whether ``by`` may write the acknowledgement: once. Costs 1 query."""
    verdict = may_work_complaint(case, by)
    if not verdict:
        return verdict
    if case.events.filter(kind=EventKind.COMPLAINT_ACKNOWLEDGED).exists():
        return refuse("The acknowledgement is written; see its letter.")
    return ALLOWED if can_be_told(case.submission) else refuse(NOT_REACHED)


def may_note_issue(case: Case, by: User, *, words: str) -> Verdict:
    """Whether ``by`` may note one thing that is complained of."""
    return first_refusal(
        may_work_complaint(case, by), wrote(words, "Write what is complained of.")
    )


def may_link(case: Case, by: User, other: Case | None) -> Verdict:
    """Whether the complaint is about ``other``."""
    verdict = may_work_complaint(case, by)
    if not verdict:
        return verdict
    if other is None or other.pk == case.pk:
        return refuse("There is no such case. Look at the reference again.")
    if other.right == Right.COMPLAINT:
        return refuse("That is a complaint itself. Link the case it is about.")
    return ALLOWED


def deciders_of(case: Case) -> frozenset[str]:
    """Return who decided or released what the complaint ``case`` is about.

    What it was linked to before counts where who linked it to another case had decided
    that one: they could link it away. A link that somebody else put right was a slip.
    What was merged is decided in the case that goes on. Costs 3 queries, and 1 a step
    of a merging.
    """
    links = list(case.events.filter(kind=EventKind.COMPLAINT_LINKED).order_by("seq"))
    linked_to = {
        one.reference: {one.pk, one.goes_on().pk}
        for one in Case.objects.filter(
            reference__in=[event.facts["reference"] for event in links]
        ).select_related("related")
    }
    by_case: dict[int, set[str]] = {}
    about = {pk for pks in linked_to.values() for pk in pks}
    for model, name in ((Decision, "by"), (Package, "released_by")):
        for pk, who in model.objects.filter(case__in=about).values_list("case", name):
            by_case.setdefault(pk, set()).add(who)
    counts: set[str] = set()
    for link, after in zip_longest(links, links[1:]):
        pks = linked_to.get(link.facts["reference"], set())
        who_decided = {who for pk in pks for who in by_case.get(pk, ())} - {""}
        if after is None or after.actor in who_decided:
            counts |= who_decided
    return frozenset(counts)


def may_handle(case: Case, by: User) -> Verdict:
    """Whether ``by`` may conclude: they did not decide the matter. Costs 5 queries.

    Where the Data Compliance Officer decided it, a director names who concludes (C3).
    """
    verdict = may_work_complaint(case, by)
    if not verdict:
        return verdict
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Concluding is for a decider.")
    deciders = deciders_of(case)
    if str(by.actor) in deciders:
        return refuse("You decided what is complained of. Somebody else concludes.")
    if not _officer_among(deciders):
        return ALLOWED
    named = case.events.filter(kind=EventKind.HANDLER_NAMED).order_by("-seq").first()
    if named is None or named.facts["to"] != str(by.actor):
        return refuse(
            "The Data Compliance Officer decided what is complained of. A director "
            "names who concludes; record their words first."
        )
    return ALLOWED


def _officer_among(actors: Iterable[str]) -> bool:
    wanted = set(actors)
    return bool(wanted) and any(
        user.role == Role.DCO and str(user.actor) in wanted
        for user in accounts.staff_users()
    )


def may_name_handler(
    case: Case, by: User, *, to: User, director: str, words: str
) -> Verdict:
    """Whether a director's naming of ``to`` may be recorded. Costs 3 queries."""
    verdict = first_refusal(
        may_work_complaint(case, by),
        wrote(director, "Write the director’s name."),
        wrote(words, "Write the director’s words."),
    )
    if not verdict:
        return verdict
    if not to.may(Permission.CASE_DECIDE):
        return refuse("Whoever concludes is a decider.")
    if str(to.actor) in deciders_of(case):
        return refuse("They decided what is complained of. Name somebody else.")
    return ALLOWED


def may_conclude(
    issue: ComplaintIssue, by: User, *, outcome: IssueOutcome, reasons: str, action: str
) -> Verdict:
    """Whether ``by`` may conclude so about one thing. Costs 5 queries."""
    verdict = first_refusal(
        may_handle(issue.case, by),
        wrote(reasons, "Write the reasons. The person will read this."),
    )
    if not verdict:
        return verdict
    if outcome is IssueOutcome.NONE:
        return refuse("Choose a conclusion.")
    if outcome is not IssueOutcome.NOT_UPHELD and not action.strip():
        return refuse("Write what we do about it. The person will read this.")
    return ALLOWED


def may_tell_progress(case: Case, by: User, *, words: str) -> Verdict:
    """Whether ``by`` may write how it stands."""
    return first_refusal(
        may_work_complaint(case, by), wrote(words, "Write how it stands.")
    )


def may_note_elsewhere(case: Case, by: User, *, reference: str) -> Verdict:
    """Whether ``by`` may record what the regulator or a court has to do with it.

    At any time, also after the outcome: that is when most go there.
    """
    if case.right != Right.COMPLAINT:
        return refuse("This is not a complaint.")
    return first_refusal(
        works(by, "Recording"), wrote(reference, "Write the reference.")
    )


def may_open_outcome(case: Case, by: User, *, today: date) -> Verdict:
    """Whether the outcome may be written: each thing is concluded. 11 queries."""
    verdict = may_handle(case, by)
    if not verdict:
        return verdict
    issues = list(case.issues.all())
    if not issues:
        return refuse("Note first what is complained of.")
    open_issues = sum(not issue.outcome for issue in issues)
    if open_issues:
        things = "thing is" if open_issues == 1 else "things are"
        return refuse(f"{open_issues} {things} not concluded yet.")
    if {issue.concluded_by for issue in issues} & deciders_of(case):
        return refuse(
            "Somebody who decided what is complained of has concluded. Conclude anew."
        )
    return letters_are_posted(case, today=today)


def as_read(mark: str, seen: str) -> Verdict:
    """Whether the complaint is as the page showed it; both are marks of it."""
    if mark == seen:
        return ALLOWED
    return refuse(
        "Something was written or concluded since you opened the page. Read it again "
        "as it is now."
    )


def may_answer(case: Case, by: User, *, discloses: bool, today: date) -> Verdict:
    """Whether the outcome may go out (C3). 11 queries, and up to 8 for a check."""
    verdict = may_open_outcome(case, by, today=today)
    if not verdict or not discloses:
        return verdict
    checked = is_checked(case)
    if checked:
        return ALLOWED
    return refuse(f"The letter would tell somebody’s personal data. {checked.reason}")
