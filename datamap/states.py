"""Why data went to somebody else. No Django."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class DisclosureBasis(StrEnum):
    """The reasons there are; sale and the recipient's own purposes are none (C45)."""

    PROCESSOR = "processor"  # acts for us, on our instructions
    CONSENT = "consent"
    CONTRACT = "contract"  # needed for what the person ordered
    PORTABILITY = "portability"  # the person took it there (UK GDPR Article 20(2))
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
            DisclosureBasis.PORTABILITY: "direct transmission, as the person asked",
            DisclosureBasis.LEGAL_OBLIGATION: "a legal obligation",
            DisclosureBasis.VOLUNTARY: "voluntary: no law compelled us",
            DisclosureBasis.LEGAL_CLAIMS: "legal claims",
        }[self]


# What for, of what the person takes elsewhere: no purpose of ours, so none of the
# register's; and its words, as they read them.
TAKEN_ELSEWHERE: Final = "taken-elsewhere"
TAKEN_ELSEWHERE_WORDS: Final = "you took it there (UK GDPR Article 20(2))"
# Whether the person may be told is the DCO's to decide (decision D10).
TOLD_ONLY_WHEN_DECIDED: Final = (
    DisclosureBasis.LEGAL_OBLIGATION,
    DisclosureBasis.VOLUNTARY,
    DisclosureBasis.LEGAL_CLAIMS,
)
