"""What the permission ledger offers to those below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from consent import queries
from consent.models import PermissionEntry
from consent.registry import EVENTS
from consent.rules import Act, Channel
from lumina_privacy.lib.ports import (
    Leaving,
    PortalDataset,
    PortalRow,
    Ports,
    SendingRule,
)
from lumina_privacy.lib.subject_ref import all_refs
from lumina_privacy.lib.verdict import Verdict
from lumina_privacy.lib.wording import humane
from outbox.states import MessageKind

_ACTS: Final[Mapping[str, str]] = {
    Act.GIVEN: "Consent given",
    Act.WITHDRAWN: "Consent withdrawn",
    Act.OBJECTED: "Objection: no more of this",
    Act.REFUSED: "Consent not given",
    Act.EXPIRED: "Consent expired",
}
# A stop that names no purpose is of every one that markets.
EVERY_PURPOSE: Final = "Everything we market"
_CHANNELS: Final[Mapping[str, str]] = {
    Channel.EMAIL: "E-mail",
    Channel.PHONE_LIVE: "Calls by a person",
    Channel.PHONE_AUTOMATED: "Calls by a machine",
    Channel.SMS: "Text messages",
    Channel.POST: "Post",
    Channel.WEB: "Websites",
    Channel.SOCIAL: "Social media",
}


def _entries(known: Mapping[str, frozenset[str]]) -> Iterator[PortalRow]:
    for kind in ("email", "phone", "postal"):
        for value in sorted(known.get(kind, ())):
            rows = PermissionEntry.objects.filter(subject_ref__in=all_refs(kind, value))
            for entry in rows.order_by("pk").iterator():
                yield PortalRow(
                    str(entry.pk),
                    {
                        "at": entry.at.isoformat(),
                        "act": _ACTS[entry.act],
                        "purpose": humane(entry.purpose) or EVERY_PURPOSE,
                        "channel": _CHANNELS[entry.channel],
                        "wording": entry.wording,
                        "wording_version": entry.wording_version,
                        "source": entry.source,
                        "evidence": entry.evidence,
                    },
                    kind,
                    value,
                )


def _mail_reaches(mail: Leaving) -> Verdict:
    return queries.may_send(
        address=mail.recipient, purpose=mail.purpose, channel=Channel.EMAIL
    )


PORTS = Ports(
    portal_datasets=(PortalDataset("permissions", _entries),),
    # The purpose of such a mail is a purpose of the register; in doubt it stays here.
    sending_rules=(
        SendingRule(
            frozenset({MessageKind.SURVEY, MessageKind.MARKETING}), _mail_reaches
        ),
    ),
    events=EVENTS,
)
