"""The address book of a case: who is written to, for which letter (ADR 18).

What a case is searched by (``ProvedIdentifier``) and whom it writes to are two things:
an agent's address is never searched, and proves nobody.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs, canonical
from requests_app.grounds import Party
from requests_app.models import Authority, AvoidedAddress, Case, Letter, Submission
from requests_app.models.reached import wrong_in
from requests_app.states import ContactMethod, LetterKind
from requests_app.timekeeping import Asked

# Whether somebody may act is a matter between us and them, whoever gets the answer.
_ABOUT_AUTHORITY: Final = frozenset({LetterKind.AUTHORITY})


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is written to: by mail where there is an address, else by post."""

    name: str
    email: str
    postal: str
    # Whose agent it is; nothing for the person.
    authority: Authority | None = None
    # They chose to have letters by post, though we know a mailbox.
    by_post: bool = False

    @property
    def mailbox(self) -> str:
        """Where a letter to them goes by mail; nothing: it is printed and posted."""
        return "" if self.by_post else self.email

    @property
    def is_reachable(self) -> bool:
        """Whether there is an address at all."""
        return bool(self.email or self.postal.strip())


def acting_in(case: Case) -> Authority | None:
    """Return the authority that counts, unless it was taken back. Costs 1 query."""
    newest = case.newest_authority()
    return None if newest is None or newest.revoked_at is not None else newest


def avoided_in(case: Case) -> tuple[AvoidedAddress, ...]:
    """Return the addresses the person asked us not to use. Costs 1 query."""
    return tuple(AvoidedAddress.objects.filter(submission=case.submission_id))


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Who is written to in a case, as staff read it."""

    person: Addressee
    agent: Addressee | None
    # Who gets the answer and the letters, today.
    answered: Party
    avoided: tuple[AvoidedAddress, ...]


def book_of(case: Case, acting: Authority | None, *, today: date) -> AddressBook:
    """Return who is written to; ``acting`` is who acts.

    Costs 2 queries; up to 7 once an answer went wrong.
    """
    live = None if acting is None or acting.revoked_at is not None else acting
    avoided = avoided_in(case)
    to_agent = live is not None and live.gets_letters(today)
    return AddressBook(
        _person(case, avoided),
        None if live is None else agent_of(live),
        Party.AGENT if to_agent else Party.PERSON,
        avoided,
    )


def person_of(case: Case) -> Addressee:
    """Return where the person is written to. Costs 2 queries, or up to 7.

    Never where they asked us not to write (D9), nor where an answer went to the wrong
    person (C40): then it is where they proved another mailbox, and there may be nothing
    left. What is to be told goes by post then, as where no address was ever given.
    """
    return _person(case, avoided_in(case))


def _person(case: Case, not_used: Collection[AvoidedAddress]) -> Addressee:
    sent = case.submission
    avoided = {(one.kind, one.value) for one in not_used}
    wrong = wrong_in(case) if sent.address else frozenset()
    is_lost = (IdentifierKind.EMAIL, sent.address) in avoided or sent.address in wrong
    postal = usable_postal(sent.postal, not_used)
    return Addressee(
        sent.name,
        _another(case, avoided, wrong) if is_lost else sent.address,
        postal,
        by_post=contact_method_of(sent) is ContactMethod.POST and bool(postal.strip()),
    )


def usable_postal(postal: str, not_used: Iterable[AvoidedAddress]) -> str:
    """Return the postal address, or nothing where it is not to be used. No query."""
    avoided = {(one.kind, one.value) for one in not_used}
    return "" if (IdentifierKind.POSTAL, _line(postal)) in avoided else postal


def contact_method_of(submission: Submission) -> ContactMethod | None:
    """Return how the person wants to be answered; None when they did not say."""
    said = json.loads(submission.answers or "{}").get("reach")
    return ContactMethod(said) if said else None


def _another(
    case: Case, avoided: Container[tuple[str, str]], wrong: Container[str]
) -> str:
    """Return the mailbox that the person proved in place of a lost one. 1 query."""
    return next(
        (
            one.value
            for one in case.proved.mailboxes().order_by("-at", "-pk")
            if (IdentifierKind.EMAIL, one.value) not in avoided
            and one.value not in wrong
        ),
        "",
    )


def _line(postal: str) -> str:
    return canonical(IdentifierKind.POSTAL, postal) if postal.strip() else ""


def postal_avoided(submission: OuterRef) -> ArraySubquery:
    """Return the references of the postal addresses not to be used. No query."""
    rows = AvoidedAddress.objects.filter(
        submission=submission, kind=IdentifierKind.POSTAL
    )
    return ArraySubquery(rows.values("ref"))


def posting_of(sent: Submission | None, avoided: Container[str]) -> str:
    """Return what is done to bring a letter by post; it may go nowhere. No query.

    To who sent ``sent``, or to an agent. ``avoided``: references of the postal
    addresses that are not to be used.
    """
    known = sent.postal.strip() if sent is not None else ""
    refs = all_refs(IdentifierKind.POSTAL, known) if known else ()
    if sent is None or (known and not any(ref in avoided for ref in refs)):
        return "Post the letter"
    if sent.phone:
        return "Ask for an address, or tell them by telephone and record it"
    return "Find out how they are reached: the letter can go nowhere"


def agent_of(authority: Authority) -> Addressee:
    """Return where the agent of ``authority`` is written to. Costs no query."""
    return Addressee(
        authority.agent,
        authority.agent_email,
        authority.agent_reach,
        authority,
    )


def addressee_of(
    case: Case,
    kind: LetterKind,
    *,
    today: date,
    asked: Iterable[Asked] = (),
) -> Addressee:
    """Return to whom a letter of ``kind`` goes on ``today``. Costs up to 3 queries.

    More once an answer went wrong (``person_of``).

    A letter about the authority goes to the agent and nowhere else; so does the word
    that it never came (``asked`` says what a letter reminds of, or closes for want of).
    Every other letter goes to the person, unless a decider chose that the answer goes
    to the agent and the authority stands.
    """
    acting = acting_in(case)
    about_it = kind in _ABOUT_AUTHORITY or Asked.AUTHORITY in asked
    if acting is not None and (about_it or acting.gets_letters(today)):
        return agent_of(acting)
    return person_of(case)


def told_of(case: Case, *, by_download: bool, today: date) -> Addressee:
    """Return who is told of an answer on ``today``, and how. Costs 3 queries.

    Where it is to be fetched goes by mail, also to who wants letters: it is fetched
    through that mailbox, and no answer counts as given while a letter waits (C17).
    """
    to = answered_in(case, today=today)
    return replace(to, by_post=False) if by_download else to


def answered_in(case: Case, *, today: date) -> Addressee:
    """Return who gets the answer on ``today``, as the decider chose. 3 queries."""
    acting = acting_in(case)
    if acting is not None and acting.gets_letters(today):
        return agent_of(acting)
    return person_of(case)


def reader_of(letter: Letter) -> Addressee:
    """Return to whom a letter was written, where they are reached now. 2 queries."""
    if letter.authority is not None:
        return agent_of(letter.authority)
    return person_of(letter.case)
