"""What people are asked when they file, in words for staff and for their own copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# What a camera's owner needs to find somebody, by the question's name.
FILMED: Final[Mapping[str, str]] = {
    "when": "Filmed when",
    "where": "Filmed where",
    "who": "How to recognise them",
}
# What the forms ask, by the name under which the answer is kept.
ASKED: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "scope": ("Wants", {"all": "Everything", "some": "Certain things"}),
    "categories": ("Certain things", {}),
    "words": ("In their words", {}),
    "how": (
        "Wants the answer",
        {"download": "As a download", "print": "On paper, by post"},
    ),
    "adjustments": ("Do differently", {}),
}
# The same as the person was asked, for their own copy.
QUESTIONS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "scope": ("What do you want a copy of?", ASKED["scope"][1]),
    "categories": ("Which things?", {}),
    "words": ("Anything that helps us find it:", {}),
    "how": ("How do you want your copy?", ASKED["how"][1]),
    "adjustments": ("Should we do anything differently for you?", {}),
    "when": ("When were you there?", {}),
    "where": ("Where?", {}),
    "who": ("How do we recognise you?", {}),
}
