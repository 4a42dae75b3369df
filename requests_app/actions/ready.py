"""The news that an answer can be downloaded: by mail, or by letter to who wants it."""

from __future__ import annotations

from datetime import datetime

from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from requests_app import emails
from requests_app.actions import letters
from requests_app.models import Case, CaseEvent, Package
from requests_app.queries import addresses
from requests_app.states import LetterKind


def tell(
    case: Case, package: Package, released: CaseEvent, *, by: Actor, at: datetime
) -> None:
    """Tell who may fetch it. ``case`` must be locked. Costs up to 10 queries."""
    to = addresses.answered_in(case, today=london_day(at))
    if not to.by_post:
        emails.answer_ready(case, package, at=at)
        return
    said = emails.said_of_ready(case, package, at=at)
    letters.send(case, released, LetterKind.READY, said, by=by, at=at, to=to)
