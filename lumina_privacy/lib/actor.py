"""Who did it, as the ledger may know it: a kind and an opaque reference."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ActorKind(StrEnum):
    """Whose act it was."""

    STAFF = "staff"
    SUBJECT = "subject"
    OWNER = "owner"
    RECIPIENT = "recipient"
    # Without an account, by a link that a team shares (decision C35).
    COLLEAGUE = "colleague"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor; ``ref`` is an opaque id, never a name or an address.

    >>> str(Actor(ActorKind.STAFF, "7"))
    'staff:7'
    """

    kind: ActorKind
    ref: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"

    @classmethod
    def parse(cls, text: str) -> Actor:
        """Return the actor that ``str`` wrote. Raises ValueError for anything else."""
        kind, _, ref = text.partition(":")
        return cls(ActorKind(kind), ref)


def system(ref: str) -> Actor:
    """Return the portal itself; ``ref`` names the sweep or command."""
    return Actor(ActorKind.SYSTEM, ref)


# Someone who has proved nothing yet.
STRANGER: Final = Actor(ActorKind.SUBJECT, "unproved")
