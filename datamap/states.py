"""Why data went to somebody else. No Django."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class DisclosureBasis(StrEnum):
    """The reasons there are; sale and the recipient's own purposes are none (C45)."""

    PROCESSOR = "processor"  # acts for us, on our instructions
    CONSENT = "consent"
    CONTRACT = "contract"  # needed for what the person ordered
    LEGAL_OBLIGATION = "legal-obligation"
    VOLUNTARY = "voluntary"  # asked for by an authority without compulsion: flagged
    LEGAL_CLAIMS = "legal-claims"

    @property
    def words(self) -> str:
        """The reason as staff read it."""
        return {
            DisclosureBasis.PROCESSOR: "acts for us",
            DisclosureBasis.CONSENT: "the person’s consent",
            DisclosureBasis.CONTRACT: "a contract with the person",
            DisclosureBasis.LEGAL_OBLIGATION: "a legal obligation",
            DisclosureBasis.VOLUNTARY: "voluntary: no law compelled us",
            DisclosureBasis.LEGAL_CLAIMS: "legal claims",
        }[self]


# Whether the person may be told is the DCO's to decide (decision D10).
TOLD_ONLY_WHEN_DECIDED: Final = (
    DisclosureBasis.LEGAL_OBLIGATION,
    DisclosureBasis.VOLUNTARY,
    DisclosureBasis.LEGAL_CLAIMS,
)
