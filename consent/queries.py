"""May this be sent? In doubt, no."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from consent.models import PermissionState, Suppression
from consent.rules import Channel, State
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse

# What kind of identifier a channel reaches somebody by; the others a name of theirs.
REACHED_BY: Final[Mapping[Channel, str]] = {
    Channel.EMAIL: IdentifierKind.EMAIL,
    Channel.PHONE_LIVE: IdentifierKind.PHONE,
    Channel.PHONE_AUTOMATED: IdentifierKind.PHONE,
    Channel.SMS: IdentifierKind.PHONE,
    Channel.POST: IdentifierKind.POSTAL,
    Channel.WEB: "web",
    Channel.SOCIAL: "social",
}


def consented_to(subjects: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the purposes to which somebody's consent stands, by any channel.

    ``subjects``: what is surely theirs, by kind and value. Costs 1 query.
    """
    refs = [ref for kind, value in subjects for ref in all_refs(kind, value)]
    given = PermissionState.objects.filter(subject_ref__in=refs, state=State.GIVEN)
    return frozenset(given.values_list("purpose", flat=True))


def may_send(*, address: str, purpose: str, channel: Channel) -> Verdict:
    """Whether consent for ``purpose`` reaches ``address`` now. Costs 2 queries.

    Fails closed: without a recorded permission the answer is no (decision C10), and so
    it is for an address that is none.
    """
    try:
        refs = all_refs(REACHED_BY[channel], address)
    except ValueError:
        return refuse("this is no address for the channel")
    if Suppression.objects.filter(
        subject_ref__in=refs, channel=channel, purpose__in=["", purpose]
    ).exists():
        return refuse("the person has asked us to stop")
    given = PermissionState.objects.filter(
        subject_ref__in=refs, channel=channel, purpose=purpose, state=State.GIVEN
    ).exists()
    return ALLOWED if given else refuse("no consent is on record")
