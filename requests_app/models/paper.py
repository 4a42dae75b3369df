"""Whether an answer lies on paper, or on a medium, and who has it (C36, C40).

Asked of what happened, in its order: printed or fetched, posted, taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from requests_app.models.answer import Package
from requests_app.models.case import CaseEvent
from requests_app.states import EventKind

_IN_HAND: Final = (EventKind.FETCHED_FOR_POST, EventKind.PAPER_TAKEN_BACK)


def taken_for_post(packages: Iterable[Package]) -> frozenset[int]:
    """Return those that were printed or fetched to be posted, and not taken back since.

    Costs 1 query.
    """
    return _last_fetched(list(packages), _IN_HAND)


def is_unaccounted(package: Package) -> bool:
    """Whether it was printed or fetched and nobody wrote down what became of it.

    Costs 1 query.
    """
    known = (*_IN_HAND, EventKind.DISPATCHED)
    return package.pk in _last_fetched([package], known)


def _last_fetched(
    packages: Sequence[Package], kinds: Sequence[EventKind]
) -> frozenset[int]:
    """Return those of which, among ``kinds``, fetching is what happened last."""
    events = CaseEvent.objects.filter(
        case__in={one.case_id for one in packages},
        kind__in=[kind.value for kind in kinds],
        facts__package__in=[one.pk for one in packages],
    )
    # What was written down last comes last, and stays.
    last = dict(events.order_by("seq").values_list("facts__package", "kind"))
    return frozenset(
        pk for pk, kind in last.items() if kind == EventKind.FETCHED_FOR_POST
    )
