"""Who may show who they are, who may look, and when what was shown is deleted (D9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from accounts.models import User
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.clock import in_words
from requests_app.identity import KEPT_DAYS, EvidenceGone
from requests_app.models import Case, FurtherCheck, IdentityEvidence
from requests_app.policies.common import is_open, works
from requests_app.states import CheckMethod
from requests_app.timekeeping import Asked, Asking, Record

MOST_AT_ONCE: Final = 6
# A check by these has looked at what was shown: the question is decided either way.
_LOOKED: Final = frozenset({CheckMethod.DOCUMENT, CheckMethod.PHOTO})


def open_question(record: Record) -> Asking | None:
    """Return the open request to show who they are, or None. Costs no query."""
    return next(
        (one for one in record.askings if one.what is Asked.IDENTITY and one.is_open),
        None,
    )


def may_show(case: Case, record: Record) -> Verdict:
    """Whether something may be shown now: only what we asked for, while we ask."""
    verdict = is_open(case)
    if not verdict:
        return verdict
    if open_question(record) is None:
        return refuse("We have not asked who you are, so please send nothing of it.")
    return ALLOWED


def may_add(case: Case, by: User, record: Record) -> Verdict:
    """Whether ``by`` may add what came by post or mail."""
    verdict = first_refusal(works(by, "Adding what shows an identity"), is_open(case))
    if verdict and open_question(record) is None:
        return refuse("Nothing is asked of who they are, so nothing of it is kept.")
    return verdict


def may_look(evidence: IdentityEvidence, by: User) -> Verdict:
    """Whether ``by`` may look at what was shown."""
    verdict = works(by, "Looking at what shows an identity")
    if not verdict:
        return verdict
    if evidence.gone_at is not None:
        return refuse("It is deleted: what shows an identity is not kept.")
    if evidence.with_message:
        return refuse("It came with a message. Open it there.")
    if not evidence.is_ready:
        return refuse("It waits for the virus scanner. Nothing opens it before.")
    return ALLOWED


def may_decide(case: Case, by: User, *, seen: bool, reason: str) -> Verdict:
    """Whether ``by`` may say whether what was shown is enough."""
    verdict = may_open_decision(case, by, seen=seen)
    if verdict and not reason.strip():
        return refuse("Write what you saw, and why it is enough or not.")
    return verdict


def may_open_decision(case: Case, by: User, *, seen: bool) -> Verdict:
    """Whether it is for ``by`` to say, who has looked at all of it."""
    verdict = first_refusal(works(by, "Deciding who asks"), is_open(case))
    if verdict and not seen:
        return refuse("Look at everything that was shown first.")
    return verdict


def may_be_complete(
    asking: Asking, *, came_at: datetime, last_at: datetime, reason: str
) -> Verdict:
    """Whether all that was asked for came at ``came_at``: at first, or for a reason.

    ``last_at``: when something was shown last. What the month starts on is never later
    than what came, nor later than the first of it for nothing (Art 12A(2)(b)).
    """
    if asking.shown_at is None:
        raise ValueError("nothing was shown")
    first, day = london_day(asking.shown_at), london_day(came_at)
    if day > london_day(last_at):
        return refuse(
            f"Nothing was shown after {in_words(london_day(last_at))}, so it was "
            "complete by then."
        )
    if day > first and not reason.strip():
        return refuse(
            f"Something was shown on {in_words(first)}. Write what was missing of it, "
            "or leave that day."
        )
    return ALLOWED


def settles(check: FurtherCheck) -> bool:
    """Whether a check decides the question, so that what was shown goes (D9)."""
    return check.passed or CheckMethod(check.method) in _LOOKED


def gone_for(
    evidence: IdentityEvidence, case: Case, record: Record, *, today: date
) -> EvidenceGone | None:
    """Return why what was shown is deleted today; None while it is still needed."""
    if not case.is_open:
        return EvidenceGone.CLOSED
    asking = record.asking(evidence.asked)
    if asking is None or asking.dropped:
        return EvidenceGone.NOT_NEEDED
    if london_day(evidence.given_at) + KEPT_DAYS <= today:
        return EvidenceGone.THIRTY_DAYS
    return None
