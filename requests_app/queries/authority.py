"""Who acts for the person in a case, as staff and the person see it."""

from __future__ import annotations

from dataclasses import dataclass

from requests_app.models import Authority, Case
from requests_app.queries import words


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """An authority in words."""

    authority: Authority
    evidence: str
    standing: str
    goes_to: str


def authority_of(case: Case) -> AuthorityFacts | None:
    """Return the authority that counts, or None. Costs 1 query."""
    newest = case.authorities.order_by("-pk").first()
    if newest is None:
        return None
    return AuthorityFacts(
        newest,
        words.EVIDENCE[newest.evidence],
        standing(newest),
        words.GOES_TO[newest.goes_to],
    )


def standing(authority: Authority) -> str:
    """Return how an authority stands."""
    if authority.revoked_at is not None:
        return "Taken back by the person"
    if authority.verified is None:
        return "Not looked at yet"
    return "Verified" if authority.verified else "Not enough"


def authority_in(case: Case, pk: int) -> Authority | None:
    """Return one authority of the case, or None. Costs 1 query."""
    return case.authorities.select_related("case").filter(pk=pk).first()
