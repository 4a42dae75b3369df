"""The thread of a case, as each side reads it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Min, QuerySet

from requests_app.models import Case, CaseMessage, MessageFile
from requests_app.queries import words
from requests_app.queries.timeline import Names
from requests_app.states import FINAL, CaseStatus, MessageFrom
from vault import queries as vault

TO_STAFF: Final = (MessageFrom.PERSON, MessageFrom.AGENT)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file with a message."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message as a page shows it; ``is_unread`` by whom it was written for.

    ``event``: the number of its event in the case.
    """

    pk: int
    event: int
    sender: str
    who: str
    body: str
    at: datetime
    is_unread: bool
    files: tuple[SentFile, ...]


def thread_for_person(case: Case) -> tuple[MessageFacts, ...]:
    """Return the thread, oldest first, without our notes. Costs up to 3 queries."""
    rows = case.messages.exclude(sender=MessageFrom.NOTE)
    return _facts(
        rows.filter(authority__isnull=True),
        lambda one: "You" if _is_theirs(one) else "We",
    )


def thread_for_agent(case: Case, refs: Collection[str]) -> tuple[MessageFacts, ...]:
    """Return what we and the agent known by ``refs`` wrote, oldest first.

    Nothing of the person's thread, and nothing of another agent's. Up to 3 queries.
    """
    rows = case.messages.filter(authority__agent_email_ref__in=refs)
    return _facts(
        rows.exclude(sender=MessageFrom.NOTE),
        lambda one: "You" if one.sender == MessageFrom.AGENT else "We",
    )


def thread_for_staff(case: Case, names: Names) -> tuple[MessageFacts, ...]:
    """Return the thread with our notes, oldest first. Costs up to 3 queries."""
    return _facts(
        case.messages.all(),
        lambda one: _said_to_staff(one, names),
    )


def as_staff_read(message: CaseMessage, names: Names) -> tuple[MessageFacts, ...]:
    """Return one message as a thread of its own. Costs up to 3 queries."""
    return _facts(
        CaseMessage.objects.filter(pk=message.pk),
        lambda one: _said_to_staff(one, names),
    )


def _said_to_staff(message: CaseMessage, names: Names) -> str:
    agent = message.authority.agent if message.authority else ""
    if message.sender == MessageFrom.AGENT:
        return f"{agent}, who acts for the person"
    if _is_theirs(message):
        return "The person"
    return f"{names.of(message.by)}, to {agent}" if agent else names.of(message.by)


def _is_theirs(message: CaseMessage) -> bool:
    return message.sender == MessageFrom.PERSON


def _facts(
    rows: QuerySet[CaseMessage], who: Callable[[CaseMessage], str]
) -> tuple[MessageFacts, ...]:
    rows = rows.select_related("event", "authority")
    known = list(rows.prefetch_related("files").order_by("pk"))
    stored = vault.facts_of(file.file for one in known for file in one.files.all())
    return tuple(
        MessageFacts(
            one.pk,
            one.event.seq,
            one.sender,
            who(one),
            one.body,
            one.at,
            one.seen_at is None,
            tuple(
                SentFile(file.pk, stored[file.file].name) for file in one.files.all()
            ),
        )
        for one in known
    )


def unread_by_staff(cases: Iterable[Case]) -> dict[int, int]:
    """Return how many messages to us wait to be read, by case. 1 query."""
    return _unread(cases, *TO_STAFF)


@dataclass(frozen=True, slots=True)
class WrittenSince:
    """What came in a case that is closed: it stands in no list of open work."""

    reference: str
    status_words: str
    count: int
    first_at: datetime
    takes_up: bool  # closed for want of an answer: this may be it


@dataclass(frozen=True, slots=True)
class AllWrittenSince:
    """What came in closed cases: some of it, and how many cases there are more."""

    shown: tuple[WrittenSince, ...]
    more: int


def written_since_closed(*, limit: int = 50) -> AllWrittenSince:
    """Return the closed cases with messages to us that nobody read.

    First where it may be what we waited for, then by what came last. For who may read
    cases. Costs 1 query.
    """
    rows = (
        CaseMessage.objects.filter(
            case__status__in=[status.value for status in FINAL],
            sender__in=TO_STAFF,
            seen_at__isnull=True,
        )
        .values("case__reference", "case__right", "case__status")
        .annotate(count=Count("pk"), first_at=Min("at"), last_at=Max("at"))
        .order_by("-last_at")
    )
    known = [
        WrittenSince(
            row["case__reference"],
            words.status(row["case__right"], row["case__status"]),
            row["count"],
            row["first_at"],
            row["case__status"] == CaseStatus.NO_REPLY,
        )
        for row in rows
    ]
    known.sort(key=lambda one: not one.takes_up)
    return AllWrittenSince(tuple(known[:limit]), max(len(known) - limit, 0))


def unread_at(case: Case) -> datetime | None:
    """Return when the newest message to us came that nobody has read. 1 query."""
    unread = case.messages.filter(sender__in=TO_STAFF, seen_at__isnull=True)
    newest: datetime | None = unread.aggregate(at=Max("at"))["at"]
    return newest


def unread_in(thread: Iterable[MessageFacts]) -> datetime | None:
    """Return the same of a thread that is read from the tables already. No query."""
    return max(
        (one.at for one in thread if one.is_unread and one.sender in TO_STAFF),
        default=None,
    )


def unread_by_person(cases: Iterable[Case]) -> dict[int, int]:
    """Return how many messages of ours wait to be read, by case. Costs 1 query."""
    return _unread(cases, MessageFrom.STAFF)


def _unread(cases: Iterable[Case], *senders: MessageFrom) -> dict[int, int]:
    rows = CaseMessage.objects.filter(
        case__in=cases, sender__in=senders, seen_at__isnull=True
    )
    if MessageFrom.STAFF in senders:
        rows = rows.filter(authority__isnull=True)
    return dict(rows.values_list("case_id").annotate(Count("pk")))


def message_in(case: Case, pk: int) -> CaseMessage | None:
    """Return one message of the case, or None. Costs 1 query."""
    return case.messages.select_related("case", "event").filter(pk=pk).first()


def file_in(case: Case, pk: int) -> MessageFile | None:
    """Return a file that the person sent in this case, or None. Costs 1 query."""
    return (
        MessageFile.objects.select_related("message__case")
        .filter(pk=pk, message__case=case)
        .first()
    )
