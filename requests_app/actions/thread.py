"""The thread of a case: the person writes, staff answer, and note for themselves.

Nothing is screened or delayed (C8). What a mail tells is that there is a message, never
its words (C23); who has no page here gets the words by letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import actions as accounts
from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.throttle import Limit, hit
from lumina_privacy.lib.verdict import ALLOWED, Refused, first_refusal, require
from requests_app.actions import evidence, letters, timekeeping
from requests_app.actions.files import pieces
from requests_app.actions.incoming import Attached, Terms, keep, may_open
from requests_app.actions.projection import append, locked
from requests_app.grounds import Party
from requests_app.models import (
    Authority,
    Case,
    CaseEvent,
    CaseMessage,
    MessageFile,
)
from requests_app.policies import thread as policies
from requests_app.policies.authority import may_write_as_agent
from requests_app.queries.addresses import acting_in, agent_of, person_of
from requests_app.states import EventKind, LetterKind, MessageFrom
from vault import actions as vault
from vault import queries as vault_queries
from vault.states import FilePurpose

PER_PERSON: Final = Limit("thread-person", "30 per hour")
MOST_FILES: Final = 5
TERMS: Final = Terms(
    most_mb=10,
    too_large="“{name}” is larger than {most} MB. Tell us, and we find another way.",
    no_room=(
        "“{name}” does not fit at the moment: our storage is full. Your message was "
        "not sent. Write or telephone to us; we have noted it."
    ),
)
ELSEWHERE: Final = (
    "This message was sent in another request already. Open the page of this request "
    "again and write there."
)
_EVENTS: Final = {
    MessageFrom.PERSON: EventKind.MESSAGE_RECEIVED,
    MessageFrom.STAFF: EventKind.MESSAGE_SENT,
    MessageFrom.NOTE: EventKind.NOTE_WRITTEN,
    MessageFrom.AGENT: EventKind.MESSAGE_RECEIVED,
}


def write_to_us(
    case: Case,
    *,
    body: str,
    files: Iterable[Attached] = (),
    token: UUID,
    by: User,
    at: datetime,
    acting: Authority | None = None,
) -> CaseMessage:
    """Take what the person writes, with files. The same form is one message.

    Or what the agent of ``acting`` writes: their thread is apart from the person's.

    Raises Refused for a file that is not what its name says, too many or too large, and
    when somebody writes too often; nothing is kept then.
    """
    attached = list(files)
    require(policies.may_write_to_us(case, body=body, has_files=bool(attached)))
    if (known := _sent(case, token)) is not None:
        return known
    if not hit(PER_PERSON, str(by.actor)):
        raise Refused(accounts.THROTTLED)
    if len(attached) > MOST_FILES:
        raise Refused(f"Send at most {MOST_FILES} files with one message.")
    kept: list[UUID] = []
    try:
        for file in attached:
            kept.append(  # noqa: PERF401 (what is kept is let go on an error)
                keep(file, TERMS, about=case.about, by=by.actor, at=at)
            )
        return write(
            case,
            MessageFrom.PERSON if acting is None else MessageFrom.AGENT,
            body,
            token=token,
            by=by.actor,
            at=at,
            files=kept,
            acting=acting,
        )
    except (Refused, IntegrityError):
        for file_id in kept:
            vault.destroy(file_id, reason="not-sent", by=by.actor, at=at)
        # Somebody pressed twice: the other one was first, by the unique token.
        known = _sent(case, token)
        if known is None:
            raise
        return known


def _sent(case: Case, token: UUID) -> CaseMessage | None:
    """Return what the form sent already. Raises Refused when to another case."""
    known = CaseMessage.objects.filter(token=token).first()
    if known is not None and known.case_id != case.pk:
        raise Refused(ELSEWHERE)
    return known


@transaction.atomic
def write(
    case: Case,
    sender: MessageFrom,
    body: str,
    *,
    token: UUID,
    by: Actor,
    at: datetime,
    files: Iterable[UUID] = (),
    acting: Authority | None = None,
) -> CaseMessage:
    """Write a message into the case, with files that are kept already.

    Whether it may be is for the caller to ask.
    """
    case = locked(case)
    if acting is not None:
        require(may_write_as_agent(case, acting))
    facts = {"authority": acting.pk, "agent": True} if acting is not None else None
    event = append(case, _EVENTS[sender], happened_at=at, by=by, at=at, facts=facts)
    message = CaseMessage.objects.create(
        case=case,
        event=event,
        token=token,
        sender=sender,
        authority=acting,
        body=body.strip(),
        by=str(by),
        at=at,
    )
    MessageFile.objects.bulk_create(
        MessageFile(message=message, file=file) for file in files
    )
    if sender is not MessageFrom.NOTE:
        _see(case, _others(sender, acting), acting=acting, by=by, at=at)
    return message


def _others(sender: MessageFrom, acting: Authority | None) -> tuple[MessageFrom, ...]:
    """Return who wrote what ``sender`` has read by answering."""
    if sender is not MessageFrom.STAFF:
        return (MessageFrom.STAFF,)
    return (MessageFrom.PERSON if acting is None else MessageFrom.AGENT,)


@transaction.atomic
def answer(
    case: Case,
    *,
    body: str,
    token: UUID,
    by: User,
    at: datetime,
    to: Party = Party.PERSON,
) -> CaseMessage:
    """Write to the person, or to who acts for them, and tell them of it.

    What is written to one stands on no page of the other. The same form is one message.
    Raises Refused.
    """
    case = locked(case)
    acting = acting_in(case) if to is Party.AGENT else None
    require(
        first_refusal(
            policies.may_answer(case, by, body=body),
            policies.may_be_written_to(acting) if to is Party.AGENT else ALLOWED,
        )
    )
    if (known := _sent(case, token)) is not None:
        return known
    message = write(
        case,
        MessageFrom.STAFF,
        body,
        token=token,
        by=by.actor,
        at=at,
        acting=acting,
    )
    letters.send(
        message.case,
        message.event,
        LetterKind.MESSAGE,
        {"words": message.body},
        by=by.actor,
        at=at,
        to=person_of(message.case) if acting is None else agent_of(acting),
    )
    return message


@transaction.atomic
def note(case: Case, *, body: str, token: UUID, by: User, at: datetime) -> CaseMessage:
    """Note something for colleagues; the person never sees it here. Raises Refused.

    The same form is one note.
    """
    case = locked(case)
    require(policies.may_note(by, body=body))
    if (known := _sent(case, token)) is not None:
        return known
    return write(case, MessageFrom.NOTE, body, token=token, by=by.actor, at=at)


@transaction.atomic
def note_call(
    case: Case, *, said: str, called_at: datetime, token: UUID, by: User, at: datetime
) -> CaseEvent:
    """Record that the person was telephoned, and what was said. Raises Refused.

    A call replaces no letter: what the law wants in writing goes as before (C23). The
    same form is one call.
    """
    case = locked(case)
    require(
        policies.may_note_call(case, by, said=said, called_at=called_at, at=at),
    )
    facts = {"form": str(token)}
    known = case.events.filter(kind=EventKind.CALLED, facts__contains=facts).first()
    if known is not None:
        return known
    return append(
        case,
        EventKind.CALLED,
        # Of a day alone the hour is not known, and noon may be before the receipt.
        happened_at=max(called_at, case.record().received_at),
        by=by.actor,
        at=at,
        facts=facts,
        text=said.strip(),
    )


def see(
    case: Case,
    *,
    written_by: MessageFrom,
    by: User,
    at: datetime,
    acting: Authority | None = None,
) -> int:
    """Note that what the other side wrote is read; return how many that were.

    No row of the ledger: the message itself keeps who said so and when, once and for
    all, nothing in law hangs on it, and no clock, right or letter goes by it.
    """
    return _see(case, (written_by,), acting=acting, by=by.actor, at=at)


def _see(
    case: Case,
    written_by: tuple[MessageFrom, ...],
    *,
    acting: Authority | None,
    by: Actor,
    at: datetime,
) -> int:
    unread = case.messages.filter(
        sender__in=written_by, seen_at__isnull=True, at__lte=at
    )
    if MessageFrom.STAFF in written_by:
        # Two threads: what the one side reads is not read by the other.
        refs = [] if acting is None else [acting.agent_email_ref]
        unread = (
            unread.filter(authority__agent_email_ref__in=refs)
            if refs
            else unread.filter(authority__isnull=True)
        )
    return unread.update(seen_at=at, seen_by=str(by))


@transaction.atomic
def take_as_answer(
    message: CaseMessage, *, asked: int, note: str, by: User, at: datetime
) -> CaseEvent:
    """Count a message as the answer to what event ``asked`` asked for.

    The clock goes by when the message came, not by when it was read (Art 12A(2)). Files
    with it that show who somebody is go when that is decided, as all such do (D9).
    """
    case = locked(message.case)
    require(policies.may_take(message, by))
    taken = timekeeping.receive(
        case, asked=asked, came_at=message.at, note=note, by=by, at=at
    )
    if taken.kind == EventKind.ID_RECEIVED:
        evidence.adopt(message, asked=asked, by=by.actor, at=at)
    return taken


@transaction.atomic
def read_no_answer(
    message: CaseMessage, *, asked: int, reason: str, by: User, at: datetime
) -> CaseEvent:
    """Note that a message is read and does not answer what event ``asked`` asked for.

    Who repeats the request, or will not narrow it, has answered (C9): this is for
    anything else. It may be taken as the answer still, from the day it came.
    """
    case = locked(message.case)
    require(policies.may_take(message, by))
    read = timekeeping.no_answer(
        case,
        asked=asked,
        message=message.event.seq,
        reason=reason,
        by=by,
        at=at,
    )
    CaseMessage.objects.filter(pk=message.pk, seen_at__isnull=True).update(
        seen_at=at, seen_by=str(by.actor)
    )
    return read


def read_file(
    file: MessageFile, *, by: User, at: datetime
) -> tuple[vault_queries.FileFacts, Iterator[bytes]]:
    """Return a file that the person sent, decrypted as it is read. Recorded.

    Raises Refused for one that is destroyed or waits for the scanner.
    """
    require(may_open(file.file))
    audit.record(
        "case.file.read",
        about=file.message.case.about,
        by=by.actor,
        at=at,
        details={"purpose": FilePurpose.UPLOAD},
    )
    return vault_queries.facts(file.file), pieces(file.file)


def came_on(message: CaseMessage) -> str:
    """Return the London day of a message, as a note says it."""
    day = london_day(message.at)
    return f"Their message of {day.day} {day:%B %Y}."
