"""Ledger events of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "account.code.sent": frozenset({"purpose"}),
    "account.code.proved": frozenset({"purpose"}),
    "account.code.wrong": frozenset({"purpose"}),
    "account.subject.signed_in": frozenset(),
    "account.owner.signed_in": frozenset(),
    "account.staff.added": frozenset({"role"}),
    "account.staff.changed": frozenset({"role", "was"}),
    "account.role.proposed": frozenset(
        {"change", "what", "role", "was", "state", "alone"}
    ),
    "account.role.settled": frozenset({"change", "state"}),
    "account.staff.closed": frozenset(),
    "account.staff.reopened": frozenset(),
    "account.staff.absent": frozenset({"until", "deputy"}),
    "account.password.changed": frozenset(),
    "account.staff.signed_in": frozenset({"device"}),
    "account.staff.refused": frozenset({"device"}),
    "account.device.added": frozenset({"device", "by_grant"}),
    "account.device.removed": frozenset({"device"}),
    "account.enrolment.offered": frozenset(),
    "account.enrolment.used": frozenset(),
    "account.recovery.used": frozenset(),
    "account.recovery.made": frozenset({"count"}),
}
