"""Ask the person, where there is doubt, whether somebody acts for them (D9).

Nothing of the case stands on the page, and nothing is disclosed to the agent before.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.actor import Actor, ActorKind
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import (
    IdentifierKind,
    canonical_email,
    subject_ref,
)
from lumina_privacy.lib.verdict import Refused, require
from requests_app import emails
from requests_app.actions import authority as authorities
from requests_app.actions import disposal, letters
from requests_app.actions.projection import append, locked
from requests_app.models import Authority, AuthorityLink, Case
from requests_app.policies import confirming as policies
from requests_app.queries.addresses import agent_of
from requests_app.queries.confirming import link_hash
from requests_app.states import EventKind, LetterKind

LASTS: Final = timedelta(days=14)
DENIED: Final = "The person said so by the link that we sent them."


@transaction.atomic
def offer(
    authority: Authority, *, email: str, reason: str, by: User, at: datetime
) -> AuthorityLink:
    """Send the person a link with two buttons, and why. Earlier links end.

    The token is in the mail alone, and wiped there once it is sent.
    """
    case = locked(authority.case)
    authority = Authority.objects.select_for_update().get(pk=authority.pk)
    authority.case = case
    require(policies.may_offer(authority, by, email=email, reason=reason))
    authority.links.filter(answered_at__isnull=True, expires_at__gt=at).update(
        expires_at=at
    )
    token = secrets.token_urlsafe(32)
    link = AuthorityLink.objects.create(
        authority=authority,
        token_hash=link_hash(token),
        email=canonical_email(email),
        email_ref=subject_ref(IdentifierKind.EMAIL, email),
        reason=reason.strip(),
        offered_by=str(by.actor),
        offered_at=at,
        expires_at=at + LASTS,
    )
    append(
        case,
        EventKind.AUTHORITY_ASKED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"authority": authority.pk, "link": link.pk},
        text=reason.strip(),
    )
    emails.authority_asked(link, token, at=at)
    return link


@transaction.atomic
def answer(link: AuthorityLink, *, confirmed: bool, at: datetime) -> AuthorityLink:
    """Take what the person says. "No" closes off the agent at once.

    "Yes" is one more thing to look at: a person verifies. Raises Refused for a link
    that was used, is too old, or speaks of an authority that does not count any more.
    """
    case = locked(link.authority.case)
    link = AuthorityLink.objects.select_for_update().get(pk=link.pk)
    link.authority.case = case
    require(policies.may_answer(link, at=at))
    link.answered_at, link.confirmed = at, confirmed
    link.save(update_fields=["answered_at", "confirmed"])
    by = Actor(ActorKind.SUBJECT, f"link-{link.pk}")
    append(
        case,
        EventKind.AUTHORITY_ANSWERED,
        happened_at=at,
        by=by,
        at=at,
        facts={"authority": link.authority_id, "confirmed": confirmed},
    )
    if not confirmed:
        authorities.revoke_by(link.authority, reason=DENIED, by=by, at=at)
    return link


@transaction.atomic
def end(authority: Authority, *, reason: str, by: User, at: datetime) -> Case:
    """Close what an agent asked who may not act, and tell that agent. Raises Refused.

    Not one who said that they no longer act: nothing goes to them.

    The person can ask themselves at any time; nothing of theirs was given or changed.
    """
    case = locked(authority.case)
    authority = Authority.objects.select_for_update().get(pk=authority.pk)
    authority.case = case
    require(policies.may_end(authority, by, reason=reason, today=london_day(at)))
    to = agent_of(authority)
    if not to.is_reachable and not authority.laid_down:
        raise Refused("Whoever acts has no address here. Tell them by telephone.")
    disposal.destroy_unreleased(case, by=by.actor, at=at)
    disposal.destroy_strays(case, by=by.actor, at=at)
    event = append(
        case,
        EventKind.WITHDRAWN,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"no_authority": True},
        text=reason.strip(),
    )
    if authority.laid_down:
        return case  # nothing of ours goes to who left
    letters.send(
        case,
        event,
        LetterKind.NO_AUTHORITY,
        {"reason": reason.strip().rstrip(".")},
        by=by.actor,
        at=at,
        to=to,
    )
    return case
