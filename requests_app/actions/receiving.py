"""Receiving a form once, however often and however much at once it is sent (C33)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from audit import actions as audit
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.subject_ref import (
    IdentifierKind,
    SubjectRef,
    canonical,
    canonical_email,
    subject_ref,
)
from lumina_privacy.lib.verdict import Refused, require
from requests_app.actions import preserving
from requests_app.actions.projection import append
from requests_app.actions.stopping import stop_at_once
from requests_app.models import (
    Authority,
    AvoidedAddress,
    Case,
    ProvedIdentifier,
    Submission,
)
from requests_app.policies.contact_preference import can_be_followed
from requests_app.policies.intake import TRAY_DAYS
from requests_app.rules import Proof
from requests_app.states import (
    AT_ONCE,
    DATA_LEVEL,
    HELD,
    CaseStatus,
    Channel,
    ClockState,
    EventKind,
    Right,
)
from retention import actions as retention
from retention.rules import HoldKind

if TYPE_CHECKING:
    from requests_app.actions.intake import Agent, Filing

HOLD_GROUND: Final = "A request about this data is open (DPA 2018 section 173)."


def as_compared(given: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return identifiers, by kind, as they are compared everywhere.

    Raises Refused, which names the value, for one that is not of its kind.
    """
    known = []
    for kind, value in given:
        try:
            known.append((kind, canonical(kind, value)))
        except ValueError as error:
            raise Refused(f"“{value}” is {error}.") from error
    return known


def receive_once(
    filing: Filing,
    *,
    key: UUID,
    channel: Channel,
    received_at: datetime,
    by: Actor,
    at: datetime,
) -> tuple[Submission, bool]:
    """Receive a form, or count that it came again; return also whether it is new."""
    return once(
        lambda: _receive(
            filing, key=key, channel=channel, received_at=received_at, by=by, at=at
        ),
        key=key,
        by=by,
        at=at,
    )


def once(
    receive: Callable[[], Submission], *, key: UUID, by: Actor, at: datetime
) -> tuple[Submission, bool]:
    """Do ``receive``, or count that the form came again; return also which (C33).

    ``receive`` is a transaction of its own. The unique key lets one of many be first,
    at once or later; the others count.
    """
    try:
        return receive(), True
    except IntegrityError:
        known = count_again(key, by=by, at=at)
        if known is None:
            raise
        return known, False


@transaction.atomic
def count_again(key: UUID, *, by: Actor, at: datetime) -> Submission | None:
    """Count that a form came again; return its submission, None when none is known."""
    known = Submission.objects.filter(idempotency_key=key)
    if not known.update(times_sent=F("times_sent") + 1):
        return None
    submission = known.get()
    audit.record(
        "submission.repeated",
        about=submission.about,
        by=by,
        at=at,
        details={"times": submission.times_sent},
    )
    return submission


@transaction.atomic
def _receive(
    filing: Filing,
    *,
    key: UUID,
    channel: Channel,
    received_at: datetime,
    by: Actor,
    at: datetime,
) -> Submission:
    _require_answerable(filing)
    email = canonical_email(filing.email) if filing.email else ""
    submission = Submission.objects.create(
        reference=new_reference(),
        idempotency_key=key,
        channel=channel,
        received_at=received_at,
        recorded_at=at,
        actor=str(by),
        address=email,
        address_ref=_address_ref(filing),
        for_another=filing.agent is not None,
        agent_address=_agents(filing.agent),
        agent_address_ref=_agent_ref(filing),
        name=filing.name,
        phone=filing.phone,
        postal=filing.postal,
        answers=json.dumps(filing.answers),
    )
    # In their own order, whatever that of the form: the same request reads the same.
    for right in sorted(set(filing.rights), key=list(Right).index):
        _begin(submission, right, filing, by=by, at=at)
    if filing.agent is not None:
        _set_aside(submission, filing.agent, by=by, at=at)
    audit.record(
        "submission.received",
        about=submission.about,
        by=by,
        at=at,
        details={"channel": channel},
    )
    return submission


def _begin(
    submission: Submission, right: Right, filing: Filing, *, by: Actor, at: datetime
) -> None:
    """Open the case of one right, and do what follows from it at once."""
    case = open_case(
        submission,
        right,
        event=EventKind.REQUEST_RECEIVED,
        by=by,
        at=at,
        text=filing.noted_by,
        facts={"day_alone": True} if filing.day_alone else {},
    )
    if filing.agent is not None:
        _say_who_acts(case, filing, filing.agent, by=by, at=at)
    if right in HELD:
        _hold(case, filing, by=by, at=at)
        preserving.ask_owners(case, by=by, at=at)
    if right in AT_ONCE:
        stop_at_once(case, filing.identifiers(), by=by, at=at)


def _require_answerable(filing: Filing) -> None:
    """Refuse a form whose way of being answered cannot be followed.

    Who did not say one is written to wherever we can; a stop is never refused (C34).
    """
    reach = str(filing.answers.get("reach") or "")
    if not reach or set(filing.rights) <= AT_ONCE:
        return
    require(
        can_be_followed(
            reach, known=filing.reached_at(), for_another=filing.agent is not None
        )
    )


def open_case(
    submission: Submission,
    right: Right,
    *,
    event: EventKind,
    by: Actor,
    at: datetime,
    text: str = "",
    facts: Mapping[str, object] | None = None,
) -> Case:
    """Open a case of a submission; its clock starts when that was received (D11)."""
    case = Case.objects.create(
        reference=new_reference(),
        submission=submission,
        right=right,
        status=CaseStatus.UNPROVED,
        clock_state=ClockState.NOT_STARTED,
        revision_id=datamap_queries.active_revision_id(),
    )
    append(
        case,
        event,
        happened_at=submission.received_at,
        by=by,
        at=at,
        facts={
            "channel": submission.channel,
            **({"agent": True} if submission.for_another else {}),
            **(facts or {}),
        },
        text=text,
    )
    return case


def note_known(
    case: Case,
    told: list[tuple[str, str]],
    *,
    proof: Proof,
    level: int,
    at: datetime,
) -> None:
    """Note by what the person of a locked case is known, and how sure that is."""
    ProvedIdentifier.objects.bulk_create(
        ProvedIdentifier(
            case=case,
            kind=kind,
            ref=subject_ref(kind, given),
            value=canonical(kind, given),
            given=given,
            proof=proof,
            level=level,
            at=at,
        )
        for kind, given in told
    )


def _hold(case: Case, filing: Filing, *, by: Actor, at: datetime) -> None:
    """Hold the data asked for: for now, until somebody is proved (decision C5)."""
    case.hold = retention.place_hold(
        kind=HoldKind.REQUEST,
        placed_for=case.about,
        identifiers=filing.identifiers(),
        ground=HOLD_GROUND,
        provisional_until=london_day(at) + timedelta(days=TRAY_DAYS),
        by=by,
        at=at,
    )
    case.save(update_fields=["hold"])


def _say_who_acts(
    case: Case, filing: Filing, agent: Agent, *, by: Actor, at: datetime
) -> None:
    """Keep what the agent said: who acts, and what the person is searched by.

    None of it is proved; it is data, and lets nobody in (decisions D2, D9).
    """
    ProvedIdentifier.objects.bulk_create(
        ProvedIdentifier(
            case=case,
            kind=kind,
            ref=ref,
            value=canonical(kind, given),
            given=given,
            proof=Proof.AGENT,
            level=DATA_LEVEL,
            at=at,
        )
        for (kind, ref), given in {
            (kind, subject_ref(kind, given)): given for kind, given in agent.known_by
        }.items()
    )
    if case.right in AT_ONCE:
        return  # it stops whoever asks: nobody has to show an authority (C34)
    reach = "\n".join(line for line in (agent.reach.strip(), agent.phone) if line)
    authority = Authority.objects.create(
        case=case,
        agent=agent.name,
        agent_email=_agents(agent),
        agent_email_ref=_agent_ref(filing),
        agent_reach=reach,
        acts_for=filing.name,
        evidence=agent.evidence,
        scope=agent.scope,
        recorded_by=str(by),
        recorded_at=at,
    )
    append(
        case,
        EventKind.AUTHORITY_RECORDED,
        happened_at=at,
        by=by,
        at=at,
        facts={
            "authority": authority.pk,
            "evidence": str(agent.evidence),
            "agent": True,
        },
    )


def _set_aside(
    submission: Submission, agent: Agent, *, by: Actor, at: datetime
) -> None:
    AvoidedAddress.objects.bulk_create(
        AvoidedAddress(
            submission=submission,
            kind=kind,
            ref=ref,
            value=value,
            said="Whoever acts for them said so when they asked.",
            by=str(by),
            at=at,
        )
        for (kind, ref), value in {
            (kind, subject_ref(kind, given)): canonical(kind, given)
            for kind, given in agent.avoided
        }.items()
    )


def _agents(agent: Agent | None) -> str:
    """Return the agent's own address as it is compared, where they have one."""
    return canonical_email(agent.email) if agent is not None and agent.email else ""


def _agent_ref(filing: Filing) -> SubjectRef | str:
    if filing.agent is None or not filing.agent.email:
        return ""
    return subject_ref(IdentifierKind.EMAIL, filing.agent.email)


def _address_ref(filing: Filing) -> SubjectRef | str:
    """Return how the person is looked up: by where they are reached, or known.

    Of an agent's filing by where the person is written to, and by nothing that is only
    searched: to be found by it would be to be let in by it.
    """
    if filing.agent is not None:
        return subject_ref(IdentifierKind.EMAIL, filing.email) if filing.email else ""
    for kind, value in filing.identifiers():
        return subject_ref(kind, value)
    return ""
