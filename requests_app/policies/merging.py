"""May two requests become one? Only those of one person, and only by a person (C33)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from accounts.models import User
from datamap import queries as datamap_queries
from datamap.known import is_role_address
from datamap.search import DOUBTED
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import IdentifierKind
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app import rules
from requests_app.clock import in_words
from requests_app.models import Case, CaseEvent, OwnerFile
from requests_app.policies.common import works
from requests_app.states import CaseStatus, EventKind, Right

# Where an answer arrives: who wrote from there must be answered there.
_REACHED_BY: Final = frozenset({IdentifierKind.EMAIL, IdentifierKind.POSTAL})
_UNDER_WAY: Final = (
    CaseStatus.RECEIVED,
    CaseStatus.SEARCHING,
    CaseStatus.IN_REVIEW,
)


def may_merge(later: Case, into: Case, by: User, *, reason: str) -> Verdict:
    """Whether ``later`` may end and ``into`` go on for both. Costs about 15 queries.

    Nothing is merged with a request that nobody has proved: its sender may be anybody
    (decision D11).
    """
    verdict = first_refusal(
        works(by, "Merging"),
        _under_way(later, into),
        _alike(later, into),
        _of_one_person(later, into),
        _waits_no_longer(later, into),
        _nothing_lost(later, into),
    )
    if not verdict:
        return verdict
    if not reason.strip():
        return refuse("Write how you know that both are of one person.")
    return ALLOWED


def _under_way(later: Case, into: Case) -> Verdict:
    for case in (later, into):
        if case.status == CaseStatus.UNPROVED:
            return refuse(
                f"Nobody has proved {case.reference}: it may be a stranger's."
            )
        if case.status == CaseStatus.DECIDED:
            return refuse(f"{case.reference} is decided. Reopen its review first.")
        if case.status not in _UNDER_WAY:
            return refuse(f"{case.reference} is closed.")
    return ALLOWED


def _alike(later: Case, into: Case) -> Verdict:
    if later.pk == into.pk:
        return refuse("That is the same request.")
    if Right.NOT_YET_KNOWN in {later.right, into.right}:
        return refuse("Say first what each of them asks for.")
    if later.right != into.right or later.right in {Right.BREACH, Right.PASSED_ON}:
        return refuse("They ask for different things: each has its own answer.")
    if later.came_before(into):
        return refuse(f"{later.reference} was received first: it is the one to go on.")
    return ALLOWED


def _of_one_person(later: Case, into: Case) -> Verdict:
    """Refuse unless both are of one own mailbox, and the answer reaches the person.

    Two people share an office's mailbox, a household's telephone and its letter box;
    one alone of these makes nobody another person (decision D1).
    """
    if later.authorities.exists() or into.authorities.exists():
        return refuse("Somebody acts for the person in one of them. Answer both.")
    proved, known = _proved(later), _proved(into)
    if not proved & known:
        return refuse("Nothing that was proved in one was proved in the other.")
    shared = proved & known - _shared_by_people(later) - _shared_by_people(into)
    if not any(kind == IdentifierKind.EMAIL for kind, _ in shared):
        return refuse(
            "No mailbox of one person alone was proved in both: a telephone, a postal "
            "address or an office’s mailbox may be shared by two people. Answer both."
        )
    if any(kind in _REACHED_BY for kind, _ in proved - known):
        return refuse(
            f"{later.reference} came from an address that {into.reference} did not "
            "come from: the answer would not reach it. Answer both."
        )
    return ALLOWED


def _proved(case: Case) -> set[tuple[str, str]]:
    """Return what was proved, by kind and canonical value: refs are of many keys."""
    return set(case.proved.really_proved().values_list("kind", "value"))


def _shared_by_people(case: Case) -> set[tuple[str, str]]:
    """Return values that more than one person may stand behind. Costs 3 queries.

    Office mailboxes by their name and what a search found with two people, but for
    what a person has said of all of them since. That a contact is theirs alone does not
    count: it may have been found with two after that was said.
    """
    ruled = {
        (one.kind, one.value): one for one in case.identifier_rulings.order_by("pk")
    }
    contested = {
        one.known.pair: one.known.holders
        for one in case.identifiers.filter(status__in=DOUBTED)
    }
    doubted = set(contested) | {
        (kind, value)
        for kind, value in case.proved.values_list("kind", "value")
        if kind == IdentifierKind.EMAIL and is_role_address(value)
    }
    doubted |= {pair for pair, ruling in ruled.items() if not ruling.same_person}
    return {
        pair
        for pair in doubted
        if pair not in ruled or not ruled[pair].makes_one_of(contested.get(pair, ()))
    }


def in_doubt(later: Case) -> frozenset[int]:
    """Return the ids of identifiers that a merge must not make surely the person's.

    What was only written down, and what more than one person may stand behind. Costs 4
    queries.
    """
    shared = _shared_by_people(later)
    return frozenset(
        known.pk
        for known in later.proved.order_by("pk")
        if not known.is_really_proved or (known.kind, known.value) in shared
    )


def _waits_no_longer(later: Case, into: Case) -> Verdict:
    """Refuse where the person would wait longer for what the later one asks."""
    if into.due_on is None:
        return refuse(
            f"{into.reference} waits for the person and has no day: they would wait "
            f"longer for {later.reference}. Answer both."
        )
    if later.due_on is not None and into.due_on > later.due_on:
        return refuse(
            f"{into.reference} is due on {in_words(into.due_on)}, and "
            f"{later.reference} on {in_words(later.due_on)}: the person would wait "
            "longer. Answer both."
        )
    return ALLOWED


def _nothing_lost(later: Case, into: Case) -> Verdict:
    if later.hold is not None and into.hold is None:
        return refuse(
            f"Two colleagues released the hold of {into.reference}: what "
            f"{later.reference} asks for would be held no more. Answer both."
        )
    if any(ask.is_open for ask in later.record().askings):
        return refuse(
            f"The person was asked something in {later.reference} and has not "
            "answered. Record what came, or that it is no longer asked."
        )
    ending = [later, *later.taken_in()]
    partly = CaseEvent.objects.filter(kind=EventKind.ANSWERED_IN_PART, case__in=ending)
    if partly.exists():
        return refuse(
            f"{later.reference} is answered in part already. Answer the rest."
        )
    if OwnerFile.objects.filter(task__task__case__in=ending).exists():
        return refuse(
            f"An owner has brought files for {later.reference}: they would be lost."
        )
    if into.status != CaseStatus.RECEIVED and any(map(_tells_of_filming, ending)):
        return refuse(
            f"{later.reference} says when and where they were filmed, and the owner of "
            f"the cameras was asked about {into.reference} without that. Answer both."
        )
    return ALLOWED


def _tells_of_filming(case: Case) -> bool:
    """Whether it says when and where somebody was seen."""
    told = json.loads(case.submission.answers or "{}")
    register = datamap_queries.register_at(case.revision_id)
    return any(system.id in told for system in rules.sighting_systems(register))


def may_be_received(case: Case, received_at: datetime) -> Verdict:
    """Whether ``case`` may have come at ``received_at``, as for what it took in.

    Its day is the day of all: it may not come to be later than that of one of them.
    Costs 1 query, and 1 a step of a chain.
    """
    for other in case.taken_in():
        if received_at > other.submission.received_at:
            return refuse(
                f"{other.reference} was taken into it, and came on "
                f"{in_words(london_day(other.submission.received_at))}: the day of "
                "both cannot be later."
            )
    return ALLOWED
