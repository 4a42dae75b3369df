"""Ledger events of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumina_privacy.lib.ledger import LedgerEvent

EVENTS: Final[Mapping[str, LedgerEvent]] = {
    "account.code.sent": LedgerEvent("A code was sent", "purpose"),
    "account.code.proved": LedgerEvent("A code was typed in", "purpose"),
    "account.code.wrong": LedgerEvent("A wrong code was typed in", "purpose"),
    "account.subject.signed_in": LedgerEvent("A person signed in"),
    "account.owner.signed_in": LedgerEvent("The owner of a system signed in"),
    "account.staff.added": LedgerEvent("A colleague was added", "role"),
    "account.staff.changed": LedgerEvent(
        "The role of a colleague changed", "role", "was"
    ),
    "account.role.proposed": LedgerEvent(
        "A change of a staff account was proposed",
        "change",
        "what",
        "role",
        "was",
        "state",
        "alone",
    ),
    "account.role.settled": LedgerEvent(
        "A change of a staff account was settled", "change", "state"
    ),
    "account.staff.closed": LedgerEvent("The account of a colleague was closed"),
    "account.staff.reopened": LedgerEvent(
        "The account of a colleague was opened again"
    ),
    "account.staff.absent": LedgerEvent("An absence was noted", "until", "deputy"),
    "account.password.changed": LedgerEvent("A password was changed"),
    "account.staff.signed_in": LedgerEvent("A colleague signed in", "device"),
    "account.staff.refused": LedgerEvent(
        "A colleague was refused at sign-in", "device"
    ),
    "account.device.added": LedgerEvent(
        "A security key or app was enrolled", "device", "by_grant"
    ),
    "account.device.removed": LedgerEvent(
        "A security key or app was removed", "device"
    ),
    "account.enrolment.offered": LedgerEvent("A link to enrol a device was offered"),
    "account.enrolment.used": LedgerEvent("A link to enrol a device was used"),
    "account.recovery.used": LedgerEvent("A recovery code was used"),
    "account.recovery.made": LedgerEvent("Recovery codes were made", "count"),
}
