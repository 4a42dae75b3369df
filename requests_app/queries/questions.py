"""What people are asked when they file, in words for staff and for their own copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_Words = tuple[str, Mapping[str, str]]

# What a camera's owner needs to find somebody, by the question's name.
FILMED: Final[Mapping[str, str]] = {
    "when": "Filmed when",
    "where": "Filmed where",
    "who": "How to recognise them",
}
# UK GDPR Article 16, and decision C46.
WRONG_HOW: Final[Mapping[str, str]] = {
    "incorrect": "It is incorrect",
    "out_of_date": "It is out of date",
    "incomplete": "It is incomplete",
}
# UK GDPR Article 18(1)(a) to (d).
PAUSE_GROUNDS: Final[Mapping[str, str]] = {
    "contested": "It is wrong, and you are checking that",
    "unlawful": "You may not use it, but I do not want it deleted",
    "claims": "You no longer need it, but I need it for a legal claim",
    "objected": "I have objected to its use, and you are weighing that",
}
_HOW: Final = {"download": "As a download", "print": "On paper, by post"}
_REACH: Final = {"email": "By e-mail", "phone": "By telephone", "post": "By letter"}
_SCOPE: Final = {"all": "Everything", "some": "Certain things"}
# What the forms ask, by the name under which the answer is kept.
ASKED: Final[Mapping[str, _Words]] = {
    "scope": ("Wants", _SCOPE),
    "categories": ("Certain things", {}),
    "words": ("In their words", {}),
    "how": ("Wants the answer", _HOW),
    "adjustments": ("Do differently", {}),
    "complaint": ("Complains of", {}),
    "wants": ("Wants us to", {}),
    "behalf": ("For somebody else", {}),
    "about_case": ("Reference given", {}),
    "reach": ("Answer them", _REACH),
    **{name: (label, {}) for name, label in FILMED.items()},
    "wrong": ("What is wrong", {}),
    "should_be": ("What is right", {}),
    "why_wrong": ("In which way", WRONG_HOW),
    "erase": ("To be deleted", _SCOPE),
    "erase_categories": ("Certain things", {}),
    "erase_words": ("About the deletion", {}),
    "pause_ground": ("Ground (Article 18(1))", PAUSE_GROUNDS),
    "pause_words": ("Which data", {}),
    "uses": ("Objects to", {}),
    "situation": ("Their situation", {}),
    "consents": ("Consent taken back for", {}),
    "onward": ("Send it on to", {}),
}
# The same as the person was asked, for their own pages and their own copy.
QUESTIONS: Final[Mapping[str, _Words]] = {
    "scope": ("What do you want a copy of?", _SCOPE),
    "categories": ("Which things?", {}),
    "words": ("Anything that helps us find it:", {}),
    "how": ("How do you want your copy?", _HOW),
    "adjustments": ("Should we do anything differently for you?", {}),
    "complaint": ("What do you complain of?", {}),
    "wants": ("What do you want us to do?", {}),
    "behalf": ("For whom do you complain, and as who?", {}),
    "about_case": ("Is there a request that it is about?", {}),
    "reach": ("How do we answer you?", _REACH),
    "when": ("When were you there?", {}),
    "where": ("Where?", {}),
    "who": ("How do we recognise you?", {}),
    "wrong": ("What is wrong?", {}),
    "should_be": ("What is right?", {}),
    "why_wrong": ("In which way is it wrong?", WRONG_HOW),
    "erase": ("What should we delete?", _SCOPE),
    "erase_categories": ("Which things?", {}),
    "erase_words": ("Anything we should know:", {}),
    "pause_ground": ("Why should we pause?", PAUSE_GROUNDS),
    "pause_words": ("Which data?", {}),
    "uses": ("Which uses do you object to?", {}),
    "situation": ("What about your situation speaks against it?", {}),
    "consents": ("Which?", {}),
    "onward": ("Should we send it to another company?", {}),
}
