"""The letter with a part of the answer: what is open still, and until when (D5)."""

from __future__ import annotations

from datetime import datetime

from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from requests_app.actions import letters
from requests_app.models import Case, CaseEvent, Package
from requests_app.queries import addresses, keeping
from requests_app.queries.clock import late_since
from requests_app.queries.subject import awaited
from requests_app.states import DeliveryForm, LetterKind


def tell(
    case: Case, package: Package, released: CaseEvent, *, by: Actor, at: datetime
) -> None:
    """Write it to the person. ``case`` must be locked. Costs up to 6 queries."""
    by_download = package.decision.form == DeliveryForm.DOWNLOAD
    said = {
        "late": late_since(case, at=at, package=package),
        "package": package if by_download else None,
        "days": keeping.after_collection().days,
        "still_open": awaited(package),
        "reason": package.decision.words,
    }
    to = addresses.told_of(case, by_download=by_download, today=london_day(at))
    letters.send(case, released, LetterKind.PARTIAL, said, by=by, at=at, to=to)
