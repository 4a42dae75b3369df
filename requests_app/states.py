"""The words of a case, as data. No Django. Its legal moves: ``requests_app.moves``."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Right(StrEnum):
    """What is asked for, and the other kinds of case (decision E1)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    OBJECTION_DIRECT_MARKETING = "objection_direct_marketing"
    WITHDRAW_CONSENT = "withdraw_consent"
    COMPLAINT = "complaint"
    NOT_YET_KNOWN = "not_yet_known"
    BREACH = "breach"
    PASSED_ON = "passed_on"


# What a person files; the other kinds of case are opened in other ways.
FILED: Final = (
    Right.ACCESS,
    Right.RECTIFICATION,
    Right.ERASURE,
    Right.OBJECTION_DIRECT_MARKETING,
    Right.WITHDRAW_CONSENT,
    Right.OBJECTION,
    Right.RESTRICTION,
    Right.PORTABILITY,
)
# Marketing stops and consent ends at once, whoever asks (C34; Article 21(3), 7(3)).
AT_ONCE: Final = frozenset({Right.OBJECTION_DIRECT_MARKETING, Right.WITHDRAW_CONSENT})
# What they are about is held from disposal while they are open (decision C5).
HELD: Final = frozenset({Right.ACCESS, Right.PORTABILITY, Right.NOT_YET_KNOWN})


class Channel(StrEnum):
    """How a submission came in."""

    WEB = "web"
    EMAIL = "email"
    PHONE = "phone"
    POST = "post"
    IN_PERSON = "in_person"
    SOCIAL = "social"


class WhoAsks(StrEnum):
    """What staff say of who asks, when they take in what came another way (D2)."""

    KNOWN = "known"
    NOT_YET_KNOWN = "not_known"  # checked before anything is given or changed
    NOT_SAID = "not_said"  # of a stop, and of what nobody has read, nobody need say


class ContactMethod(StrEnum):
    """How somebody wants to be answered: our letters go so, and we call (C36).

    In which form a copy comes is another question (``DeliveryForm``).
    """

    EMAIL = "email"
    PHONE = "phone"
    POST = "post"


class CaseStatus(StrEnum):
    """Where a case stands. "Decided" and "done" are two states (decision C38)."""

    UNPROVED = "unproved"
    RECEIVED = "received"
    SEARCHING = "searching"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    NO_REPLY = "no_reply"  # what we asked for never came (C9)
    REFUSED = "refused"
    MERGED = "merged"


FINAL: Final = (
    CaseStatus.DONE,
    CaseStatus.WITHDRAWN,
    CaseStatus.LAPSED,
    CaseStatus.NO_REPLY,
    CaseStatus.REFUSED,
    CaseStatus.MERGED,
)
OPEN: Final = tuple(status for status in CaseStatus if status not in FINAL)
# What the queue shows: an unproved case waits in the tray (decision D11).
WORKED: Final = tuple(status for status in OPEN if status is not CaseStatus.UNPROVED)


class ClockState(StrEnum):
    """Whether the period of Article 12A runs."""

    RUNNING = "running"
    PAUSED = "paused"
    NOT_STARTED = "not_started"


# How sure it is that an identifier is the person's: only written down, or proved.
DATA_LEVEL: Final = 0
PROVED_LEVEL: Final = 1


class EventKind(StrEnum):
    """What can happen to a case; the truth from which all else is replayed (E3)."""

    REQUEST_RECEIVED = "request_received"
    STOPPED_AT_ONCE = "stopped_at_once"
    ADDRESS_PROVED = "address_proved"
    IDENTIFIER_ADDED = "identifier_added"
    IDENTIFIER_RULED = "identifier_ruled"
    FURTHER_CHECK = "further_check"
    # What moves the clock (UK GDPR Article 12A; law brief, section 1.5).
    RECEIPT_CORRECTED = "receipt_corrected"
    RIGHT_READ = "right_read"  # what is asked for was not known before (C38)
    ID_REQUESTED = "id_requested"
    ID_RECEIVED = "id_received"
    AUTHORITY_REQUESTED = "authority_requested"
    AUTHORITY_RECEIVED = "authority_received"
    FEE_CHARGED = "fee_charged"
    FEE_PAID = "fee_paid"
    CLARIFICATION_ASKED = "clarification_asked"
    CLARIFICATION_ANSWERED = "clarification_answered"
    NO_LONGER_ASKED = "no_longer_asked"
    READ_NO_ANSWER = "read_no_answer"  # a message, to what was asked
    CHASED = "chased"
    CLOSED_NO_REPLY = "closed_no_reply"
    TAKEN_UP_AGAIN = "taken_up_again"
    EXTENDED = "extended"
    LETTER_SENT = "letter_sent"  # what is told counts from here (decision C17)
    LETTER_RETURNED = "letter_returned"
    ASSIGNED = "assigned"
    ACTION_PLANNED = "action_planned"  # when a colleague looks at it next
    ALARM_RAISED = "alarm_raised"  # what the law wants told has not gone (C17)
    POST_REMINDED = "post_reminded"  # a colleague, of a letter nobody posted
    DUE_REMINDED = "due_reminded"  # a colleague, of the day of the case
    SEARCH_STARTED = "search_started"
    SYSTEM_SETTLED = "system_settled"
    SEARCH_FINISHED = "search_finished"
    REVIEWED = "reviewed"
    DECIDED = "decided"
    DECIDED_IN_PART = "decided_in_part"
    REVIEW_REOPENED = "review_reopened"
    REFUSED = "refused"
    RULED = "ruled"
    CARRIED_OUT = "carried_out"
    CONFIRMED = "confirmed"  # what stopped at once (UK GDPR Articles 7(3), 21(3))
    USE_RESTRICTED = "use_restricted"
    RESTRICTION_LIFTED = "restriction_lifted"
    MADE_AGAIN = "made_again"
    PACKAGE_BUILT = "package_built"
    PACKAGE_RELEASED = "package_released"
    SECOND_LOOK = "second_look"
    ANSWERED_IN_PART = "answered_in_part"
    ANSWERED = "answered"
    PACKAGE_COLLECTED = "package_collected"
    FETCHED_FOR_POST = "fetched_for_post"
    DISPATCHED = "dispatched"
    PAPER_TAKEN_BACK = "paper_taken_back"  # printed, and never posted
    PACKAGE_REVOKED = "package_revoked"
    PAGE_OPENED = "page_opened"  # to the mailbox it was closed to, by staff
    ONWARD_ANSWERED = "onward_answered"  # whether it can go straight on (Art 20(2))
    SENT_ONWARD = "sent_onward"
    BREACH_OPENED = "breach_opened"
    COMPLAINT_RECEIVED = "complaint_received"
    COMPLAINT_ACKNOWLEDGED = "complaint_acknowledged"
    COMPLAINT_FOLLOWED = "complaint_followed"  # the sender proved the address
    COMPLAINT_LINKED = "complaint_linked"
    HANDLER_NAMED = "handler_named"
    ISSUE_NOTED = "issue_noted"
    ISSUE_CONCLUDED = "issue_concluded"
    PROGRESS_TOLD = "progress_told"
    TAKEN_ELSEWHERE = "taken_elsewhere"  # to the regulator, or to a court
    COMPLAINT_ANSWERED = "complaint_answered"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_SENT = "message_sent"
    NOTE_WRITTEN = "note_written"
    CALLED = "called"  # the person, by telephone
    CONTACT_PREFERENCE_CHANGED = "wish_changed"  # as it is stored, and stays
    AUTHORITY_RECORDED = "authority_recorded"
    AUTHORITY_JUDGED = "authority_judged"
    AUTHORITY_ASKED = "authority_asked"  # the person: do they act for you?
    AUTHORITY_ANSWERED = "authority_answered"
    AUTHORITY_REVOKED = "authority_revoked"
    AUTHORITY_LAID_DOWN = "authority_laid_down"  # by whoever acted
    RECIPIENT_CHOSEN = "recipient_chosen"
    IDENTITY_SHOWN = "identity_shown"
    IDENTITY_SEEN = "identity_seen"
    IDENTITY_GONE = "identity_gone"
    ADDRESS_SET_ASIDE = "address_set_aside"  # the person asked us not to use it
    PASSED_ON = "passed_on"
    # What a customer instructs us to do about a request made to them (D13).
    INSTRUCTION_RECEIVED = "instruction_received"
    INSTRUCTION_CORRECTED = "instruction_corrected"
    CUSTOMER_JUDGED = "customer_judged"  # whether it is surely they who ask
    CUSTOMER_WRITTEN_TO = "customer_written_to"
    ASSISTED = "assisted"
    CUSTOMER_ANSWERED = "customer_answered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CLOSED = "closed"
    MERGED = "merged"
    JOINED = "joined"


class TaskState(StrEnum):
    """Where the search of one system stands."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"  # down; tried again at `next_try_at`
    NEEDS_PERSON = "needs_person"
    WITH_OWNER = "with_owner"
    DONE = "done"


class TaskVerdict(StrEnum):
    """What a searched system said; a grant needs one of every system (decision D5)."""

    NONE = ""
    FOUND = "found"
    NOTHING_HELD = "nothing_held"
    REASONED = "reasoned"  # not searched, for a person's recorded reason


class CheckMethod(StrEnum):
    """The one more check that the mailbox cannot answer (decision D2)."""

    FACT = "fact"
    CALL_BACK = "call_back"
    PHONE_CODE = "phone_code"
    PHOTO = "photo"
    DOCUMENT = "document"
    WAIVED = "waived"


class RowChoice(StrEnum):
    """What happens to a row, a dataset or an owner's file in an answer."""

    RELEASE = "release"
    REDACT = "redact"
    WITHHOLD = "withhold"

    @property
    def lets_out(self) -> bool:
        """Whether something goes out by it."""
        return self is not RowChoice.WITHHOLD


class Outcome(StrEnum):
    """What was decided."""

    GRANTED = "granted"
    NOTHING_HELD = "nothing_held"
    REFUSED = "refused"
    IN_PART = "in_part"  # what is ready, now; the rest named with its day (D5)
    PARTLY = "partly"  # of things that were found, some as asked; or none
    DECLINED = "declined"


class LetterKind(StrEnum):
    """What a letter tells (law brief, section 3.10)."""

    ACKNOWLEDGEMENT = "acknowledgement"  # by post; by mail it is no letter of a case
    IDENTITY = "identity"
    AUTHORITY = "authority"
    NO_AUTHORITY = "no_authority"
    AGENT_LEFT = "agent_left"  # to the person: whoever acted does so no longer
    FEE = "fee"
    CLARIFICATION = "clarification"
    EXTENSION = "extension"
    REMINDER = "reminder"
    CLOSURE = "closure"
    REFUSAL = "refusal"
    PARTIAL = "partial"
    WITHDRAWN = "withdrawn"
    COMPLAINT_ACKNOWLEDGEMENT = "complaint_acknowledgement"
    COMPLAINT_PROGRESS = "complaint_progress"
    COMPLAINT_OUTCOME = "complaint_outcome"
    MESSAGE = "message"
    DECISION = "decision"
    DONE = "done"
    REOPENED = "reopened"
    # It goes by mail where one is wanted: then it is no letter of a case.
    MERGED = "merged"
    # To a customer, of a request made to them (D13); never to the person.
    CUSTOMER_ACKNOWLEDGEMENT = "customer_acknowledgement"
    CUSTOMER_MESSAGE = "customer_message"
    CUSTOMER_ANSWER = "customer_answer"


# Each says that the complaint reached us, and when (DPA 2018 s.164A(3)). A message is
# free text: it may say nothing of the kind.
ACKNOWLEDGES: Final = (
    LetterKind.COMPLAINT_ACKNOWLEDGEMENT,
    LetterKind.COMPLAINT_PROGRESS,
    LetterKind.COMPLAINT_OUTCOME,
)


class Assistance(StrEnum):
    """What came of a customer's instruction (UK GDPR Article 28(3)(e))."""

    GIVEN = "given"
    NOTHING_HELD = "nothing_held"
    NOT_OURS = "not_ours"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class IssueOutcome(StrEnum):
    """What was concluded about one thing that is complained of."""

    NONE = ""
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"


class MessageFrom(StrEnum):
    """Whose words they are; a note is for staff alone."""

    PERSON = "person"
    STAFF = "staff"
    NOTE = "note"
    AGENT = "agent"  # who acts for the person, and has a thread apart


class SendingState(StrEnum):
    """Whether a letter reached the person, as far as anybody can know (C17, C39)."""

    WAITING = "waiting"
    SENT = "sent"
    RETURNED = "returned"


class PackageState(StrEnum):
    """The life of one answer's file."""

    PENDING = "pending"
    BUILDING = "building"
    BUILT = "built"
    FAILED = "failed"
    RELEASED = "released"
    REVOKED = "revoked"
    DESTROYED = "destroyed"


class RevokedWhy(StrEnum):
    """Why an answer was withdrawn, as its person is told (decision C40)."""

    WRONG_PERSON = "wrong_person"
    OTHERS_DATA = "others_data"
    MISTAKE = "mistake"
    AUTHORITY_OVER = "authority_over"  # to who acted, after that had ended (D9)


# What went so was no answer of the person's.
NOT_TO_THEM: Final = frozenset({RevokedWhy.WRONG_PERSON, RevokedWhy.AUTHORITY_OVER})


class DeliveryForm(StrEnum):
    """How the answer reaches the person (decision C36)."""

    DOWNLOAD = "download"
    PRINT = "print"
    MEDIUM = "medium"
