"""The one more check of who asks, and whether it may be done without (decision D2)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from accounts.models import User
from accounts.roles import Permission
from datamap import queries as datamap_queries
from datamap.registry.systems import Dataset
from datamap.search import RowStanding
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app import rules
from requests_app.models import Case, FoundDataset, RowDecision
from requests_app.policies.common import is_open, works
from requests_app.states import CaseStatus, CheckMethod, EventKind, RowChoice

# What a package may hold at most when the further check is waived (decision D2).
WAIVABLE_CATEGORIES: Final = frozenset({"identity", "contact", "preferences"})
CONTACT: Final = "contact"
EMAIL: Final = "email"
_GIVES: Final = (RowChoice.RELEASE.value, RowChoice.REDACT.value)


def may_record_check(
    case: Case, by: User, *, method: CheckMethod, reason: str, passed: bool
) -> Verdict:
    """Whether ``by`` may record one more check of who asks (decision D2).

    Costs up to 6 queries, for a waiver.
    """
    verdict = first_refusal(works(by, "Recording a check"), is_open(case))
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
    """Whether ``by`` may do without the further check. Costs 6 queries."""
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Waiving the check is for a decider.")
    if case.status not in {CaseStatus.IN_REVIEW, CaseStatus.DECIDED}:
        return refuse("What the package holds is known after the search.")
    return _waiver_fits(case)


def is_checked(case: Case) -> Verdict:
    """Whether who asks was checked, as it stands now. Costs up to 8 queries.

    The newest check counts, and only for what comes after the last package that went
    to the wrong person (decision C40). A waiver is judged again over what would go out.
    """
    newest = case.checks.order_by("-pk").first()
    if newest is None:
        return refuse(
            "Control of a mailbox is enough to ask, not to receive. Record one more "
            "check that the mailbox cannot answer, or a waiver with its reason."
        )
    if not newest.passed:
        return refuse("The newest check of who asks did not pass.")
    revoked_at = _revoked_at(case)
    if revoked_at is not None and newest.at <= revoked_at:
        return refuse(
            "An answer of this case went to the wrong person after the newest check. "
            "Check again who asks."
        )
    if newest.method == CheckMethod.WAIVED:
        return _waiver_fits(case)
    return ALLOWED


def _revoked_at(case: Case) -> datetime | None:
    return (
        case.events.filter(kind=EventKind.PACKAGE_REVOKED)
        .order_by("-seq")
        .values_list("recorded_at", flat=True)
        .first()
    )


def _waiver_fits(case: Case) -> Verdict:
    """Whether what may go out is so little that no further check is needed.

    A current contact at the address on file, and nothing but the person's own contact
    data, preferences and ticket headings. Costs 5 queries.
    """
    files = case.tasks.filter(owner_task__files__isnull=False).exclude(
        owner_task__files__choice=RowChoice.WITHHOLD
    )
    if files.exists():
        return refuse(
            "An owner's file is in this case; a waiver is not enough for that."
        )
    given = RowDecision.objects.filter(found__case=case, choice__in=_GIVES)
    if given.filter(standing=RowStanding.POSSIBLE).exists():
        return refuse(
            "A row that was set apart goes out; a waiver is not enough for that."
        )
    one_by_one = set(given.values_list("found_id", flat=True))
    register = datamap_queries.register_at(case.revision_id)
    found = [
        (one, rules.dataset_of(register, one.system, one.dataset))
        for one in case.found.order_by("system", "dataset")
    ]
    beyond = [
        f"{one.system}.{one.dataset}"
        for one, dataset in found
        if _goes_out(one, one_by_one) and not _waivable(dataset)
    ]
    if beyond:
        return refuse(
            "The package would hold more than contact data, preferences and ticket "
            f"headings: {', '.join(beyond)}."
        )
    if not any(_is_on_file(one, dataset) for one, dataset in found):
        return refuse(
            "The address that is proved stands in no contact record of ours that is "
            "surely the person's. Record a check."
        )
    return ALLOWED


def _goes_out(found: FoundDataset, one_by_one: set[int]) -> bool:
    whole = found.sure > 0 and found.choice != RowChoice.WITHHOLD
    return whole or found.pk in one_by_one


def _waivable(dataset: Dataset) -> bool:
    within = rules.categories_of(dataset) <= WAIVABLE_CATEGORIES
    return within and not rules.needs_eyes(dataset)


def _is_on_file(found: FoundDataset, dataset: Dataset) -> bool:
    """Whether a contact record that is surely the person's carries what they proved.

    Found in one step: by the address itself, not by what another record led to. Rows
    that we hold for customers are in no route (decision D13).
    """
    if CONTACT not in rules.categories_of(dataset):
        return False
    return any(
        len(one["route"]) == 1 and one["route"][0][2] == EMAIL and one.get("sure")
        for one in found.routes
    )
