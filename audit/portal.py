"""What the ledger offers to those below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event, Pseudonym
from audit.queries import words_of
from audit.registry import EVENTS
from lumina_privacy.lib.ports import PortalDataset, PortalRow, Ports, nightly, sweep
from lumina_privacy.lib.subject_ref import all_refs
from lumina_privacy.lib.wording import humane, lines

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
    for event in events.order_by("pk").iterator():
        yield PortalRow(
            str(event.pk),
            {
                "at": event.at.isoformat(),
                "event": _OF_THEIRS.get(event.event) or words_of(event.event),
                "about": humane(event.about).replace(":", " "),
                "details": lines(event.details),
            },
            kind,
            value,
        )


PORTS = Ports(
    portal_datasets=(PortalDataset("audit_events", _events),),
    events=EVENTS,
    runs=(
        sweep("audit-seal", "Seal the ledger"),
        nightly("audit-publish-head", "Publish the ledger’s head outside the database"),
    ),
)
