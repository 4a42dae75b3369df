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
    "complaint": ("Complains of", {}),
    "wants": ("Wants us to", {}),
    "behalf": ("For somebody else", {}),
    "about_case": ("Reference given", {}),
    "reach": (
        "Answer them",
        {"email": "By e-mail", "phone": "By telephone", "post": "By letter"},
    ),
}
# The same as the person was asked, for their own copy.
QUESTIONS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "scope": ("What do you want a copy of?", ASKED["scope"][1]),
    "categories": ("Which things?", {}),
    "words": ("Anything that helps us find it:", {}),
    "how": ("How do you want your copy?", ASKED["how"][1]),
    "adjustments": ("Should we do anything differently for you?", {}),
    "complaint": ("What do you complain of?", {}),
    "wants": ("What do you want us to do?", {}),
    "behalf": ("For whom do you complain, and as who?", {}),
    "about_case": ("Is there a request that it is about?", {}),
    "reach": ("How do we answer you?", ASKED["reach"][1]),
    "when": ("When were you there?", {}),
    "where": ("Where?", {}),
    "who": ("How do we recognise you?", {}),
}
