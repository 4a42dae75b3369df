"""How a request comes in: sent, repeated, proved, reminded, and at last let go.

A web request is received when *send* is pressed, whatever happens to the code (D11).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts import actions as accounts
from accounts.models import User
from accounts.states import CodePurpose
from lumina_privacy.lib.actor import STRANGER, Actor
from lumina_privacy.lib.subject_ref import (
    IdentifierKind,
    canonical,
)
from lumina_privacy.lib.throttle import Limit, hit
from lumina_privacy.lib.verdict import Refused, require
from requests_app import emails
from requests_app.actions import acknowledging, preserving, restriction
from requests_app.actions.projection import append, locked
from requests_app.actions.receiving import (
    as_compared,
    count_again,
    note_known,
    receive_once,
)
from requests_app.grounds import AuthorityEvidence
from requests_app.models import Case, Submission
from requests_app.policies import authority as authority_policies
from requests_app.policies import intake as policies
from requests_app.rules import Proof
from requests_app.states import (
    AT_ONCE,
    DATA_LEVEL,
    PROVED_LEVEL,
    CaseStatus,
    Channel,
    ContactMethod,
    EventKind,
    Right,
    WhoAsks,
)
from retention import actions as retention

SEND_PER_CLIENT: Final = Limit("filing-client", "20 per hour")
# Nobody floods a mailbox by stopping in its name; the stops themselves all count.
STOPPED_PER_ADDRESS: Final = Limit("filing-stopped-address", "5 per day")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a form that was sent; ``problem`` says why no code went out."""

    submission: Submission
    is_new: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who files for somebody else, and what they say of that person (decision D9).

    ``known_by`` is what the person is searched by, ``avoided`` where they must not be
    written to. Neither holds the agent's own address.
    """

    name: str
    email: str
    evidence: AuthorityEvidence
    scope: str
    known_by: tuple[tuple[str, str], ...]
    phone: str = ""
    reach: str = ""
    avoided: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filing:
    """What a person sends: how to reach them, and their answers in their words.

    ``rights`` is what they ask for: each becomes a case (decision E2). With an
    ``agent`` the addresses are where the person may be written to. ``noted_by`` is
    the colleague without an account who wrote it down (C35). Of ``day_alone`` nobody
    noted the time at which it came.
    """

    name: str
    email: str = ""
    phone: str = ""
    postal: str = ""
    answers: dict[str, object] = field(default_factory=dict)
    rights: tuple[Right, ...] = (Right.ACCESS,)
    agent: Agent | None = None
    noted_by: str = ""
    day_alone: bool = False

    def given(self) -> list[tuple[str, str]]:
        """Return what identifies the person, by kind, as it was typed."""
        if self.agent is not None:
            return list(self.agent.known_by)
        typed = [
            (IdentifierKind.EMAIL, self.email),
            (IdentifierKind.PHONE, self.phone),
            (IdentifierKind.POSTAL, self.postal),
        ]
        return [(kind, value.strip()) for kind, value in typed if value]

    def identifiers(self) -> list[tuple[str, str]]:
        """Return what identifies the person, by kind, as it is compared everywhere.

        Raises ValueError for a value that is not of its kind.
        """
        return [(kind, canonical(kind, value)) for kind, value in self.given()]

    def reached_at(self) -> dict[str, str]:
        """Return where the person may be reached, by the way of answering them."""
        set_aside = self.agent.avoided if self.agent else ()
        avoided = {(kind, canonical(kind, value)) for kind, value in set_aside}
        ways = {
            ContactMethod.EMAIL: (IdentifierKind.EMAIL, self.email),
            ContactMethod.PHONE: (IdentifierKind.PHONE, self.phone),
            ContactMethod.POST: (IdentifierKind.POSTAL, self.postal),
        }
        return {
            way: "" if not at.strip() or (kind, canonical(kind, at)) in avoided else at
            for way, (kind, at) in ways.items()
        }


def submit(filing: Filing, *, key: UUID, client: str, at: datetime) -> Receipt:
    """Take in what a visitor sent; it is received whatever becomes of the code (D11).

    The same form (the same ``key``) posted many times, also at once, is one submission
    with one case a right (C33). The code goes to the address in the form and nowhere
    else; nothing here depends on whether anybody is known under it. Raises Refused when
    a client sends too often: the words say how else to reach us. What only stops needs
    no code and is never refused (C33, C34); what is above the limit brings no mail.
    """
    known = count_again(key, by=STRANGER, at=at)
    if known is not None:
        return Receipt(known, is_new=False)
    require(policies.may_file(filing.rights))
    _require_agent(filing)
    within = hit(SEND_PER_CLIENT, client)
    only_stops = set(filing.rights) <= AT_ONCE
    if not within and not only_stops:
        raise Refused(accounts.THROTTLED)
    with transaction.atomic():
        submission, is_new = receive_once(
            filing, key=key, channel=Channel.WEB, received_at=at, by=STRANGER, at=at
        )
        if is_new and within and only_stops and _may_hear(submission):
            # Nothing waits for a code, so nothing later would tell the person.
            emails.acknowledgement(submission, at=at)
    if not is_new:
        return Receipt(submission, is_new=False)
    if only_stops:
        return Receipt(submission, is_new=True)
    try:
        send_code(submission, client=client, at=at)
    except Refused as refusal:
        return Receipt(submission, is_new=True, problem=str(refusal))
    return Receipt(submission, is_new=True)


def _may_hear(submission: Submission) -> bool:
    return hit(STOPPED_PER_ADDRESS, submission.address)


def count_repeat(submission: Submission, *, at: datetime) -> None:
    """Count that the same form came once more; it stays one request (C33)."""
    count_again(submission.idempotency_key, by=STRANGER, at=at)


def send_code(submission: Submission, *, client: str, at: datetime) -> None:
    """Send a fresh code to the submission's address.

    Raises Refused when too often, and when nothing waits for a code any more.
    """
    require(policies.may_go_on(submission))
    accounts.send_code(
        address=submission.sent_from,
        purpose=CodePurpose.FILE_REQUEST,
        about=submission.about,
        client=client,
        at=at,
    )


@transaction.atomic
def prove(
    submission: Submission, *, address: str, by: User, at: datetime
) -> Submission:
    """Let the cases of a submission into the queue: ``address`` was proved by a code.

    The received date stays that of the sending (D11). The acknowledgement is queued in
    the same transaction. Harmless when repeated. Raises Refused when the submission's
    address has become another one while the code was typed.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.proved_at is not None:
        return submission
    require(policies.may_prove(submission, address))
    # What an agent proves is their own address: nothing of the person's.
    let_in(
        submission,
        proved=[]
        if submission.for_another
        else [(IdentifierKind.EMAIL, submission.address)],
        proof=Proof.CODE,
        by=by.actor,
        at=at,
    )
    return submission


def let_in(
    submission: Submission,
    *,
    proved: list[tuple[str, str]],
    proof: Proof,
    by: Actor,
    at: datetime,
    known_by: str = "",
    is_known: bool = True,
    tells: bool = True,
) -> None:
    """Let the cases into the queue. ``is_known`` False: nothing shows who asks yet.

    What was written down of them is then searched by, and proves nothing (D2).
    ``tells`` False: their mailbox has had enough of us today.
    """
    submission.proved_at = at
    submission.save(update_fields=["proved_at"])
    for unlocked in submission.cases.order_by("pk"):
        case = locked(unlocked)
        level = PROVED_LEVEL if is_known else DATA_LEVEL
        note_known(case, proved, proof=proof, level=level, at=at)
        require(policies.may_be_let_in(case))
        if case.status in {CaseStatus.UNPROVED, CaseStatus.RECEIVED}:
            append(
                case,
                EventKind.ADDRESS_PROVED,
                happened_at=at,
                by=by,
                at=at,
                facts={
                    "proofs": [proof] if is_known else [],
                    **({} if is_known else _without_proof(case)),
                    **_by_agent(submission),
                },
                text=known_by,
            )
        if is_known and not submission.for_another:
            # Neither an agent's word nor a stranger's restricts anything until it is
            # known whose it is (D7, D9): staff restrict it then.
            restriction.restrict_objected(case, by=by, at=at)
        if case.hold is not None and case.is_open:
            if proved:
                known = [(kind, canonical(kind, given)) for kind, given in proved]
                retention.cover_only(case.hold, known, by=by, at=at)
            retention.confirm_hold(case.hold, by=by, at=at)
            preserving.confirm(case, by=by, at=at)
    if tells:
        acknowledging.acknowledge(submission, at=at)


def _without_proof(case: Case) -> dict[str, bool]:
    """Return that what stops at once needs no proof of who asks (decision C34)."""
    return {"needs_none": True} if case.right in AT_ONCE else {}


def _by_agent(submission: Submission) -> dict[str, bool]:
    return {"agent": True} if submission.for_another else {}


def identified_in(filing: Filing) -> list[tuple[str, str]]:
    """Return what identifies the person. Raises Refused for what is not of its kind."""
    return as_compared(filing.given())


def _require_agent(filing: Filing) -> None:
    """Refuse an agent who may not file for whom they name. Costs no query."""
    if filing.agent is None:
        return
    require(
        authority_policies.may_file_from(
            filing.agent.email, filing.identifiers(), reach=filing.email
        )
    )


@transaction.atomic
def take_in(
    filing: Filing,
    *,
    channel: Channel,
    received_at: datetime,
    who: WhoAsks,
    known_by: str = "",
    key: UUID,
    by: User,
    at: datetime,
) -> Submission:
    """Take in what came by letter, telephone or in person, at its true receipt (C36).

    ``known_by`` says how staff know who it is; it is kept with the case. Unless they
    know, no identifier counts as proved, and nothing is given or changed before a
    check. Raises Refused for a receipt in the future or a form that nothing
    identifies.
    """
    identified = identified_in(filing)
    require(
        policies.may_take_in(
            by,
            received_at=received_at,
            at=at,
            identified=bool(identified),
            rights=filing.rights,
            who=who,
            known_by=known_by,
        )
    )
    _require_agent(filing)
    submission, is_new = receive_once(
        filing, key=key, channel=channel, received_at=received_at, by=by.actor, at=at
    )
    if not is_new:
        return submission
    let_in(
        submission,
        proved=[] if filing.agent is not None else filing.given(),
        proof=Proof.STAFF,
        by=by.actor,
        at=at,
        known_by=known_by.strip(),
        is_known=who is WhoAsks.KNOWN and bool(known_by.strip()),
    )
    return submission
