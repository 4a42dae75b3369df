"""May a package be released, sent again, revoked? Reasons in the reader's words."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime
from typing import Final

from django.conf import settings

from accounts import queries as accounts
from accounts.models import User
from accounts.roles import Permission, Role
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.clock import in_words
from requests_app.models import Authority, Case, Decision, Package
from requests_app.models.reached import receiving_in, wrong_in
from requests_app.models.search import left_apart_in
from requests_app.policies import reviewed, told
from requests_app.policies.authority import lets_fetch, lets_release
from requests_app.policies.check import is_checked
from requests_app.policies.posting import (
    WAITS_FOR_POST,
    is_to_be_posted,
    may_go_by_post,
    was_taken,
)
from requests_app.policies.timekeeping import nothing_awaited
from requests_app.policies.two_persons import (
    LET_IN,
    is_near,
    no_second_beside,
    nobody_is_there,
    seats_of,
)
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    Right,
)

_NOT_TO_THEM: Final = (
    "This answer was released to somebody else, or at another address. Write to us: "
    "we look at it again and release it to you."
)


def may_release(
    package: Package,
    by: User,
    *,
    alone_reason: str,
    goes_empty: bool,
    today: date,
    holidays: Container[date],
) -> Verdict:
    """Whether ``by`` may let the package go on the London day ``today``.

    Decisions D2 (one more check), D9 (authority), C19 (two persons), D5, E12.
    ``goes_empty``: they say that it goes though nothing is in it and rows are set
    apart. Costs up to 39 queries.
    """
    case = package.case
    if package.state != PackageState.BUILT:
        return refuse(f"The package is {package.state}, not ready to be released.")
    if not by.may(Permission.CASE_RELEASE):
        return refuse("Releasing is for a reviewer or the DCO.")
    return first_refusal(
        is_checked(case),
        nothing_awaited(case.record()),
        lets_release(package, today=today),
        reaches_nobody_wrong(package, today=today),
        _still_as_decided(case, package),
        _telling_is_decided(case, today=today),
        told.tells_what_it_may(package),
        _is_meant_empty(package, goes_empty=goes_empty),
        _second_person(
            package, by, alone_reason=alone_reason, today=today, holidays=holidays
        ),
    )


def reaches_nobody_wrong(package: Package, *, today: date) -> Verdict:
    """Whether a download is for a mailbox that got nobody else's (C40).

    The agent's as well as the person's. Costs 1 query; 13 once an answer went wrong.
    """
    case = package.case
    if (
        package.decision.form != DeliveryForm.DOWNLOAD
        or not wrong_in(case)
        or receiving_in(case, today=today)
    ):
        return ALLOWED
    return refuse(
        "An answer went to the wrong person, and this one would be fetched from the "
        "same mailbox. Reopen the review and decide for another way."
    )


def may_receive(case: Case, by: User, *, today: date) -> Verdict:
    """Whether the mailbox ``by`` signed in with is one that the answer goes to.

    Whoever else sees the page of the case fetches nothing (D9), nor does who read where
    an answer went to the wrong person (C40). Costs up to 9 queries.
    """
    if accounts.proved_addresses(by) & receiving_in(case, today=today):
        return ALLOWED
    return refuse(
        "Nothing can be fetched with this address, or not any more. Write to us: we "
        "agree with you how the answer reaches you."
    )


def went_to(package: Package, by: User) -> Verdict:
    """Whether a released package went to a mailbox that ``by`` signed in with.

    Two persons let it go to whom the page named (C19); one of them alone does not let
    it go to another (D9, C40): it is made again, and released again. Of the person, not
    one that was joined to the case since. Costs up to 4 queries.
    """
    if package.released_to is None:
        return ALLOWED
    theirs = set(package.released_to.splitlines())
    if package.released_for is not None:
        theirs.add(canonical_email(package.released_for.agent_email))
    return ALLOWED if accounts.proved_addresses(by) & theirs else refuse(_NOT_TO_THEM)


def _still_as_decided(case: Case, package: Package) -> Verdict:
    newest = case.decisions.order_by("-pk").values_list("pk", flat=True).first()
    if newest != package.decision_id:
        return refuse("A later decision took this one's place; release its package.")
    in_part = package.decision.outcome == Outcome.IN_PART
    again = case.status == CaseStatus.DONE and _was_answered(package.decision)
    if case.status != CaseStatus.DECIDED and not ((in_part and case.is_open) or again):
        return refuse("The review was reopened; decide again first.")
    if not in_part and reviewed.is_unread(case):
        return refuse(
            "A search brought new data after the decision. Reopen the review first."
        )
    return reviewed.stands(package.decision)


def _telling_is_decided(case: Case, *, today: date) -> Verdict:
    """Refuse while nobody has said whether the person may be told of a disclosure.

    To the police, a regulator or in legal proceedings (decision D10; DPA 2018 Schedule
    2 paragraphs 2 and 5). Costs 3 queries.
    """
    if datamap_queries.telling_is_undecided(case.subjects(), on=today):
        return refuse(
            "The DCO decides first whether the person may be told of a disclosure: see "
            "Disclosures to authorities, on the page of the case."
        )
    return ALLOWED


def _is_meant_empty(package: Package, *, goes_empty: bool) -> Verdict:
    """Refuse an answer that gives nothing while rows that may be theirs lie unsettled.

    Rows set apart stay out by themselves (decision D1), so an answer can be empty that
    nobody meant to be. Costs up to 2 queries, of an empty answer alone.
    """
    if goes_empty or not package.gives_nothing:
        return ALLOWED
    apart = left_apart_in(package.case)
    if not apart:
        return ALLOWED
    rows = "1 row is" if apart == 1 else f"{apart} rows are"
    return refuse(
        f"Nothing would go out, while {rows} set apart as perhaps theirs. Reopen the "
        "review and look at what is set apart, or confirm that the answer goes out "
        "without it."
    )


def _second_person(
    package: Package,
    by: User,
    *,
    alone_reason: str,
    today: date,
    holidays: Container[date],
) -> Verdict:
    if settings.LUMINA_TWO_PERSON_RELEASE != "before" or not goes_alone(package, by):
        return ALLOWED
    near = is_near(package.case, today=today, holidays=holidays)
    if by.role == Role.DCO and near and alone_reason.strip():
        no_second = no_second_beside({package.decision.by}, package.case)
        return nobody_is_there(by, today, Permission.CASE_RELEASE, but=no_second)
    who = "You decided this case"
    if package.decision.by != str(by.actor):
        who = f"You and who decided this case are no two persons: {LET_IN}"
    return refuse(
        f"{who}, so somebody else must release it. Within two working days of the safe "
        "day the DCO may release alone, with the reason."
    )


def goes_alone(package: Package, by: User) -> bool:
    """Whether no second person has seen it: who releases is, or may be, who decided.

    Costs up to 2 queries.
    """
    decider = package.decision.by
    return str(by.actor) == decider or by.pk in seats_of({decider}, package.case)


def may_revoke(package: Package, by: User) -> Verdict:
    """Whether ``by`` may stop the package at once (decision C40)."""
    if not by.may(Permission.CASE_REVOKE):
        return refuse("Revoking is for the people who work cases.")
    ends = {PackageState.BUILT, PackageState.RELEASED}
    if package.released_at is not None:
        # That it went to the wrong person is often known when its time is over.
        ends.add(PackageState.DESTROYED)
    if package.state not in ends:
        return refuse(f"The package is {package.state}; there is nothing to revoke.")
    return ALLOWED


def may_fetch_for_post(package: Package, by: User, *, today: date) -> Verdict:
    """Whether ``by`` may print the answer, or put it on a medium (C36).

    Costs 2 queries.
    """
    if not by.may(Permission.CASE_WORK):
        return refuse("Posting is for the people who work cases.")
    if package.decision.form == DeliveryForm.DOWNLOAD:
        return refuse("The person downloads this answer; nothing is posted.")
    if package.state != PackageState.RELEASED:
        return refuse("The package is not released yet.")
    return may_go_by_post(package, today=today)


def may_print(package: Package, by: User, *, today: date) -> Verdict:
    """Whether ``by`` may print the answer: data to take away is for computers."""
    verdict = may_fetch_for_post(package, by, today=today)
    if verdict and package.case.right == Right.PORTABILITY:
        return refuse("Computers do not read paper: fetch the files for a medium.")
    return verdict


def may_dispatch(package: Package, by: User, *, today: date) -> Verdict:
    """Whether ``by`` may record that it went out on paper or on a medium (C36).

    Nobody can have posted what nobody fetched: the case would count as answered while
    the person has nothing (UK GDPR Article 12(3)). Costs 2 queries.
    """
    verdict = may_fetch_for_post(package, by, today=today)
    if verdict and not was_taken(package):
        return refuse("Print it or fetch its files first: nobody has done so yet.")
    return verdict


def was_posted(package: Package, posted_at: datetime, *, at: datetime) -> Verdict:
    """Whether it can have been posted at ``posted_at``, by its London day. 1 query."""
    if posted_at > at:
        return refuse("It cannot have been posted in the future.")
    fetched = package.case.events.filter(
        kind=EventKind.FETCHED_FOR_POST, facts__package=package.pk
    )
    first = fetched.order_by("seq").values_list("happened_at", flat=True).first()
    if first is not None and london_day(posted_at) < london_day(first):
        return refuse(
            "It cannot have been posted before it was printed or fetched, on "
            f"{in_words(london_day(first))}."
        )
    return ALLOWED


def may_build_again(package: Package, by: User) -> Verdict:
    """Whether ``by`` may start a build again that failed, or tells what it may not.

    Not while what is in it does not stand: the file would go, and no other could be
    built. A search may find the very same again, and then it is right as it is. Costs
    4 queries where it is built, and up to 5 where it tells what it may not.
    """
    if not by.may(Permission.CASE_WORK):
        return refuse("Building again is for the people who work cases.")
    if package.state == PackageState.BUILT and not told.tells_what_it_may(package):
        return reviewed.stands(package.decision)
    if package.state != PackageState.FAILED:
        return refuse(
            f"The package is {package.state}; there is nothing to build again."
        )
    return ALLOWED


def _was_answered(decision: Decision) -> bool:
    """Whether an earlier file of this decision has gone out: this one repeats it."""
    return decision.packages.filter(released_at__isnull=False).exists()


def is_repeat(package: Package) -> bool:
    """Whether this is the same answer made again, told of before. Costs 1 query."""
    others = package.decision.packages.exclude(pk=package.pk)
    return others.filter(released_at__isnull=False).exists()


def may_make_again(package: Package, by: User, *, today: date) -> Verdict:
    """Whether ``by`` may have the answer of a closed case made again (decision C16).

    Costs 1 query; up to 5 of one on paper.
    """
    if not by.may(Permission.CASE_WORK):
        return refuse("Making an answer again is for the people who work cases.")
    if package.case.status != CaseStatus.DONE:
        return refuse("Only the answer of an answered case is made again.")
    if package.released_at is None or package.state not in {
        PackageState.RELEASED,
        PackageState.DESTROYED,
    }:
        return refuse(f"The package is {package.state}, no answer to make again.")
    if is_to_be_posted(package, today=today):
        return refuse(WAITS_FOR_POST)
    if package.case.packages.filter(pk__gt=package.pk).exists():
        return refuse("A later answer of this case is made again, not this one.")
    return ALLOWED


def may_fetch(
    package: Package, by: User, *, at: datetime, acting: Authority | None = None
) -> Verdict:
    """Whether ``by`` may fetch the package at ``at``, for themselves or as agent.

    Costs up to 14 queries.
    """
    return first_refusal(
        may_download(package, at=at, acting=acting),
        may_receive(package.case, by, today=london_day(at)),
        went_to(package, by),
    )


def may_download(
    package: Package, *, at: datetime, acting: Authority | None = None
) -> Verdict:
    """Whether the proved person may fetch the package at the instant ``at``.

    Or the agent of ``acting``: whom the decider chose before it was released, and
    nobody else (decision D9). Costs 1 query.
    """
    chosen = lets_fetch(package.case, acting, today=london_day(at))
    if not chosen:
        return chosen
    if package.state == PackageState.REVOKED:
        return refuse(
            "This answer was withdrawn. The page of your request says why, and what "
            "comes next."
        )
    if package.state == PackageState.DESTROYED or (
        package.expires_at is not None and package.expires_at <= at
    ):
        return refuse(
            "This answer has expired and its copy is destroyed. Write to us: "
            "we make it again on request."
        )
    if package.state != PackageState.RELEASED:
        return refuse("This answer is not ready yet.")
    if acting is not None and not package.went_to_agent(acting.pk):
        return refuse(_NOT_TO_THEM)
    if package.decision.form != DeliveryForm.DOWNLOAD:
        return refuse("You asked for this answer on paper; it comes by post.")
    return ALLOWED
