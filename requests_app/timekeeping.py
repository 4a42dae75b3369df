"""What moves a case's clock, replayed from what happened. No Django.

What we ask of the person, and an extension, count from when the person was told: the
day the letter left, not the day a row was written; a letter that came back told nobody
(decision C17). Told in words, on the telephone, it counts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from lumina_privacy.lib.days import london_day
from requests_app.clock import Round, Timeline, reckon
from requests_app.grounds import Ground
from requests_app.identity import EvidenceGone
from requests_app.states import ACKNOWLEDGES, EventKind, Right


class Asked(StrEnum):
    """What we may need from the person before we can answer."""

    IDENTITY = "identity"
    AUTHORITY = "authority"
    FEE = "fee"
    CLARIFICATION = "clarification"


# What asks, and what ends the asking.
ASKING: Final[Mapping[Asked, tuple[EventKind, EventKind]]] = {
    Asked.IDENTITY: (EventKind.ID_REQUESTED, EventKind.ID_RECEIVED),
    Asked.AUTHORITY: (EventKind.AUTHORITY_REQUESTED, EventKind.AUTHORITY_RECEIVED),
    Asked.FEE: (EventKind.FEE_CHARGED, EventKind.FEE_PAID),
    Asked.CLARIFICATION: (
        EventKind.CLARIFICATION_ASKED,
        EventKind.CLARIFICATION_ANSWERED,
    ),
}
_ASKS: Final = {asks: what for what, (asks, _) in ASKING.items()}
_ENDS: Final = frozenset(ends for _, ends in ASKING.values())
_TELLS: Final = frozenset({EventKind.LETTER_SENT, EventKind.LETTER_RETURNED})
_RECEIPTS: Final = frozenset(
    {
        EventKind.REQUEST_RECEIVED,
        EventKind.BREACH_OPENED,
        EventKind.COMPLAINT_RECEIVED,
        EventKind.INSTRUCTION_RECEIVED,
    }
)

# The only grounds of Article 12A(3). Volume alone, a processor, busy colleagues or a
# question to the person are none.
EXTENSION_GROUNDS: Final = (
    Ground(
        "complexity",
        "UK GDPR Article 12A(3)",
        "Your request is complex, and we need the time to answer it properly.",
    ),
    Ground(
        "number",
        "UK GDPR Article 12A(3)",
        "You have sent us several requests, and we need the time to answer them all.",
    ),
)
# A fee for further copies (Article 15(3)) never moves the clock of the first (C18).
MOVING_FEE: Final = "article_12_5"
FEE_BASES: Final[Mapping[str, str]] = {
    MOVING_FEE: "UK GDPR Article 12(5): manifestly unfounded or excessive",
    "article_15_3": "UK GDPR Article 15(3): further copies",
}


class Happening(Protocol):
    """An event of a case, as far as the clock reads it."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def happened_at(self) -> datetime: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """One thing asked of the person, from its event on. ``told_at`` None: not told."""

    seq: int
    what: Asked
    basis: str
    decided_at: datetime
    told_at: datetime | None = None
    got_at: datetime | None = None
    dropped: bool = False
    # How often the person was reminded, and when last.
    chased: int = 0
    chased_at: datetime | None = None
    # When something of who they are was first shown while it was open; and when first
    # anything came that may be what was asked for, a message too.
    shown_at: datetime | None = None
    came_at: datetime | None = None
    # The messages that may be it: nobody who read them said otherwise.
    messages: frozenset[int] = frozenset()
    # What was shown and nobody decided on, also when it is deleted by now.
    undecided: frozenset[int] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether we still wait for it."""
        return self.got_at is None and not self.dropped

    @property
    def moves_the_clock(self) -> bool:
        """Whether it was told, still stands, and the law lets it move the clock."""
        is_free = self.what is Asked.FEE and self.basis != MOVING_FEE
        return self.told_at is not None and not self.dropped and not is_free

    def as_round(self) -> Round:
        """Return its days. What comes before the letter left was asked that day."""
        if self.told_at is None:
            raise ValueError("nobody was told")
        told, got = london_day(self.told_at), self.got_at and london_day(self.got_at)
        return Round(min(told, got) if got else told, got)

    def as_first_come(self) -> Asking:
        """Return it as if the first that came had been all of it: the safe reading."""
        if self.came_at is None:
            return self
        return replace(self, got_at=min(self.came_at, self.got_at or self.came_at))


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension, from its event on. It is one only when it was told in time."""

    seq: int
    ground: str
    decided_at: datetime
    told_at: datetime | None = None
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """What moves the clock of one case, in the words of the case."""

    received_at: datetime
    askings: tuple[Asking, ...] = ()
    extension: Extension | None = None
    # Closed for want of a reply, and opened again by what came.
    taken_up_at: datetime | None = None

    @property
    def received(self) -> date:
        """The London day on which the request came."""
        return london_day(self.received_at)

    def asking(self, seq: int) -> Asking | None:
        """Return what was asked by event ``seq``, or None."""
        return next((one for one in self.askings if one.seq == seq), None)

    def without(self, askings: Container[Asking]) -> Record:
        """Return it as if ``askings`` had never been asked."""
        return replace(
            self, askings=tuple(one for one in self.askings if one not in askings)
        )

    def as_first_come(self) -> Record:
        """Return it as if the first that came had been all that was asked for."""
        return replace(self, askings=tuple(one.as_first_come() for one in self.askings))


def record_of(events: Iterable[Happening]) -> Record:
    """Return what moves the clock, from events in their order.

    Raises ValueError for a case without a receipt.
    """
    known = list(events)
    taken_up = [
        event.happened_at for event in known if event.kind == EventKind.TAKEN_UP_AGAIN
    ]
    return Record(
        _received_at(known),
        _askings(known),
        _extension(known),
        taken_up[-1] if taken_up else None,
    )


def _received_at(events: Iterable[Happening]) -> datetime:
    received_at: datetime | None = None
    for event in events:
        if event.kind in _RECEIPTS:
            received_at = event.happened_at
        elif event.kind == EventKind.RECEIPT_CORRECTED:
            received_at = datetime.fromisoformat(event.facts["received_at"])
    if received_at is None:
        raise ValueError("a case begins with its receipt")
    return received_at


def _askings(events: Collection[Happening]) -> tuple[Asking, ...]:
    askings: dict[int, Asking] = {}
    no_answers = {
        (event.facts["asked"], event.facts["message"])
        for event in events
        if event.kind == EventKind.READ_NO_ANSWER
    }
    for event in events:
        if event.kind in _ASKS:
            askings[event.seq] = Asking(
                event.seq,
                _ASKS[EventKind(event.kind)],
                event.facts.get("basis", ""),
                event.happened_at,
            )
        elif event.kind in _ENDS:
            asked = askings[event.facts["asked"]]
            askings[asked.seq] = replace(asked, got_at=event.happened_at)
        elif event.kind == EventKind.NO_LONGER_ASKED:
            asked = askings[event.facts["asked"]]
            askings[asked.seq] = replace(asked, dropped=True)
        elif event.kind == EventKind.CHASED:
            asked = askings[event.facts["asked"]]
            askings[asked.seq] = replace(
                asked, chased=asked.chased + 1, chased_at=event.happened_at
            )
        elif event.kind in _TELLS and event.facts["of"] in askings:
            asked = askings[event.facts["of"]]
            askings[asked.seq] = replace(asked, told_at=_told_at(event))
        elif event.kind in _MEETS:
            meet = _MEETS[EventKind(event.kind)]
            askings |= {
                seq: meet(one, event)
                for seq, one in askings.items()
                if (seq, event.seq) not in no_answers
            }
    return tuple(askings.values())


def _with(asking: Asking, event: Happening) -> Asking:
    """Return what was asked with what came while it was open, if that may be it.

    What is shown shows an identity alone; a fee is paid, and no message pays it.
    """
    is_shown = event.kind == EventKind.IDENTITY_SHOWN
    may_be = asking.what is Asked.IDENTITY if is_shown else asking.what is not Asked.FEE
    if not may_be or not asking.is_open or event.happened_at < asking.decided_at:
        return asking
    return replace(
        asking,
        came_at=asking.came_at or event.happened_at,
        shown_at=asking.shown_at or (event.happened_at if is_shown else None),
        messages=asking.messages.union(() if is_shown else (event.seq,)),
        undecided=asking.undecided.union(event.facts["evidence"] if is_shown else ()),
    )


def _without(asking: Asking, event: Happening) -> Asking:
    """Return what was asked without what is settled: time alone settles nothing."""
    if event.facts["why"] == EvidenceGone.THIRTY_DAYS:
        return asking
    return replace(
        asking, undecided=asking.undecided.difference(event.facts["evidence"])
    )


# What comes while something is open, or goes, and what is asked for then.
_MEETS: Final[Mapping[EventKind, Callable[[Asking, Happening], Asking]]] = {
    EventKind.IDENTITY_SHOWN: _with,
    EventKind.MESSAGE_RECEIVED: _with,
    EventKind.IDENTITY_GONE: _without,
}


def _extension(events: Iterable[Happening]) -> Extension | None:
    extension: Extension | None = None
    for event in events:
        if event.kind == EventKind.EXTENDED:
            extension = Extension(event.seq, event.facts["ground"], event.happened_at)
        elif (
            extension is not None
            and event.kind in _TELLS
            and event.facts["of"] == extension.seq
        ):
            told_at = _told_at(event)
            extension = replace(extension, told_at=told_at, returned=told_at is None)
    return extension


def _told_at(event: Happening) -> datetime | None:
    return event.happened_at if event.kind == EventKind.LETTER_SENT else None


def timeline_of(right: str, record: Record) -> Timeline:
    """Return the days the clock is reckoned from."""
    moving = [one for one in record.askings if one.moves_the_clock]

    def rounds(what: Asked) -> tuple[Round, ...]:
        return tuple(one.as_round() for one in moving if one.what is what)

    extension = record.extension
    told_at = extension.told_at if extension else None
    return Timeline(
        right=right,
        received=record.received,
        identity=rounds(Asked.IDENTITY),
        authority=rounds(Asked.AUTHORITY),
        fees=rounds(Asked.FEE),
        clarifications=rounds(Asked.CLARIFICATION) if right == Right.ACCESS else (),
        extended=told_at is not None,
        extension_told=told_at and london_day(told_at),
    )


def asked_too_late(
    right: str, record: Record, *, holidays: Container[date]
) -> tuple[Asking, ...]:
    """Return what was asked when the period had ended already, in its order.

    It starts no month anew: what is late stays late (ADR 4), as a question asked then
    pauses nothing.
    """
    starting = sorted(
        (
            one
            for one in record.askings
            if one.moves_the_clock and one.what is not Asked.CLARIFICATION
        ),
        key=lambda one: (one.as_round().asked, one.seq),
    )
    counted: list[Asking] = []
    for one in starting:
        before = record.without(set(starting).difference(counted))
        due = reckon(timeline_of(right, before), holidays=holidays).due
        if due is None or one.as_round().asked <= due:
            counted.append(one)
    return tuple(one for one in starting if one not in counted)


def complainant_told_at(events: Iterable[Happening]) -> datetime | None:
    """Return when the complainant last had a letter of ours; None: not acknowledged.

    A row is not a notice, and one that came back told nobody (decision C17). No letter
    counts before one has that acknowledges the receipt (``ACKNOWLEDGES``).
    """
    told: dict[int, tuple[str, datetime]] = {}
    for event in events:
        if event.kind in _TELLS:
            of, at = event.facts["of"], _told_at(event)
            told.pop(of, None)
            if at is not None:
                told[of] = (event.facts["kind"], at)
    if not any(kind in ACKNOWLEDGES for kind, _ in told.values()):
        return None
    return max(at for _, at in told.values())
