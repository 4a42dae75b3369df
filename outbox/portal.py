"""What the outbox offers to those below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from lumina_privacy.lib.ports import PortalDataset, PortalRow, Ports, Run, sweep
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs
from lumina_privacy.lib.wording import humane
from outbox.actions import SERVER
from outbox.models import Message
from outbox.registry import EVENTS
from outbox.states import MessageState

_STATES: Final[Mapping[str, str]] = {
    MessageState.QUEUED: "Waits to be sent",
    MessageState.SENT: "Sent",
    MessageState.FAILED: "Could not be sent",
    MessageState.DROPPED: "Not sent",
    MessageState.BOUNCED: "Refused by the other mail server",
}


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
                    "purpose": humane(message.purpose),
                    "recipient": message.recipient,
                    "subject": message.subject,
                    "text": "" if message.secret else message.text,
                    "state": _STATES[message.state],
                },
                IdentifierKind.EMAIL,
                address,
            )


PORTS = Ports(
    portal_datasets=(PortalDataset("messages", _messages),),
    events=EVENTS,
    runs=(
        sweep("outbox-send", "Look for mail that is due"),
        # No sweep: without a mail server the portal's pages still serve everybody.
        Run(
            SERVER,
            "Have the mail server take what is due",
            late_after=timedelta(minutes=15),
            often="while it takes our mail",
        ),
    ),
)
