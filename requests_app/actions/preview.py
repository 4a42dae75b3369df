"""What an act would do to a case's day, and the letter it would send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from datamap import queries as datamap_queries
from requests_app.actions.timekeeping import as_if_told
from requests_app.clock import Reckoning
from requests_app.models import Case, CaseEvent, Letter
from requests_app.queries import addresses
from requests_app.queries.addresses import Addressee
from requests_app.queries.clock import reckon_events, reckoning_of


@dataclass(frozen=True, slots=True)
class Preview:
    """The day before and after an act, and the words of its letter, if it has one."""

    before: Reckoning
    after: Reckoning
    letter: str
    to: Addressee | None = None

    @property
    def moves(self) -> bool:
        """Whether the act changes what the clock says."""
        before, after = self.before, self.after
        return (before.standing, before.due) != (after.standing, after.due)

    @property
    def moves_safe_day(self) -> bool:
        """Whether the act moves the safe day and no other."""
        return not self.moves and self.before.safe_due != self.after.safe_due


def of(case: Case, act: Callable[[], object], *, at: datetime) -> Preview:
    """Do ``act``, look, and undo it: nothing is written, and no mail is woken.

    The day after is the one that will stand once the act's letter has left. Raises what
    ``act`` raises.
    """
    before = reckoning_of(case)
    known = Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic():
        try:
            act()
            return _seen(case, before, known, at=at)
        finally:
            transaction.set_rollback(True)


def _seen(case: Case, before: Reckoning, known: int, *, at: datetime) -> Preview:
    events = list(case.events.order_by("seq"))
    letter = case.letters.filter(pk__gt=known).order_by("-pk").first()
    last: list[CaseEvent] = (
        [as_if_told(letter.event, letter.kind, at=at)] if letter else []
    )
    after = reckon_events(
        case.right, [*events, *last], holidays=datamap_queries.holidays()
    )
    if letter is None:
        return Preview(before, after, "")
    return Preview(before, after, letter.body, addresses.reader_of(letter))
