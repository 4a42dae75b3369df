"""All that shows how a case was handled, for one printable document (C32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from audit import queries as audit
from audit.queries import LedgerRow
from requests_app.grounds import Ground, refusal_ground
from requests_app.models import Case, Decision, Dispatch, Download
from requests_app.queries import rulings
from requests_app.queries.case import CasePage, page_of
from requests_app.queries.hold_release import Proposal, proposals_of
from requests_app.queries.rulings import Told
from requests_app.queries.timeline import Names


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """A decision with its ground, or with what was ruled thing by thing."""

    decision: Decision
    who: str
    ground: Ground | None
    ruled: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The document: the page of the case, and what only evidence needs."""

    page: CasePage
    decisions: tuple[DecisionFacts, ...]
    downloads: tuple[tuple[str, str, Download], ...]  # package, who
    postings: tuple[tuple[str, str, Dispatch], ...]
    holds: tuple[Proposal, ...]
    ledger: tuple[tuple[str, LedgerRow], ...]  # who
    sha256: str
    made_at: datetime


def evidence_of(case: Case, *, at: datetime) -> Evidence:
    """Return all that was done in a case. Costs 26 queries, whatever it holds."""
    names = Names.of_staff()
    rows = audit.rows_about(case.about)
    return Evidence(
        page=page_of(case),
        decisions=tuple(
            DecisionFacts(
                one,
                names.of(one.by),
                refusal_ground(case.right, one.ground) if one.ground else None,
                rulings.ruled_in(one),
            )
            for one in case.decisions.order_by("pk")
        ),
        downloads=tuple(
            (one.package.reference, names.of(one.by), one)
            for one in Download.objects.filter(package__case=case)
            .select_related("package")
            .order_by("pk")
        ),
        postings=tuple(
            (one.package.reference, names.of(one.by), one)
            for one in Dispatch.objects.filter(package__case=case)
            .select_related("package")
            .order_by("pk")
        ),
        holds=proposals_of(case, names),
        ledger=tuple((names.of(row.actor), row) for row in rows),
        sha256=digest(rows),
        made_at=at,
    )


def digest(rows: list[LedgerRow]) -> str:
    """Return one sum over the rows: id, instant, event and seal, a line each.

    Whoever has the ledger can reckon it again, and `audit verify` proves the seals.
    """
    lines = [f"{one.id} {one.at.isoformat()} {one.event} {one.hash}" for one in rows]
    return sha256("\n".join(lines).encode()).hexdigest()
