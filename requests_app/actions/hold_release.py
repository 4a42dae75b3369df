"""Releasing a hold by hand: one person proposes, another decides (decision C41).

Nothing is released before the second. A hold that ends with its case needs neither.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.verdict import require
from requests_app.actions import preserving
from requests_app.actions.projection import locked
from requests_app.models import Case, HoldRelease
from requests_app.policies import hold_release as policies
from retention import actions as retention

# Their reasons stay with the case, encrypted: the hold tells only that there were two.
BY_TWO: Final = "Two colleagues agreed that it is not needed any more."


@transaction.atomic
def propose(
    case: Case, *, reason: str, lost_seen: bool, by: User, at: datetime
) -> HoldRelease:
    """Propose to release the hold of a case. Raises Refused.

    ``lost_seen``: ``by`` has read what the answer could lose, where one is owed still.
    """
    case = locked(case)
    require(policies.may_propose(case, by, reason=reason, lost_seen=lost_seen))
    release = HoldRelease.objects.create(
        case=case,
        hold=case.hold or 0,  # never none: that was refused
        reason=reason.strip(),
        proposed_by=str(by.actor),
        proposed_at=at,
    )
    _record("case.hold.proposed", release, by=by, at=at)
    return release


@transaction.atomic
def settle(
    release: HoldRelease,
    *,
    approved: bool,
    reason: str,
    lost_seen: bool,
    by: User,
    at: datetime,
) -> HoldRelease:
    """Agree to a proposal, which releases the hold, or decline it. Raises Refused.

    Of two at once the first decides. Owners of systems that overwrite themselves are
    told that nothing need be kept. The case keeps no hold that could be confirmed when
    somebody proves an address later.
    """
    case = locked(release.case)
    release = HoldRelease.objects.select_for_update().get(pk=release.pk)
    release.case = case
    require(
        policies.may_settle(
            release, by, approved=approved, reason=reason, lost_seen=lost_seen
        )
    )
    release.approved, release.settled_why = approved, reason.strip()
    release.settled_by, release.settled_at = str(by.actor), at
    release.save(update_fields=["approved", "settled_why", "settled_by", "settled_at"])
    if not approved:
        _record("case.hold.declined", release, by=by, at=at)
        return release
    case.hold = None
    case.save(update_fields=["hold"])
    _record("case.hold.agreed", release, by=by, at=at)
    retention.release_hold(release.hold, reason=BY_TWO, by=by.actor, at=at)
    preserving.let_go(case, by=by.actor, at=at)
    return release


def _record(event: str, release: HoldRelease, *, by: User, at: datetime) -> None:
    audit.record(
        event,
        about=release.case.about,
        by=by.actor,
        at=at,
        details={"hold": release.hold},
    )
