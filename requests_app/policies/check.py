"""The one more check of who asks, and whether it may be done without (decision D2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from accounts.roles import Permission
from datamap.search import RowStanding
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app import rules
from requests_app.clock import in_words
from requests_app.identity import (
    DOUBTS,
    LEVELS,
    NOTHING_ASKED,
    SHOWS,
    WHY,
    Level,
    Needed,
)
from requests_app.models import Case, CaseEvent, FurtherCheck
from requests_app.policies import identity
from requests_app.policies.common import is_open, works
from requests_app.states import CaseStatus, CheckMethod, EventKind, RevokedWhy


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
    """Whether who asks has shown as much as the table wants, as it stands now.

    Costs up to 14 queries.
    """
    return standing_of(case).verdict


def asks_nobody_twice(case: Case) -> Verdict:
    """Whether nobody is asked who they are who has shown it. Costs up to 2 queries."""
    newest = newest_check(case)
    if newest is None or not newest.passed or newest.method == CheckMethod.WAIVED:
        return ALLOWED
    if (wrong_at := revoked_at(case)) is not None and newest.at <= wrong_at:
        return ALLOWED
    return refuse(
        f"Who asks was checked on {in_words(london_day(newest.at))}; nobody is asked "
        "twice. Should something new make you doubt, record a check that did not pass, "
        "with what it is, and ask then."
    )


def newest_check(case: Case) -> FurtherCheck | None:
    """Return the check that counts: of all that was asked for together. Costs 1 query.

    Who asked for two things at once is one person, and shows it once. What is waived
    hangs on what goes out, so it is of its own case alone.
    """
    return (
        FurtherCheck.objects.filter(case__submission=case.submission_id)
        .exclude(~Q(case=case), method=CheckMethod.WAIVED)
        .order_by("-at", "-pk")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What is needed of who asks, what they have shown, and whether it is enough."""

    needed: Needed
    shown: Level
    check: FurtherCheck | None
    verdict: Verdict


def is_asked(case: Case) -> bool:
    """Whether it is asked at all who sent the case: no stop, complaint or end of it."""
    return case.is_open and case.right not in NOTHING_ASKED


def standing_of(case: Case) -> Standing:
    """Return how sure we are who asks, beside how sure we must be.

    The newest check counts, and only for what comes after the last package that went to
    the wrong person (C40) and after a doubt that was told. A waiver is judged again
    over what would go out. Costs up to 14 queries.
    """
    wanted, newest = identity.needed_for(case), newest_check(case)
    shown = _shown(case, newest)
    verdict = first_refusal(
        _check_counts(case, newest),
        _is_enough(case, wanted, shown, newest),
    )
    return Standing(wanted, shown, newest, verdict)


def _shown(case: Case, newest: FurtherCheck | None) -> Level:
    if newest is not None and newest.passed and newest.method != CheckMethod.WAIVED:
        return SHOWS[CheckMethod(newest.method)]
    known = case.proved.really_proved().exists()
    return Level.ADDRESS if known else Level.NONE


def _check_counts(case: Case, newest: FurtherCheck | None) -> Verdict:
    if newest is not None and not newest.passed:
        return refuse("The newest check of who asks did not pass.")
    wrong_at = revoked_at(case)
    if wrong_at is not None and (newest is None or newest.at <= wrong_at):
        return refuse(
            "An answer of this case, or of what was asked together with it, went to "
            "the wrong person after the newest check. Check again who asks."
        )
    return ALLOWED


def _is_enough(
    case: Case, wanted: Needed, shown: Level, newest: FurtherCheck | None
) -> Verdict:
    if any(row.sign in DOUBTS for row in wanted.rows):
        return _settles_doubt(case, wanted, shown, newest)
    if shown >= wanted.level:
        return ALLOWED
    if newest is not None and newest.method == CheckMethod.WAIVED:
        return _waiver_fits(case)
    if wanted.level is Level.ADDRESS:
        return refuse("Nothing shows yet who asks.")
    return refuse(
        "Control of a mailbox is enough to ask, not to receive. Record one more check "
        f"that the mailbox cannot answer, or a waiver with its reason.{WHY}"
        f"{' '.join(row.words for row in wanted.rows)}"
    )


def _settles_doubt(
    case: Case, wanted: Needed, shown: Level, newest: FurtherCheck | None
) -> Verdict:
    """Whether the newest check came after the doubt, and shows what it needs."""
    since = max(one.decided_at for one in identity.doubts_of(case))
    if newest is None or newest.at < since or shown < wanted.level:
        return refuse(
            "A doubt about who asks was told to the person. Record the check that "
            f"settles it: {LEVELS[wanted.level].lower()}. Or record that it is not "
            "needed any more."
        )
    return ALLOWED


def revoked_at(case: Case) -> datetime | None:
    """Return when an answer last went to the wrong person, or was wrong. 1 query.

    To the wrong person: of all that was asked together, as the check that let it go
    counts for all of it (``newest_check``).
    """
    went_wrong = Q(
        case__submission=case.submission_id, facts__why=RevokedWhy.WRONG_PERSON
    )
    return (
        CaseEvent.objects.filter(
            Q(case=case) | went_wrong, kind=EventKind.PACKAGE_REVOKED
        )
        .order_by("-recorded_at")
        .values_list("recorded_at", flat=True)
        .first()
    )


def _waiver_fits(case: Case) -> Verdict:
    """Whether what may go out is so little that no further check is needed.

    A current contact at the address on file, and nothing but the person's own contact
    data, preferences and ticket headings. Costs 5 queries.
    """
    if identity.owners_files(case).exists():
        return refuse(
            "An owner's file is in this case; a waiver is not enough for that."
        )
    given = identity.given_rows(case)
    if given.filter(standing=RowStanding.POSSIBLE).exists():
        return refuse(
            "A row that was set apart goes out; a waiver is not enough for that."
        )
    one_by_one = set(given.values_list("found_id", flat=True))
    found = identity.found_in(case)
    beyond = [
        f"{one.system}.{one.dataset}"
        for one, dataset in found
        if identity.goes_out(one, one_by_one)
        and not (dataset and rules.is_waivable(dataset))
    ]
    if beyond:
        return refuse(
            "The package would hold more than contact data, preferences and ticket "
            f"headings: {', '.join(beyond)}."
        )
    if not identity.is_on_file(found):
        return refuse(
            "The address that is proved stands in no contact record of ours that is "
            "surely the person's. Record a check."
        )
    return ALLOWED
