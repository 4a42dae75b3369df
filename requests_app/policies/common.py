"""What every act asks first: whether the case is open, and who works cases."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app.models import Case


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


def names_of(case: Case, systems: Iterable[str]) -> str:
    """Return the systems' names in the register that the case is judged by."""
    register = datamap_queries.register_at(case.revision_id)
    known = {system.id: system.name for system in register.systems}
    return ", ".join(known.get(system, system) for system in systems)
