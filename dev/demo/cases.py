"""Requests that were made before the demonstration begins, through the same actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import User
from dev.demo import tables as t
from dev.demo.people import PEOPLE
from dev.demo.rows import engine_for
from dev.demo.stories import EDITHS_ADDRESS, EDITHS_PHONE
from requests_app.actions import casework, intake, search
from requests_app.actions.intake import Filing
from requests_app.models import Case, Submission
from requests_app.states import Channel, WhoAsks

CASEWORKER = "caseworker@luminatech.example"
# The crowd's requests came in over so many days: none of them is late yet.
CROWD_DAYS = 26


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who takes requests in, and the moment at which the demonstration begins."""

    user: User
    now: datetime

    def take_in(
        self, story: str, filing: Filing, channel: Channel, *, days_ago: int
    ) -> Case | None:
        """Record what came ``days_ago``, ten minutes after; None when it is there."""
        key = _key(story)
        if Submission.objects.filter(idempotency_key=key).exists():
            return None
        received_at = self.now - timedelta(days=days_ago, minutes=10)
        submission = intake.take_in(
            filing,
            channel=channel,
            received_at=received_at,
            who=WhoAsks.KNOWN,
            known_by="Wrote from the address, or rang from the number, on file.",
            key=key,
            by=self.user,
            at=received_at + timedelta(minutes=10),
        )
        return submission.cases.get()


def colleague(*, now: datetime) -> Colleague:
    """Return the demonstration's caseworker, who must be there."""
    user = accounts.staff_at(CASEWORKER)
    assert user is not None  # noqa: S101 (made by the step before; tells mypy)
    return Colleague(user, now)


def add_cases(by: Colleague) -> int:
    """File what the stories tell; return how many were new. A second call adds none."""
    return sum((_late(by), _due_soon(by), _searched(by), _letter(by), _unproved(by)))


def add_crowd_cases(by: Colleague, crm: str, *, cases: int) -> int:
    """File ``cases`` requests of the crowd in the CRM at ``crm``; return the new ones.

    Each is acknowledged by mail, as any other. About 20 ms a case.
    """
    people = (
        sa.select(t.contacts.c.first_name, t.contacts.c.last_name, t.contacts.c.email)
        .where(t.contacts.c.contact_id > len(PEOPLE))
        .order_by(t.contacts.c.contact_id)
        .limit(cases)
    )
    engine = engine_for(crm)
    with engine.connect() as connection:
        found = connection.execute(people).all()
    engine.dispose()
    new = 0
    for number, (first, last, email) in enumerate(found):
        filing = Filing(name=f"{first} {last}", email=email)
        days_ago = number % CROWD_DAYS
        story = f"crowd-{number}"
        taken = by.take_in(story, filing, Channel.EMAIL, days_ago=days_ago)
        new += taken is not None
    return new


def _key(story: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"lumina-demo:{story}")


def _late(by: Colleague) -> bool:
    filing = Filing(name="Ian Pettigrew", email="ian.pettigrew@post.example")
    case = by.take_in("late", filing, Channel.EMAIL, days_ago=41)
    if case is not None:
        casework.assign(case, to=by.user, by=by.user, at=by.now - timedelta(days=40))
    return case is not None


def _due_soon(by: Colleague) -> bool:
    filing = Filing(name="Derek Munro", email="derek.munro@castlegate.example")
    return by.take_in("due-soon", filing, Channel.PHONE, days_ago=27) is not None


def _searched(by: Colleague) -> bool:
    """Start Helen's search; the worker does it as soon as it runs."""
    filing = Filing(name="Helen Okafor", email="helen.okafor@brightwater.example")
    case = by.take_in("searched", filing, Channel.EMAIL, days_ago=9)
    if case is not None:
        casework.assign(case, to=by.user, by=by.user, at=by.now)
        search.start_search(case, by=by.user, at=by.now)
    return case is not None


def _letter(by: Colleague) -> bool:
    filing = Filing(name="Edith Marlow", phone=EDITHS_PHONE, postal=EDITHS_ADDRESS)
    return by.take_in("letter", filing, Channel.POST, days_ago=3) is not None


def _unproved(by: Colleague) -> bool:
    """File Gareth's, who never entered his code: it waits in the tray (D11)."""
    filing = Filing(name="Gareth Bevan", email="gareth@bevanlogistics.example")
    key = _key("unproved")
    if Submission.objects.filter(idempotency_key=key).exists():
        return False
    intake.submit(filing, key=key, client="demo", at=by.now - timedelta(hours=26))
    return True
