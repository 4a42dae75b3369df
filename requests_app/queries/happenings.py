"""What happened to a case, in a line as staff read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from lumina_privacy.lib.days import LONDON, day_words
from requests_app.queries import words
from requests_app.queries.questions import CONTACT_METHODS
from requests_app.queries.words import GONE
from requests_app.reminders import Reminds
from requests_app.states import (
    CheckMethod,
    EventKind,
    RevokedWhy,
    RowChoice,
    TaskVerdict,
)
from requests_app.timekeeping import FEE_BASES


def _proved(facts: Mapping[str, Any]) -> str:
    if facts.get("agent") and facts.get("proofs") == ["code"]:
        return "Whoever acts proved their own address with a code"
    if facts.get("needs_none"):
        return "Taken in: to stop needs no proof of who asks"
    if facts.get("proofs") == []:
        return "Taken in: nothing shows yet who asks"
    if facts.get("proofs") == ["staff"]:
        return "Said how we know who it is"
    return "Proved the address with a code"


def _stopped(facts: Mapping[str, Any]) -> str:
    entries = facts.get("entries", ())
    return f"Stopped at once: {_many(len(entries), 'entry', 'entries')} in the ledger"


def _ruled(facts: Mapping[str, Any]) -> str:
    if facts.get("learned"):
        whose = "theirs alone" if facts["same_person"] else "used by others too"
        kind = words.identifier(facts["kind"]).lower()
        return f"Said whose the {kind} is: {whose}"
    who = "one and the same" if facts.get("same_person") else "two people"
    return f"Said who shares the {words.identifier(facts['kind']).lower()}: {who}"


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
    if "held" in facts:
        return f"{system} answered: {_many(facts['held'], 'row')} held for the customer"
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


def _ruling(facts: Mapping[str, Any]) -> str:
    about = facts.get("purpose") or facts["system"]
    if facts.get("dataset"):
        about = f"{about}: {facts['dataset']}"
    if facts.get("category"):
        about = f"{about} ({facts['category']})"
    return f"Ruled on {about}: {words.RULED[facts['what']].lower()}"


def _check(facts: Mapping[str, Any]) -> str:
    method = words.CHECKS.get(str(facts.get("method")), "Further check")
    if facts.get("method") == CheckMethod.WAIVED:
        return "Waived the further check"
    return (
        f"Further check {'passed' if facts.get('passed') else 'not passed'}: {method}"
    )


def _given(facts: Mapping[str, Any]) -> str:
    if facts.get("taken"):
        return "Took the case"
    if not facts.get("to"):
        return "Gave the case back: nobody has it"
    return f"Gave the case to {facts.get('given', 'a colleague')}"


def _planned(facts: Mapping[str, Any]) -> str:
    if not facts["on"]:
        return "Planned no next look any more"
    return f"Planned to look at it on {day_words(date.fromisoformat(facts['on']))}"


def _reminded(facts: Mapping[str, Any]) -> str:
    """Return who was reminded of which day; names under ``given``, days ``left``."""
    day = day_words(date.fromisoformat(facts["safe_due_on"]))
    verb = "Told" if facts["who"] == Reminds.OFFICER else "Reminded"
    said = f"{verb} {facts.get('given', 'colleagues')} of the safe day, {day}"
    return f"{said}: {_left(facts['left'])}" if "left" in facts else said


def _left(days: int) -> str:
    if days == 0:
        return "the day itself"
    return f"{_many(days, 'day')} left" if days > 0 else f"{_many(-days, 'day')} late"


def _released(facts: Mapping[str, Any]) -> str:
    alone = ", alone; a second look follows" if facts.get("alone") else ""
    return f"Released the package{alone}"


def _revoked(facts: Mapping[str, Any]) -> str:
    fetched = _many(facts.get("downloads", 0), "download")
    why = words.REVOKED[facts.get("why", RevokedWhy.WRONG_PERSON)]
    if facts.get("unreleased"):
        return f"Revoked the package before it was released: {why}"
    how = ", the post went astray" if facts.get("astray") else ""
    return f"Revoked the package: {why}{how}. It had {fetched}"


def _closed(facts: Mapping[str, Any]) -> str:
    if not (told_at := facts.get("regulator_told_at")):
        return "Closed; the regulator was not told"
    at = datetime.fromisoformat(told_at).astimezone(LONDON)
    return f"Closed; the regulator was told on {at.day} {at:%B %Y at %H:%M}"


def _many(count: int, noun: str, nouns: str = "") -> str:
    return f"{count} {noun if count == 1 else nouns or f'{noun}s'}"


def _letter(verb: str) -> Callable[[Mapping[str, Any]], str]:
    def said(facts: Mapping[str, Any]) -> str:
        letter = words.LETTERS.get(str(facts.get("kind")), "Letter")
        return f"{letter}: {verb}{' by post' if facts.get('by_post') else ''}"

    return said


def _corrected(facts: Mapping[str, Any]) -> str:
    was, now = (
        datetime.fromisoformat(facts[name]).astimezone(LONDON)
        for name in ("was", "received_at")
    )
    return f"Corrected when it came: {now.day} {now:%B %Y}, not {was.day} {was:%B %Y}"


def _day(iso: str) -> str:
    return day_words(date.fromisoformat(iso))


def _instruction(facts: Mapping[str, Any]) -> str:
    """Return what was corrected of an instruction: the contract's day, old and new.

    Or where the customer is answered.
    """
    now, was = (
        _day(facts[name]) if facts[name] else "none" for name in ("due_on", "was")
    )
    said = "Corrected what the customer instructs"
    if facts.get("elsewhere"):
        said += ", and where they are answered"
    return f"{said}: the contract’s day is {now}, not {was}" if now != was else said


_EVENTS: Final[Mapping[str, str | Callable[[Mapping[str, Any]], str]]] = {
    EventKind.REQUEST_RECEIVED: "Request received",
    EventKind.STOPPED_AT_ONCE: _stopped,
    EventKind.ADDRESS_PROVED: _proved,
    EventKind.IDENTIFIER_ADDED: lambda facts: (
        "Joined another mailbox of the person, proved by a code"
        if facts.get("signs_in")
        else "Added what the person was known by: "
        f"{words.identifier(facts['kind']).lower()}"
    ),
    EventKind.IDENTIFIER_RULED: _ruled,
    EventKind.FURTHER_CHECK: _check,
    EventKind.RECEIPT_CORRECTED: _corrected,
    EventKind.RIGHT_READ: lambda facts: (
        "Read it: " + ", ".join(words.RIGHTS[one].lower() for one in facts["rights"])
    ),
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
    EventKind.READ_NO_ANSWER: "Read a message: it does not answer what was asked",
    EventKind.CHASED: "Reminded the person",
    EventKind.CLOSED_NO_REPLY: lambda facts: (
        "Closed: it asks for nothing"
        if facts.get("asks_nothing")
        else "Closed: the person did not answer"
    ),
    EventKind.TAKEN_UP_AGAIN: "Took the case up again",
    EventKind.EXTENDED: lambda facts: (
        f"Decided to extend by two months: {facts['ground']}"
    ),
    EventKind.LETTER_SENT: _letter("sent"),
    EventKind.LETTER_RETURNED: _letter("came back"),
    EventKind.ASSIGNED: _given,
    EventKind.ACTION_PLANNED: _planned,
    EventKind.DUE_REMINDED: _reminded,
    EventKind.POST_REMINDED: lambda facts: (
        f"Reminded {facts.get('given', 'colleagues')} of "
        + (
            "an answer to be posted"
            if "package" in facts
            else f"a letter to be posted: {words.LETTERS[facts['kind']].lower()}"
        )
    ),
    EventKind.ALARM_RAISED: lambda facts: (
        f"Alarm to {facts.get('given', 'colleagues')}: {words.ALARMS[facts['alarm']]}"
    ),
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
    EventKind.RULED: _ruling,
    EventKind.CARRIED_OUT: lambda facts: (
        "Nothing had to be carried out"
        if facts.get("nothing_to_do")
        else "Recorded that it was carried out"
    ),
    EventKind.CONFIRMED: "Confirmed what stopped at once",
    EventKind.USE_RESTRICTED: lambda facts: (
        f"Restricted: {', '.join(facts['purposes'])}"
    ),
    EventKind.RESTRICTION_LIFTED: "Ended the restriction, once the person was told",
    EventKind.MADE_AGAIN: "Had the answer made again",
    EventKind.PACKAGE_BUILT: "Built the package",
    EventKind.PACKAGE_RELEASED: _released,
    EventKind.SECOND_LOOK: lambda facts: (
        f"Looked a second time: {'it stands' if facts['approved'] else 'sent back'}"
    ),
    EventKind.ANSWERED_IN_PART: "Answered in part",
    EventKind.ANSWERED: "Answered",
    EventKind.PACKAGE_COLLECTED: "Collected the package",
    EventKind.FETCHED_FOR_POST: "Fetched the answer for the post",
    EventKind.PAPER_TAKEN_BACK: "Took back the printed answer: it was not posted",
    EventKind.DISPATCHED: lambda facts: (
        "Recorded that the answer was posted though it might not go any more"
        if facts.get("not_meant")
        else "Sent the answer by post"
    ),
    EventKind.PACKAGE_REVOKED: _revoked,
    EventKind.PAGE_OPENED: "Opened the person’s page to their mailbox again",
    EventKind.ONWARD_ANSWERED: lambda facts: (
        f"Said that it can{'' if facts['feasible'] else 'not'} be sent straight to "
        "another company"
    ),
    EventKind.SENT_ONWARD: "Sent the answer to another company, as they asked",
    EventKind.BREACH_OPENED: "Opened a breach case: the 72 hours run",
    EventKind.COMPLAINT_RECEIVED: "Complaint received",
    EventKind.COMPLAINT_ACKNOWLEDGED: "Wrote the acknowledgement",
    EventKind.COMPLAINT_FOLLOWED: "Proved the address, and follows it here",
    EventKind.COMPLAINT_LINKED: lambda facts: (
        f"Said that it is about case {facts['reference']}"
    ),
    EventKind.HANDLER_NAMED: lambda facts: (
        f"Recorded that a director named {facts.get('given', 'somebody')} to conclude"
    ),
    EventKind.ISSUE_NOTED: "Noted something that is complained of",
    EventKind.ISSUE_CONCLUDED: lambda facts: (
        f"Concluded about one thing: {words.CONCLUSIONS[facts['outcome']].lower()}"
    ),
    EventKind.PROGRESS_TOLD: "Wrote how the complaint stands",
    EventKind.TAKEN_ELSEWHERE: lambda facts: (
        f"It is with {'a court' if facts['where'] == 'court' else 'the regulator'}"
    ),
    EventKind.COMPLAINT_ANSWERED: "Wrote the outcome and closed the complaint",
    EventKind.MESSAGE_RECEIVED: "Wrote a message to us",
    EventKind.MESSAGE_SENT: "Wrote a message to the person",
    EventKind.NOTE_WRITTEN: "Wrote an internal note",
    EventKind.CALLED: "Telephoned the person",
    EventKind.CONTACT_PREFERENCE_CHANGED: lambda facts: (
        f"Noted that they want to be answered {CONTACT_METHODS[facts['reach']].lower()}"
    ),
    EventKind.AUTHORITY_RECORDED: lambda facts: (
        f"Recorded who acts for the person: {words.EVIDENCE[facts['evidence']].lower()}"
    ),
    EventKind.AUTHORITY_JUDGED: lambda facts: (
        f"Found the authority {'enough' if facts['verified'] else 'not enough'}"
    ),
    EventKind.AUTHORITY_ASKED: "Asked the person whether somebody acts for them",
    EventKind.AUTHORITY_ANSWERED: lambda facts: (
        f"Said by the link that they {'' if facts['confirmed'] else 'do not '}"
        "act for them"
    ),
    EventKind.AUTHORITY_REVOKED: "Took back the authority to act",
    EventKind.AUTHORITY_LAID_DOWN: "Whoever acted said that they no longer act",
    EventKind.RECIPIENT_CHOSEN: lambda facts: (
        f"Chose who gets the answer: {words.GOES_TO[facts['to']].lower()}"
    ),
    EventKind.IDENTITY_SHOWN: lambda facts: (
        f"Brought what shows who they are: {_many(len(facts['evidence']), 'picture')}"
    ),
    EventKind.IDENTITY_SEEN: "Looked at what shows who they are",
    EventKind.IDENTITY_GONE: lambda facts: (
        f"Deleted what showed who they are: {GONE[facts['why']]}"
    ),
    EventKind.ADDRESS_SET_ASIDE: lambda facts: (
        f"Noted that the person asked us not to use a known "
        f"{words.identifier(facts['kind']).lower()}"
    ),
    EventKind.PASSED_ON: lambda facts: (
        f"Passed the request on to the customer of {facts.get('system', 'a system')}"
    ),
    EventKind.INSTRUCTION_RECEIVED: "A customer passed a request on to us",
    EventKind.INSTRUCTION_CORRECTED: _instruction,
    EventKind.CUSTOMER_JUDGED: lambda facts: (
        f"Said that {'it is surely' if facts['sure'] else 'it is not sure that it is'}"
        " the customer who asks"
    ),
    EventKind.CUSTOMER_WRITTEN_TO: "Wrote to the customer",
    EventKind.ASSISTED: lambda facts: (
        f"Recorded what was done for the customer on {_day(facts['done_on'])}: "
        f"{words.ASSISTANCE[facts['outcome']].lower()}"
    ),
    EventKind.CUSTOMER_ANSWERED: "Wrote the answer to the customer and closed the case",
    EventKind.WITHDRAWN: lambda facts: (
        "Closed it: nobody may act for the person"
        if facts.get("no_authority")
        else "Withdrew the request"
    ),
    EventKind.LAPSED: "Lapsed",
    EventKind.CLOSED: _closed,
    EventKind.MERGED: lambda facts: f"Merged: {facts['reference']} goes on for both",
    EventKind.JOINED: lambda facts: f"Took in the later request {facts['reference']}",
}


def said_to_staff(kind: str, facts: Mapping[str, Any]) -> str:
    """Return what happened, as a line of the timeline.

    Systems and datasets stand in ``facts`` as they should be read.

    >>> facts = {"system": "crm", "verdict": "found", "sure": 1}
    >>> said_to_staff("system_settled", facts)
    'crm answered: 1 row'
    """
    said = _EVENTS[kind]
    return said if isinstance(said, str) else said(facts)
