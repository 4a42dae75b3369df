"""Whether a request may be taken in, corrected, let go, withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import Case, Submission
from requests_app.policies.common import is_open, works, wrote
from requests_app.policies.timekeeping import OLDEST
from requests_app.states import AT_ONCE, FILED, CaseStatus, Right, WhoAsks

TRAY_DAYS: Final = 28
# Of these staff need not say how they know who it is, or that they do not.
_NO_NEED: Final = AT_ONCE | {Right.NOT_YET_KNOWN}
# Of a day longer ago than ``OLDEST``: that is a slip of the pen.
YEARS_AGO: Final = "That is years before today. Look at the year."


def may_file(rights: Collection[Right]) -> Verdict:
    """Whether a person may ask for all of ``rights`` at once: any that are theirs."""
    if not rights:
        return refuse("Choose at least one thing to ask for.")
    if not set(rights) <= set(FILED):
        return refuse("One of these is not asked for in this way.")
    return ALLOWED


def may_be_let_in(case: Case) -> Verdict:
    """Whether proof of its sender may let a case into the queue."""
    if case.status == CaseStatus.LAPSED:
        return refuse("This request was closed in the meantime. Send it again.")
    return ALLOWED


def may_go_on(submission: Submission) -> Verdict:
    """Whether something of a submission waits for its sender, in words for them.

    What stopped at once waits for nobody, and stands in nobody's way (C34). Costs 1
    query.
    """
    waiting = submission.cases.exclude(right__in=AT_ONCE).order_by("pk")
    ended = [case.closed_at for case in waiting if case.closed_at is not None]
    if not ended or len(ended) < len(waiting):
        return ALLOWED
    return refuse(
        f"This request was closed on {london_day(max(ended)):%-d %B %Y}. Send it "
        "again; it takes a minute."
    )


def may_correct_address(submission: Submission) -> Verdict:
    """Whether the address of a submission may still be corrected by its sender."""
    if submission.proved_at is not None:
        return refuse("The address has been proved; write to us to change it.")
    return may_go_on(submission)


def may_prove(submission: Submission, address: str) -> Verdict:
    """Whether a code sent to ``address`` proves this submission."""
    if submission.sent_from != address:
        return refuse("The address was changed in the meantime. Ask for a new code.")
    return may_go_on(submission)


def may_take_in(
    by: User,
    *,
    received_at: datetime,
    at: datetime,
    identified: bool,
    rights: Collection[Right],
    who: WhoAsks,
    known_by: str,
) -> Verdict:
    """Whether staff may record a request that came another way.

    Any way of asking is good, and no form may be demanded (UK GDPR Article 12(2)).
    What stops at once needs no proof of who asks (decision C34). Of whom staff do not
    know yet it is taken in all the same, and checked before anything is given or
    changed. Of what nobody has read the receipt is all that is needed: an envelope may
    name nobody. ``known_by``: how staff know who it is, if they do.
    """
    is_unread = set(rights) == {Right.NOT_YET_KNOWN}
    asked = ALLOWED if is_unread else may_file(rights)
    if not asked:
        return asked
    if not by.may(Permission.CASE_WORK):
        return refuse("Taking in is for the people who work cases.")
    if not (came := may_have_come(received_at, at=at)):
        return came
    if not identified and not is_unread:
        return refuse("Give at least one of address, telephone and e-mail.")
    is_said = who is WhoAsks.NOT_YET_KNOWN or (
        who is WhoAsks.KNOWN and bool(known_by.strip())
    )
    if not is_said and not set(rights) <= _NO_NEED:
        return refuse("Say how we know who it is, or that we do not know yet.")
    return ALLOWED


def may_have_come(received_at: datetime, *, at: datetime) -> Verdict:
    """Whether something that is written down now can have come then."""
    if received_at > at:
        return refuse("A request cannot be received in the future.")
    return refuse(YEARS_AGO) if received_at < at - OLDEST else ALLOWED


def may_open_reading(case: Case, by: User) -> Verdict:
    """Whether ``by`` may say what a request asks for that nobody has read (C38)."""
    verdict = first_refusal(works(by, "Reading"), is_open(case))
    if verdict and case.right != Right.NOT_YET_KNOWN:
        return refuse("It is known what this request asks for.")
    return verdict


def may_read(
    case: Case, by: User, *, rights: Collection[Right], reason: str
) -> Verdict:
    """Whether it asks for ``rights``, or complains. Costs up to 2 queries."""
    asked = set(rights) - {Right.COMPLAINT}
    verdict = first_refusal(
        may_open_reading(case, by),
        ALLOWED if rights and not asked else may_file(asked),
        wrote(reason, "Write in which words they ask for it."),
    )
    if not verdict:
        return verdict
    if asked and not case.proved.exists():
        return refuse(
            "Nothing is noted by which the person is known. Note it on the page of the "
            "case first; ask them for it if their letter names nothing."
        )
    if Right.COMPLAINT in rights and case.authorities.exists():
        return refuse(
            "Somebody acts for the person: take the complaint in on its own page, with "
            "the same day and for whom it is made, and say here what else they ask for."
        )
    if len(set(rights)) > 1 and case.authorities.exists():
        return refuse(
            "Somebody acts for the person: say one thing here, and take in the others "
            "as a request of theirs that came on the same day."
        )
    return verdict


def may_close_unread(case: Case, by: User, *, reason: str) -> Verdict:
    """Whether ``by`` may close a request because it asks for nothing."""
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Closing what asks for nothing is for a decider.")
    return first_refusal(
        may_open_reading(case, by),
        wrote(reason, "Write why. The person will read this."),
    )


def may_let_lapse(case: Case, by: User, *, today: date) -> Verdict:
    """Whether an unproved case may be closed: after four weeks, by a person (D11)."""
    if not by.may(Permission.CASE_WORK):
        return refuse("Closing is for the people who work cases.")
    if case.status != CaseStatus.UNPROVED:
        return refuse("The case is not in the tray any more.")
    first = london_day(case.submission.received_at) + timedelta(days=TRAY_DAYS)
    if today < first:
        return refuse(f"It may be closed from {first:%-d %B %Y} on.")
    return ALLOWED


def may_withdraw(case: Case) -> Verdict:
    """Whether the person may withdraw: at any time while the case is open."""
    if not case.is_open:
        return refuse("The case is closed already.")
    if case.right in AT_ONCE:
        return refuse("It is done already: nothing is left to withdraw.")
    if case.right == Right.PASSED_ON:
        return refuse("Only the customer takes back what they passed to us.")
    return ALLOWED
