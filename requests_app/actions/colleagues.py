"""What colleagues without an account write down, by a link of their team (C35).

The link only takes in. What it takes in is treated as what staff take in of somebody
whom they do not know: a stop is in force at once, and a request waits to be read.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.crypto import keyed_hash, ref_keys
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.throttle import Limit, hit
from lumina_privacy.lib.verdict import Refused, require
from requests_app.actions import thread
from requests_app.actions.incoming import Attached, Terms, keep
from requests_app.actions.intake import (
    STOPPED_PER_ADDRESS,
    Filing,
    identified_in,
    let_in,
)
from requests_app.actions.receiving import count_again, receive_once
from requests_app.models import ColleagueLink, Submission
from requests_app.policies import colleagues as policies
from requests_app.queries.confirming import link_hash
from requests_app.rules import Proof
from requests_app.states import Channel, MessageFrom, Right
from vault import actions as vault

# A busy reception stays far below it; a link in the wrong hands does not get far.
PER_LINK: Final = Limit("colleague-link", "60 per hour")
# Nobody floods a mailbox by passing on in its name; the requests themselves all count.
NOTED_PER_ADDRESS: Final = Limit("colleague-noted-address", "5 per day")
TOO_MANY: Final = (
    "More was written down by this link than one team writes in an hour. Call the Data "
    "Compliance Officer with it now: it counts from when it was said."
)
TERMS: Final = Terms(
    most_mb=10,
    too_large=(
        "“{name}” is larger than {most} MB. Pass the rest on without it, and keep it "
        "for the Data Compliance Officer."
    ),
    no_room=(
        "“{name}” does not fit at the moment: our storage is full. Pass the rest on "
        "without it, and keep it for the Data Compliance Officer."
    ),
)
_USE: Final = "colleague-link"
_STOPS: Final = (Right.OBJECTION_DIRECT_MARKETING,)
_UNREAD: Final = (Right.NOT_YET_KNOWN,)


@transaction.atomic
def make(*, team: str, by: User, at: datetime, form: UUID | None = None) -> str:
    """Return the address of a new link for a team. It is shown once, and kept hashed.

    Others of the same team go on working. The same ``form`` is one link, however often
    it is sent: a page that is loaded again makes no second one.
    """
    require(policies.may_make(by, team=team))
    token = _token(team.strip(), by, form)
    link, is_made = ColleagueLink.objects.get_or_create(
        token_hash=link_hash(token),
        defaults={"team": team.strip(), "made_by": str(by.actor), "made_at": at},
    )
    if is_made:
        audit.record("colleagues.link.made", about=link.about, by=by.actor, at=at)
    elif link.revoked_at:
        raise Refused("This link was made before, and is ended. Make another one.")
    return settings.LUMINA_ORIGIN + reverse("colleague-page", args=[token])


def _token(team: str, by: User, form: UUID | None) -> str:
    """Return the secret of a link: of a form it is the same, and nobody else's."""
    if form is None:
        return secrets.token_urlsafe(32)
    return keyed_hash(ref_keys().newest[1], _USE, str(by.actor), str(form), team)


@transaction.atomic
def revoke(link: ColleagueLink, *, by: User, at: datetime) -> ColleagueLink:
    """End a link at once; what came in by it stays. Raises Refused once it has."""
    link = _locked(link)
    require(policies.may_revoke(link, by))
    link.revoked_at, link.revoked_by = at, str(by.actor)
    link.save(update_fields=["revoked_at", "revoked_by"])
    audit.record("colleagues.link.revoked", about=link.about, by=by.actor, at=at)
    return link


@transaction.atomic
def note_stop(
    link: ColleagueLink,
    filing: Filing,
    *,
    channel: Channel,
    received_at: datetime,
    key: UUID,
    at: datetime,
) -> Submission:
    """Stop all marketing to whom a colleague names, at once and without proof (C34).

    In force from when it was said. The same form (the same ``key``) is one stop. Never
    refused for being one of many (C33): what is above the limit brings no mail.
    """
    link, filing = _locked(link), replace(filing, rights=_STOPS)
    identified = bool(identified_in(filing))
    require(
        policies.may_note_stop(
            link, identified=identified, received_at=received_at, at=at
        )
    )
    submission, is_new = receive_once(
        filing, key=key, channel=channel, received_at=received_at, by=link.actor, at=at
    )
    if not is_new:
        _require_same(submission, filing)
        return submission
    _count(link, "stop", at=at)
    if hit(PER_LINK, link.about) and _may_hear(submission, STOPPED_PER_ADDRESS):
        _let_in(submission, filing, link, at=at)
    return submission


def note_request(
    link: ColleagueLink,
    filing: Filing,
    *,
    channel: Channel,
    received_at: datetime,
    key: UUID,
    at: datetime,
    file: Attached | None = None,
) -> Submission:
    """Pass on that somebody asked something about their data; nobody has read it yet.

    The month runs from ``received_at``: what reached any of us reached us (UK GDPR
    Article 12(3)). The same form is one request. Raises Refused when too many come, and
    for a ``file`` that is not what its name says, too large or harmful; nothing is kept
    then.
    """
    filing = replace(filing, rights=_UNREAD)
    identified_in(filing)  # refuses what is not of its kind, before a file is kept
    _require_request(link, filing, received_at=received_at, at=at)
    known = count_again(key, by=link.actor, at=at)
    if known is not None:
        _require_same(known, filing)
        return known
    if not hit(PER_LINK, link.about):
        raise Refused(TOO_MANY)
    kept: list[UUID] = []
    if file is not None:
        kept.append(keep(file, TERMS, about=link.about, by=link.actor, at=at))
    try:
        submission, is_new = _pass_on(
            link,
            filing,
            channel=channel,
            received_at=received_at,
            key=key,
            at=at,
            kept=kept,
        )
    except Refused:
        _destroy(kept, link, at=at)
        raise
    if not is_new:
        _destroy(kept, link, at=at)
    return submission


@transaction.atomic
def _pass_on(
    link: ColleagueLink,
    filing: Filing,
    *,
    channel: Channel,
    received_at: datetime,
    key: UUID,
    at: datetime,
    kept: list[UUID],
) -> tuple[Submission, bool]:
    """Receive a request; what came with it is in the thread, for staff to read."""
    link = _locked(link)
    _require_request(link, filing, received_at=received_at, at=at)
    submission, is_new = receive_once(
        filing, key=key, channel=channel, received_at=received_at, by=link.actor, at=at
    )
    if not is_new:
        _require_same(submission, filing)
        return submission, False
    _count(link, "request", at=at)
    tells = _may_hear(submission, NOTED_PER_ADDRESS)
    _let_in(submission, filing, link, at=at, tells=tells)
    if kept:
        thread.write(
            submission.cases.get(),
            MessageFrom.PERSON,
            "",
            token=key,
            by=link.actor,
            at=at,
            files=kept,
        )
    return submission, True


def _require_same(known: Submission, filing: Filing) -> None:
    require(
        policies.may_come_again(
            known,
            name=filing.name,
            email=canonical_email(filing.email) if filing.email else "",
            phone=filing.phone,
            postal=filing.postal,
            answers=filing.answers,
        )
    )


def _require_request(
    link: ColleagueLink, filing: Filing, *, received_at: datetime, at: datetime
) -> None:
    words = str(filing.answers.get("words", ""))
    require(
        policies.may_note_request(link, words=words, received_at=received_at, at=at)
    )


def _destroy(kept: list[UUID], link: ColleagueLink, *, at: datetime) -> None:
    """Let go what was kept for a form that came a second time, or was refused."""
    for file_id in kept:
        vault.destroy(file_id, reason="not-sent", by=link.actor, at=at)


def _let_in(
    submission: Submission,
    filing: Filing,
    link: ColleagueLink,
    *,
    at: datetime,
    tells: bool = True,
) -> None:
    """Let it into the queue, with an acknowledgement; nothing shows who asks (D2)."""
    let_in(
        submission,
        proved=filing.given(),
        proof=Proof.STAFF,
        by=link.actor,
        at=at,
        is_known=False,
        tells=tells,
    )


def _may_hear(submission: Submission, limit: Limit) -> bool:
    address = submission.address
    return not address or hit(limit, address)


def _count(link: ColleagueLink, what: str, *, at: datetime) -> None:
    """Count a use of a locked link: how often, and on which day it was last."""
    link.uses, link.used_on = link.uses + 1, london_day(at)
    link.save(update_fields=["uses", "used_on"])
    audit.record(
        "colleagues.link.used",
        about=link.about,
        by=link.actor,
        at=at,
        details={"what": what},
    )


def _locked(link: ColleagueLink) -> ColleagueLink:
    """Return the link, read again: it may have been ended while the form was open."""
    return ColleagueLink.objects.select_for_update().get(pk=link.pk)
