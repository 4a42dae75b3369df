"""What the permission ledger offers to those below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from consent.models import PermissionEntry
from consent.registry import AUDIT_EVENTS
from lumina_privacy.lib.ports import PortalDataset, PortalRow, Ports
from lumina_privacy.lib.subject_ref import all_refs


def _entries(known: Mapping[str, frozenset[str]]) -> Iterator[PortalRow]:
    for kind in ("email", "phone", "postal"):
        for value in sorted(known.get(kind, ())):
            rows = PermissionEntry.objects.filter(subject_ref__in=all_refs(kind, value))
            for entry in rows.order_by("pk").iterator():
                yield PortalRow(
                    str(entry.pk),
                    {
                        "at": entry.at.isoformat(),
                        "act": entry.act,
                        "purpose": entry.purpose,
                        "channel": entry.channel,
                        "wording": entry.wording,
                        "source": entry.source,
                        "evidence": entry.evidence,
                    },
                    kind,
                    value,
                )


PORTS = Ports(
    portal_datasets=(PortalDataset("permissions", _entries),), audit_events=AUDIT_EVENTS
)
