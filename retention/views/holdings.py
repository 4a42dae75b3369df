"""What is held, for what, on which basis and for how long. Open to anybody."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from datamap import queries as datamap
from datamap.registry.holdings import Holding, holdings
from datamap.registry.notices import DASH
from datamap.registry.promises import LawfulBasis, Purpose
from lumina_privacy.lib.http import open_page
from retention import queries
from retention.queries import LineFacts
from retention.rules import Period


@dataclass(frozen=True, slots=True)
class Use:
    """A purpose and the bases it stands on, as the page words them."""

    purpose: str
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """How long, from when, and whether the DCO has approved it yet (C22)."""

    name: str
    period: str
    trigger: str
    approved: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A category of the notice; ``uses`` is empty when no system holds it."""

    category: str
    meaning: str
    uses: tuple[Use, ...]
    sources: tuple[str, ...]
    said_by_record: bool
    kept: tuple[Kept, ...]


@open_page
@require_safe
def notice_holdings(request: HttpRequest) -> HttpResponse:
    """Show the register as a table: no person's data, and no system's name."""
    register = datamap.register()
    bases = {basis.code: basis.name for basis in register.bases}
    lines = queries.lines()
    rows = [_row(holding, bases, lines) for holding in holdings(register)]
    proposed = any(not kept.approved for row in rows for kept in row.kept)
    context = {"rows": rows, "any_proposed": proposed}
    return TemplateResponse(request, "retention/public/holdings.html", context)


def _row(
    holding: Holding, bases: dict[LawfulBasis, str], lines: dict[str, LineFacts]
) -> Row:
    _, _, meaning = holding.category.quote.partition(DASH)
    return Row(
        category=holding.category.name,
        meaning=meaning,
        uses=tuple(_use(purpose, bases) for purpose in holding.purposes),
        sources=tuple(source.name for source in holding.sources),
        said_by_record=holding.said_by_record,
        kept=tuple(_kept(lines[code]) for code in holding.lines if code in lines),
    )


def _use(purpose: Purpose, bases: dict[LawfulBasis, str]) -> Use:
    said = [
        f"{bases.get(record.basis, record.basis)} ({record.applies_to})"
        if record.applies_to
        else bases.get(record.basis, str(record.basis))
        for record in purpose.processing
    ]
    return Use(purpose.name, tuple(said))


def _kept(line: LineFacts) -> Kept:
    period = str(Period.parse(line.period))
    return Kept(line.name, period, line.trigger, line.approved)
