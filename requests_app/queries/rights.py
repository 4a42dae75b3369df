"""Each right as the person reads it: its everyday name first, its legal name second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from requests_app.models import Case
from requests_app.states import AT_ONCE, FILED, Right


@dataclass(frozen=True, slots=True)
class RightWords:
    """The words of one right. ``name`` begins a task, ``title`` heads what is asked."""

    right: Right
    name: str
    law: str
    text: str
    title: str
    next_steps: tuple[str, ...]

    @property
    def at_once(self) -> bool:
        """Whether it takes effect as it is sent, without a code (C34)."""
        return self.right in AT_ONCE


_REVIEWED: Final = "A person decides. No machine does."
_WRITE: Final = "We write to you what we did and, if we did not do all, why."
_PROVED_AGAIN: Final = (
    "We may make one more check, such as a call to the number on file, so that nobody "
    "else gets your data."
)
_CHECKED: Final = (
    "We may make one more check, such as a call to the number on file, so that nobody "
    "else changes what we hold about you."
)
_SOME_STAYS: Final = (
    "A person decides what can go. Some things the law makes us keep, such as "
    "invoices; we tell you which, why and until when."
)
_WEIGHED: Final = (
    "A person weighs your situation against our reasons. Ours must be compelling: to "
    "show that is for us, not for you."
)
_ELSEWHERE: Final = "The systems that send for us follow, and we confirm it to you."

_WORDS: Final = (
    RightWords(
        Right.ACCESS,
        "Get a copy of my data",
        "Access, UK GDPR Article 15",
        "All we hold about you, with why we have it and who received it.",
        "A copy of your data",
        (
            "We search every system that may hold data about you.",
            "A person reviews what was found. No machine decides.",
            _PROVED_AGAIN,
            "We write to you when your copy is ready.",
        ),
    ),
    RightWords(
        Right.RECTIFICATION,
        "Correct my data",
        "Rectification, Article 16",
        "Something is wrong, out of date or missing.",
        "A correction of your data",
        (
            "We find what you describe in every system that may hold it.",
            _CHECKED,
            "A person compares it with what you wrote. You need not prove the obvious.",
            "We correct it, tell those who received it from us, and write to you.",
        ),
    ),
    RightWords(
        Right.ERASURE,
        "Delete my data",
        "Erasure, Article 17",
        "For example because we need it no longer, or you take your consent back.",
        "Deleting your data",
        (
            "We find what we hold about you in every system.",
            _CHECKED,
            _SOME_STAYS,
            "We delete the rest, tell those who received it from us, and write to you.",
        ),
    ),
    RightWords(
        Right.OBJECTION_DIRECT_MARKETING,
        "Stop marketing to me",
        "Objection to direct marketing, Article 21(2)",
        "We always comply, and ask for no reason and no code.",
        "No more marketing",
        ("It is stopped from this moment on.", _ELSEWHERE),
    ),
    RightWords(
        Right.WITHDRAW_CONSENT,
        "Take my consent back",
        "Withdrawal of consent, Article 7(3)",
        "Whatever you agreed to, you can change your mind at any time.",
        "Your consent taken back",
        (
            "Your consent has ended from now on. What we did before was lawful.",
            _ELSEWHERE,
        ),
    ),
    RightWords(
        Right.OBJECTION,
        "Object to a use of my data",
        "Objection, Article 21(1)",
        "We use it in our own interest, and your situation says otherwise.",
        "Your objection to a use of your data",
        (
            _WEIGHED,
            _CHECKED,
            _WRITE,
        ),
    ),
    RightWords(
        Right.RESTRICTION,
        "Pause the use of my data",
        "Restriction, Article 18",
        "While we check a mistake or an objection, or because you need it for a claim.",
        "Pausing the use of your data",
        (
            "We find the data you mean.",
            _REVIEWED,
            "While it is paused we only store it. We tell you before the pause ends.",
            _WRITE,
        ),
    ),
    RightWords(
        Right.PORTABILITY,
        "Take my data elsewhere",
        "Portability, Article 20",
        "What you gave us, in a file another company can read, or sent to them.",
        "Your data to take away",
        (
            "We collect what you gave us, in files that computers read (CSV, JSON).",
            "A person reviews them. No machine decides.",
            _PROVED_AGAIN,
            "We write to you when they are ready.",
        ),
    ),
)
# Other kinds of case a person may meet on their pages.
_OTHERS: Final = (
    RightWords(
        Right.COMPLAINT,
        "Complain",
        "Data Protection Act 2018, section 164A",
        "About anything we did with your data, with or without a request before.",
        "Your complaint",
        (
            "Somebody looks into it who did not decide the matter.",
            "We tell you the outcome, and what we change.",
        ),
    ),
    RightWords(
        Right.NOT_YET_KNOWN,
        "Ask about my data",
        "not read yet",
        "",
        "What you sent or told us",
        (
            "A person reads it and tells you what we take it to ask for.",
            "Tell us if that is not what you meant: it counts from the same day.",
        ),
    ),
)
RIGHTS: Final[Mapping[str, RightWords]] = {
    one.right: one for one in (*_WORDS, *_OTHERS)
}
# What the form offers, in its order.
OFFERED: Final = tuple(RIGHTS[right] for right in FILED)


def noun_of(case: Case) -> str:
    """Return what the person calls the case: a request, unless they complained."""
    return "complaint" if case.right == Right.COMPLAINT else "request"


def words_of(case: Case) -> RightWords:
    """Return the words of a case's right."""
    return RIGHTS[case.right]
