"""The links of colleagues without an account, for the DCO, and for who opens one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from accounts import queries as accounts
from lumina_privacy.lib.actor import Actor
from requests_app.models import ColleagueLink
from requests_app.queries.confirming import link_hash


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link as the DCO sees it; ``used_on`` is all that is known of when."""

    id: int
    team: str
    made_by: str
    made_at: datetime
    uses: int
    used_on: date | None
    revoked_at: datetime | None
    revoked_by: str


def links() -> tuple[LinkFacts, ...]:
    """Return every link: those that work first, the newest first. Costs 2 queries."""
    names = {str(one.actor): one.name or one.email for one in accounts.staff_users()}
    rows = ColleagueLink.objects.order_by("-pk")
    return tuple(
        LinkFacts(
            one.pk,
            one.team,
            names.get(one.made_by, one.made_by),
            one.made_at,
            one.uses,
            one.used_on,
            one.revoked_at,
            names.get(one.revoked_by, one.revoked_by),
        )
        for one in sorted(rows, key=lambda row: row.revoked_at is not None)
    )


def link_of(token: str) -> ColleagueLink | None:
    """Return the link of a token, revoked or not, or None. Costs 1 query."""
    return ColleagueLink.objects.filter(token_hash=link_hash(token)).first()


def link(pk: int) -> ColleagueLink | None:
    """Return a link by its number, or None. Costs 1 query."""
    return ColleagueLink.objects.filter(pk=pk).first()


def called(actor: str) -> str:
    """Return how staff know who wrote something down by a link. Costs 1 query."""
    teams = ColleagueLink.objects.filter(pk=Actor.parse(actor).ref)
    team = teams.values_list("team", flat=True).first()
    return f"{team or 'A colleague'}, by link"
