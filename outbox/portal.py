"""What the outbox offers to those below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lumina_privacy.lib.ports import PortalDataset, PortalRow, Ports, sweep
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs
from outbox.models import Message
from outbox.registry import AUDIT_EVENTS


def _messages(known: Mapping[str, frozenset[str]]) -> Iterator[PortalRow]:
    for address in sorted(known.get(IdentifierKind.EMAIL, ())):
        refs = all_refs(IdentifierKind.EMAIL, address)
        rows = Message.objects.filter(recipient_ref__in=refs).order_by("pk")
        for message in rows.iterator():
            yield PortalRow(
                str(message.pk),
                {
                    "queued_at": message.queued_at.isoformat(),
                    "sent_at": message.sent_at.isoformat() if message.sent_at else None,
                    "purpose": message.purpose,
                    "recipient": message.recipient,
                    "subject": message.subject,
                    "text": "" if message.secret else message.text,
                    "state": message.state,
                },
                IdentifierKind.EMAIL,
                address,
            )


PORTS = Ports(
    portal_datasets=(PortalDataset("messages", _messages),),
    audit_events=AUDIT_EVENTS,
    runs=(sweep("outbox-send", "Send the mail that is due"),),
)
