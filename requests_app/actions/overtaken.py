"""What a system gave that is not searched again, when what led there is in doubt (D1).

A person has answered for the system, so no new search finds its rows anew. Those that
were sure by what turned out to be two people's are nobody's until somebody has looked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from audit import actions as audit
from datamap.registry.systems import System
from datamap.search import DOUBTED, IdentifierStatus, KnownIdentifier
from lumina_privacy.lib.actor import Actor
from requests_app import rules
from requests_app.actions import identifiers, review
from requests_app.models import Case, FoundDataset, SystemTask
from requests_app.states import TaskVerdict

_SAID: Final = (IdentifierStatus.VOUCHED, IdentifierStatus.SETTLED)


def led_by(declared: System, known: Iterable[KnownIdentifier]) -> list[list[object]]:
    """Return what was followed in a search of ``declared``, as its task keeps it.

    Each with whether the system itself taught it: that is forgotten when a new search
    begins, and known again only when the system is searched.
    """
    kinds = rules.kinds_of(declared)
    known = [one for one in known if one.kind in kinds]
    own = {
        (kind, ref)
        for one in known
        if any(step.system == declared.id for step in one.route)
        for kind, ref, _ in identifiers.marks([one])
    }
    return [
        [kind, ref, status, (kind, ref) in own]
        for kind, ref, status in identifiers.marks(known)
        if status not in DOUBTED
    ]


def set_apart(case: Case, *, at_rest: bool, by: Actor, at: datetime) -> None:
    """Set apart the sure rows of systems that somebody answered for, where need be.

    While others are searched, only what is in doubt by now counts; ``at_rest``, also
    what nobody knows any more. Costs 1 query where nothing of that kind was found.
    """
    answered_for = case.tasks.filter(verdict=TaskVerdict.REASONED)
    held = case.found.filter(sure__gt=0, system__in=answered_for.values("system"))
    found = list(held.select_for_update(of=("self",)).select_related("case"))
    if not found:
        return
    now = {
        (kind, ref): status
        for kind, ref, status in identifiers.marks(identifiers.known_of(case))
    }
    tasks = answered_for.filter(system__in={one.system for one in found})
    overtaken = {
        task.system for task in tasks if _is_overtaken(task, now, at_rest=at_rest)
    }
    for one in found:
        if one.system in overtaken:
            _set_apart(one, by=by, at=at)


def _is_overtaken(
    task: SystemTask, now: Mapping[tuple[str, str], str], *, at_rest: bool
) -> bool:
    for kind, ref, status, is_own in task.led_by:
        known = now.get((kind, ref))
        if known in DOUBTED:
            return True
        if not at_rest or (known is None and is_own):
            continue
        if known != status and known not in _SAID:
            return True
    return False


def _set_apart(found: FoundDataset, *, by: Actor, at: datetime) -> None:
    rows = found.sure
    found.is_apart = True
    found.possible, found.sure = found.possible + found.sure, 0
    found.routes = [{**way, "sure": 0} for way in found.routes]
    # Of a secret it is said only for rows that are the person's (decision D3).
    found.secrets = []
    found.choice = found.ground = found.reviewed_by = ""
    found.reviewed_at = None
    found.save(
        update_fields=[
            "is_apart",
            "possible",
            "sure",
            "routes",
            "secrets",
            "choice",
            "ground",
            "reviewed_by",
            "reviewed_at",
        ]
    )
    review.void_outdated(found, by=by, at=at)
    audit.record(
        "case.rows.set_apart",
        about=found.case.about,
        by=by,
        at=at,
        details={"dataset": f"{found.system}.{found.dataset}", "rows": rows},
    )
