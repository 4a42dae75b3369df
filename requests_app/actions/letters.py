"""A letter: written, kept word for word, and brought to the person (C1, C17, C23).

Written in the transaction of the act it tells of. Whoever has an address by mail gets
it there; everybody else by post, once a colleague has recorded the posting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor, system
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.mail import render
from lumina_privacy.lib.verdict import require
from outbox import actions as outbox
from outbox import queries as outbox_queries
from outbox.states import MessageKind, MessageState
from requests_app.actions.projection import append, locked
from requests_app.models import Case, CaseEvent, Letter, Sending
from requests_app.models.pages import opens_to
from requests_app.policies import letters as policies
from requests_app.queries import addresses, rights, words
from requests_app.queries.addresses import Addressee
from requests_app.states import EventKind, LetterKind, SendingState
from requests_app.timekeeping import Asked

CLERK: Final[Actor] = system("letters")
# Written to an agent, and to nobody else.
_TO_AGENTS: Final = frozenset({LetterKind.AUTHORITY, LetterKind.NO_AUTHORITY})
_SETTLED: Final[Mapping[MessageState, SendingState]] = {
    MessageState.SENT: SendingState.SENT,
    MessageState.BOUNCED: SendingState.RETURNED,
    MessageState.FAILED: SendingState.RETURNED,
    MessageState.DROPPED: SendingState.RETURNED,
}


def write(
    case: Case, kind: LetterKind, context: Mapping[str, object], *, to: Addressee
) -> tuple[str, str]:
    """Return subject and body of a letter as it would go out. Costs 1 query.

    Raises Refused when a paragraph the law demands is missing (C1).
    """
    controller = datamap_queries.controller()
    rendered = render(
        f"requests_app/letters/{kind}",
        {
            "case": case,
            "noun": rights.noun_of(case),
            "right": words.RIGHTS_ASKED[case.right],
            "controller": controller,
            "complain": settings.LUMINA_ORIGIN + reverse("complain"),
            "page": "" if _in_words(kind, to) else page_of(case, to),
            "follow": settings.LUMINA_ORIGIN + reverse("complain-follow"),
            **context,
        },
    )
    require(policies.is_whole(kind, rendered.text, controller))
    return rendered.subject, _spoken_to(kind, rendered.text, to)


def _in_words(kind: LetterKind, to: Addressee) -> bool:
    """Whether a message is told in the letter: who wants paper is sent to no page."""
    return kind is LetterKind.MESSAGE and not to.mailbox


def _spoken_to(kind: LetterKind, body: str, to: Addressee) -> str:
    """Say to an agent of whom the letter speaks: it is written to the person."""
    if to.authority is None or kind in _TO_AGENTS:
        return body
    return (
        f"To {to.name}, who acts for {to.authority.acts_for}. Where this letter says "
        f"“you” or “your”, it speaks of {to.authority.acts_for}.\n\n{body}"
    )


def page_of(case: Case, to: Addressee) -> str:
    """Return the address of the page where ``to`` reads the case here, if there is one.

    A complainant has one only once proved (C3), nobody while it is not known who wrote,
    and not who reads where a wrong answer went (C40).
    """
    if not to.email:
        return ""
    if to.authority is not None and to.authority.revoked_at is not None:
        return ""
    if to.authority is not None:
        page = reverse("acting-case", args=[case.reference])
        return f"{settings.LUMINA_ORIGIN}{page}"
    if not opens_to(case, to.email):
        return ""
    return f"{settings.LUMINA_ORIGIN}{reverse('case', args=[case.reference])}"


def send(
    case: Case,
    event: CaseEvent,
    kind: LetterKind,
    context: Mapping[str, object],
    *,
    by: Actor,
    at: datetime,
    asked: Iterable[Asked] = (),
    to: Addressee | None = None,
) -> Letter:
    """Keep a letter that tells of ``event`` and let it go. ``case`` must be locked.

    ``asked``: what the letter reminds of. ``to``: who is meant, where the address book
    leaves a choice. Raises Refused when a paragraph is missing.
    """
    to = to or addresses.addressee_of(case, kind, today=london_day(at), asked=asked)
    if by.kind == "staff":  # what goes out by itself waits for its posting
        require(policies.can_be_reached(case, is_reachable=to.is_reachable))
    subject, body = write(case, kind, context, to=to)
    letter = Letter.objects.create(
        case=case,
        event=event,
        kind=kind,
        subject=subject,
        body=body,
        authority=to.authority,
        by=str(by),
        at=at,
    )
    _send(case, letter, to, at=at)
    return letter


def _send(
    case: Case, letter: Letter, to: Addressee, *, at: datetime, by_post: bool = False
) -> Sending:
    address = "" if by_post else to.mailbox
    message = None
    if address:
        message = outbox.queue(
            kind=MessageKind.SERVICE,
            purpose=f"case-{letter.kind}",
            to=address,
            subject=letter.subject,
            text=letter.body,
            about=case.about,
            dedupe_key=f"letter:{letter.pk}:{letter.sendings.count()}",
            at=at,
            statutory=True,
        )
    return Sending.objects.create(
        letter=letter, message=message, state=SendingState.WAITING, at=at
    )


@transaction.atomic
def record_posting(
    sending: Sending, *, method: str, posted_at: datetime, by: User, at: datetime
) -> Sending:
    """Record that a letter left by post: from then on the person counts as told."""
    case = locked(sending.letter.case)
    sending = Sending.objects.select_for_update().get(pk=sending.pk)
    require(
        policies.may_record_posting(
            case, by, sending, method=method, posted_at=posted_at, at=at
        )
    )
    sending.method, sending.by = method.strip(), str(by.actor)
    _settle(
        case,
        sending,
        SendingState.SENT,
        happened_at=max(posted_at, sending.letter.at),
        by=by.actor,
        at=at,
    )
    return sending


@transaction.atomic
def send_again(letter: Letter, *, by_post: bool, by: User, at: datetime) -> Sending:
    """Send the same letter once more, after it came back; or by post this time.

    Raises Refused when what it says is not true any more.
    """
    case = locked(letter.case)
    require(policies.may_send_again(case, by, letter, today=london_day(at)))
    to = addresses.reader_of(letter)
    return _send(case, letter, to, at=at, by_post=by_post)


@dataclass(frozen=True, slots=True)
class News:
    """What became of one sending by mail."""

    sending: int
    became: SendingState
    sent_at: datetime | None


def news() -> list[News]:
    """Return what the outbox knows of sendings and their cases do not. 4 queries.

    Found by what differs, not by age: a mail that was taken by the next server may come
    back weeks later, or while this sweep was away.
    """
    waiting = _by_message(Sending.objects.filter(state=SendingState.WAITING))
    returned = {mail.id: mail for mail in outbox_queries.not_delivered()}
    sent = _by_message(
        Sending.objects.filter(state=SendingState.SENT, message__in=list(returned))
    )
    told = [*outbox_queries.deliveries(waiting), *(returned[one] for one in sent)]
    known = {**waiting, **sent}
    return [
        News(known[mail.id], became, mail.sent_at)
        for mail in told
        if (became := _SETTLED.get(mail.state))
    ]


def _by_message(sendings: QuerySet[Sending]) -> dict[int, int]:
    """Return the keys of sendings by mail, by the outbox's."""
    rows = sendings.filter(message__isnull=False).values_list("message", "pk")
    return {message: pk for message, pk in rows if message is not None}


@transaction.atomic
def note(told: News, *, at: datetime) -> bool:
    """Write on its case what became of a sending; return whether that was new.

    What came back stays so: older news, read before it did, changes nothing.
    """
    known = Sending.objects.select_related("letter__case").get(pk=told.sending)
    case = locked(known.letter.case)
    sending = Sending.objects.select_for_update().get(pk=told.sending)
    if sending.state in {told.became, SendingState.RETURNED}:
        return False
    sent_at = told.sent_at if told.became is SendingState.SENT else None
    _settle(case, sending, told.became, happened_at=sent_at or at, by=CLERK, at=at)
    return True


def _settle(
    case: Case,
    sending: Sending,
    became: SendingState,
    *,
    happened_at: datetime,
    by: Actor,
    at: datetime,
) -> None:
    sending.state, sending.settled_at = became, happened_at
    sending.save(update_fields=["state", "settled_at", "method", "by"])
    sent = became is SendingState.SENT
    append(
        case,
        EventKind.LETTER_SENT if sent else EventKind.LETTER_RETURNED,
        happened_at=happened_at,
        by=by,
        at=at,
        facts={
            "letter": sending.letter_id,
            "kind": sending.letter.kind,
            "of": sending.letter.event.seq,
            "by_post": sending.message is None,
        },
    )
