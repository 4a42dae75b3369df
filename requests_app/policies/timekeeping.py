"""May something be asked of the person, and may a day move? In the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.clock import Reckoning, Standing, in_words
from requests_app.identity import LEAST
from requests_app.models import Case
from requests_app.policies import merging
from requests_app.policies.check import asks_nobody_twice
from requests_app.policies.common import is_open, works
from requests_app.states import AT_ONCE, CaseStatus, Channel, Right
from requests_app.timekeeping import (
    EXTENSION_GROUNDS,
    FEE_BASES,
    MOVING_FEE,
    Asked,
    Asking,
    Record,
)

# A letter does not lie about for longer before anybody writes it down.
OLDEST: Final = timedelta(days=730)
# They have clocks of their own, which nothing asked for moves.
_OTHER_CLOCKS: Final = frozenset({Right.COMPLAINT, Right.BREACH, Right.PASSED_ON})
# Until then the plain month runs, the strictest clock there is (decision C38).
_READ_FIRST: Final = "Read first what they ask for, and say it."
_AWAITED: Final[Mapping[Asked, str]] = {
    Asked.IDENTITY: "We asked who they are, and it is open.",
    Asked.AUTHORITY: "We asked for the authority to act, and it is open.",
    Asked.FEE: "A fee is charged and not paid.",
}
_ALREADY: Final[Mapping[Asked, str]] = {
    Asked.IDENTITY: "We have asked who they are already; what is asked for is open.",
    Asked.AUTHORITY: "We have asked for the authority already.",
    Asked.FEE: "A fee is charged already.",
}


def may_open_asking(
    case: Case, by: User, *, what: Asked, record: Record, today: date
) -> Verdict:
    """Whether ``by`` may begin to ask for ``what``.

    Costs no query; of who they are up to 2, of an authority 1.
    """
    if what is Asked.FEE and not by.may(Permission.CASE_CHARGE):
        return refuse("A fee is proposed by the Data Compliance Officer alone.")
    verdict = first_refusal(works(by, "Asking"), is_open(case), _can_be_asked(case))
    if not verdict:
        return verdict
    if what is Asked.CLARIFICATION:
        verdict = _pauses(case, today=today)
        if not verdict:
            return verdict
    is_waiting = any(one.what is what and one.is_open for one in record.askings)
    if is_waiting and what in _ALREADY:
        return refuse(_ALREADY[what])
    if what is Asked.AUTHORITY:
        return _somebody_acts(case)
    return asks_nobody_twice(case) if what is Asked.IDENTITY else ALLOWED


def _somebody_acts(case: Case) -> Verdict:
    """Whether an agent asked, and can be asked for it. Costs up to 2 queries.

    What the person asked themselves starts its month by itself (Article 12A(2)(a)):
    that somebody else says they act for them moves no day of theirs.
    """
    if not case.submission.for_another:
        return refuse(
            "The person asked themselves: their request waits for nobody’s authority. "
            "Write a message to whoever says that they act."
        )
    acting = case.newest_authority()
    if acting is None or acting.revoked_at is not None:
        return refuse("Record first who acts for the person, and how they are reached.")
    if not acting.agent_email and not acting.agent_reach.strip():
        return refuse("Record first how whoever acts for the person is reached.")
    return ALLOWED


def _can_be_asked(case: Case) -> Verdict:
    if case.status == CaseStatus.UNPROVED:
        return refuse("The address is not proved yet; nobody is asked there.")
    if case.status == CaseStatus.DECIDED:
        return refuse("The case is decided. Reopen the review first.")
    if case.right in AT_ONCE:
        return refuse("This is done at once; nothing may be asked first.")
    if case.right in _OTHER_CLOCKS:
        return refuse("A case of this kind asks by message.")
    if case.right == Right.NOT_YET_KNOWN:
        return refuse(_READ_FIRST)
    return ALLOWED


def _pauses(case: Case, *, today: date) -> Verdict:
    """Whether a question would make the clock wait (UK GDPR Article 12A(5))."""
    if case.right != Right.ACCESS:
        return refuse(
            "Only a request for a copy of the data waits for an answer (UK GDPR "
            "Article 12A(5))."
        )
    if is_over(case, today=today):
        return refuse("The last day is past: a question pauses nothing any more.")
    return ALLOWED


def is_over(case: Case, *, today: date) -> bool:
    """Whether the last day is past: what is asked from now on moves no day."""
    return case.due_on is not None and today > case.due_on


def nothing_awaited(record: Record) -> Verdict:
    """Whether nothing is open that decides who may have the data (Article 12(6)).

    Nor a fee without which we said that we would not begin (C18). A question may stay
    open: what does not hang on it is given meanwhile. Costs no query.
    """
    for asking in record.askings:
        is_free = asking.what is Asked.FEE and asking.basis != MOVING_FEE
        if asking.is_open and asking.what is not Asked.CLARIFICATION and not is_free:
            return refuse(
                f"{_AWAITED[asking.what]} Record that it came, or that it is not "
                "needed any more."
            )
    return ALLOWED


def may_ask(
    case: Case,
    by: User,
    *,
    what: Asked,
    record: Record,
    reason: str,
    needed: str,
    basis: str,
    today: date,
) -> Verdict:
    """Whether ``by`` may ask for ``needed``, for ``reason`` (C2, C46).

    ``basis``: of a fee the provision, of an identity the least that settles the doubt.
    Costs 1 query for an authority.
    """
    verdict = may_open_asking(case, by, what=what, record=record, today=today)
    if not verdict:
        return verdict
    if not reason.strip():
        return refuse(
            "Write the doubt: without a reasonable one nothing may be asked (UK GDPR "
            "Article 12(6))."
            if what is Asked.IDENTITY
            else "Write why it is needed."
        )
    if not needed.strip():
        return refuse("Write what is needed, and no more than that.")
    if what is Asked.IDENTITY and basis not in {"", *LEAST}:
        return refuse("Choose the least that settles the doubt.")
    return _may_charge(case, basis, today=today) if what is Asked.FEE else ALLOWED


def _may_charge(case: Case, basis: str, *, today: date) -> Verdict:
    if basis not in FEE_BASES:
        return refuse("Choose the provision that lets us charge.")
    has_begun = case.status != CaseStatus.RECEIVED or is_over(case, today=today)
    if basis == MOVING_FEE and has_begun:
        return refuse("A fee that the clock waits for is charged before the work.")
    return ALLOWED


def may_end_asking(case: Case, by: User, asking: Asking) -> Verdict:
    """Whether ``by`` may record that what was asked for came, or is dropped."""
    verdict = first_refusal(works(by, "Recording what came"), is_open(case))
    if not verdict:
        return verdict
    if asking.dropped:
        return refuse("That is not asked for any more.")
    if asking.got_at is not None:
        return refuse(f"It came on {in_words(london_day(asking.got_at))}.")
    return ALLOWED


def may_receive(
    case: Case, by: User, asking: Asking, *, came_at: datetime, at: datetime
) -> Verdict:
    """Whether what was asked for may have come at ``came_at``."""
    verdict = may_end_asking(case, by, asking)
    if not verdict:
        return verdict
    if came_at > at:
        return refuse("It cannot have come in the future.")
    if london_day(came_at) < london_day(asking.decided_at):
        return refuse("It cannot have come before it was asked for.")
    return ALLOWED


def may_open_no_answer(
    case: Case, by: User, asking: Asking, *, message: int
) -> Verdict:
    """Whether the message of event ``message`` may be called no answer. No query.

    Also once another was taken as the answer: the safe day goes by the first that came.
    """
    verdict = first_refusal(works(by, "Recording what came"), is_open(case))
    if not verdict:
        return verdict
    if asking.dropped:
        return refuse("That is not asked for any more.")
    if message not in asking.messages:
        return refuse("That message does not count as an answer to what was asked.")
    return ALLOWED


def may_be_no_answer(
    case: Case, by: User, asking: Asking, *, message: int, reason: str
) -> Verdict:
    """Whether it may be called no answer for ``reason``. No query."""
    verdict = may_open_no_answer(case, by, asking, message=message)
    if verdict and not reason.strip():
        return refuse("Write why it does not answer what was asked.")
    return verdict


def may_open_extension(
    case: Case, by: User, *, record: Record, reckoning: Reckoning, today: date
) -> Verdict:
    """Whether the period may still be extended, by ``by``. Costs no query.

    Once, and told with its reasons before the first period ends (Article 12A(3), (4)).
    """
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Extending is for a decider.")
    verdict = first_refusal(is_open(case), _has_a_longer_period(case))
    if not verdict:
        return verdict
    extension = record.extension
    if extension is not None and not extension.returned:
        return refuse("The period is extended once; that has been done.")
    if reckoning.standing is Standing.NOT_STARTED:
        return refuse("The period has not started; there is nothing to extend.")
    last = reckoning.extension_notice_by
    if last is not None and today > last:
        return refuse(
            f"The last day to tell the person was {in_words(last)}. A late notice "
            "extends nothing (UK GDPR Article 12A(4))."
        )
    return ALLOWED


def _has_a_longer_period(case: Case) -> Verdict:
    if case.right in AT_ONCE:
        return refuse("This is done at once; there is no longer period for it.")
    if case.right == Right.NOT_YET_KNOWN:
        return refuse(_READ_FIRST)
    if case.right in _OTHER_CLOCKS:
        return refuse("The law gives no longer period for a case of this kind.")
    if case.status == CaseStatus.UNPROVED:
        return refuse("The address is not proved yet; nobody can be told there.")
    return ALLOWED


def may_extend(
    case: Case,
    by: User,
    *,
    record: Record,
    reckoning: Reckoning,
    ground: str,
    reason: str,
    today: date,
) -> Verdict:
    """Whether the period may be extended on ``ground``, for ``reason``. No query."""
    verdict = may_open_extension(
        case, by, record=record, reckoning=reckoning, today=today
    )
    if not verdict:
        return verdict
    if ground not in {one.code for one in EXTENSION_GROUNDS}:
        return refuse("Choose one of the two grounds of the law.")
    if not reason.strip():
        return refuse("Write the reasons: without them a notice extends nothing.")
    return ALLOWED


def may_open_correction(case: Case, by: User) -> Verdict:
    """Whether the day of receipt may be corrected (decision C38)."""
    # What was merged goes on in another case, whose day it may move (C33).
    verdict = first_refusal(works(by, "Correcting"), is_open(case.goes_on()))
    if not verdict:
        return verdict
    if case.submission.channel == Channel.WEB:
        return refuse("This site noted itself when the request was sent.")
    if case.right == Right.BREACH:
        return refuse("A breach has no receipt.")
    return ALLOWED


def may_correct_receipt(case: Case, by: User, *, reason: str) -> Verdict:
    """Whether the day of receipt may be corrected for ``reason``."""
    verdict = may_open_correction(case, by)
    if verdict and not reason.strip():
        return refuse("Write who said so, and how you know.")
    return verdict


def may_have_come(
    case: Case, *, record: Record, received_at: datetime, at: datetime
) -> Verdict:
    """Whether the request of ``case`` may have come then; asked of its siblings too."""
    if received_at > at:
        return refuse("A request cannot be received in the future.")
    if received_at == record.received_at:
        return refuse("That is when it came already.")
    if received_at > case.submission.recorded_at:
        return refuse("It cannot have come after it was written down here.")
    if received_at < case.submission.recorded_at - OLDEST:
        return refuse("That is years before it was written down. Look at the year.")
    return first_refusal(
        came_before_asking(record, received_at),
        merging.may_be_received(case, received_at),
    )


def came_before_asking(record: Record, received_at: datetime) -> Verdict:
    """Whether nothing was asked of the person before ``received_at``."""
    asked = [london_day(one.decided_at) for one in record.askings]
    if asked and london_day(received_at) > min(asked):
        return refuse(
            f"The person was asked something on {in_words(min(asked))} already; the "
            "request cannot have come later."
        )
    return ALLOWED
