"""The link by which the person says whether somebody acts for them."""

from __future__ import annotations

from hashlib import sha256

from requests_app.models import AuthorityLink


def link_hash(token: str) -> str:
    """Return what is kept of a token: 256 random bits need no slow hash."""
    return sha256(token.encode()).hexdigest()


def link_of(token: str) -> AuthorityLink | None:
    """Return the link of a token, used or not, or None. Costs 1 query."""
    return (
        AuthorityLink.objects.select_related("authority__case__submission")
        .filter(token_hash=link_hash(token))
        .first()
    )
