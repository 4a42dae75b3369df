"""At which mailboxes an answer can be fetched, and where a wrong one was (D9, C40).

An address stands in several tables: as the person's, as an agent's, as where a link
went. Who fetches is asked of all of them, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from lumina_privacy.lib.subject_ref import IdentifierKind, canonical_email
from requests_app.grounds import AnswerGoesTo
from requests_app.models.authority import Authority, AvoidedAddress
from requests_app.models.case import Case, CaseEvent, Submission
from requests_app.models.confirming import AuthorityLink
from requests_app.models.proved import ASTRAY, ProvedIdentifier
from requests_app.states import EventKind, RevokedWhy


def can_be_told(sent: Submission) -> bool:
    """Whether whoever sent it is reached at all: an envelope may name nobody."""
    return bool(sent.address or sent.phone or sent.postal.strip())


def receiving_in(case: Case, *, today: date) -> frozenset[str]:
    """Return who can fetch the answer of ``case`` on ``today``. Costs up to 8 queries.

    The agent, where the decider chose so; else the person. Nobody who read at one of
    these when an answer went to the wrong person.
    """
    agent = getting_in(case, today=today)
    if agent is not None:
        return _canonical([agent.agent_email]) - wrong_in(case)
    return persons_in(case) - wrong_in(case)


def getting_in(case: Case, *, today: date) -> Authority | None:
    """Return the agent who gets the answer on ``today``; None: the person. 1 query."""
    newest = case.newest_authority()
    return newest if newest is not None and newest.gets_letters(today) else None


def choosable_in(case: Case) -> frozenset[str]:
    """Return at which mailboxes a download may be fetched once it is decided.

    Where somebody acts whose authority is not judged yet, theirs is among them. Costs 3
    queries.
    """
    newest = case.newest_authority()
    if newest is None or newest.revoked_at is not None:
        return persons_in(case)
    agents = _canonical([newest.agent_email])
    chosen = newest.verified and newest.goes_to == AnswerGoesTo.AGENT
    return agents if chosen else agents | persons_in(case)


def persons_in(case: Case) -> frozenset[str]:
    """Return the mailboxes of the person at which an answer is fetched. 2 queries.

    What they proved; of a request that an agent filed, also where the person is written
    to (ADR 18). None that they asked us not to use.
    """
    proved = case.proved.really_proved().filter(kind=IdentifierKind.EMAIL)
    avoided = AvoidedAddress.objects.filter(
        submission=case.submission_id, kind=IdentifierKind.EMAIL
    )
    return _canonical(
        [*(one.value for one in proved), *_written_to(case.submission)]
    ) - _canonical(one.value for one in avoided)


def wrong_in(case: Case) -> frozenset[str]:
    """Return the mailboxes that could fetch when an answer went to the wrong person.

    Of all that was asked together, whatever table they stand in, and whether or not
    they are proved once more. Paper that went astray was in no mailbox. Costs 1 query,
    or 5.
    """
    together = case.submission_id
    last = (
        CaseEvent.objects.filter(
            case__submission=together,
            kind=EventKind.PACKAGE_REVOKED,
            facts__why=RevokedWhy.WRONG_PERSON,
        )
        .exclude(ASTRAY)
        .order_by("-recorded_at")
        .first()
    )
    return frozenset() if last is None else _known_by(case, last.recorded_at)


def _known_by(case: Case, at: datetime) -> frozenset[str]:
    together = case.submission_id
    proved = ProvedIdentifier.objects.really_proved().filter(
        case__submission=together, kind=IdentifierKind.EMAIL, at__lte=at
    )
    agents = Authority.objects.filter(case__submission=together, recorded_at__lte=at)
    # They opened the answer once, and may have been who fetched it.
    confirmed = AuthorityLink.objects.filter(
        authority__case__submission=together, confirmed=True, answered_at__lte=at
    )
    return _canonical(
        [
            *(one.value for one in proved),
            *_written_to(case.submission),
            *(one.agent_email for one in agents),
            *(one.email for one in confirmed),
        ]
    )


def _written_to(sent: Submission) -> tuple[str, ...]:
    return (sent.address,) if sent.for_another else ()


def _canonical(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(canonical_email(one) for one in addresses if one)
