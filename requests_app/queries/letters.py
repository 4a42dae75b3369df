"""The letters of a case, and what the person still has to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import IdentifierKind, written
from requests_app.models import Case, CaseEvent, Letter, Sending
from requests_app.queries import words
from requests_app.queries.addresses import contact_method_of, reader_of
from requests_app.states import ContactMethod, EventKind, LetterKind, SendingState
from requests_app.timekeeping import Asked, Asking, record_of

_DECIDING: Final = (
    LetterKind.REFUSAL,
    LetterKind.PARTIAL,
    LetterKind.DECISION,
    LetterKind.COMPLAINT_OUTCOME,
)


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """A letter and how it stands; ``sending`` is the newest try to bring it."""

    letter: Letter
    title: str
    state: str
    state_words: str
    sending: Sending
    settled_at: datetime | None

    @property
    def decides(self) -> bool:
        """Whether it tells what was decided: the person reads it at once."""
        return self.letter.kind in _DECIDING


def letters_of(case: Case) -> tuple[LetterFacts, ...]:
    """Return the letters of the case, the newest first. Costs 2 queries."""
    letters = case.letters.select_related("event", "authority").prefetch_related(
        "sendings"
    )
    return tuple(facts_of(letter) for letter in letters.order_by("-pk"))


def how_it_goes(case: Case) -> str:
    """Return what becomes of a letter just written, and what a colleague still does.

    Costs up to 3 queries.
    """
    newest = (
        Sending.objects.filter(letter__case=case)
        .select_related("letter__case__submission", "letter__authority")
        .order_by("-pk")
        .first()
    )
    goes = "Print the letter below and post it: it counts once its posting is recorded."
    if newest is not None and newest.message is not None:
        goes = "The letter goes out now."
    elif newest is not None and not reader_of(newest.letter).postal.strip():
        goes = (
            "No postal address of theirs may be used: ask for one, or tell them by "
            "telephone. The letter counts once it is recorded how they had it."
        )
    wants_call = contact_method_of(case.submission) is ContactMethod.PHONE
    return f"{goes} They want to be telephoned: call them too." if wants_call else goes


@dataclass(frozen=True, slots=True)
class ToCall:
    """A person who wants to be telephoned; ``waits``: a letter was written since."""

    phone: str
    waits: bool


def to_call(
    case: Case, letters: Iterable[LetterFacts], events: Iterable[CaseEvent]
) -> ToCall | None:
    """Return whom to call and whether now, from what is read already. No query.

    Of a call that was noted later only its day is known, so days are compared: but what
    was noted before the letter was written cannot have been about it.
    """
    sent = case.submission
    if contact_method_of(sent) is not ContactMethod.PHONE or sent.for_another:
        return None
    written_at = max(
        (one.letter.at for one in letters if one.letter.authority_id is None),
        default=None,
    )
    waits = written_at is not None and not any(
        one.recorded_at >= written_at
        and london_day(one.happened_at) >= london_day(written_at)
        for one in events
        if one.kind == EventKind.CALLED
    )
    return ToCall(written(IdentifierKind.PHONE, sent.phone), waits)


def told_by_letter(case: Case) -> tuple[LetterFacts, ...]:
    """Return the letters to the person: a message stands by itself.

    What went to whoever acts for them is not among them.
    """
    return tuple(
        one
        for one in letters_of(case)
        if one.letter.kind != LetterKind.MESSAGE and one.letter.authority_id is None
    )


def letter_in(case: Case, pk: int) -> LetterFacts | None:
    """Return one letter of the case, or None. Costs 2 queries."""
    return next((one for one in letters_of(case) if one.letter.pk == pk), None)


def facts_of(letter: Letter) -> LetterFacts:
    """Return how a letter stands; its sendings are fetched already."""
    sending = max(letter.sendings.all(), key=lambda one: one.pk)
    return LetterFacts(
        letter,
        words.LETTERS[letter.kind],
        sending.state,
        words.sending(SendingState(sending.state), by_post=sending.message is None),
        sending,
        sending.settled_at,
    )


@dataclass(frozen=True, slots=True)
class Needed:
    """Something we wait for, and the words in which we asked."""

    asking: Asking
    title: str
    words: str

    @property
    def waits_since(self) -> date | None:
        """The day on which the person was told, if the law lets the clock wait."""
        moves = self.asking.is_open and self.asking.moves_the_clock
        return self.asking.as_round().asked if moves else None


def needed_of(case: Case) -> tuple[Needed, ...]:
    """Return what we wait for from the person, oldest first. Costs 1 query."""
    return needed_from(case.events.select_related("text").order_by("seq"))


def needed_of_person(case: Case) -> tuple[Needed, ...]:
    """Return what we wait for from the person alone. Costs 1 query."""
    return tuple(
        one for one in needed_of(case) if one.asking.what is not Asked.AUTHORITY
    )


def needed_from(events: Iterable[CaseEvent]) -> tuple[Needed, ...]:
    """Return what we wait for from the person, oldest first. Costs no query."""
    known = list(events)
    said = {
        event.seq: event.text.body for event in known if getattr(event, "text", None)
    }
    return tuple(
        Needed(asking, words.NEEDED[asking.what], said.get(asking.seq, ""))
        for asking in record_of(known).askings
        if asking.is_open
    )
