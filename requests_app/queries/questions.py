"""Every question of filing and of a complaint, by the name its answer is kept under.

One table: the forms, "check your answers", the person's own pages, the acknowledgement
and staff's pages all read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from requests_app.contract import ContractSays
from requests_app.queries.words import RIGHTS
from requests_app.states import FILED, ContactMethod


@dataclass(frozen=True, slots=True)
class Question:
    """How one question reads.

    ``asks`` is how the person is asked, ``noted`` how staff read and write the answer,
    ``short`` how the person checks it before sending (``noted``, when that will do).
    The words of ``choices`` are the person's; ``declared`` choices are codes of the
    register. ``of_a_copy`` is asked of copies alone.
    """

    asks: str
    noted: str
    short: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    declared: bool = False
    of_a_copy: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether the answer is chosen from a list, so no detail of anybody's life."""
        return bool(self.choices) or self.declared

    @property
    def checked(self) -> str:
        """How the person reads it when they check their answers."""
        return self.short or self.noted


# UK GDPR Article 16, and decision C46.
WRONG_HOW: Final[Mapping[str, str]] = {
    "incorrect": "It is incorrect",
    "out_of_date": "It is out of date",
    "incomplete": "It is incomplete",
}
# UK GDPR Article 17(1)(a) to (f).
ERASE_GROUNDS: Final[Mapping[str, str]] = {
    "not_needed": "You need it no longer for what you had it for",
    "consent": "I take back the consent it rests on",
    "objected": "I object to its use",
    "unlawful": "You should not have had it, or not have used it so",
    "law": "A law says that it must be deleted",
    "child": "It was collected online while I was a child",
}
# UK GDPR Article 18(1)(a) to (d).
PAUSE_GROUNDS: Final[Mapping[str, str]] = {
    "contested": "It is wrong, and you are checking that",
    "unlawful": "You may not use it, but I do not want it deleted",
    "claims": "You no longer need it, but I need it for a legal claim",
    "objected": "I have objected to its use, and you are weighing that",
}
HOW: Final[Mapping[str, str]] = {
    "download": "As a download from this site",
    "print": "On paper, by post",
}
CONTACT_METHODS: Final[Mapping[str, str]] = {
    ContactMethod.EMAIL: "By e-mail",
    ContactMethod.PHONE: "By telephone",
    ContactMethod.POST: "By letter",
}
SCOPE: Final[Mapping[str, str]] = {
    "all": "Everything you hold about me",
    "some": "Certain things",
}
FILMED: Final[Mapping[str, str]] = {
    "yes": "Yes",
    "no": "No",
    "unknown": "I do not know",
}
CONSENTS: Final[Mapping[str, str]] = {
    "all": "All of it",
    "some": "Only some of it",
}
CONTRACT: Final[Mapping[str, str]] = {
    ContractSays.A_DAY: "It names a day",
    ContractSays.NO_DAY: "It names no day",
}
# What the person asked the customer for; a customer may not say.
RIGHT_USED: Final[Mapping[str, str]] = {
    **{right.value: RIGHTS[right] for right in FILED},
    "not_said": "They did not say, or it is something else",
}

QUESTIONS: Final[Mapping[str, Question]] = {
    "rights": Question("What do you want us to do?", "Asks for", "What you want"),
    "about": Question("Are you asking for yourself?", "Whose data"),
    # Of who asks for somebody else: who the person is, and who acts.
    "person": Question("What is the person’s name?", "The person", "For whom you ask"),
    "known_emails": Question(
        "E-mail addresses of theirs", "To search: their e-mail addresses"
    ),
    "known_phones": Question(
        "Telephone numbers of theirs", "To search: their telephone numbers"
    ),
    "known_postal": Question("Their postal address", "To search: their postal address"),
    "person_email": Question(
        "The person’s own e-mail address", "Write to the person by e-mail at"
    ),
    "person_postal": Question(
        "The person’s own postal address", "Write to the person by post at"
    ),
    "avoid_emails": Question(
        "E-mail addresses that must not be used", "Not to be used: e-mail addresses"
    ),
    "avoid_postal": Question(
        "A postal address that must not be used", "Not to be used: postal address"
    ),
    "evidence": Question(
        "What shows that you may act for them?",
        "What shows that they may act",
        "What shows that you may act",
    ),
    "covers": Question("What does it cover?", "What it covers"),
    "agent": Question("What is your name?", "Who acts", "Your name"),
    "agent_reach": Question(
        "Your postal address", "The agent’s postal address", "Your postal address"
    ),
    "scope": Question(
        "What do you want a copy of?",
        "Wants a copy of",
        "Copy of",
        SCOPE,
        of_a_copy=True,
    ),
    "categories": Question(
        "Which things?", "Certain things", "Which things", declared=True, of_a_copy=True
    ),
    "period": Question("For which period?", "Period", of_a_copy=True),
    "words": Question(
        "Anything that helps us find it", "In their words", "What helps us find it"
    ),
    "filmed": Question(
        "Were you filmed at our premises?",
        "Filmed at our premises",
        choices=FILMED,
        of_a_copy=True,
    ),
    "day": Question("On which day were you there?", "Filmed on", "When you were there"),
    "time": Question("At what time?", "At what time"),
    "when": Question("When were you there?", "Filmed when", of_a_copy=True),
    "where": Question("Where?", "Filmed where", "Where", of_a_copy=True),
    "who": Question(
        "How do we recognise you?",
        "How to recognise them",
        "How we recognise you",
        of_a_copy=True,
    ),
    "onward": Question("Should we send it to another company?", "Send it on to"),
    "wrong": Question("What is wrong?", "What is wrong"),
    "should_be": Question("What is right?", "What is right"),
    "why_wrong": Question(
        "In which way is it wrong?", "In which way it is wrong", choices=WRONG_HOW
    ),
    "erase": Question("What should we delete?", "To be deleted", choices=SCOPE),
    "erase_categories": Question(
        "Which things?", "Certain things", "Which things to delete", declared=True
    ),
    "erase_ground": Question(
        "Is there a reason you want to give?",
        "Reason (Article 17(1))",
        "Why it should be deleted",
        ERASE_GROUNDS,
    ),
    "erase_words": Question("Anything we should know", "About the deletion"),
    "pause_ground": Question(
        "Why should we pause?",
        "Ground (Article 18(1))",
        "Why we should pause",
        PAUSE_GROUNDS,
    ),
    "pause_words": Question("Which data?", "Which data", "What we should pause"),
    "uses": Question(
        "Which uses do you object to?",
        "Objects to",
        "Uses you object to",
        declared=True,
    ),
    "situation": Question(
        "What about your situation speaks against it?",
        "Their situation",
        "Your situation",
    ),
    "which": Question(
        "Which consent do you take back?",
        "Takes back",
        "Consent taken back",
        CONSENTS,
    ),
    "consents": Question(
        "Which?", "Consent taken back for", "Which consent", declared=True
    ),
    "name": Question("What is your name?", "The person’s name", "Your name"),
    "email": Question("Your e-mail address", "Their e-mail address", "E-mail address"),
    "phone": Question(
        "A telephone number", "Their telephone number", "Telephone number"
    ),
    "how": Question(
        "How do you want your copy?",
        "Wants the answer",
        "How you want it",
        HOW,
        of_a_copy=True,
    ),
    "postal": Question("Postal address", "Their postal address", "Postal address"),
    # The adjustment, never the condition behind it.
    "adjustments": Question(
        "Should we do anything differently for you?",
        "Do differently",
        "What we do differently for you",
    ),
    "complaint": Question("What do you complain of?", "Complains of"),
    "wants": Question("What do you want us to do?", "Wants us to"),
    "behalf": Question(
        "Do you complain for somebody else? For whom, and as who", "For somebody else"
    ),
    "about_case": Question(
        "Is it about a request you made? Its reference", "Reference given"
    ),
    # Of what a customer passes to us, which staff alone write down (D13).
    "customer": Question("Which customer is it?", "Customer"),
    "customer_contact": Question("Who there asks us?", "Who asks there"),
    "customer_reference": Question("Their reference", "The customer’s reference"),
    "data_subject": Question("Whose data is it about?", "Whose data it is about"),
    "right_used": Question(
        "Which right did the person use?", "Right used", choices=RIGHT_USED
    ),
    "contract": Question(
        "Does the contract name a day?", "The contract", choices=CONTRACT
    ),
    "clause": Question("Where does it say so?", "Where the contract says so"),
    "held_as": Question(
        "How do our records name the customer?", "In our records named"
    ),
    "instruction": Question("What do they ask us to do?", "In the customer’s words"),
    "reach": Question(
        "How do we answer you?", "Answer them", "How we answer you", CONTACT_METHODS
    ),
}
