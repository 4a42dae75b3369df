"""What a case knows the person by: proved, learned on the way, or in doubt (D1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from datamap.known import AGENT
from datamap.search import DOUBTED, IdentifierStatus, KnownIdentifier
from lumina_privacy.lib.subject_ref import (
    all_refs,
    canonical,
    subject_ref,
)
from lumina_privacy.lib.verdict import Refused, require
from requests_app.actions import holds
from requests_app.actions.projection import append, locked
from requests_app.models import (
    Case,
    CaseIdentifier,
    IdentifierRuling,
    ProvedIdentifier,
)
from requests_app.policies import casework as policies
from requests_app.policies.authority import AGENTS, is_an_agents
from requests_app.rules import Proof, WhoseQuestion, question_of
from requests_app.states import DATA_LEVEL, EventKind

_Key = tuple[str, str]  # kind and keyed hash
# By whether a row taught it or an agent named it, and whether one person is behind it.
_RULED: Final = {
    (False, True): IdentifierStatus.SETTLED,
    (False, False): IdentifierStatus.CONTESTED,
    (True, True): IdentifierStatus.VOUCHED,
    (True, False): IdentifierStatus.NOT_ALONE,
}


def begin_with_proved(case: Case) -> None:
    """Forget what former searches learned: it is learned again, or no longer true.

    What staff wrote down without proof has a first step of its own: control of a
    mailbox outweighs what a row says, a note does not. What an agent named has another,
    and waits for staff to say whose it is. What only a merged request had written down
    is in doubt. What a person said of shared values goes on counting; what they said of
    a contact that a row taught or an agent named, until the person has proved it.
    """
    case.identifiers.all().delete()
    # References are computed anew: stored ones may be of an older key, and of one value
    # there must be one row.
    begin = {
        (proved.kind, ref): CaseIdentifier(
            case=case,
            kind=proved.kind,
            ref=ref,
            value=proved.value,
            status=IdentifierStatus.CONTESTED
            if proved.proof == Proof.JOINED
            else IdentifierStatus.SURE,
            route=_first_step(proved),
        )
        for proved in case.proved.order_by("level", "pk")
        for ref in [_ref(proved.kind, proved.value)]
    }
    given = {key: one.route for key, one in begin.items()}
    for ruling in case.identifier_rulings.order_by("pk"):
        key = (ruling.kind, _ref(ruling.kind, ruling.value))
        is_proved = given.get(key) == []
        if ruling.learned and is_proved:
            continue
        begin[key] = CaseIdentifier(
            case=case,
            kind=ruling.kind,
            ref=key[1],
            value=ruling.value,
            status=_RULED[ruling.learned, ruling.same_person],
            holders=ruling.holders,
            route=given.get(key, ruling.route),
        )
    CaseIdentifier.objects.bulk_create(begin.values())


def ask_whose(case: Case) -> None:
    """Let staff say whose it is what an agent named, where nothing is searched yet.

    ``case`` must be locked. Harmless when repeated, and where no agent named anything.
    """
    named = case.proved.filter(proof=Proof.AGENT, level=DATA_LEVEL)
    if named.exists() and not case.identifiers.exists():
        begin_with_proved(case)


def _first_step(proved: ProvedIdentifier) -> list[list[str]]:
    if proved.is_really_proved:
        return []
    return [["", AGENT if proved.proof == Proof.AGENT else "", proved.kind]]


@transaction.atomic
def add(
    case: Case, *, kind: str, value: str, reason: str, by: User, at: datetime
) -> ProvedIdentifier:
    """Write down what else the person was known by, as data and not as proof (D2).

    The next search uses it; nobody signs in with it. Raises Refused with the reason.
    """
    case = locked(case)
    require(policies.may_name_identifiers(case, by, reason=reason))
    try:
        canonical(kind, value)
    except ValueError as error:
        raise Refused(f"That is {error}. Write it as it is on file.") from error
    if is_an_agents(case, kind, value):
        raise Refused(AGENTS)
    known = note(case, kind=kind, given=value, reason=reason, by=by, at=at)
    if known is None:
        raise Refused("The case knows the person by this already.")
    return known


def note(
    case: Case,
    *,
    kind: str,
    given: str,
    reason: str,
    by: User,
    at: datetime,
    proof: Proof = Proof.STAFF,
) -> ProvedIdentifier | None:
    """Note with a locked case what was given, as data; None when it knows it."""
    if case.proved.filter(kind=kind, ref__in=all_refs(kind, given)).exists():
        return None
    known = ProvedIdentifier.objects.create(
        case=case,
        kind=kind,
        ref=subject_ref(kind, given),
        value=canonical(kind, given),
        given=given.strip(),
        proof=proof,
        level=DATA_LEVEL,
        at=at,
    )
    append(
        case,
        EventKind.IDENTIFIER_ADDED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"kind": kind, "identifier": known.pk},
        text=reason.strip(),
    )
    return known


@transaction.atomic
def rule(
    identifier: CaseIdentifier,
    *,
    asked: WhoseQuestion,
    shown: str,
    same_person: bool,
    reason: str,
    by: User,
    at: datetime,
) -> IdentifierRuling:
    """Say whether there is one person behind a value (D1), as ``asked``.

    Whether two who share it are one and the same, which is said of who was ``shown``
    (``CaseIdentifier.shown``); or, of a contact that a row taught or of what an agent
    named, whether it is theirs alone. What was said before is taken back by saying
    otherwise. The next search goes by it. Raises Refused.
    """
    case = locked(identifier.case)
    current = case.identifiers.filter(pk=identifier.pk).first()
    question = question_of(current.known if current else None)
    require(policies.may_say_whose(case, by, question, asked=asked, reason=reason))
    learned = asked is WhoseQuestion.ALONE
    if current is not None and not learned:
        require(policies.was_shown(current, shown))
    ruling = IdentifierRuling.objects.create(
        case=case,
        kind=identifier.kind,
        ref=identifier.ref,
        value=identifier.value,
        route=identifier.route,
        holders="" if current is None or learned else current.holders,
        learned=learned,
        same_person=same_person,
        reason=reason.strip(),
        by=str(by.actor),
        at=at,
    )
    _write_down(case, ruling, by=by, at=at)
    _cover_unsearched(case, by=by, at=at)
    return ruling


def _write_down(
    case: Case, ruling: IdentifierRuling, *, by: User, at: datetime
) -> None:
    append(
        case,
        EventKind.IDENTIFIER_RULED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={
            "kind": ruling.kind,
            "ruling": ruling.pk,
            "learned": ruling.learned,
            "same_person": ruling.same_person,
        },
        text=ruling.reason,
    )


def _cover_unsearched(case: Case, *, by: User, at: datetime) -> None:
    """Let what was said count at once where no search will go by it."""
    if not case.tasks.exists():
        begin_with_proved(case)
        holds.cover_known(case, by=by.actor, at=at)


def known_of(case: Case) -> list[KnownIdentifier]:
    """Return what the case knows the person by. Costs 1 query."""
    return [row.known for row in case.identifiers.order_by("pk")]


def marks(known: Iterable[KnownIdentifier]) -> Iterable[tuple[str, str, str]]:
    """Return identifiers as they are compared; of one given twice the doubt counts."""
    marks: dict[tuple[str, str], str] = {}
    for one in known:
        key = (one.kind, _ref(one.kind, one.value))
        if marks.get(key) not in DOUBTED:
            marks[key] = str(one.status)
    return [(kind, ref, status) for (kind, ref), status in marks.items()]


def _ref(kind: str, value: str) -> str:
    """Return the keyed hash of an identifier, under the newest key.

    A system may hold something that is no address or number where one belongs; it
    equals itself and nothing else.
    """
    try:
        return subject_ref(kind, value)
    except ValueError:
        return subject_ref(f"malformed-{kind}", value)


def learn(
    case: Case,
    learned: Iterable[KnownIdentifier],
    *,
    known: Iterable[KnownIdentifier] = (),
) -> bool:
    """Add what a search that began with ``known`` learned; return whether it stands.

    Doubt wins over certainty, never the other way. When an identifier that was followed
    turns out to belong to two people, everything that systems taught is taken back, and
    every system is to be searched again without it (decision D1). What the person or
    staff gave was learned from no system, and stays.

    A search does not stand, and is to be made again, when somebody else has meanwhile
    thrown doubt on what it went by: what it learned may be another person's.
    """
    have = {
        (row.kind, _ref(row.kind, row.value)): row
        for row in case.identifiers.select_for_update()
    }
    found = {(one.kind, _ref(one.kind, one.value)): one for one in learned}
    doubts = {key for key, one in found.items() if _is_doubted(one)}
    began = {(one.kind, _ref(one.kind, one.value)): one for one in known}
    stands = not _overtaken(have, began) and not any(
        key in found and key not in doubts and _is_doubted(row)
        for key, row in have.items()
    )
    doubted = {key: have[key] for key in doubts & have.keys()}
    if _doubt(doubted, found, began) and _take_back(case):
        stands = False
    CaseIdentifier.objects.bulk_create(
        CaseIdentifier(
            case=case,
            kind=one.kind,
            ref=ref,
            value=one.value,
            status=one.status,
            route=[[step.system, step.dataset, step.kind] for step in one.route],
            holders=" ".join(sorted(one.holders)),
        )
        for (kind, ref), one in found.items()
        if (kind, ref) not in have and (stands or (kind, ref) in doubts)
    )
    return stands


def _is_doubted(one: CaseIdentifier | KnownIdentifier) -> bool:
    return one.status in DOUBTED


def _doubt(
    rows: Mapping[_Key, CaseIdentifier],
    found: Mapping[_Key, KnownIdentifier],
    began: Mapping[_Key, KnownIdentifier],
) -> bool:
    """Set apart what was followed, with who carries it; whether there was any.

    What a person said of one value does not stay when it is found with somebody whom
    they had not seen. That two are one, only a search can tell that knew of it.
    """
    changed = []
    was_followed = False
    for key, row in rows.items():
        if row.status == IdentifierStatus.SETTLED and (
            key not in began or began[key].status is not IdentifierStatus.SETTLED
        ):
            continue
        if not _is_doubted(row):
            row.status = IdentifierStatus.CONTESTED
            was_followed = True
        row.hold(found[key].holders)
        changed.append(row)
    CaseIdentifier.objects.bulk_update(changed, ["status", "holders"])
    return was_followed


def _overtaken(
    have: Mapping[_Key, CaseIdentifier], began: Mapping[_Key, KnownIdentifier]
) -> bool:
    """Whether one by which a search ``began`` has been doubted or taken back since."""
    return any(
        row is None or row.status != one.status
        for key, one in began.items()
        for row in [have.get(key)]
    )


def _take_back(case: Case) -> bool:
    """Forget what systems taught, and have them searched again; whether there was any.

    A value that was given has no system in its route.
    """
    taught = [
        row.pk
        for row in case.identifiers.filter(status=IdentifierStatus.SURE)
        if any(system for system, _, _ in row.route)
    ]
    if not taught:
        return False
    case.identifiers.filter(pk__in=taught).delete()
    case.tasks.update(searched_with="")
    return True
