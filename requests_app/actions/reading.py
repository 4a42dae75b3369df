"""Saying what a request asks for that was taken in before anybody had read it (C38).

It may be a complaint, which goes on as one (C3), or ask for nothing.

Its clock is the plain month, which nothing pauses or extends: the strictest there is.
The day of receipt stays that of the request, whatever it turns out to ask for.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.verdict import require
from requests_app.actions import complaint, disposal, letters, preserving
from requests_app.actions.projection import append, locked
from requests_app.actions.receiving import HOLD_GROUND, open_case
from requests_app.actions.stopping import stop_at_once
from requests_app.models import Case, ProvedIdentifier
from requests_app.policies import intake as policies
from requests_app.queries.addresses import acting_in, agent_of, person_of
from requests_app.states import AT_ONCE, HELD, EventKind, LetterKind, Right
from retention import actions as retention
from retention.rules import HoldKind

_NOT_HELD: Final = "It was read: what it asks for needs nothing to be held."


@transaction.atomic
def say_what_is_asked(
    case: Case, *, rights: Collection[Right], reason: str, by: User, at: datetime
) -> list[Case]:
    """Say what the request asks for; return its cases, the known one first.

    The case goes on with one of the rights, under the reference that the person knows;
    each other right is a case beside it, received on the same day (E2). What stops at
    once has stopped from that day on (C34). Raises Refused.
    """
    case = locked(case)
    require(policies.may_read(case, by, rights=rights, reason=reason))
    # What holds the data goes on with the hold that there is already.
    first, *others = sorted(
        set(rights), key=lambda right: (right not in HELD, list(Right).index(right))
    )
    case.right = first
    case.save(update_fields=["right"])
    append(
        case,
        EventKind.RIGHT_READ,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"rights": [str(right) for right in (first, *others)]},
        text=reason.strip(),
    )
    if first not in HELD and case.hold is not None:
        retention.release_hold(case.hold, reason=_NOT_HELD, by=by.actor, at=at)
        preserving.let_go(case, by=by.actor, at=at)
    _begin(case, by=by.actor, at=at)
    return [case, *(_beside(case, right, by=by.actor, at=at) for right in others)]


def _begin(case: Case, *, by: Actor, at: datetime) -> None:
    """Do what the right wants at once, as at a receipt where it was known."""
    if case.right in HELD:
        preserving.ask_owners(case, by=by, at=at)
    if case.right in AT_ONCE:
        stop_at_once(case, _known(case), by=by, at=at)
    if case.right == Right.COMPLAINT:
        complaint.begin(case, by=letters.CLERK, at=at)


@transaction.atomic
def say_it_asks_nothing(case: Case, *, reason: str, by: User, at: datetime) -> bool:
    """Close what asks for nothing; return whether whoever sent it is told why.

    They need only say what they meant: it is taken up again with its own day of
    receipt. Raises Refused.
    """
    case = locked(case)
    require(policies.may_close_unread(case, by, reason=reason))
    disposal.destroy_unreleased(case, by=by.actor, at=at)
    disposal.destroy_strays(case, by=by.actor, at=at)
    event = append(
        case,
        EventKind.CLOSED_NO_REPLY,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"asked": [], "asks_nothing": True},
        text=reason.strip(),
    )
    acting = acting_in(case)
    to = person_of(case) if acting is None else agent_of(acting)
    # Who has a telephone alone is read the letter.
    is_told = to.is_reachable or (acting is None and bool(case.submission.phone))
    if is_told:
        letters.send(
            case,
            event,
            LetterKind.CLOSURE,
            {"waited": [], "reason": reason.strip(), "asks_nothing": True},
            by=by.actor,
            at=at,
            to=to,
        )
    return is_told


def _beside(case: Case, right: Right, *, by: Actor, at: datetime) -> Case:
    """Open the case of another right of the same request, of the same person."""
    came = (
        EventKind.COMPLAINT_RECEIVED
        if right == Right.COMPLAINT
        else EventKind.REQUEST_RECEIVED
    )
    other = open_case(case.submission, right, event=came, by=by, at=at)
    for proved in case.proved.order_by("pk"):
        ProvedIdentifier.objects.create(
            case=other,
            kind=proved.kind,
            ref=proved.ref,
            value=proved.value,
            given=proved.given,
            proof=proved.proof,
            level=proved.level,
            at=proved.at,
        )
    shown = case.events.filter(kind=EventKind.ADDRESS_PROVED).earliest("seq")
    append(
        other,
        EventKind.ADDRESS_PROVED,
        happened_at=shown.happened_at,
        by=by,
        at=at,
        facts=shown.facts,
    )
    if right in HELD:
        other.hold = retention.place_hold(
            kind=HoldKind.REQUEST,
            placed_for=other.about,
            identifiers=_known(other),
            ground=HOLD_GROUND,
            by=by,
            at=at,
        )
        other.save(update_fields=["hold"])
    _begin(other, by=by, at=at)
    return other


def _known(case: Case) -> list[tuple[str, str]]:
    return list(case.proved.order_by("pk").values_list("kind", "value"))
