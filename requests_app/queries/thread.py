"""The thread of a case, as each side reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from requests_app.models import Case, CaseMessage, MessageFile
from requests_app.queries.timeline import Names
from requests_app.states import MessageFrom
from vault import queries as vault


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file with a message."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message as a page shows it; ``is_unread`` by whom it was written for."""

    pk: int
    sender: str
    who: str
    body: str
    at: datetime
    is_unread: bool
    files: tuple[SentFile, ...]


def thread_for_person(case: Case) -> tuple[MessageFacts, ...]:
    """Return the thread, oldest first, without our notes. Costs up to 3 queries."""
    rows = case.messages.exclude(sender=MessageFrom.NOTE)
    return _facts(rows, lambda one: "You" if _is_theirs(one) else "We")


def thread_for_staff(case: Case, names: Names) -> tuple[MessageFacts, ...]:
    """Return the thread with our notes, oldest first. Costs up to 3 queries."""
    return _facts(
        case.messages.all(),
        lambda one: "The person" if _is_theirs(one) else names.of(one.by),
    )


def _is_theirs(message: CaseMessage) -> bool:
    return message.sender == MessageFrom.PERSON


def _facts(
    rows: QuerySet[CaseMessage], who: Callable[[CaseMessage], str]
) -> tuple[MessageFacts, ...]:
    known = list(rows.prefetch_related("files").order_by("pk"))
    stored = vault.facts_of(file.file for one in known for file in one.files.all())
    return tuple(
        MessageFacts(
            one.pk,
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
    """Return how many messages of the person wait to be read, by case. 1 query."""
    return _unread(cases, MessageFrom.PERSON)


def unread_by_person(cases: Iterable[Case]) -> dict[int, int]:
    """Return how many messages of ours wait to be read, by case. Costs 1 query."""
    return _unread(cases, MessageFrom.STAFF)


def _unread(cases: Iterable[Case], sender: MessageFrom) -> dict[int, int]:
    rows = CaseMessage.objects.filter(
        case__in=cases, sender=sender, seen_at__isnull=True
    )
    return dict(rows.values_list("case_id").annotate(Count("pk")))


def message_in(case: Case, pk: int) -> CaseMessage | None:
    """Return one message of the case, or None. Costs 1 query."""
    return case.messages.select_related("case").filter(pk=pk).first()


def file_in(case: Case, pk: int) -> MessageFile | None:
    """Return a file that the person sent in this case, or None. Costs 1 query."""
    return (
        MessageFile.objects.select_related("message__case")
        .filter(pk=pk, message__case=case)
        .first()
    )
