"""The one acknowledgement of a submission: by mail, else a letter to be posted (E2)."""

from __future__ import annotations

from datetime import datetime

from requests_app import emails
from requests_app.actions import letters
from requests_app.models import Case, Submission
from requests_app.models.reached import can_be_told
from requests_app.queries import addresses
from requests_app.queries.addresses import Addressee
from requests_app.states import AT_ONCE, EventKind, LetterKind


def acknowledge(submission: Submission, *, at: datetime) -> None:
    """Write to who filed it, by mail; or a letter of the first case.

    A letter without an address by mail, and to whoever wants their letters by post.

    It names every case of the submission, waits to be printed and posted like any
    letter, and is read out to whoever has only a telephone. What only stops and came
    without a postal address is confirmed by its own act alone.
    """
    if submission.sent_from and not _goes_by_post(submission):
        emails.acknowledgement(submission, at=at)
        return
    meant = _meant(submission)
    if meant is None:
        return
    case, to = meant
    letters.send(
        case,
        case.events.filter(kind=EventKind.REQUEST_RECEIVED).latest("seq"),
        LetterKind.ACKNOWLEDGEMENT,
        emails.acknowledged(submission, with_pages=False, at=at),
        by=letters.CLERK,
        at=at,
        to=to,
    )


def _goes_by_post(submission: Submission) -> bool:
    if submission.for_another:
        return False
    first = submission.cases.order_by("pk").first()
    return first is not None and not addresses.person_of(first).mailbox


def _meant(submission: Submission) -> tuple[Case, Addressee] | None:
    """Return who filed it, where they are reached, and the case that keeps the letter.

    An agent, where one filed it: their own way of being reached stands in a case.
    """
    cases = list(submission.cases.order_by("pk"))
    if submission.for_another:
        acted = ((case, addresses.acting_in(case)) for case in cases)
        return next(
            ((case, addresses.agent_of(one)) for case, one in acted if one), None
        )
    only_stops = all(case.right in AT_ONCE for case in cases)
    if only_stops and not submission.postal.strip():
        return None
    if not can_be_told(submission):
        return None
    return cases[0], addresses.person_of(cases[0])
