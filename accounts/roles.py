"""Roles as data: who of the staff may do what. No Django.

A permission says *this person may*; whether it may be done *now* is the policy's
business (``requests_app.policies``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class UserKind(StrEnum):
    """A member of staff or a data subject; the two never share a sign-in."""

    STAFF = "staff"
    SUBJECT = "subject"


class Role(StrEnum):
    """What a member of staff is here for."""

    DCO = "dco"
    CASEWORKER = "caseworker"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    OPERATIONS = "operations"


class Permission(StrEnum):
    """What a member of staff may do."""

    CASE_READ = "case.read"
    CASE_WORK = "case.work"  # intake, search, review, messages, further checks
    CASE_DECIDE = "case.decide"  # grant or refuse
    CASE_CHARGE = "case.charge"  # a fee, which is nil unless the DCO says so (C46)
    CASE_RELEASE = "case.release"  # let a package go (the second person)
    CASE_REVOKE = "case.revoke"  # wrong recipient: stop it now (C40)
    TRAY_READ = "tray.read"  # submissions nobody has proved (D11)
    SYSTEMS_READ = "systems.read"  # systems, their checks and failures; no content
    SYSTEMS_RETRY = "systems.retry"
    REGISTER_APPROVE = "register.approve"  # a revision of the data map (C28)
    TELLING_DECIDE = "telling.decide"  # of a disclosure to an authority (D10)
    LINKS_MANAGE = "links.manage"  # of colleagues without an account (C35)
    CALENDAR_EDIT = "calendar.edit"  # bank holidays: they move the days of cases
    LEDGER_READ = "ledger.read"  # the audit ledger and its verification
    STAFF_MANAGE = "staff.manage"  # accounts, roles, enrolment links


_READS: Final = frozenset({Permission.CASE_READ, Permission.SYSTEMS_READ})
_WORKS: Final = _READS | {
    Permission.CASE_WORK,
    Permission.CASE_REVOKE,
    Permission.SYSTEMS_RETRY,
}

ROLE_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.DCO: frozenset(Permission),
    Role.CASEWORKER: _WORKS | {Permission.CASE_DECIDE},
    Role.REVIEWER: _WORKS | {Permission.CASE_DECIDE, Permission.CASE_RELEASE},
    Role.AUDITOR: _READS | {Permission.LEDGER_READ, Permission.TRAY_READ},
    Role.OPERATIONS: frozenset({Permission.SYSTEMS_READ, Permission.SYSTEMS_RETRY}),
}

ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.DCO: "Data Compliance Officer",
    Role.CASEWORKER: "Caseworker",
    Role.REVIEWER: "Reviewer",
    Role.AUDITOR: "Auditor",
    Role.OPERATIONS: "Operations",
}
