"""What waits to be posted, and whether it may still go (C17, C36). Reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import Case, CaseEvent, Package, Sending
from requests_app.models.reached import getting_in
from requests_app.policies.authority import lets_release
from requests_app.states import (
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
    PackageState,
    SendingState,
)

WAITS_FOR_POST: Final = (
    "Its answer is released and waits to be posted. Record the posting, or revoke the "
    "answer first."
)
# Letters without which the person does not know that, or how, they were answered.
_BEFORE_THE_END: Final[Mapping[str, str]] = {
    LetterKind.ACKNOWLEDGEMENT: "The acknowledgement",
    LetterKind.COMPLAINT_ACKNOWLEDGEMENT: "The acknowledgement",
    LetterKind.DECISION: "The letter with the decision",
    LetterKind.PARTIAL: "The letter with the answer in part",
}
# What they tell is true no more once the review is opened again.
_TELL_A_DECISION: Final = (LetterKind.DECISION, LetterKind.PARTIAL)


def waits_for_post(package: Package) -> bool:
    """Whether a released answer on paper or a medium is still with us (C36).

    It would go out as the answer whatever is decided meanwhile. Costs 1 query.
    """
    return (
        package.state == PackageState.RELEASED
        and package.decision.form != DeliveryForm.DOWNLOAD
        and not package.dispatches.exists()
    )


def may_go_by_post(package: Package, *, today: date) -> Verdict:
    """Whether a released answer may be posted to who gets it on ``today``. 2 queries.

    Not when whoever it was released to may not have it any more, nor to an agent who
    was chosen since (D9).
    """
    agent = getting_in(package.case, today=today)
    if agent is not None and not package.went_to_agent(agent.pk):
        return refuse(
            "It was released before it was chosen that it goes to whoever acts. Decide "
            "again, so that somebody looks at where it goes."
        )
    return lets_release(package, today=today)


def was_taken(package: Package) -> bool:
    """Whether somebody printed it or fetched its files to post it. Costs 1 query."""
    return package.case.events.filter(
        kind=EventKind.FETCHED_FOR_POST, facts__package=package.pk
    ).exists()


def goes_to_nobody(package: Package, *, today: date) -> bool:
    """Whether it waits to be posted, may go to nobody, and never left us.

    Nothing of it is on paper, so nobody has to be told of it, and nothing went wrong: a
    later decision takes its place. Costs up to 4 queries.
    """
    return waits_for_post(package) and not _can_be_posted(package, today=today)


def is_to_be_posted(package: Package, *, today: date) -> bool:
    """Whether it waits to be posted to somebody. Costs up to 4 queries."""
    return waits_for_post(package) and _can_be_posted(package, today=today)


def _can_be_posted(package: Package, *, today: date) -> bool:
    """Whether it may go, or was taken for the post, so that it may lie on paper."""
    return bool(may_go_by_post(package, today=today)) or was_taken(package)


def nothing_to_post(case: Case, *, today: date) -> Verdict:
    """Whether no acknowledgement or answer on paper is still with us (C17, C36).

    A case that is closed is looked at by nobody. Costs 2 queries; up to 4 more for each
    answer that waits.
    """
    return first_refusal(
        letters_are_posted(case), answers_are_posted(case, today=today)
    )


def answers_are_posted(case: Case, *, today: date, but_parts: bool = False) -> Verdict:
    """Whether no answer on paper waits that can go. Costs 1 query, and up to 4 each.

    ``but_parts``: leave out answers in part, which stand whatever becomes of the rest.
    """
    released = case.packages.filter(state=PackageState.RELEASED)
    if but_parts:
        released = released.exclude(decision__outcome=Outcome.IN_PART)
    if any(is_to_be_posted(one, today=today) for one in _on_paper(released)):
        return refuse(WAITS_FOR_POST)
    return ALLOWED


def strays(case: Case, *, today: date) -> list[Package]:
    """Return what was released on paper, never left us, and can go to nobody."""
    released = case.packages.filter(state=PackageState.RELEASED).order_by("pk")
    return [one for one in _on_paper(released) if goes_to_nobody(one, today=today)]


def _on_paper(packages: QuerySet[Package]) -> QuerySet[Package]:
    return packages.exclude(decision__form=DeliveryForm.DOWNLOAD).select_related(
        "decision"
    )


def letters_are_posted(case: Case) -> Verdict:
    """Whether no letter is with us without which the person is not told. 1 query.

    What tells of a decision that was taken back need not go.
    """
    taken_back = CaseEvent.objects.filter(
        case=OuterRef("letter__case"),
        kind=EventKind.REVIEW_REOPENED,
        seq__gt=OuterRef("letter__event__seq"),
    )
    waits = Sending.objects.filter(
        ~Q(letter__kind__in=_TELL_A_DECISION) | ~Exists(taken_back),
        letter__case=case,
        letter__kind__in=list(_BEFORE_THE_END),
        message__isnull=True,
        state=SendingState.WAITING,
    )
    first = waits.order_by("pk").values_list("letter__kind", flat=True).first()
    if first is not None:
        return refuse(
            f"{_BEFORE_THE_END[first]} waits to be printed and posted. Record the "
            "posting before the case is closed."
        )
    return ALLOWED
