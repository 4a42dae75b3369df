"""The words of cases as staff read them: one word per thing, everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumina_privacy.lib.wording import called
from requests_app.grounds import AnswerGoesTo, AuthorityEvidence
from requests_app.identity import EvidenceGone
from requests_app.reminders import AlarmKind
from requests_app.rules import OwnerAnswer, Proof
from requests_app.rulings import Ruled
from requests_app.states import (
    AT_ONCE,
    Assistance,
    CaseStatus,
    Channel,
    CheckMethod,
    ClockState,
    DeliveryForm,
    IssueOutcome,
    LetterKind,
    MessageFrom,
    Outcome,
    RevokedWhy,
    Right,
    RowChoice,
    SendingState,
    TaskState,
    TaskVerdict,
)
from requests_app.timekeeping import Asked

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
    CaseStatus.NO_REPLY: "No reply",
    CaseStatus.REFUSED: "Refused",
    CaseStatus.MERGED: "Merged",
}
# As the person reads it.
STATUSES_TOLD: Final[Mapping[str, str]] = {
    CaseStatus.UNPROVED: "Waiting for your code",
    CaseStatus.RECEIVED: "Received",
    CaseStatus.SEARCHING: "Being searched",
    CaseStatus.IN_REVIEW: "Being reviewed",
    CaseStatus.DECIDED: "Decided, being prepared",
    CaseStatus.DONE: "Answered",
    CaseStatus.WITHDRAWN: "Withdrawn",
    CaseStatus.LAPSED: "Closed",
    CaseStatus.NO_REPLY: "Closed until you answer",
    CaseStatus.REFUSED: "Refused",
    CaseStatus.MERGED: "Goes on with an earlier request",
}
# What nobody asked anything in ends as what nobody replied to, and is none of that.
_ASKS_NOTHING: Final = (Right.NOT_YET_KNOWN, CaseStatus.NO_REPLY)
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
    RevokedWhy.AUTHORITY_OVER: "it went to who acted, after that had ended",
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
    CheckMethod.DOCUMENT: "Something they showed, looked at and not kept",
    CheckMethod.WAIVED: "Waived",
}
GONE: Final[Mapping[str, str]] = {
    EvidenceGone.DECIDED: "it is decided who asks",
    EvidenceGone.NOT_NEEDED: "it is not needed any more",
    EvidenceGone.CLOSED: "the case is closed",
    EvidenceGone.THIRTY_DAYS: "30 days are over",
    EvidenceGone.HARMFUL: "the virus scanner took it for harmful",
    EvidenceGone.UNUSABLE: "it could not be shown as a picture",
}
OWNER_ANSWERS: Final[Mapping[str, str]] = {
    OwnerAnswer.NONE: "No answer yet",
    OwnerAnswer.FILES: "Brought files",
    OwnerAnswer.NOTHING_HELD: "Nothing held",
    OwnerAnswer.NOT_MINE: "Sent on to a colleague",
    OwnerAnswer.NEEDS_UNTIL: "Needs longer",
}
RULED: Final[Mapping[str, str]] = {
    Ruled.CORRECT: "Correct it",
    Ruled.ADD_NOTE: "Leave it, with a note",
    Ruled.LEAVE: "Leave it as it is",
    Ruled.ERASE: "Erase it",
    Ruled.REMOVE_DETAILS: "Remove the details, keep the record",
    Ruled.KEEP: "Keep it",
    Ruled.RESTRICT: "Restrict its use",
    Ruled.DO_NOT_RESTRICT: "Do not restrict it",
    Ruled.STOP: "Stop this use",
    Ruled.GO_ON: "Go on with this use",
    Ruled.NOT_MEANT: "Not what they ask about",
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
    Outcome.PARTLY: "Some of it as asked",
    Outcome.DECLINED: "None of it as asked",
}
IDENTIFIERS: Final[Mapping[str, str]] = {
    "email": "E-mail address",
    "phone": "Telephone number",
    "postal": "Postal address",
}


LETTERS: Final[Mapping[str, str]] = {
    LetterKind.ACKNOWLEDGEMENT: "Acknowledgement",
    LetterKind.IDENTITY: "Letter asking who they are",
    LetterKind.AUTHORITY: "Letter asking for the authority",
    LetterKind.NO_AUTHORITY: "Notice that nobody may act, and that we close",
    LetterKind.AGENT_LEFT: "Word that whoever acted no longer does",
    LetterKind.FEE: "Letter about a fee",
    LetterKind.CLARIFICATION: "Letter with a question",
    LetterKind.EXTENSION: "Notice that we need longer",
    LetterKind.REMINDER: "Reminder of what we need",
    LetterKind.CLOSURE: "Notice that we close the case",
    LetterKind.REFUSAL: "Refusal",
    LetterKind.PARTIAL: "Notice of an answer in part",
    LetterKind.WITHDRAWN: "Confirmation of the withdrawal",
    LetterKind.COMPLAINT_ACKNOWLEDGEMENT: "Acknowledgement of the complaint",
    LetterKind.COMPLAINT_PROGRESS: "Word on how the complaint stands",
    LetterKind.COMPLAINT_OUTCOME: "Outcome of the complaint",
    LetterKind.MESSAGE: "Word that there is a message",
    LetterKind.DECISION: "Decision",
    LetterKind.DONE: "Notice that it is done",
    LetterKind.REOPENED: "Notice that we look at it again",
    LetterKind.MERGED: "Word that it goes on with an earlier one",
    LetterKind.CUSTOMER_ACKNOWLEDGEMENT: "Acknowledgement to the customer",
    LetterKind.CUSTOMER_MESSAGE: "Message to the customer",
    LetterKind.CUSTOMER_ANSWER: "Answer to the customer",
}
# What came of what a customer instructed, as the customer reads it too.
ASSISTANCE: Final[Mapping[str, str]] = {
    Assistance.GIVEN: "We have done what you asked",
    Assistance.NOTHING_HELD: "We hold nothing of this person for you",
    Assistance.NOT_OURS: "This is not data that we hold for you",
    Assistance.DECLINED: "We have not done it",
    Assistance.TAKEN_BACK: "You have taken it back, and we end it",
}
# What is concluded about each thing complained of, as the person reads it too.
CONCLUSIONS: Final[Mapping[str, str]] = {
    IssueOutcome.UPHELD: "You are right",
    IssueOutcome.PARTLY_UPHELD: "You are right in part",
    IssueOutcome.NOT_UPHELD: "We find that we kept to the law",
    IssueOutcome.NONE: "Not concluded",
}
EVIDENCE: Final[Mapping[str, str]] = {
    AuthorityEvidence.SIGNED: "An authority signed by the person",
    AuthorityEvidence.SOLICITOR: "A solicitor’s statement that they hold one",
    AuthorityEvidence.POWER_OF_ATTORNEY: "A power of attorney",
    AuthorityEvidence.COURT_ORDER: "A court order",
    AuthorityEvidence.PARENT: "Parental responsibility",
}
GOES_TO: Final[Mapping[str, str]] = {
    AnswerGoesTo.NOT_CHOSEN: "Not chosen yet",
    AnswerGoesTo.AGENT: "Whoever acts for them",
    AnswerGoesTo.PERSON: "The person",
}
SENDERS: Final[Mapping[str, str]] = {
    MessageFrom.PERSON: "The person",
    MessageFrom.STAFF: "We",
    MessageFrom.NOTE: "Internal note",
    MessageFrom.AGENT: "Whoever acts for the person",
}
# What an alarm is of, in the timeline.
ALARMS: Final[Mapping[str, str]] = {
    AlarmKind.EXTENSION: "the notice of an extension has not gone",
    AlarmKind.ACKNOWLEDGEMENT: "the complaint is not acknowledged",
    AlarmKind.HOLD: "the mail that asks to keep what overwrites itself has not gone",
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


def status(right: str, state: str) -> str:
    """Return how a case of ``right`` stands.

    What is not yet read waits for no answer, so it is closed for want of none.

    >>> status(Right.ACCESS, CaseStatus.NO_REPLY)
    'No reply'
    >>> status(Right.NOT_YET_KNOWN, CaseStatus.NO_REPLY)
    'Asks for nothing'
    """
    return "Asks for nothing" if (right, state) == _ASKS_NOTHING else STATUSES[state]


def status_told(right: str, state: str) -> str:
    """Return how a case of ``right`` stands, as the person reads it.

    >>> status_told(Right.NOT_YET_KNOWN, CaseStatus.NO_REPLY)
    'Closed: we read it as asking for nothing'
    """
    if (right, state) == _ASKS_NOTHING:
        return "Closed: we read it as asking for nothing"
    return STATUSES_TOLD[state]


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


def proof(how: str, level: int, *, right: str = "") -> str:
    """Return how an identifier is known to be the person's, in a case of ``right``.

    >>> proof(Proof.STAFF, 0, right=Right.OBJECTION_DIRECT_MARKETING)
    'written down; to stop needs no proof'
    """
    if how == Proof.JOINED:
        return "only written down in a later request; whose it is is to be said"
    if how == Proof.AGENT:
        return "said by whoever acts for them"
    if not level and right in AT_ONCE:
        return "written down; to stop needs no proof"
    if not level:
        return "written down, not proved"
    return {Proof.CODE: "proved by a code", Proof.STAFF: "known to staff"}[Proof(how)]


def identifier(kind: str) -> str:
    """Return how a kind of identifier is called.

    >>> identifier("email"), identifier("customer_id")
    ('E-mail address', 'Customer number')
    """
    return IDENTIFIERS.get(kind) or called(kind).capitalize()
