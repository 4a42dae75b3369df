"""What was shown of who somebody is, as staff and the person read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from lumina_privacy.lib.days import london_day
from requests_app.identity import KEPT_DAYS
from requests_app.models import Case, IdentityEvidence
from requests_app.queries import words
from requests_app.queries.timeline import Names
from requests_app.states import EventKind

# After one says that one looks the picture can be fetched for so long.
_LOOKING: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ShownFacts:
    """One picture: when it came, from whom, who looked, and what became of it."""

    pk: int
    number: int
    given_by: str
    given_at: datetime
    goes_on: date
    is_ready: bool
    with_message: bool
    looked: tuple[str, ...]
    gone_at: datetime | None
    gone: str


def shown_of(case: Case) -> tuple[ShownFacts, ...]:
    """Return what was shown in the case, oldest first. Costs 1 query, or 3 with any."""
    rows = list(case.shown.order_by("pk"))
    if not rows:
        return ()
    names = Names.of_staff()
    looks = list(
        case.events.filter(kind=EventKind.IDENTITY_SEEN)
        .order_by("seq")
        .values_list("actor", "facts")
    )
    return tuple(
        ShownFacts(
            row.pk,
            number,
            names.of(row.given_by),
            row.given_at,
            london_day(row.given_at) + KEPT_DAYS,
            row.is_ready,
            row.with_message,
            tuple(
                dict.fromkeys(
                    names.of(actor)
                    for actor, facts in looks
                    if row.pk in facts["evidence"]
                )
            ),
            row.gone_at,
            words.GONE.get(row.gone_for, ""),
        )
        for number, row in enumerate(rows, 1)
    )


def shown_in(case: Case, pk: int) -> IdentityEvidence | None:
    """Return one picture of the case, or None. Costs 1 query."""
    return case.shown.select_related("case").filter(pk=pk).first()


def is_looking(evidence: IdentityEvidence, actor: str, *, at: datetime) -> bool:
    """Whether ``actor`` said just now that they look at it. Costs 1 query."""
    return evidence.case.events.filter(
        kind=EventKind.IDENTITY_SEEN,
        actor=actor,
        recorded_at__gte=at - _LOOKING,
        facts__evidence__contains=evidence.pk,
    ).exists()


def has_seen_all(case: Case, actor: str) -> bool:
    """Whether ``actor`` has looked at every picture that is kept; at one at least.

    What came with a message is opened there. Costs 2 queries.
    """
    kept = set(
        case.shown.filter(gone_at__isnull=True, with_message=False).values_list(
            "pk", flat=True
        )
    )
    seen = {
        pk
        for facts in case.events.filter(
            kind=EventKind.IDENTITY_SEEN, actor=actor
        ).values_list("facts", flat=True)
        for pk in facts["evidence"]
    }
    has_any = bool(kept) or case.shown.filter(gone_at__isnull=True).exists()
    return has_any and kept <= seen
