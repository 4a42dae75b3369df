"""What the outbox offers to those below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from lumina_privacy.lib import ports
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


OF_ANOTHER: Final = "About somebody else, for whom you act or acted: it is theirs."


def _of_others(address: str, refs: Iterable[str]) -> frozenset[str]:
    """Return what mail to ``address`` is about that is somebody else's."""
    ids: dict[str, list[str]] = {}
    mails = Message.objects.filter(recipient_ref__in=refs)
    for about in mails.order_by().values_list("about", flat=True).distinct():
        kind, _, pk = about.partition(":")
        ids.setdefault(kind, []).append(pk)
    asked = ports.wired().others
    return frozenset(
        f"{kind}:{pk}"
        for kind, known in ids.items()
        if kind in asked
        for pk in asked[kind](address, known)
    )


def _text(message: Message, of_others: frozenset[str]) -> str:
    if message.about in of_others:
        return OF_ANOTHER
    return "" if message.secret else message.text


def _messages(known: Mapping[str, frozenset[str]]) -> Iterator[PortalRow]:
    for address in sorted(known.get(IdentifierKind.EMAIL, ())):
        refs = all_refs(IdentifierKind.EMAIL, address)
        of_others = _of_others(address, refs)
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
                    "text": _text(message, of_others),
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
