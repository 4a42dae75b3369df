"""What a person is known by, and how it came to be known. No Django, no database.

Whose row it is follows from this, in ``datamap.rules`` (decision D1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final

# Ways to reach somebody change hands; numbers that a system gave out do not.
CONTACTS: Final = frozenset({"email", "phone", "postal"})
# Proved control of a mailbox outweighs what else a row says. That of a telephone does
# not: numbers are given out again (see ``names_another``).
STRONGEST: Final = "email"
# Local parts of mailboxes that offices share (RFC 2142, and what firms here use).
_ROLES: Final = frozenset(
    (
        *("abuse", "accounts", "accounting", "admin", "billing", "careers", "contact"),
        *("customerservice", "enquiries", "finance", "hello", "help", "helpdesk"),
        *("hostmaster", "hr", "info", "inquiries", "invoices", "it", "jobs", "mail"),
        *("marketing", "office", "orders", "payroll", "post", "postmaster", "press"),
        *("privacy", "reception", "recruitment", "sales", "service", "support"),
        *("team", "webmaster"),
    )
)
# The place in a first step without a system: who acts for the person named it.
AGENT: Final = "agent"


def is_role_address(address: str) -> bool:
    """Whether a mailbox is an office's by its name: many people may read it (D1, D2).

    Plus-tags do not count.

    >>> is_role_address("Info+x@example.org"), is_role_address("ina.foster@example.org")
    (True, False)
    """
    return address.lower().partition("@")[0].partition("+")[0] in _ROLES


class IdentifierStatus(StrEnum):
    """Whether a value is known to be of this person alone."""

    SURE = "sure"
    CONTESTED = "contested"
    # Found with two people, and a person has said that they are one and the same: those
    # whom they saw (``KnownIdentifier.holders``), and nobody who comes later.
    SETTLED = "settled"
    # A row taught it or an agent named it, and staff have said that it is this one's
    # alone. Found with two people after all, it is in doubt like any other.
    VOUCHED = "vouched"
    # The same, and staff have said that others use it too.
    NOT_ALONE = "not_alone"


# Not followed: what it reaches is set apart.
DOUBTED: Final = frozenset({IdentifierStatus.CONTESTED, IdentifierStatus.NOT_ALONE})


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One step of a route: what was found in which dataset by which identifier.

    What no system told has a first step without one; its dataset says who named it:
    ``AGENT``, or staff when it is empty.
    """

    system: str
    dataset: str
    kind: str


Route = tuple[Step, ...]
Pair = tuple[str, str]


def holder(*which: str) -> str:
    """Return what tells one holder of a value from the others, and no more of them.

    A row is named by system, dataset and key; who stands in it, by kind and value.

    >>> holder("crm", "people", "1") == holder("crm", "people", "2")
    False
    """
    return sha256("\0".join(which).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class KnownIdentifier:
    """A canonical value, and the way by which it was learned; proved ones have none.

    ``holders`` are who carried it when it was found with two people (see ``holder``).
    Of a settled value, those of whom a person has said that they are one.
    """

    kind: str
    value: str
    status: IdentifierStatus = IdentifierStatus.SURE
    route: Route = ()
    holders: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def pair(self) -> Pair:
        """Kind and value: what makes it the same identifier."""
        return (self.kind, self.value)

    @property
    def is_proved(self) -> bool:
        """Whether the person proved it, rather than a system having told it."""
        return not self.route

    @property
    def is_learned(self) -> bool:
        """Whether a row taught it; what was written down has no system in its route."""
        return any(step.system for step in self.route)

    @property
    def is_named_by_agent(self) -> bool:
        """Whether nobody but who acts for the person said that it is the person's."""
        return self.route == (Step("", AGENT, self.kind),)

    @property
    def is_doubted(self) -> bool:
        """Whether others carry it too, or may: it is looked for and not followed."""
        return self.status in DOUBTED

    def in_doubt(self, holders: Iterable[str] = ()) -> KnownIdentifier:
        """Return it as found with two people; a doubt of staff stays as it was."""
        status = self.status if self.is_doubted else IdentifierStatus.CONTESTED
        return replace(self, status=status, holders=frozenset(holders))

    def covers(self, holders: Iterable[str]) -> bool:
        """Whether a person has said of all of these that they are one and the same."""
        return self.status is IdentifierStatus.SETTLED and self.holders.issuperset(
            holders
        )

    @property
    def awaits_a_person(self) -> bool:
        """Whether it leads to no sure row until somebody says that it is theirs alone.

        A contact that a row taught: a team's mailbox or a switchboard may stand in one
        person's record as theirs. What a system gave out stands for one person. And
        whatever who acts for the person named, of every kind: whose rows it finds is
        what they would be given.
        """
        if self.status is not IdentifierStatus.SURE:
            return False
        return self.is_named_by_agent or (self.kind in CONTACTS and self.is_learned)


def how_shared(known: KnownIdentifier | None) -> str:
    """Say of a value of a household or a company in how far it is the person's."""
    if known is None:
        return "which others share"
    if known.status in {IdentifierStatus.VOUCHED, IdentifierStatus.SETTLED}:
        return "which may stand for others too where it was found"
    return "not yet known to be theirs alone"
