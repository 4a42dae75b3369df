"""What every act asks first: whether the case is open, and who works cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app.models import Case, CaseEvent, Package, Sending
from requests_app.states import (
    DeliveryForm,
    EventKind,
    LetterKind,
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


def is_open(case: Case) -> Verdict:
    """Whether the case has no end yet."""
    if case.is_open:
        return ALLOWED
    return refuse("The case is closed.")


def works(by: User, what: str) -> Verdict:
    """Whether ``by`` works cases; ``what`` begins the refusal."""
    if by.may(Permission.CASE_WORK):
        return ALLOWED
    return refuse(f"{what} is for the people who work cases.")


def wrote(text: str, missing: str) -> Verdict:
    """Whether something was written; ``missing`` says what should have been."""
    return ALLOWED if text.strip() else refuse(missing)


def names_of(case: Case, systems: Iterable[str]) -> str:
    """Return the systems' names in the register that the case is judged by."""
    register = datamap_queries.register_at(case.revision_id)
    known = {system.id: system.name for system in register.systems}
    return ", ".join(known.get(system, system) for system in systems)


def waits_for_post(package: Package) -> bool:
    """Whether a released answer on paper or a medium is still with us (C36).

    It would go out as the answer whatever is decided meanwhile. Costs 1 query.
    """
    return (
        package.state == PackageState.RELEASED
        and package.decision.form != DeliveryForm.DOWNLOAD
        and not package.dispatches.exists()
    )


def nothing_to_post(case: Case) -> Verdict:
    """Whether no acknowledgement or answer on paper is still with us (C17, C36).

    A case that is closed is looked at by nobody. What tells of a decision that was
    taken back need not go. Costs 2 queries.
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
    released = case.packages.filter(
        state=PackageState.RELEASED, dispatches__isnull=True
    ).exclude(decision__form=DeliveryForm.DOWNLOAD)
    return refuse(WAITS_FOR_POST) if released.exists() else ALLOWED
