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

# The same events as colleagues read them on the page of the ledger.
EVENT_WORDS: Final[Mapping[str, str]] = {
    "account.code.sent": "A code was sent",
    "account.code.proved": "A code was typed in",
    "account.code.wrong": "A wrong code was typed in",
    "account.subject.signed_in": "A person signed in",
    "account.owner.signed_in": "The owner of a system signed in",
    "account.staff.added": "A colleague was added",
    "account.staff.changed": "The role of a colleague changed",
    "account.role.proposed": "A change of a staff account was proposed",
    "account.role.settled": "A change of a staff account was settled",
    "account.staff.closed": "The account of a colleague was closed",
    "account.staff.reopened": "The account of a colleague was opened again",
    "account.staff.absent": "An absence was noted",
    "account.password.changed": "A password was changed",
    "account.staff.signed_in": "A colleague signed in",
    "account.staff.refused": "A colleague was refused at sign-in",
    "account.device.added": "A security key or app was enrolled",
    "account.device.removed": "A security key or app was removed",
    "account.enrolment.offered": "A link to enrol a device was offered",
    "account.enrolment.used": "A link to enrol a device was used",
    "account.recovery.used": "A recovery code was used",
    "account.recovery.made": "Recovery codes were made",
}
