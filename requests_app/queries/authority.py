"""Who acts for the person in a case, as staff and the person see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from requests_app.models import Authority, AuthorityLink, Case
from requests_app.queries import words


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """An authority in words."""

    authority: Authority
    evidence: str
    standing: str
    goes_to: str
    # What the person said by the link, newest first: None while it is open.
    asked: tuple[AuthorityLink, ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether whoever acted has left, and what they asked is the person's own."""
        return self.authority.goes_on

    @property
    def waits_for_person(self) -> bool:
        """Whether whoever acted has left, and nobody saw that they might."""
        return self.authority.laid_down and not self.authority.verified


def authority_of(case: Case) -> AuthorityFacts | None:
    """Return the authority that counts, or None. Costs 2 queries."""
    newest = case.newest_authority()
    if newest is None:
        return None
    return AuthorityFacts(
        newest,
        words.EVIDENCE[newest.evidence],
        standing(newest),
        words.GOES_TO[newest.goes_to],
        tuple(newest.links.order_by("-pk")),
    )


def standing(authority: Authority) -> str:
    """Return how an authority stands."""
    if authority.laid_down:
        return "Laid down by whoever acted"
    if authority.revoked_at is not None:
        return "Taken back by the person"
    if authority.verified is None:
        return "Not looked at yet"
    return "Verified" if authority.verified else "Not enough"


def authority_in(case: Case, pk: int) -> Authority | None:
    """Return one authority of the case, or None. Costs 1 query."""
    return case.authorities.select_related("case").filter(pk=pk).first()


def ended_in(cases: Iterable[Case]) -> dict[int, str]:
    """Return of cases in which whoever asked acts no more, who ended that. 1 query.

    Those that an agent asked, and whose newest authority is over.
    """
    newest = Authority.objects.filter(case=OuterRef("case")).order_by("-pk")
    rows = Authority.objects.filter(
        pk=Subquery(newest.values("pk")[:1]),
        case__in=cases,
        case__submission__for_another=True,
        revoked_at__isnull=False,
    )
    return {
        case: "Whoever acted does so no longer."
        if laid_down
        else "The person ended an authority."
        for case, laid_down in rows.values_list("case", "laid_down")
    }
