"""The closed lists of grounds, each with its provision (law brief, section 3.9).

No Django. A ground that the law does not give stands in no list (decision C4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from requests_app.states import Right


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is not given: its provision, and the words the person reads."""

    code: str
    provision: str
    words: str


# Part 1 of Schedule 2 reaches copies and data to take away alike (its paragraph 1).
_PART_1: Final = (
    Ground(
        "crime_and_tax",
        "DPA 2018 Schedule 2 paragraph 2",
        "Giving it would prejudice the prevention, investigation or detection of "
        "crime, or the assessment or collection of tax.",
    ),
    Ground(
        "legal_proceedings",
        "DPA 2018 Schedule 2 paragraph 5",
        "It is covered by a rule about legal proceedings.",
    ),
)
# Section 3.9 of the law as far as it reaches single rows of an access answer.
_FROM_A_COPY: Final = (
    Ground(
        "third_party",
        "DPA 2018 Schedule 2 paragraph 16",
        "It is information about somebody else, and it is not reasonable to disclose "
        "it without their consent.",
    ),
    Ground(
        "privilege",
        "DPA 2018 Schedule 2 paragraph 19",
        "It is protected by legal professional privilege.",
    ),
    *_PART_1,
    Ground(
        "self_incrimination",
        "DPA 2018 Schedule 2 paragraph 20",
        "Giving it would show that somebody committed an offence and expose them to "
        "proceedings for it.",
    ),
    Ground(
        "corporate_finance",
        "DPA 2018 Schedule 2 paragraph 21",
        "It is used for a corporate finance service, and giving it could affect the "
        "price of an instrument or harm an important economic interest.",
    ),
    Ground(
        "management_forecast",
        "DPA 2018 Schedule 2 paragraph 22",
        "It is part of management planning that giving it would prejudice.",
    ),
    Ground(
        "negotiations",
        "DPA 2018 Schedule 2 paragraph 23",
        "It records our intentions in negotiations with you that giving it would "
        "prejudice.",
    ),
    Ground(
        "reference",
        "DPA 2018 Schedule 2 paragraph 24",
        "It is a confidential reference.",
    ),
    Ground(
        "serious_harm",
        "DPA 2018 Schedule 3",
        "It is about health, social work, education or child abuse, and giving it "
        "would be likely to cause serious harm, or a rule of that Schedule keeps it "
        "back.",
    ),
    Ground(
        "adoption",
        "DPA 2018 Schedule 4",
        "Another law keeps it back: on adoption, parental orders, human fertilisation "
        "or special educational needs.",
    ),
    Ground(
        "not_theirs",
        "UK GDPR Article 15(1)",
        "It is not information about you.",
    ),
)
# Privilege, forecasts and the like restrict Articles 13 to 15 alone.
_FROM_WHAT_IS_TAKEN: Final = (
    Ground(
        "others_rights",
        "UK GDPR Article 20(4)",
        "Giving it in this form would adversely affect the rights of somebody else.",
    ),
    *_PART_1,
    Ground(
        "not_theirs",
        "UK GDPR Article 20(1)",
        "It is not information about you.",
    ),
    Ground(
        "not_from_them",
        "UK GDPR Article 20(1)",
        "It did not come from you, as the record itself shows.",
    ),
)
# By right, on which ground a part of an answer is kept back (decision C4). Of a right
# that is missing nothing is given out, so nothing is kept back.
WITHHOLDING_GROUNDS: Final[Mapping[Right, tuple[Ground, ...]]] = {
    Right.ACCESS: _FROM_A_COPY,
    Right.PORTABILITY: _FROM_WHAT_IS_TAKEN,
}
# Rights that are answered with a package of what was found.
PACKAGED: Final = frozenset(WITHHOLDING_GROUNDS)


def withholding_grounds(right: str) -> tuple[Ground, ...]:
    """Return the grounds on which a part is kept back; none for most rights."""
    return WITHHOLDING_GROUNDS.get(Right(right), ())


# Data to take away: on which ground somebody lets in what the person gave us, though
# Article 20 reaches it not, or only in some cases (``portability.Reach.rest``).
LETTING_IN_GROUNDS: Final = (
    Ground(
        "promised",
        "our privacy notice",
        "Our privacy notice promises you a file of what you have given us, whatever "
        "we use it for.",
    ),
    Ground(
        "in_this_case",
        "UK GDPR Article 20(1)(a)",
        "In your case we use it on your consent or for a contract with you.",
    ),
)
# Why a whole request is refused (UK GDPR Article 12(2), (5) and (6)).
NOT_SHOWN: Final = Ground(
    "identity_not_shown",
    "UK GDPR Article 12(2) and (6)",
    "We have a reasonable doubt about who is asking, and it was not settled. We may "
    "not give out or change information about a person because somebody else asks.",
)
ABUSIVE: Final = (
    Ground(
        "manifestly_unfounded",
        "UK GDPR Article 12(5)",
        "The request is manifestly unfounded.",
    ),
    Ground(
        "manifestly_excessive",
        "UK GDPR Article 12(5)",
        "The request is manifestly excessive.",
    ),
)
# By right, all that the law gives (law brief, section 3.9). A right that is missing is
# never refused whole: marketing stops and a consent ends because the person says so. An
# objection is weighed use by use (``rulings``), and needs no identity: Article 11(2)
# names Articles 15 to 20.
REFUSAL_GROUNDS: Final[Mapping[Right, tuple[Ground, ...]]] = {
    Right.ACCESS: (NOT_SHOWN, *ABUSIVE),
    Right.RECTIFICATION: (NOT_SHOWN, *ABUSIVE),
    Right.ERASURE: (NOT_SHOWN, *ABUSIVE),
    Right.RESTRICTION: (
        NOT_SHOWN,
        *ABUSIVE,
        Ground(
            "not_restricted",
            "UK GDPR Article 18(1)",
            "None of the four situations in which use is restricted is there.",
        ),
    ),
    Right.PORTABILITY: (
        NOT_SHOWN,
        *ABUSIVE,
        Ground(
            "not_portable",
            "UK GDPR Article 20(1)",
            "Of what we hold, nothing is all of this: given by you or noted of what "
            "you did, used on your consent or for a contract with you, and by "
            "computer.",
        ),
    ),
}


def refusal_ground(right: str, code: str) -> Ground | None:
    """Return a ground for refusing a request of that right, or None."""
    known = REFUSAL_GROUNDS.get(Right(right), ())
    return next((ground for ground in known if ground.code == code), None)


# A row set apart (decision D1) comes in only with one of these, one by one.
INCLUSION_GROUNDS: Final = (
    Ground("same_person", "UK GDPR Article 15(1)", "It is about the same person."),
    Ground(
        "own_contribution",
        "UK GDPR Article 15(1)",
        "The person wrote it or is named in it as themselves.",
    ),
)
_TAKEN_IN: Final = (
    Ground("same_person", "UK GDPR Article 20(1)", "It is about the same person."),
)
# A row whose record says that somebody else told us goes out only with this.
GIVEN_BY_THEM: Final = Ground(
    "given_by_them",
    "UK GDPR Article 20(1)",
    "The person gave it to us themselves; what the record says of its source is wrong.",
)


def inclusion_grounds(right: str) -> tuple[Ground, ...]:
    """Return the grounds on which a row set apart comes in."""
    return _TAKEN_IN if right == Right.PORTABILITY else INCLUSION_GROUNDS


def ground_of_answer(right: str, code: str) -> Ground | None:
    """Return whatever ground stands beside a part of an answer, or None."""
    known = (
        *withholding_grounds(right),
        *inclusion_grounds(right),
        *LETTING_IN_GROUNDS,
        GIVEN_BY_THEM,
    )
    return next((ground for ground in known if ground.code == code), None)


def ground_words(right: str, code: str) -> str:
    """Return a ground as the person reads it, with its provision; nothing for none."""
    ground = ground_of_answer(right, code)
    return f"{ground.words} ({ground.provision})" if ground else ""


class AuthorityEvidence(StrEnum):
    """What shows that somebody may act for the person (decision D9)."""

    SIGNED = "signed"
    SOLICITOR = "solicitor"
    POWER_OF_ATTORNEY = "power_of_attorney"
    COURT_ORDER = "court_order"
    PARENT = "parent"


class ChildSays(StrEnum):
    """What a child says for whom a parent acts: the right is the child's own.

    In England and Wales no age is fixed; a child who understands it decides. In
    Scotland one of twelve is presumed to (DPA 2018 section 208).
    """

    NOT_ASKED = ""
    TOO_YOUNG = "too_young"
    WANTS_IT = "wants_it"


class AnswerGoesTo(StrEnum):
    """Who gets an answer that was asked for in another's name."""

    NOT_CHOSEN = ""
    AGENT = "agent"
    PERSON = "person"


class Party(StrEnum):
    """Who is written to in a case: the person, or who acts for them."""

    PERSON = "person"
    AGENT = "agent"
