"""The one more check of who asks, and whether it may be done without (decision D2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from accounts.models import User
from accounts.roles import Permission
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
from requests_app.policies.identity import Known
from requests_app.states import (
    CaseStatus,
    CheckMethod,
    EventKind,
    RevokedWhy,
    Right,
)


def may_record_check(
    case: Case, by: User, *, method: CheckMethod, reason: str, passed: bool
) -> Verdict:
    """Whether ``by`` may record one more check of who asks (decision D2).

    Costs up to 6 queries, for a waiver.
    """
    verdict = first_refusal(works(by, "Recording a check"), is_open(case))
    if not verdict:
        return verdict
    if case.right == Right.PASSED_ON:
        return refuse("Of the person we ask nothing: the customer has done that.")
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
    return _waiver_fits(identity.known_of([case])[case.pk])


def is_checked(case: Case) -> Verdict:
    """Whether who asks has shown as much as the table wants, as it stands now.

    Costs 7 queries.
    """
    return standing_of(case).verdict


def are_checked(cases: Sequence[Case]) -> dict[int, Verdict]:
    """Return of each whether who asks has shown enough. Costs 7 queries, or none."""
    return {pk: one.verdict for pk, one in _standings(cases).items()}


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
    return _newest_checks([case]).get(case.pk)


def _newest_checks(cases: Sequence[Case]) -> dict[int, FurtherCheck]:
    """Return of each case the check that counts. Costs 1 query."""
    together = [case.submission_id for case in cases]
    checks = list(
        FurtherCheck.objects.filter(case__submission__in=together)
        .annotate(together=F("case__submission"))
        .order_by("at", "pk")
    )
    # The newest comes last, and stays.
    return {
        case.pk: one
        for one in checks
        for case in cases
        if one.together == case.submission_id
        and (one.case_id == case.pk or one.method != CheckMethod.WAIVED)
    }


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
    over what would go out. Costs 7 queries.
    """
    return _standings([case])[case.pk]


def _standings(cases: Sequence[Case]) -> dict[int, Standing]:
    """Return of each how sure we are who asks. Costs 7 queries, of no case none."""
    known = identity.known_of(cases)
    newest, wrong = _newest_checks(cases), _revoked(cases)
    return {
        case.pk: _standing(
            case, known[case.pk], newest.get(case.pk), wrong.get(case.pk)
        )
        for case in cases
    }


def _standing(
    case: Case, known: Known, newest: FurtherCheck | None, wrong_at: datetime | None
) -> Standing:
    wanted, shown = identity.needed_for(case, known), _shown(known, newest)
    verdict = first_refusal(
        _check_counts(newest, wrong_at),
        _is_enough(known, wanted, shown, newest),
    )
    return Standing(wanted, shown, newest, verdict)


def _shown(known: Known, newest: FurtherCheck | None) -> Level:
    if newest is not None and newest.passed and newest.method != CheckMethod.WAIVED:
        return SHOWS[CheckMethod(newest.method)]
    is_known = any(one.is_really_proved for one in known.proved)
    return Level.ADDRESS if is_known else Level.NONE


def _check_counts(newest: FurtherCheck | None, wrong_at: datetime | None) -> Verdict:
    if newest is not None and not newest.passed:
        return refuse("The newest check of who asks did not pass.")
    if wrong_at is not None and (newest is None or newest.at <= wrong_at):
        return refuse(
            "An answer of this case, or of what was asked together with it, went to "
            "the wrong person after the newest check. Check again who asks."
        )
    return ALLOWED


def _is_enough(
    known: Known, wanted: Needed, shown: Level, newest: FurtherCheck | None
) -> Verdict:
    if any(row.sign in DOUBTS for row in wanted.rows):
        return _settles_doubt(known, wanted, shown, newest)
    if shown >= wanted.level:
        return ALLOWED
    if newest is not None and newest.method == CheckMethod.WAIVED:
        return _waiver_fits(known)
    if wanted.level is Level.ADDRESS:
        return refuse("Nothing shows yet who asks.")
    return refuse(
        "Control of a mailbox is enough to ask, not to receive. Record one more check "
        f"that the mailbox cannot answer, or a waiver with its reason.{WHY}"
        f"{' '.join(row.words for row in wanted.rows)}"
    )


def _settles_doubt(
    known: Known, wanted: Needed, shown: Level, newest: FurtherCheck | None
) -> Verdict:
    """Whether the newest check came after the doubt, and shows what it needs."""
    since = max(one.decided_at for one in known.doubts)
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
    return _revoked([case]).get(case.pk)


def _revoked(cases: Sequence[Case]) -> dict[int, datetime]:
    """Return of each case when an answer last went wrong. Costs 1 query."""
    together = [case.submission_id for case in cases]
    events = CaseEvent.objects.filter(
        case__submission__in=together, kind=EventKind.PACKAGE_REVOKED
    ).order_by("recorded_at")
    # The last comes last, and stays.
    return {
        case.pk: at
        for pk, submission, why, at in list(
            events.values_list(
                "case_id", "case__submission_id", "facts__why", "recorded_at"
            )
        )
        for case in cases
        if pk == case.pk
        or (submission == case.submission_id and why == RevokedWhy.WRONG_PERSON)
    }


def _waiver_fits(known: Known) -> Verdict:
    """Whether what may go out is so little that no further check is needed.

    A current contact at the address on file, and nothing but the person's own contact
    data, preferences and ticket headings. Costs no query.
    """
    if known.has_owners_file:
        return refuse(
            "An owner's file is in this case; a waiver is not enough for that."
        )
    if identity.gives_set_apart(known):
        return refuse(
            "A row that was set apart goes out; a waiver is not enough for that."
        )
    beyond = [
        f"{one.system}.{one.dataset}"
        for one, dataset in identity.going_out(known)
        if not (dataset and rules.is_waivable(dataset))
    ]
    if beyond:
        return refuse(
            "The package would hold more than contact data, preferences and ticket "
            f"headings: {', '.join(beyond)}."
        )
    if not identity.is_on_file(known.found):
        return refuse(
            "The address that is proved stands in no contact record of ours that is "
            "surely the person's. Record a check."
        )
    return ALLOWED
