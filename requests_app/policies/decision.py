"""May this be decided, now, by this person, and taken back? In the reader's words."""

from __future__ import annotations

from datetime import date
from typing import Final

from accounts.models import User
from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app import rules
from requests_app.grounds import NOT_SHOWN, PACKAGED, REFUSAL_GROUNDS, refusal_ground
from requests_app.models import Case, RowDecision
from requests_app.models.reached import choosable_in, wrong_in
from requests_app.moves import status_after
from requests_app.policies import onward, reviewed
from requests_app.policies.authority import lets_decide
from requests_app.policies.casework import POSSIBLE
from requests_app.policies.common import is_open, names_of, works
from requests_app.policies.posting import answers_are_posted, nothing_to_post
from requests_app.policies.timekeeping import nothing_awaited
from requests_app.portability import reach_of
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    EventKind,
    Outcome,
    Right,
    RowChoice,
    TaskState,
    TaskVerdict,
)

_HELD: Final = {
    Right.ACCESS: "Something is held. “Nothing held” would be untrue.",
    Right.PORTABILITY: (
        "Something is held. Where Article 20 reaches none of it, refuse the request on "
        "that ground: the letter gives the reason."
    ),
}
_UNSEARCHED: Final = TaskVerdict.REASONED
WENT_WRONG: Final = (
    "An answer went to the wrong person, and every e-mail address that is proved was "
    "proved before, or noted. Choose another way, and ask the person where it may go."
)


def may_decide(case: Case, by: User, *, outcome: Outcome) -> Verdict:
    """Whether ``by`` may decide so, now. Costs up to 13 queries.

    A grant needs a verdict of every declared system; what is ready can always be
    answered in part, even while the rest is being searched, so that completeness never
    makes an answer late (decision D5).
    """
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Deciding is for a decider.")
    verdict = is_open(case)
    if not verdict:
        return verdict
    if case.right not in PACKAGED:
        return refuse(
            "A package answers a request for a copy of the data, or for data to take "
            "away, nothing else."
        )
    ready = {CaseStatus.IN_REVIEW}
    if outcome is Outcome.IN_PART:
        ready.add(CaseStatus.SEARCHING)
    if case.status not in ready:
        return refuse("A case is decided while it is in review.")
    return first_refusal(
        nothing_awaited(case.record()),
        lets_decide(case),
        reviewed.searched_with_all(case),
        _reviewed(case, outcome),
        systems_answered(case, outcome),
        _outcome_is_true(case, outcome),
        _can_be_taken(case, outcome),
    )


def may_refuse(
    case: Case, by: User, *, ground: str, words: str, today: date
) -> Verdict:
    """Whether ``by`` may refuse the whole request (UK GDPR Article 12(4)).

    It needs no verdict of any system (decision D5), but the reasons in writing; and for
    want of identity that it was asked and not shown. Costs 1 query.
    """
    if refusal_ground(case.right, ground) is None:
        verdict = refuse("Choose the ground of the law for refusing.")
    elif not words.strip():
        verdict = refuse("Write why. The person will read this.")
    elif ground == NOT_SHOWN.code and not _was_not_shown(case):
        verdict = refuse(
            "Check who asks first, in the least way that settles the doubt, and record "
            "that the check did not pass."
        )
    else:
        verdict = ALLOWED
    return first_refusal(may_open_refusal(case, by, today=today), verdict)


def may_open_refusal(case: Case, by: User, *, today: date) -> Verdict:
    """Whether ``by`` may refuse the request on some ground."""
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Refusing is for a decider.")
    if case.right not in REFUSAL_GROUNDS:
        return refuse("The law gives no ground to refuse this kind of request.")
    verdict = is_open(case)
    if not verdict:
        return verdict
    if status_after(CaseStatus(case.status), EventKind.REFUSED) is None:
        return refuse("A request is refused before it is decided; reopen the review.")
    return nothing_to_post(case, today=today, telling=True)


def _was_not_shown(case: Case) -> bool:
    newest = case.checks.order_by("-pk").first()
    return newest is not None and not newest.passed


def may_deliver(case: Case, form: DeliveryForm) -> Verdict:
    """Whether the answer can reach the person in this form (C36). Up to 8 queries.

    A download is fetched by whoever signs in with a proved address, and by nobody else;
    where an agent asked, by who reads where the person is written to, or by the agent.
    By nobody who read where an answer went to the wrong person (C40).
    """
    if form is DeliveryForm.PRINT and case.right == Right.PORTABILITY:
        return refuse(
            "Computers do not read paper (UK GDPR Article 20(1)). Choose a download or "
            "a medium."
        )
    if form is not DeliveryForm.DOWNLOAD:
        return ALLOWED
    mailboxes = choosable_in(case)
    if mailboxes - wrong_in(case):
        return ALLOWED
    if mailboxes:
        return refuse(WENT_WRONG)
    return refuse(
        "No e-mail address is proved, so the person cannot sign in to fetch a "
        "download. Choose another way."
    )


def _reviewed(case: Case, outcome: Outcome) -> Verdict:
    """Whether all that goes out was looked at.

    What an earlier search of a system brought that is being searched again waits for
    the rest of the answer.
    """
    unanswered = case.tasks.exclude(state=TaskState.DONE).values("system")
    found = case.found.all()
    if outcome is Outcome.IN_PART:
        found = found.exclude(system__in=unanswered)
    if count := len(reviewed.unread_in(case, found)):
        return refuse(f"Not reviewed yet: {count} dataset{'s' if count > 1 else ''}.")
    files = case.tasks.filter(
        owner_task__files__isnull=False, owner_task__files__reviewed_at__isnull=True
    )
    if files.exists():
        return refuse("An owner's file has not been reviewed yet.")
    return ALLOWED


def systems_answered(case: Case, outcome: Outcome) -> Verdict:
    """Whether every system has answered and every customer was told (D5, D13)."""
    unanswered = list(
        case.tasks.exclude(state=TaskState.DONE)
        .order_by("system")
        .values_list("system", flat=True)
    )
    if outcome is Outcome.IN_PART:
        if not unanswered:
            return refuse("Every system has answered: decide the whole request.")
        if not case.tasks.filter(state=TaskState.DONE).exists():
            return refuse("No system has answered yet; nothing is ready.")
        return ALLOWED
    if unanswered:
        return refuse(
            f"No verdict yet from {names_of(case, unanswered)}. Answer in part, or "
            "settle it with a reason."
        )
    if case.pass_ons.filter(may_name__isnull=True).exists():
        return refuse("Say first whether each customer we hold data for may be named.")
    if case.pass_ons.filter(done_at__isnull=True).exists():
        return refuse(
            "Tell each customer we hold data for first: the letter says when they were "
            "told. What is ready can be answered in part."
        )
    return ALLOWED


def _can_be_taken(case: Case, outcome: Outcome) -> Verdict:
    """Whether a grant of data to take away has something in it, and says all asked.

    Costs 3 queries, for that right alone.
    """
    if case.right != Right.PORTABILITY or outcome is not Outcome.GRANTED:
        return ALLOWED
    register = datamap_queries.register_at(case.revision_id)
    given = case.found.exclude(sure=0, possible=0).filter(choice=RowChoice.RELEASE)
    goes = any(
        reach_of(register, rules.dataset_of(register, one.system, one.dataset)).goes(
            let_in=bool(one.ground)
        )
        for one in given
    )
    files = case.tasks.filter(owner_task__files__choice=RowChoice.RELEASE)
    if not goes and not files.exists():
        return refuse(
            "Article 20 reaches nothing of what is released. Let in what the notice "
            "promises, or refuse the request on that ground."
        )
    return onward.is_answered(case)


def _outcome_is_true(case: Case, outcome: Outcome) -> Verdict:
    """Refuse to tell the person that nothing is held where it is, or may be.

    Rows that stay set apart are not known to be theirs, and rows held for customers are
    passed on (decisions D1, D13): neither is held by us about them.
    """
    if outcome is not Outcome.NOTHING_HELD:
        return ALLOWED
    sure = case.found.filter(sure__gt=0).exists()
    let_in = RowDecision.objects.filter(found__case=case, standing=POSSIBLE).exclude(
        choice=RowChoice.WITHHOLD
    )
    files = case.tasks.filter(owner_task__files__isnull=False).exists()
    if sure or files or let_in.exists():
        return refuse(_HELD[Right(case.right)])
    reasoned = case.tasks.filter(verdict=_UNSEARCHED).order_by("system")
    if case.was_not_filmed() and case.tasks.exclude(verdict=_UNSEARCHED).exists():
        # What the person says has nothing of them is no gap in what we know (D5): the
        # answer names it as not searched, with their own word for the reason.
        reasoned = reasoned.exclude(settled_by=str(rules.OWN_WORD))
    if unsearched := list(reasoned.values_list("system", flat=True)):
        return refuse(
            f"Not searched: {names_of(case, unsearched)}. “Nothing held” says more "
            "than we know. Grant it: the answer says what was searched and what not, "
            "with the reason."
        )
    return ALLOWED


def may_reopen(case: Case, by: User, *, today: date) -> Verdict:
    """Whether ``by`` may take a decided or a refused case back into review."""
    verdict = works(by, "Reopening")
    if not verdict:
        return verdict
    if case.right == Right.PASSED_ON:
        return refuse("Record anew what was done for the customer.")
    if case.status not in {CaseStatus.DECIDED, CaseStatus.REFUSED}:
        return refuse(
            "Only a case that is decided and not answered, or refused, goes back."
        )
    return answers_are_posted(case, today=today, but_parts=True)
