"""What the ledger offers to those below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event, Pseudonym
from audit.queries import words_of
from audit.registry import EVENTS
from lumina_privacy.lib import ports
from lumina_privacy.lib.ports import PortalDataset, PortalRow, Ports, nightly, sweep
from lumina_privacy.lib.subject_ref import all_refs
from lumina_privacy.lib.wording import humane, lines

# What a row can be about, where its number says nothing to anybody.
_KINDS: Final = {
    "case": "A request or a complaint",
    "submission": "What was sent to us",
    "subject": "Your way in here",
    "hold": "A hold against deletion",
    "code": "A code sent by mail",
    "message": "A mail from us",
    "file": "A file",
    "permission": "What you allowed or stopped",
    "disclosure": "That something was passed on",
    "staff": "A colleague’s account",
}
_BATCH: Final = 500
# What a person does themselves, as they would say it.
_OF_THEIRS: Final = {
    "account.code.sent": "We sent you a code",
    "account.code.proved": "A code that we sent was typed in",
    "account.code.wrong": "A wrong code was typed in",
    "account.subject.signed_in": "You signed in",
}


def _events(known: Mapping[str, frozenset[str]]) -> Iterator[PortalRow]:
    """Yield what the ledger holds about a person, who may have it (decision C21).

    And what their account did here, a colleague's too, each row once.
    """
    seen: list[UUID] = []
    for kind in ("email", "phone", "postal"):
        for value in sorted(known.get(kind, ())):
            refs = all_refs(kind, value)
            tokens = list(
                Pseudonym.objects.filter(ref__in=refs).values_list("token", flat=True)
            )
            seen += tokens
            yield from _rows(Event.objects.filter(subject__in=tokens), kind, value)
    for actor in sorted(known.get("account", ())):
        theirs = Event.objects.filter(actor=actor)
        unseen = theirs.exclude(subject__isnull=False, subject__in=seen)
        yield from _rows(unseen, "account", actor)


def _rows(events: QuerySet[Event], kind: str, value: str) -> Iterator[PortalRow]:
    ordered = events.order_by("pk").iterator()
    while batch := list(islice(ordered, _BATCH)):
        named = _called(event.about for event in batch)
        for event in batch:
            yield PortalRow(
                str(event.pk),
                {
                    "at": event.at.isoformat(),
                    "event": _OF_THEIRS.get(event.event) or words_of(event.event),
                    "about": named[event.about],
                    "details": lines(event.details),
                },
                kind,
                value,
            )


def _called(abouts: Iterable[str]) -> dict[str, str]:
    """Return in words what rows are about: by its reference where it has one."""
    ids: dict[str, set[str]] = {}
    for about in abouts:
        kind, _, number = about.partition(":")
        ids.setdefault(kind, set()).add(number)
    known_as = ports.wired().known_as
    said = {}
    for kind, numbers in ids.items():
        names = known_as[kind](numbers) if kind in known_as else {}
        for number in numbers:
            words = _KINDS.get(kind, humane(kind))
            name = names.get(number)
            about = f"{kind}:{number}" if number else kind
            said[about] = f"{words}: {name}" if name else words
    return said


PORTS = Ports(
    portal_datasets=(PortalDataset("audit_events", _events),),
    events=EVENTS,
    runs=(
        sweep("audit-seal", "Seal the ledger"),
        nightly("audit-publish-head", "Publish the ledger’s head outside the database"),
    ),
)
