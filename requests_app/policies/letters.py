"""Is a letter whole, and may it be posted or sent again? In the reader's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db.models import Q

from accounts.models import User
from datamap.queries import Controller
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.clock import in_words
from requests_app.models import Case, Letter, Sending
from requests_app.models.letter import TOLD_ANEW
from requests_app.policies.common import works
from requests_app.states import LetterKind, SendingState
from requests_app.timekeeping import Record

# What a letter that gives less than was asked, or later, must say (decision C1; UK GDPR
# Article 12(4)): by the name of what is missing, words that only that paragraph has.
_RIGHTS: Final[Mapping[str, str]] = {
    "the complaint to us": "You can complain to us",
    "the complaint form": "/complain/",
    "the Commissioner": "{regulator_name} at any time",
    "the court": "section 167",
}
DEMANDED: Final[Mapping[LetterKind, Mapping[str, str]]] = {
    LetterKind.ACKNOWLEDGEMENT: {
        "when it came": "We received ",
        "the complaint to us": "you can complain to us",
        "the complaint form": _RIGHTS["the complaint form"],
        "the Commissioner": _RIGHTS["the Commissioner"],
    },
    LetterKind.IDENTITY: {
        "the doubt": "We have a doubt because",
        "the least that settles it": "To settle it we need only",
        "another way": "we will find another way",
    },
    LetterKind.AUTHORITY: {"what it does to the month": "Our month to answer"},
    LetterKind.NO_AUTHORITY: {
        **_RIGHTS,
        "the provision": "UK GDPR Article 12(6)",
        "the reasons": "Our reasons:",
        "how to take it up again": "you can ask again",
    },
    LetterKind.AGENT_LEFT: {"what it means": "nothing goes to them"},
    LetterKind.FEE: {**_RIGHTS, "the provision": "UK GDPR Article 1"},
    LetterKind.CLARIFICATION: {"what it does to the day": "do not count"},
    LetterKind.REMINDER: {"when it was asked": "We asked you on"},
    LetterKind.CLOSURE: {**_RIGHTS, "how to take it up again": "we take it up again"},
    LetterKind.COMPLAINT_ACKNOWLEDGEMENT: {
        "when it came": "reached us on",
        "that it is looked into": "We are looking into it",
        "the Commissioner": _RIGHTS["the Commissioner"],
    },
    LetterKind.COMPLAINT_PROGRESS: {"the Commissioner": _RIGHTS["the Commissioner"]},
    LetterKind.COMPLAINT_OUTCOME: {
        "the conclusions": "Our conclusion:",
        "the reasons": "Our reasons:",
        "the Commissioner": _RIGHTS["the Commissioner"],
        "the court": _RIGHTS["the court"],
    },
    LetterKind.MESSAGE: {},  # the law demands nothing of it
    LetterKind.EXTENSION: {**_RIGHTS, "the provision": "UK GDPR Article 12A(3)"},
    LetterKind.REFUSAL: {
        **_RIGHTS,
        "the provision": "UK GDPR Article",
        "the reasons": "Our reasons:",
        "what was done": "What was done:",
        "how to take it up again": "we take it up again",
        "the offer of another form": "in another form",
    },
    LetterKind.DECISION: {
        **_RIGHTS,
        "the provision": "UK GDPR Article",
        "what was decided": "We have decided:",
        "how to take it up again": "we take it up again",
        "the offer of another form": "in another form",
    },
    LetterKind.DONE: {"what was done": "What was done:"},
    LetterKind.REOPENED: {**_RIGHTS, "what it means": "it does not stand any more"},
    LetterKind.MERGED: {**_RIGHTS, "which goes on": "We answer both together"},
    LetterKind.PARTIAL: {**_RIGHTS, "what is still open": "Still being searched:"},
    # To a customer of ours: what a person must be told is theirs to tell (D13).
    LetterKind.CUSTOMER_ACKNOWLEDGEMENT: {
        "when it came": "reached us on",
        "who answers": "You answer the person",
    },
    LetterKind.CUSTOMER_MESSAGE: {},
    LetterKind.CUSTOMER_ANSWER: {
        "what was done": "Our answer:",
        "who answers": "You answer the person",
    },
    LetterKind.WITHDRAWN: {"that one may ask again": "again at any time"},
}
NOT_ACTING: Final = "Whoever it was written to does not act for the person any more."
# What asks, and the words by which the letter says that asking moves the day. Once the
# last day is past none of it does (ADR 4), and the letter must not say so.
_MOVES: Final[Mapping[LetterKind, str]] = {
    LetterKind.IDENTITY: "Our month to answer starts",
    LetterKind.AUTHORITY: "Our month to answer starts",
    LetterKind.FEE: "Our month to answer starts",
    LetterKind.CLARIFICATION: "do not count",
}
# What a template or a copied text leaves for somebody to fill in.
_UNFILLED: Final = re.compile(
    r"\{[{%]|[%}]\}|\[(?:…|\.{3}|insert|name|date|reason|address)[^]]*\]", re.IGNORECASE
)
# The contact points that a letter's paragraphs give.
_TOLD: Final = (
    "name",
    "dco_title",
    "dco_email",
    "dco_phone",
    "dco_post",
    "regulator_name",
    "regulator_web",
    "regulator_phone",
)


def is_whole(kind: LetterKind, body: str, controller: Controller) -> Verdict:
    """Whether the letter says all that the law demands of its kind. Costs nothing."""
    empty = [name for name in _TOLD if not getattr(controller, name).strip()]
    if empty:
        return refuse(
            "What nobody has entered cannot be told: "
            f"{', '.join(empty).replace('_', ' ')} of the contact points."
        )
    for name, words in DEMANDED[kind].items():
        if words.format(regulator_name=controller.regulator_name) not in body:
            return refuse(f"The letter lacks {name}.")
    if _UNFILLED.search(body):
        return refuse("The letter has a place that nobody filled in.")
    return ALLOWED


def can_be_reached(case: Case, *, is_reachable: bool) -> Verdict:
    """Whether a letter has somewhere to go, where somebody acts. Costs 1 query.

    Who asks for themselves and has no address is told by telephone, or in person.
    """
    if is_reachable or not case.authorities.exists():
        return ALLOWED
    return refuse(
        "The person has no address here that may be used. Ask whoever acts for them "
        "how the person is reached, or choose that the answer goes to the agent."
    )


def may_record_posting(
    case: Case,
    by: User,
    sending: Sending,
    *,
    method: str,
    posted_at: datetime,
    at: datetime,
) -> Verdict:
    """Whether ``by`` may record that the letter was posted at ``posted_at`` (C36).

    Costs up to 3 queries.
    """
    verdict = first_refusal(works(by, "Posting"), may_be_posted(sending))
    if not verdict:
        return verdict
    if not method.strip():
        return refuse("Write how it was sent.")
    if posted_at > at:
        return refuse("It cannot have been posted in the future.")
    if london_day(posted_at) < london_day(sending.letter.at):
        return refuse("It cannot have been posted before it was written.")
    if sending.letter.kind not in _MOVES:
        return ALLOWED
    record = case.record()
    return _moves_still(case, sending.letter, record, leaves=london_day(posted_at))


def may_be_posted(sending: Sending) -> Verdict:
    """Whether the sending is an envelope that nobody has posted yet."""
    if sending.message is not None:
        return refuse("This letter goes by mail.")
    if sending.state != SendingState.WAITING:
        return refuse("The posting is recorded.")
    return ALLOWED


def may_leave(message: int, *, today: date) -> Verdict:
    """Whether a letter by mail is true if it leaves on ``today`` (ADR 4), and theirs.

    ``message``: the outbox's id. What was written on the last day may leave after it,
    when no server takes it; and who acted may act no more by then (D9). It counts as
    come back then, and somebody writes anew. Costs 1 query, and 1 of a letter that
    asks or extends.
    """
    doubtful = (
        Q(letter__kind__in=[*_MOVES, LetterKind.EXTENSION])
        | Q(letter__authority__revoked_at__isnull=False)
        | Q(letter__authority__isnull=False, letter__kind__in=TOLD_ANEW)
    )
    sending = (
        Sending.objects.filter(doubtful, message=message)
        .select_related("letter__case", "letter__event", "letter__authority")
        .first()
    )
    if sending is None:
        return ALLOWED
    letter, case = sending.letter, sending.letter.case
    if _left_since(letter, today=today):
        return refuse(NOT_ACTING)
    record = case.record()
    if letter.kind == LetterKind.EXTENSION:
        return _extends_still(case, letter, record, today=today)
    return _moves_still(case, letter, record, leaves=today)


def _left_since(letter: Letter, *, today: date) -> bool:
    """Whether it is to who acted, and does no more; that we close is theirs to know.

    What was decided is for nobody who may not have it any more (``Sending.meant``).
    """
    one = letter.authority
    if one is None:
        return False
    if letter.kind in TOLD_ANEW:
        return not one.gets_letters(today)
    return one.revoked_at is not None and letter.kind != LetterKind.NO_AUTHORITY


def may_send_again(case: Case, by: User, letter: Letter, *, today: date) -> Verdict:
    """Whether a letter that came back may go out once more. Costs up to 4 queries.

    It must still be true: what nobody waits for is not asked again, and what is late by
    now extends nothing and moves no day.
    """
    verdict = works(by, "Sending")
    if not verdict:
        return verdict
    newest = letter.sendings.order_by("-pk").first()
    if newest is None or newest.state != SendingState.RETURNED:
        return refuse("Only a letter that came back is sent again.")
    if letter.authority is not None and not _may_read(letter, today=today):
        return refuse(NOT_ACTING)
    record = case.record()
    if letter.kind == LetterKind.EXTENSION:
        return _extends_still(case, letter, record, today=today)
    asked = letter.event.facts.get("asked", letter.event.seq)
    asking = record.asking(asked) if isinstance(asked, int) else None
    if asking is not None and not (asking.is_open and case.is_open):
        return refuse("What the letter asks for is not awaited any more.")
    if not Sending.objects.meant(today=today).filter(pk=newest.pk).exists():
        return refuse(
            "What the letter tells stands no more: the decision was taken back, or the "
            "answer was revoked."
        )
    return _moves_still(case, letter, record, leaves=today)


def _may_read(letter: Letter, *, today: date) -> bool:
    """Whether the agent it was written to may still have it. Costs 1 query.

    A letter about the authority is theirs until it is taken back.
    """
    newest = letter.case.newest_authority()
    if newest is None or newest.pk != letter.authority_id:
        return False
    if letter.kind == LetterKind.NO_AUTHORITY:
        return True
    if letter.kind == LetterKind.AUTHORITY:
        return newest.revoked_at is None
    return newest.gets_letters(today)


def _extends_still(
    case: Case, letter: Letter, record: Record, *, today: date
) -> Verdict:
    extension = record.extension
    if extension is None or extension.seq != letter.event.seq or not case.is_open:
        return refuse("Another notice has taken its place, or the case is closed.")
    if case.due_on is not None and today > case.due_on:
        return refuse(
            "The last day to tell the person is past. A late notice extends nothing "
            "(UK GDPR Article 12A(4))."
        )
    return ALLOWED


def _moves_still(
    case: Case, letter: Letter, record: Record, *, leaves: date
) -> Verdict:
    """Whether an asking that leaves on that day moves the clock, if it says it does.

    What is not asked for any more moves nothing, whenever it was posted.
    """
    asking = record.asking(letter.event.seq)
    words = _MOVES.get(LetterKind(letter.kind))
    if asking is None or not asking.is_open or not words or words not in letter.body:
        return ALLOWED
    if case.due_on is None or leaves <= case.due_on:
        return ALLOWED
    return refuse(
        f"The last day was {in_words(case.due_on)}: what leaves after it moves no day, "
        "and this letter says that it does. Ask no longer, and ask anew."
    )
