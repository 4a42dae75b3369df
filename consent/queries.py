"""May this be sent? In doubt, no."""

from __future__ import annotations

from consent.models import PermissionState, Suppression
from consent.rules import Channel, State
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse


def may_send(*, address: str, purpose: str, channel: Channel) -> Verdict:
    """Whether consent for ``purpose`` reaches ``address`` now. Costs 2 queries.

    Fails closed: without a recorded permission the answer is no (decision C10).
    """
    kind = IdentifierKind.EMAIL if channel is Channel.EMAIL else IdentifierKind.PHONE
    refs = all_refs(kind, address)
    if Suppression.objects.filter(
        subject_ref__in=refs, channel=channel, purpose__in=["", purpose]
    ).exists():
        return refuse("the person has asked us to stop")
    given = PermissionState.objects.filter(
        subject_ref__in=refs, channel=channel, purpose=purpose, state=State.GIVEN
    ).exists()
    return ALLOWED if given else refuse("no consent is on record")
