"""The words of cases as staff read them: one word per thing, everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from lumina_privacy.lib.days import LONDON
from requests_app.states import (
    CaseStatus,
    Channel,
    CheckMethod,
    ClockState,
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
    OwnerAnswer,
    RevokedWhy,
    Right,
    RowChoice,
    SendingState,
    TaskState,
    TaskVerdict,
)
from requests_app.timekeeping import FEE_BASES, Asked

RIGHTS: Final[Mapping[str, str]] = {
    Right.ACCESS: "Copy of their data",
    Right.RECTIFICATION: "Correction",
    Right.ERASURE: "Erasure",
    Right.RESTRICTION: "Restriction",
    Right.PORTABILITY: "Data to take away",
    Right.OBJECTION: "Objection",
    Right.OBJECTION_DIRECT_MARKETING: "Marketing stop",
    Right.WITHDRAW_CONSENT: "Consent withdrawn",
    Right.COMPLAINT: "Complaint",
    Right.NOT_YET_KNOWN: "Not yet read",
    Right.BREACH: "Breach (72 hours)",
    Right.PASSED_ON: "Passed on by a customer",
}
# What the person asked for, as a letter to them says it: "your request ...".
RIGHTS_ASKED: Final[Mapping[str, str]] = {
    Right.ACCESS: "for a copy of your data",
    Right.RECTIFICATION: "to have data corrected",
    Right.ERASURE: "to have data erased",
    Right.RESTRICTION: "to restrict the use of your data",
    Right.PORTABILITY: "for data to take away",
    Right.OBJECTION: "to stop a use of your data",
    Right.OBJECTION_DIRECT_MARKETING: "to stop marketing",
    Right.WITHDRAW_CONSENT: "to withdraw your consent",
    Right.COMPLAINT: "in a complaint",
    Right.NOT_YET_KNOWN: "about your data",
    Right.BREACH: "about your data",
    Right.PASSED_ON: "that a customer of ours passed on",
}
CHANNELS: Final[Mapping[str, str]] = {
    Channel.WEB: "This site",
    Channel.EMAIL: "E-mail",
    Channel.PHONE: "Telephone",
    Channel.POST: "Letter",
    Channel.IN_PERSON: "In person",
    Channel.SOCIAL: "Social media",
}
STATUSES: Final[Mapping[str, str]] = {
    CaseStatus.UNPROVED: "Not proved",
    CaseStatus.RECEIVED: "Received",
    CaseStatus.SEARCHING: "Searching",
    CaseStatus.IN_REVIEW: "In review",
    CaseStatus.DECIDED: "Decided",
    CaseStatus.DONE: "Done",
    CaseStatus.WITHDRAWN: "Withdrawn",
    CaseStatus.LAPSED: "Lapsed",
    CaseStatus.REFUSED: "Refused",
    CaseStatus.MERGED: "Merged",
}
CLOCKS: Final[Mapping[str, str]] = {
    ClockState.RUNNING: "",
    ClockState.PAUSED: "Paused: a question to the person is open",
    ClockState.NOT_STARTED: "Not started: something we asked for is missing",
}
DELIVERIES: Final[Mapping[str, str]] = {
    DeliveryForm.DOWNLOAD: "Download from this portal",
    DeliveryForm.PRINT: "On paper, by post",
    DeliveryForm.MEDIUM: "On an encrypted medium, by post",
}
REVOKED: Final[Mapping[str, str]] = {
    RevokedWhy.WRONG_PERSON: "wrong recipient",
    RevokedWhy.OTHERS_DATA: "it held somebody else’s data",
    RevokedWhy.MISTAKE: "a mistake in it",
}
TASKS: Final[Mapping[str, str]] = {
    TaskState.PENDING: "Waits for a worker",
    TaskState.RUNNING: "Searching now",
    TaskState.WAITING: "Not reached, tried again",
    TaskState.NEEDS_PERSON: "Needs a person",
    TaskState.WITH_OWNER: "With its owner",
    TaskState.DONE: "Answered",
}
VERDICTS: Final[Mapping[str, str]] = {
    TaskVerdict.NONE: "",
    TaskVerdict.FOUND: "Found",
    TaskVerdict.NOTHING_HELD: "Nothing held",
    TaskVerdict.REASONED: "Not searched, with a reason",
}
CHECKS: Final[Mapping[str, str]] = {
    CheckMethod.FACT: "A fact we hold, not in the mailbox",
    CheckMethod.CALL_BACK: "Call to the number on file",
    CheckMethod.PHONE_CODE: "Code to the phone on file",
    CheckMethod.PHOTO: "Photograph compared with the footage",
    CheckMethod.WAIVED: "Waived",
}
OWNER_ANSWERS: Final[Mapping[str, str]] = {
    OwnerAnswer.NONE: "No answer yet",
    OwnerAnswer.FILES: "Brought files",
    OwnerAnswer.NOTHING_HELD: "Nothing held",
    OwnerAnswer.NOT_MINE: "Sent on to a colleague",
    OwnerAnswer.NEEDS_UNTIL: "Needs longer",
}
CHOICES: Final[Mapping[str, str]] = {
    RowChoice.RELEASE: "Release",
    RowChoice.REDACT: "Release with fields cut",
    RowChoice.WITHHOLD: "Withhold",
    "": "Not reviewed",
}
OUTCOMES: Final[Mapping[str, str]] = {
    Outcome.GRANTED: "Give what is released",
    Outcome.NOTHING_HELD: "Nothing is held",
    Outcome.IN_PART: "Give what is ready now, the rest later",
    Outcome.REFUSED: "Refuse the request",
}
IDENTIFIERS: Final[Mapping[str, str]] = {
    "email": "E-mail address",
    "phone": "Telephone number",
    "postal": "Postal address",
}


LETTERS: Final[Mapping[str, str]] = {
    LetterKind.IDENTITY: "Letter asking who they are",
    LetterKind.AUTHORITY: "Letter asking for the authority",
    LetterKind.FEE: "Letter about a fee",
    LetterKind.CLARIFICATION: "Letter with a question",
    LetterKind.EXTENSION: "Notice that we need longer",
}
# What staff do, by what is asked.
ASKINGS: Final[Mapping[str, str]] = {
    Asked.IDENTITY: "Ask who they are",
    Asked.AUTHORITY: "Ask for their authority",
    Asked.CLARIFICATION: "Ask what they mean",
    Asked.FEE: "Charge a fee",
}
ASKING_NOTES: Final[Mapping[str, str]] = {
    Asked.IDENTITY: (
        "Only with a reasonable doubt, and only the least that settles it (UK GDPR "
        "Article 12(6)). The month starts on the day it comes. More than two working "
        "days after the receipt the clock may be held to have started: we go by that."
    ),
    Asked.AUTHORITY: (
        "The month starts when proof of the authority comes; whether it does is "
        "contested, so reminders go by the earlier day."
    ),
    Asked.CLARIFICATION: (
        "Only where it is reasonably needed to find the data or the processing (UK "
        "GDPR Article 12A(5)); never about the form of the answer. Give meanwhile what "
        "does not hang on it."
    ),
    Asked.FEE: "Nil, unless Article 12(5) or 15(3) of the UK GDPR lets us charge.",
}
# What we wait for, as the person reads it too.
NEEDED: Final[Mapping[str, str]] = {
    Asked.IDENTITY: "Something that shows who you are",
    Asked.AUTHORITY: "Proof that you may act for this person",
    Asked.CLARIFICATION: "An answer to our question",
    Asked.FEE: "Payment of a fee",
}


def sending(state: SendingState, *, by_post: bool) -> str:
    """Return how a letter stands.

    >>> sending(SendingState.WAITING, by_post=True)
    'To be posted'
    """
    if state is SendingState.WAITING:
        return "To be posted" if by_post else "On its way"
    if state is SendingState.SENT:
        return "Posted" if by_post else "Sent"
    return "Came back"


def proof(how: str, level: int) -> str:
    """Return how an identifier is known to be the person's."""
    if not level:
        return "written down, not proved"
    return {"code": "proved by a code", "staff": "known to staff"}[how]


def identifier(kind: str) -> str:
    """Return how a kind of identifier is called.

    >>> identifier("email"), identifier("customer_id")
    ('E-mail address', 'Customer id')
    """
    return IDENTIFIERS.get(kind, kind.replace("_", " ").capitalize())


def _proved(facts: Mapping[str, Any]) -> str:
    if facts.get("proofs") == ["staff"]:
        return "Said how we know who it is"
    return "Proved the address with a code"


def _ruled(facts: Mapping[str, Any]) -> str:
    who = "one and the same" if facts.get("same_person") else "two people"
    return f"Said who shares the {identifier(facts['kind']).lower()}: {who}"


def _searched(facts: Mapping[str, Any]) -> str:
    system = facts.get("system", "a system")
    if facts.get("retried"):
        return f"Had {system} searched again"
    if facts.get("taken_back"):
        return f"The answer of {system} was taken back, to be corrected"
    verdict = facts.get("verdict")
    if verdict == TaskVerdict.NOTHING_HELD:
        return f"{system} answered: nothing held"
    if verdict == TaskVerdict.REASONED:
        return f"Answered for {system} without a search"
    if "files" in facts:
        return f"{system} answered with {_many(facts['files'], 'file')}"
    said = f"{system} answered: {_many(facts.get('sure', 0), 'row')}"
    if facts.get("possible"):
        said += f", {facts['possible']} set apart"
    return said


def _search_ended(facts: Mapping[str, Any]) -> str:
    """Return that workers have no more to search; owners may still have to answer."""
    said = "The search came to its end"
    still_open = facts.get("open")
    return f"{said}; still open: {', '.join(still_open)}" if still_open else said


def _reviewed(facts: Mapping[str, Any]) -> str:
    what = (
        f"{facts['system']}: {facts['dataset']}"
        if "dataset" in facts
        else "an owner's file"
    )
    verb = "Withheld" if facts.get("choice") == RowChoice.WITHHOLD else "Released"
    return f"{verb} {what} in the review"


def _check(facts: Mapping[str, Any]) -> str:
    method = CHECKS.get(str(facts.get("method")), "Further check")
    if facts.get("method") == CheckMethod.WAIVED:
        return "Waived the further check"
    return (
        f"Further check {'passed' if facts.get('passed') else 'not passed'}: {method}"
    )


def _released(facts: Mapping[str, Any]) -> str:
    alone = ", alone; a second look follows" if facts.get("alone") else ""
    return f"Released the package{alone}"


def _revoked(facts: Mapping[str, Any]) -> str:
    fetched = _many(facts.get("downloads", 0), "download")
    why = REVOKED[facts.get("why", RevokedWhy.WRONG_PERSON)]
    return f"Revoked the package: {why}. It had {fetched}"


def _closed(facts: Mapping[str, Any]) -> str:
    if not (told_at := facts.get("regulator_told_at")):
        return "Closed; the regulator was not told"
    at = datetime.fromisoformat(told_at).astimezone(LONDON)
    return f"Closed; the regulator was told on {at.day} {at:%B %Y at %H:%M}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _letter(verb: str) -> Callable[[Mapping[str, Any]], str]:
    def said(facts: Mapping[str, Any]) -> str:
        letter = LETTERS.get(str(facts.get("kind")), "Letter")
        return f"{letter}: {verb}{' by post' if facts.get('by_post') else ''}"

    return said


def _corrected(facts: Mapping[str, Any]) -> str:
    was, now = (
        datetime.fromisoformat(facts[name]).astimezone(LONDON)
        for name in ("was", "received_at")
    )
    return f"Corrected when it came: {now.day} {now:%B %Y}, not {was.day} {was:%B %Y}"


_EVENTS: Final[Mapping[str, str | Callable[[Mapping[str, Any]], str]]] = {
    EventKind.REQUEST_RECEIVED: "Request received",
    EventKind.ADDRESS_PROVED: _proved,
    EventKind.IDENTIFIER_ADDED: lambda facts: (
        f"Added what the person was known by: {identifier(facts['kind']).lower()}"
    ),
    EventKind.IDENTIFIER_RULED: _ruled,
    EventKind.FURTHER_CHECK: _check,
    EventKind.RECEIPT_CORRECTED: _corrected,
    EventKind.ID_REQUESTED: "Asked who they are",
    EventKind.ID_RECEIVED: "What shows who they are has come",
    EventKind.AUTHORITY_REQUESTED: "Asked for the authority to act",
    EventKind.AUTHORITY_RECEIVED: "The authority to act has come",
    EventKind.FEE_CHARGED: lambda facts: (
        f"Charged a fee ({FEE_BASES[facts['basis']].partition(':')[0]})"
    ),
    EventKind.FEE_PAID: "The fee was paid",
    EventKind.CLARIFICATION_ASKED: "Asked what they mean",
    EventKind.CLARIFICATION_ANSWERED: "The question was answered",
    EventKind.NO_LONGER_ASKED: "No longer asks for something",
    EventKind.EXTENDED: lambda facts: (
        f"Decided to extend by two months: {facts['ground']}"
    ),
    EventKind.LETTER_SENT: _letter("sent"),
    EventKind.LETTER_RETURNED: _letter("came back"),
    EventKind.ASSIGNED: "Gave the case to somebody",
    EventKind.SEARCH_STARTED: lambda facts: (
        f"Started the search of {_many(len(facts.get('systems', ())), 'system')}"
    ),
    EventKind.SYSTEM_SETTLED: _searched,
    EventKind.SEARCH_FINISHED: _search_ended,
    EventKind.REVIEWED: _reviewed,
    EventKind.DECIDED: "Decided",
    EventKind.DECIDED_IN_PART: lambda facts: (
        f"Decided in part; still open: {', '.join(facts.get('open', ()))}"
    ),
    EventKind.REVIEW_REOPENED: "Reopened the review",
    EventKind.REFUSED: "Refused the request",
    EventKind.MADE_AGAIN: "Had the answer made again",
    EventKind.PACKAGE_BUILT: "Built the package",
    EventKind.PACKAGE_RELEASED: _released,
    EventKind.SECOND_LOOK: "Looked a second time at what had gone out",
    EventKind.ANSWERED_IN_PART: "Answered in part",
    EventKind.ANSWERED: "Answered",
    EventKind.PACKAGE_COLLECTED: "Collected the package",
    EventKind.FETCHED_FOR_POST: "Fetched the answer for the post",
    EventKind.DISPATCHED: "Sent the answer by post",
    EventKind.PACKAGE_REVOKED: _revoked,
    EventKind.BREACH_OPENED: "Opened a breach case: the 72 hours run",
    EventKind.PASSED_ON: lambda facts: (
        f"Passed the request on to the customer of {facts.get('system', 'a system')}"
    ),
    EventKind.WITHDRAWN: "Withdrew the request",
    EventKind.LAPSED: "Lapsed",
    EventKind.CLOSED: _closed,
    EventKind.MERGED: lambda facts: f"Merged: {facts['reference']} goes on for both",
    EventKind.JOINED: lambda facts: f"Took in the later request {facts['reference']}",
}


def event(kind: str, facts: Mapping[str, Any]) -> str:
    """Return what happened, as a line of the timeline.

    Systems and datasets stand in ``facts`` as they should be read.

    >>> event("system_settled", {"system": "crm", "verdict": "found", "sure": 1})
    'crm answered: 1 row'
    """
    words = _EVENTS[kind]
    return words if isinstance(words, str) else words(facts)
