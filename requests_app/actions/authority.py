"""Somebody acts for the person: recorded, looked at, and taken back (decision D9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import (
    IdentifierKind,
    canonical,
    canonical_email,
    subject_ref,
)
from lumina_privacy.lib.verdict import Refused, require
from requests_app import emails
from requests_app.actions import letters, restriction
from requests_app.actions.projection import append, locked
from requests_app.grounds import AnswerGoesTo, AuthorityEvidence, ChildSays
from requests_app.models import Authority, AvoidedAddress, Case, CaseEvent
from requests_app.policies import authority as policies
from requests_app.queries import addresses
from requests_app.queries.clock import late_since
from requests_app.queries.reminders import readers
from requests_app.reminders import Reminds
from requests_app.states import EventKind, LetterKind


@transaction.atomic
def record(
    case: Case,
    *,
    agent: str,
    agent_email: str = "",
    agent_reach: str,
    acts_for: str,
    evidence: AuthorityEvidence,
    scope: str,
    valid_from: date | None,
    expires_on: date | None,
    by: User,
    at: datetime,
) -> Authority:
    """Record who acts, for whom, and what they showed. Nothing is verified by that."""
    case = locked(case)
    require(
        policies.may_record(
            case,
            by,
            agent=agent,
            agent_email=agent_email,
            scope=scope,
            valid_from=valid_from,
            expires_on=expires_on,
        )
    )
    authority = Authority.objects.create(
        case=case,
        agent=agent.strip(),
        agent_email=canonical_email(agent_email) if agent_email else "",
        agent_email_ref=subject_ref(IdentifierKind.EMAIL, agent_email)
        if agent_email
        else "",
        agent_reach=agent_reach.strip(),
        acts_for=acts_for.strip(),
        evidence=evidence,
        scope=scope.strip(),
        valid_from=valid_from,
        expires_on=expires_on,
        recorded_by=str(by.actor),
        recorded_at=at,
    )
    facts = {"evidence": str(evidence)}
    _note(authority, EventKind.AUTHORITY_RECORDED, facts, by=by.actor, at=at)
    return authority


@transaction.atomic
def judge(
    authority: Authority,
    *,
    verified: bool,
    reason: str,
    by: User,
    at: datetime,
    child: ChildSays = ChildSays.NOT_ASKED,
) -> Authority:
    """Say whether what was shown is enough, and why. It never moves the clock.

    Of a parent also what the ``child`` says: the right is the child's own.
    """
    authority = _locked(authority)
    require(
        policies.may_judge(authority, by, verified=verified, reason=reason, child=child)
    )
    authority.child = child
    authority.verified, authority.judged_because = verified, reason.strip()
    authority.judged_by, authority.judged_at = str(by.actor), at
    authority.save(
        update_fields=[
            "verified",
            "child",
            "judged_because",
            "judged_by",
            "judged_at",
        ]
    )
    facts = {"verified": verified}
    _note(authority, EventKind.AUTHORITY_JUDGED, facts, by=by.actor, at=at)
    if verified and authority.case.submission.for_another:
        # What the agent objects to is restricted from now on, not from their word (D7).
        restriction.restrict_objected(authority.case, by=by.actor, at=at)
    return authority


@transaction.atomic
def choose_recipient(
    authority: Authority, *, to: AnswerGoesTo, reason: str, by: User, at: datetime
) -> Authority:
    """Choose whether the answer goes to the agent or to the person, and say why."""
    authority = _locked(authority)
    require(policies.may_choose_recipient(authority, by, reason=reason))
    authority.goes_to, authority.goes_to_because = to, reason.strip()
    authority.save(update_fields=["goes_to", "goes_to_because"])
    _note(authority, EventKind.RECIPIENT_CHOSEN, {"to": str(to)}, by=by.actor, at=at)
    return authority


def revoke(authority: Authority, *, reason: str, by: User, at: datetime) -> Authority:
    """Take the authority back: the person on their page, or staff at their word."""
    return revoke_by(authority, reason=reason, by=by.actor, at=at)


@transaction.atomic
def revoke_by(
    authority: Authority, *, reason: str, by: Actor, at: datetime
) -> Authority:
    """Take the authority back, as who has no account here may do too (by a link)."""
    authority = _locked(authority)
    require(policies.may_revoke(authority))
    authority.revoked_at, authority.revoked_by = at, str(by)
    authority.revoked_because = reason.strip()
    authority.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])
    _note(authority, EventKind.AUTHORITY_REVOKED, {}, by=by, at=at)
    _tell_staff(authority, by=by, at=at)
    return authority


@transaction.atomic
def lay_down(authority: Authority, *, by: User, at: datetime) -> Authority:
    """Take the word of whoever acts that they no longer do, and tell the person.

    Nothing of the case is theirs from now on. What they asked while they might goes on
    with the person; what nobody has verified waits. Raises Refused.
    """
    authority = _locked(authority)
    case = authority.case
    require(policies.may_lay_down(authority, by))
    authority.laid_down = True
    authority.revoked_at, authority.revoked_by = at, str(by.actor)
    authority.save(update_fields=["laid_down", "revoked_at", "revoked_by"])
    facts: dict[str, object] = {"agent": True}
    event = _note(authority, EventKind.AUTHORITY_LAID_DOWN, facts, by=by.actor, at=at)
    _tell_staff(authority, by=by.actor, at=at)
    to = addresses.person_of(case)
    if to.is_reachable:  # else a colleague finds another way
        said = {
            "agent": authority.agent,
            "goes_on": bool(policies.lets_decide(case)),
            "late": late_since(case, at=at),
        }
        letters.send(
            case, event, LetterKind.AGENT_LEFT, said, by=by.actor, at=at, to=to
        )
    return authority


@transaction.atomic
def lay_down_all(
    authorities: Iterable[Authority], *, by: User, at: datetime
) -> list[Authority]:
    """Take the word for several at once: all of it or nothing. Raises Refused."""
    return [lay_down(one, by=by, at=at) for one in authorities]


def _tell_staff(authority: Authority, *, by: Actor, at: datetime) -> None:
    """Tell who has the case that nobody acts any more, unless they wrote it down.

    What lies printed for the agent must not be posted meanwhile.
    """
    case = authority.case
    for user in readers(case, Reminds.WORKER, today=london_day(at)):
        if user.actor != by:
            emails.authority_ended(authority, to=user, at=at)


@transaction.atomic
def set_aside(
    case: Case, *, kind: str, value: str, said: str, by: User, at: datetime
) -> AvoidedAddress:
    """Note an address that the person asked us not to use: nothing goes there again.

    It goes on being searched for, as what it is: theirs. Raises Refused.
    """
    case = locked(case)
    require(policies.may_set_aside(case, by, said=said))
    try:
        known, ref = canonical(kind, value), subject_ref(kind, value)
    except ValueError as error:
        raise Refused(f"That is {error}. Write it as the person did.") from error
    avoided, is_new = AvoidedAddress.objects.get_or_create(
        submission=case.submission,
        kind=kind,
        ref=ref,
        defaults={
            "value": known,
            "said": said.strip(),
            "by": str(by.actor),
            "at": at,
        },
    )
    if not is_new:
        raise Refused("That is noted already.")
    append(
        case,
        EventKind.ADDRESS_SET_ASIDE,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"kind": kind, "avoided": avoided.pk},
    )
    return avoided


def _locked(authority: Authority) -> Authority:
    case = locked(authority.case)
    authority = Authority.objects.select_for_update().get(pk=authority.pk)
    authority.case = case
    return authority


def _note(
    authority: Authority,
    kind: EventKind,
    facts: Mapping[str, object],
    *,
    by: Actor,
    at: datetime,
) -> CaseEvent:
    return append(
        authority.case,
        kind,
        happened_at=at,
        by=by,
        at=at,
        facts={"authority": authority.pk, **facts},
    )
