"""What may be decided about each thing that was found, by right, as data. No Django.

Each choice has its own closed list of grounds with the article (law brief, sections 3.4
to 3.8; decision C4). ``as_asked`` is false for whatever gives less than was asked.
What was found and is not asked about is said so, and counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from requests_app.grounds import ABUSIVE, Ground
from requests_app.states import Right


class Ruled(StrEnum):
    """What is done with a thing that a person asked something about."""

    CORRECT = "correct"
    ADD_NOTE = "add_note"
    LEAVE = "leave"
    ERASE = "erase"
    REMOVE_DETAILS = "remove_details"
    KEEP = "keep"
    RESTRICT = "restrict"
    DO_NOT_RESTRICT = "do_not_restrict"
    STOP = "stop"
    GO_ON = "go_on"
    NOT_MEANT = "not_meant"


NOT_MEANT: Final = "not_meant"  # the ground of what the request is not about


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may be ruled: its words, and the grounds the law gives for it."""

    what: Ruled
    words: str  # the person reads them
    as_asked: bool
    grounds: tuple[Ground, ...]
    # Whatever is kept has a date of its own (decision D8).
    dated: bool = False
    # Whether it decides about something that was asked for.
    answers: bool = True


_ERASURE: Final = (
    Ground("not_needed", "UK GDPR Article 17(1)(a)", "We need it no longer."),
    Ground(
        "consent_withdrawn",
        "UK GDPR Article 17(1)(b)",
        "You withdrew your consent, and nothing else lets us use it.",
    ),
    Ground(
        "objection_upheld",
        "UK GDPR Article 17(1)(c)",
        "You objected to its use, and we found no reason that overrides yours.",
    ),
    Ground("unlawful", "UK GDPR Article 17(1)(d)", "It should not have been used."),
    Ground("duty_to_erase", "UK GDPR Article 17(1)(e)", "A law makes us erase it."),
    Ground(
        "childs_data",
        "UK GDPR Article 17(1)(f)",
        "It was collected from a child for an online service.",
    ),
    Ground(
        "malicious_allegation",
        "UK GDPR Article 17(1)(g)",
        "It is a malicious allegation about you, by somebody convicted of it.",
    ),
)
_KEPT: Final = (
    Ground(
        "expression",
        "UK GDPR Article 17(3)(a)",
        "It is needed for freedom of expression and information.",
    ),
    Ground(
        "legal_duty", "UK GDPR Article 17(3)(b)", "A law makes us keep it for a time."
    ),
    Ground(
        "public_health",
        "UK GDPR Article 17(3)(c)",
        "It is needed in the public interest in public health.",
    ),
    Ground(
        "research",
        "UK GDPR Article 17(3)(d)",
        "It is needed for archiving, research or statistics.",
    ),
    # The words of decision C25: never the matter, nor the adversary.
    Ground(
        "legal_claims",
        "UK GDPR Article 17(3)(e)",
        "It is kept because it may be needed for legal claims.",
    ),
)
_STILL_NEEDED: Final = Ground(
    "no_ground",
    "UK GDPR Article 17(1)",
    "None of the grounds for erasing it is there: we still need it for what it was "
    "collected for.",
)
_WRONG: Final = (
    Ground("incorrect", "UK GDPR Article 16", "It is incorrect."),
    Ground("out_of_date", "UK GDPR Article 16", "It is out of date."),
    Ground("incomplete", "UK GDPR Article 16", "It is incomplete."),
)
_RESTRICTED: Final = (
    Ground(
        "contested",
        "UK GDPR Article 18(1)(a)",
        "You say that it is wrong, and we are checking that.",
    ),
    Ground(
        "unlawful_kept",
        "UK GDPR Article 18(1)(b)",
        "It should not be used, and you do not want it erased.",
    ),
    Ground(
        "for_their_claim",
        "UK GDPR Article 18(1)(c)",
        "We need it no longer, but you need it for a legal claim.",
    ),
    Ground(
        "objection_pending",
        "UK GDPR Article 18(1)(d)",
        "You objected to its use, and we are weighing that.",
    ),
)


def _not_meant(provision: str) -> Choice:
    """Return the choice for what was found and is not what the person writes about."""
    return Choice(
        Ruled.NOT_MEANT,
        "Your request is not about it.",
        as_asked=False,
        grounds=(
            Ground(
                NOT_MEANT, provision, "What you wrote is about other data than this."
            ),
        ),
        answers=False,
    )


RULINGS: Final[Mapping[Right, tuple[Choice, ...]]] = {
    Right.RECTIFICATION: (
        Choice(Ruled.CORRECT, "We correct it.", as_asked=True, grounds=_WRONG),
        Choice(
            Ruled.ADD_NOTE,
            "We leave it as it is and add to it what you say.",
            as_asked=False,
            grounds=(
                Ground(
                    "opinion",
                    "UK GDPR Article 5(1)(d)",
                    "It is recorded as somebody’s opinion, and that is accurate.",
                ),
                Ground(
                    "not_settled",
                    "UK GDPR Article 16",
                    "It could not be settled which is right.",
                ),
            ),
        ),
        Choice(
            Ruled.LEAVE,
            "We leave it as it is.",
            as_asked=False,
            grounds=(
                Ground(
                    "accurate", "UK GDPR Article 16", "We checked it: it is accurate."
                ),
            ),
        ),
        _not_meant("UK GDPR Article 16"),
    ),
    Right.ERASURE: (
        Choice(Ruled.ERASE, "We erase it.", as_asked=True, grounds=_ERASURE),
        Choice(
            Ruled.REMOVE_DETAILS,
            "We remove the details that name you; the record is kept.",
            as_asked=False,
            grounds=_KEPT,
            dated=True,
        ),
        Choice(
            Ruled.KEEP,
            "We keep it.",
            as_asked=False,
            grounds=(*_KEPT, _STILL_NEEDED),
            dated=True,
        ),
        _not_meant("UK GDPR Article 17(1)"),
    ),
    Right.RESTRICTION: (
        Choice(
            Ruled.RESTRICT,
            "We store it and do nothing else with it.",
            as_asked=True,
            grounds=_RESTRICTED,
        ),
        Choice(
            Ruled.DO_NOT_RESTRICT,
            "We go on using it.",
            as_asked=False,
            grounds=(
                Ground(
                    "not_restricted",
                    "UK GDPR Article 18(1)",
                    "None of the four situations in which use is restricted is there.",
                ),
            ),
        ),
        _not_meant("UK GDPR Article 18(1)"),
    ),
    Right.OBJECTION: (
        Choice(
            Ruled.STOP,
            "We stop using your data for this.",
            as_asked=True,
            grounds=(
                Ground(
                    "no_overriding_reason",
                    "UK GDPR Article 21(1)",
                    "Your situation speaks against it, and we have no compelling "
                    "reason that overrides it.",
                ),
            ),
        ),
        Choice(
            Ruled.GO_ON,
            "We go on using your data for this.",
            as_asked=False,
            grounds=(
                Ground(
                    "overriding",
                    "UK GDPR Article 21(1)",
                    "We have compelling legitimate grounds that override yours.",
                ),
                Ground(
                    "claims",
                    "UK GDPR Article 21(1)",
                    "It is needed for legal claims.",
                ),
                Ground(
                    "no_such_basis",
                    "UK GDPR Article 21(1)",
                    "This use does not rest on a legitimate interest or a public task, "
                    "so it cannot be objected to.",
                ),
                *ABUSIVE,
            ),
        ),
    ),
}


def choice_of(right: str, what: str) -> Choice | None:
    """Return what may be ruled for a right under that code, or None."""
    known = RULINGS.get(Right(right), ())
    return next((choice for choice in known if choice.what == what), None)


def is_dated(right: str, what: str) -> bool:
    """Whether what is ruled so is kept until a day that must be said (decision D8)."""
    choice = choice_of(right, what)
    return choice is not None and choice.dated


def ground_of(choice: Choice, code: str) -> Ground | None:
    """Return a ground of ``choice``, or None when the law does not give it there."""
    return next((ground for ground in choice.grounds if ground.code == code), None)


@dataclass(frozen=True, slots=True)
class Thing:
    """What is ruled on: a dataset that was found, an owner's files, or a use.

    ``mark`` changes with every new search: what was ruled before does not count then.
    """

    system: str
    dataset: str
    purpose: str
    name: str
    categories: tuple[tuple[str, str], ...]  # code and name
    mark: str


@dataclass(frozen=True, slots=True)
class Made:
    """A ruling that counts; ``category`` is empty for the whole of a thing."""

    pk: int
    category: str
    what: Ruled
    ground: str
    words: str
    until: date | None
    by: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A thing, and what counts of what was ruled about it."""

    thing: Thing
    made: tuple[Made, ...]

    @property
    def is_complete(self) -> bool:
        """Whether all of it is ruled on: as a whole, or each category."""
        said = {one.category for one in self.made}
        codes = {code for code, _ in self.thing.categories}
        return "" in said or (bool(codes) and codes <= said)

    @property
    def left(self) -> tuple[tuple[str, str], ...]:
        """What is not ruled on yet: by category ("" for the whole), how it is named."""
        if self.is_complete:
            return ()
        if not self.made:
            return (("", self.thing.name),)
        said = {one.category for one in self.made}
        return tuple(
            (code, f"{self.thing.name}, {name}")
            for code, name in self.thing.categories
            if code not in said
        )


def counting(rows: Iterable[tuple[str, Made]], thing: Thing) -> tuple[Made, ...]:
    """Return what counts of ``rows`` (mark and ruling, oldest first) about ``thing``.

    The newest of each category; the whole first. One about the whole takes back what
    was ruled before it about a category. A whole of which every category has a ruling
    of its own says nothing any more.
    """
    newest: dict[str, Made] = {}
    for mark, made in rows:
        if mark != thing.mark:
            continue
        if not made.category:
            newest.clear()
        newest[made.category] = made
    codes = {code for code, _ in thing.categories}
    if codes and codes <= set(newest):
        newest.pop("", None)
    return tuple(newest[category] for category in sorted(newest))
