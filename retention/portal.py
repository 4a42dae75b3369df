"""What retention offers to those below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lumina_privacy.lib.ports import PortalDataset, PortalRow, Ports
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs
from retention.models import Hold, HoldIdentifier
from retention.registry import EVENTS
from retention.rules import HoldKind

# By which identifier a hold is the person's, when several lead to it.
_BY: Final = (IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.POSTAL)


def _holds(known: Mapping[str, frozenset[str]]) -> Iterator[PortalRow]:
    """Yield a person's holds, each once, with all that leads to it.

    A hold covers every identifier that was known of them: by the mailbox that they
    proved it is theirs, whoever else may use the telephone. Of a legal hold never the
    matter (decision C25).
    """
    covered: dict[int, dict[str, set[str]]] = {}
    for kind, values in known.items():
        for value in values:
            holds = HoldIdentifier.objects.filter(
                kind=kind, ref__in=all_refs(kind, value)
            )
            for pk in holds.values_list("hold_id", flat=True):
                covered.setdefault(pk, {}).setdefault(kind, set()).add(value)
    for hold in Hold.objects.filter(pk__in=covered).order_by("pk").iterator():
        also = {kind: frozenset(ones) for kind, ones in covered[hold.pk].items()}
        kind = next((one for one in _BY if one in also), min(also))
        legal = hold.kind == HoldKind.LEGAL
        yield PortalRow(
            str(hold.pk),
            {
                "placed_at": None if legal else hold.placed_at.isoformat(),
                "why": "kept because it may be needed for legal claims (Art 17(3)(e))"
                if legal
                else hold.ground,
            },
            str(kind),
            min(also[kind]),
            also=also,
        )


PORTS = Ports(
    portal_datasets=(PortalDataset("holds", _holds),),
    events=EVENTS,
)
