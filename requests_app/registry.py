"""Ledger events of cases, and what runs by itself for them, as staff read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumina_privacy.lib.ledger import LedgerEvent
from requests_app.states import EventKind

_CASE: Final = ("right", "status", "due_on")

_OF_A_CASE: Final[Mapping[EventKind, str]] = {
    EventKind.REQUEST_RECEIVED: "A request came",
    EventKind.STOPPED_AT_ONCE: "Marketing or a consent stopped at once",
    EventKind.ADDRESS_PROVED: "An address was proved",
    EventKind.IDENTIFIER_ADDED: "A known identifier was added",
    EventKind.IDENTIFIER_RULED: "It was said whose an identifier is",
    EventKind.FURTHER_CHECK: "A further check was recorded",
    EventKind.RECEIPT_CORRECTED: "The day of receipt was corrected",
    EventKind.RIGHT_READ: "It was said what a request asks for",
    EventKind.ID_REQUESTED: "The person was asked who they are",
    EventKind.ID_RECEIVED: "What shows who they are has come",
    EventKind.AUTHORITY_REQUESTED: "The authority to act was asked for",
    EventKind.AUTHORITY_RECEIVED: "The authority to act has come",
    EventKind.FEE_CHARGED: "A fee was charged",
    EventKind.FEE_PAID: "A fee was paid",
    EventKind.CLARIFICATION_ASKED: "The person was asked what they mean",
    EventKind.CLARIFICATION_ANSWERED: "The person said what they mean",
    EventKind.NO_LONGER_ASKED: "Something is no longer asked for",
    EventKind.READ_NO_ANSWER: "A message was read and answers nothing asked",
    EventKind.CHASED: "The person was reminded",
    EventKind.CLOSED_NO_REPLY: "Closed, as nobody replied, or as it asks for nothing",
    EventKind.TAKEN_UP_AGAIN: "A closed case was taken up again",
    EventKind.DUE_REMINDED: "Colleagues were reminded of its day",
    EventKind.EXTENDED: "The time was extended",
    EventKind.LETTER_SENT: "A letter left",
    EventKind.LETTER_RETURNED: "A letter came back",
    EventKind.ASSIGNED: "The case was given to somebody",
    EventKind.ACTION_PLANNED: "It was planned when somebody looks at it next",
    EventKind.SEARCH_STARTED: "The search was started",
    EventKind.SYSTEM_SETTLED: "A system has its answer",
    EventKind.SEARCH_FINISHED: "The search came to its end",
    EventKind.REVIEWED: "Something was reviewed",
    EventKind.DECIDED: "The case was decided",
    EventKind.DECIDED_IN_PART: "The case was decided in part",
    EventKind.REVIEW_REOPENED: "The review was opened again",
    EventKind.REFUSED: "The request was refused",
    EventKind.RULED: "One thing was ruled on",
    EventKind.CARRIED_OUT: "It was recorded that it is done",
    EventKind.CONFIRMED: "The stop was confirmed to the person",
    EventKind.USE_RESTRICTED: "A use was restricted",
    EventKind.RESTRICTION_LIFTED: "A restriction ended",
    EventKind.MADE_AGAIN: "The answer is made again",
    EventKind.PACKAGE_BUILT: "The package was built",
    EventKind.PACKAGE_RELEASED: "The package was released",
    EventKind.SECOND_LOOK: "Somebody looked a second time",
    EventKind.ANSWERED_IN_PART: "Answered in part",
    EventKind.ANSWERED: "Answered",
    EventKind.PACKAGE_COLLECTED: "The person collected the package",
    EventKind.FETCHED_FOR_POST: "Staff fetched the answer for the post",
    EventKind.DISPATCHED: "The answer was posted",
    EventKind.PAPER_TAKEN_BACK: "A printed answer was taken back before the post",
    EventKind.PACKAGE_REVOKED: "The package was revoked",
    EventKind.PAGE_OPENED: "The page was opened to its mailbox again",
    EventKind.ONWARD_ANSWERED: "It was said whether it can go to another company",
    EventKind.SENT_ONWARD: "The answer went to another company",
    EventKind.BREACH_OPENED: "A breach case was opened",
    EventKind.COMPLAINT_RECEIVED: "A complaint came",
    EventKind.COMPLAINT_ACKNOWLEDGED: "The complaint was acknowledged",
    EventKind.COMPLAINT_LINKED: "It was said which case a complaint is about",
    EventKind.HANDLER_NAMED: "Who concludes a complaint was recorded",
    EventKind.ISSUE_NOTED: "Something complained of was noted",
    EventKind.ISSUE_CONCLUDED: "Something complained of was concluded",
    EventKind.PROGRESS_TOLD: "The person was told how a complaint stands",
    EventKind.TAKEN_ELSEWHERE: "It is with the regulator or a court",
    EventKind.COMPLAINT_ANSWERED: "The complaint was answered",
    EventKind.MESSAGE_RECEIVED: "A message came",
    EventKind.MESSAGE_SENT: "A message was written",
    EventKind.NOTE_WRITTEN: "A note for colleagues was written",
    EventKind.CALLED: "The person was telephoned",
    EventKind.CONTACT_PREFERENCE_CHANGED: "How the person is answered was changed",
    EventKind.AUTHORITY_RECORDED: "Who acts for the person was recorded",
    EventKind.AUTHORITY_JUDGED: "An authority to act was judged",
    EventKind.AUTHORITY_ASKED: "The person was asked whether somebody acts for them",
    EventKind.AUTHORITY_ANSWERED: "The person said whether somebody acts for them",
    EventKind.AUTHORITY_REVOKED: "An authority to act was taken back",
    EventKind.AUTHORITY_LAID_DOWN: "Whoever acted laid down their authority",
    EventKind.RECIPIENT_CHOSEN: "It was chosen who gets the answer",
    EventKind.IDENTITY_SHOWN: "Something that shows who they are was brought",
    EventKind.IDENTITY_SEEN: "Staff looked at what shows who they are",
    EventKind.IDENTITY_GONE: "What showed who they are was deleted",
    EventKind.ADDRESS_SET_ASIDE: "An address was set aside, as the person asked",
    EventKind.PASSED_ON: "The request was passed on to a customer",
    EventKind.INSTRUCTION_RECEIVED: "A customer passed a request on to us",
    EventKind.INSTRUCTION_CORRECTED: "What a customer instructs was corrected",
    EventKind.CUSTOMER_JUDGED: "It was judged whether the customer asks",
    EventKind.CUSTOMER_WRITTEN_TO: "A customer was written to",
    EventKind.ASSISTED: "What was done for a customer was recorded",
    EventKind.CUSTOMER_ANSWERED: "A customer was answered",
    EventKind.WITHDRAWN: "The request was withdrawn",
    EventKind.LAPSED: "The request lapsed unproved",
    EventKind.CLOSED: "The case was closed",
    EventKind.MERGED: "The case was merged into another",
    EventKind.JOINED: "Another case was merged into it",
    EventKind.ALARM_RAISED: "An alarm was raised about what has not gone",
    EventKind.POST_REMINDED: "Colleagues were reminded to post a letter",
    EventKind.COMPLAINT_FOLLOWED: "Who complained came back by a code",
}
EVENTS: Final[Mapping[str, LedgerEvent]] = {
    **{
        f"case.{kind}": LedgerEvent(words, *_CASE) for kind, words in _OF_A_CASE.items()
    },
    "submission.received": LedgerEvent("Something was sent in", "channel"),
    "submission.repeated": LedgerEvent("The same form was sent again", "times"),
    "submission.corrected": LedgerEvent("What was sent in was corrected"),
    "submission.reminded": LedgerEvent("A sender was reminded of the code", "number"),
    "submission.forgotten": LedgerEvent("What nobody proved was blanked"),
    "case.hold.proposed": LedgerEvent(
        "It was proposed to release a hold by hand", "hold"
    ),
    "case.hold.agreed": LedgerEvent("A second person released a hold", "hold"),
    "case.hold.declined": LedgerEvent("A second person kept a hold", "hold"),
    "colleagues.link.made": LedgerEvent("A link for colleagues was made"),
    "colleagues.link.used": LedgerEvent("Something came by a team’s link", "what"),
    "colleagues.link.revoked": LedgerEvent("A link for colleagues was ended"),
    "case.reckoned": LedgerEvent(
        "The day it is due was reckoned anew", "was", "due_on"
    ),
    "case.read": LedgerEvent("A page of the case was read", "page"),
    "case.file.read": LedgerEvent(
        "A file of the case was read", "purpose", "file", "may_review"
    ),
    "case.identity.reminded": LedgerEvent(
        "Staff were reminded to decide who asks", "pictures"
    ),
    "case.evidence.made": LedgerEvent("The evidence pack was made", "rows", "sha256"),
    "case.package.failed": LedgerEvent("The package could not be built", "package"),
    "case.package.rebuilt": LedgerEvent("The package was built again", "package"),
    "case.download.started": LedgerEvent("A download began", "package"),
    "case.download.finished": LedgerEvent(
        "A download came to its end", "package", "bytes"
    ),
    "case.owner.asked": LedgerEvent("The owner of a system was asked", "system"),
    "case.owner.answered": LedgerEvent(
        "The owner of a system answered", "system", "answer"
    ),
    "case.owner.replaced": LedgerEvent(
        "The owner of a system put another file in the place of one", "system"
    ),
    "case.owner.chased": LedgerEvent("The owner of a system was reminded", "system"),
    "case.keep.asked": LedgerEvent(
        "The owner of a system was asked to keep something", "system"
    ),
    "case.keep.confirmed": LedgerEvent("What is to be kept was confirmed", "system"),
    "case.keep.answered": LedgerEvent(
        "The owner of a system said what was kept", "system", "answer"
    ),
    "case.keep.chased": LedgerEvent(
        "The owner of a system was reminded to keep something", "system"
    ),
    "case.keep.let_go": LedgerEvent("What was kept may go again", "system"),
    "case.row.decided": LedgerEvent(
        "A single row was decided", "dataset", "choice", "ground", "cut_ground"
    ),
    "case.pass_on.noted": LedgerEvent(
        "Passing on to a customer was noted", "system", "may_name"
    ),
    "case.row.voided": LedgerEvent(
        "Decisions about rows became void after a new search", "dataset", "rows"
    ),
    "case.rows.set_apart": LedgerEvent(
        "Rows of a system not searched again were set apart", "dataset", "rows"
    ),
}

SWEEPS: Final[Mapping[str, str]] = {
    "search-sweep": "Wake a worker for each search that is due",
    "package-sweep": "Wake a worker for each package that is due",
    "shown-sweep": "Make pictures of what waited for the virus scanner",
    "alarm-sweep": "Tell the DCO of what must be told and has not gone",
    "letter-sweep": "Note of each letter by mail whether it left or came back",
}
# By the name of the job's heartbeat, in the order of ``tasks.jobs``.
NIGHTLY: Final[Mapping[str, str]] = {
    "chase-owners": "Remind owners of systems whose answer is overdue",
    "chase-keeping": "Remind owners of what had to be kept the same day",
    "chase-persons": "Remind people of what we asked them for",
    "remind-unproved": "Remind senders who have not entered their code",
    "remind-of-identity": "Remind staff that who asks is not decided for 20 days",
    "let-identity-go": "Delete what shows who somebody is, after 30 days at most",
    "forget-withdrawn": "Destroy what was gathered for withdrawn requests",
    "forget-unproved": "Blank requests that nobody proved and that were closed",
    "destroy-packages": "Destroy copies whose time is over",
    "destroy-gathered": "Destroy what was gathered for answered requests, in time",
    "destroy-unreferenced": "Destroy files that belong to no case",
    "clear-vault": "Remove what killed processes left among the encrypted files",
    "clear-sessions": "Erase sessions that have ended",
    "check-register": "Compare the register with the systems it declares",
    "seed-holidays": "Add the bank holidays to come and reckon open cases anew",
    "remind-of-due": "Remind who has a case of its day, and tell the DCO",
    "remind-of-post": "Remind of letters that wait to be posted",
    "forget-codes": "Erase codes that were used or are too old, in time",
    "unlink-ledger": "Destroy the ledger’s pseudonyms of people, in time",
}
