"""What retention offers to those below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lumina_privacy.lib.ports import PortalDataset, PortalRow, Ports
from lumina_privacy.lib.subject_ref import all_refs
from retention.models import HoldIdentifier
from retention.registry import EVENTS
from retention.rules import HoldKind


def _holds(known: Mapping[str, frozenset[str]]) -> Iterator[PortalRow]:
    """Yield a person's holds: of a legal one never the matter (decision C25)."""
    for kind, values in sorted(known.items()):
        for value in sorted(values):
            rows = HoldIdentifier.objects.filter(
                kind=kind, ref__in=all_refs(kind, value)
            )
            for row in rows.select_related("hold").order_by("pk").iterator():
                legal = row.hold.kind == HoldKind.LEGAL
                yield PortalRow(
                    str(row.pk),
                    {
                        "placed_at": None if legal else row.hold.placed_at.isoformat(),
                        "why": "kept because it may be needed for legal claims "
                        "(Art 17(3)(e))"
                        if legal
                        else row.hold.ground,
                    },
                    kind,
                    value,
                )


PORTS = Ports(
    portal_datasets=(PortalDataset("holds", _holds),),
    events=EVENTS,
)
