"""What every act asks first: whether the case is open, and who works cases."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from accounts.models import User
from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app import timekeeping
from requests_app.models import Case
from requests_app.timekeeping import Record


def is_open(case: Case) -> Verdict:
    """Whether the case has no end yet."""
    if case.is_open:
        return ALLOWED
    return refuse("The case is closed.")


def works(by: User, what: str) -> Verdict:
    """Whether ``by`` works cases; ``what`` begins the refusal."""
    if by.may(Permission.CASE_WORK):
        return ALLOWED
    return refuse(f"{what} is for the people who work cases.")


def wrote(text: str, missing: str) -> Verdict:
    """Whether something was written; ``missing`` says what should have been."""
    return ALLOWED if text.strip() else refuse(missing)


def record_of(case: Case) -> Record:
    """Return what moves the clock of ``case``. Costs 1 query."""
    return timekeeping.record_of(case.events.order_by("seq"))


def names_of(case: Case, systems: Iterable[str]) -> str:
    """Return the systems' names in the register that the case is judged by."""
    register = datamap_queries.register_at(case.revision_id)
    known = {system.id: system.name for system in register.systems}
    return ", ".join(known.get(system, system) for system in systems)


def was_not_filmed(case: Case) -> bool:
    """Whether it says that the person was not filmed, and so does all it took in (C33).

    Costs 1 query where the case itself says so, and 1 a step of a chain.
    """
    return _not_filmed(case) and all(map(_not_filmed, case.taken_in()))


def _not_filmed(case: Case) -> bool:
    told: dict[str, Any] = json.loads(case.submission.answers or "{}")
    return told.get("filmed") == "no"
