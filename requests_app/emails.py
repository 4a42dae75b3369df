"""The mails of a case: what the law wants told and a link; no personal detail (C23)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import ActorKind
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.mail import render
from outbox import actions as outbox
from outbox.states import MessageKind
from requests_app.models import (
    Authority,
    AuthorityLink,
    Case,
    IdentityEvidence,
    Package,
    Sending,
    Submission,
)
from requests_app.models.pages import opens_to
from requests_app.policies.authority import lets_decide
from requests_app.queries import addresses, keeping, rights
from requests_app.queries.addresses import Addressee
from requests_app.queries.alarms import Alarm
from requests_app.queries.asked import told_of
from requests_app.queries.clock import late_since, reckoning_of
from requests_app.queries.reminders import worker_of
from requests_app.reminders import Step
from requests_app.states import AT_ONCE, Channel, Right

# How a request came that nobody has in writing yet.
ALOUD: Final[Mapping[Channel, str]] = {
    Channel.PHONE: "by telephone",
    Channel.IN_PERSON: "in person",
}


def acknowledgement(submission: Submission, *, at: datetime) -> None:
    """Queue the one acknowledgement of a submission, if it has an address (E2).

    It names every case with what was chosen, its day and how that was worked out. What
    was said aloud is confirmed in writing: what we understood, and where to read what
    we wrote down.
    """
    if not submission.sent_from:
        return
    mail = render(
        "requests_app/emails/acknowledgement",
        _context(acknowledged(submission, with_pages=True, at=at)),
    )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="case-acknowledgement",
        to=submission.sent_from,
        subject=mail.subject,
        text=mail.text,
        about=submission.about,
        dedupe_key=f"acknowledgement:{submission.pk}",
        at=at,
    )


def acknowledged(
    submission: Submission, *, with_pages: bool, at: datetime
) -> dict[str, object]:
    """Return what an acknowledgement tells, by mail or on paper.

    ``with_pages``: whoever reads it has a page here to follow each case on. What is
    taken in when its day is over promises no day (``late``).
    """
    cases = list(submission.cases.order_by("pk"))
    asked = [
        {
            "case": case,
            "words": rights.words_of(case),
            "told": told_of(case),
            "reckoning": reckoning_of(case),
            "late": late_since(case, at=at),
            "page": _page(case) if with_pages else "",
        }
        for case in cases
    ]
    return {
        "submission": submission,
        "asked": asked,
        "kept": keeping.cases_for(),
        # Then neither a right nor its day is known, and none is told of (C38).
        "unread": any(case.right == Right.NOT_YET_KNOWN for case in cases),
        "aloud": ALOUD.get(Channel(submission.channel), ""),
    }


def answer_ready(case: Case, package: Package, *, at: datetime) -> None:
    """Queue the news that an answer can be downloaded, to who may fetch it."""
    _queue(
        case,
        "answer_ready",
        {
            "package": package,
            "days": keeping.after_collection().days,
            "late": late_since(case, at=at, package=package),
        },
        to=addresses.told_of(case, by_download=True, today=london_day(at)),
        key=f"answer-ready:{package.pk}",
        statutory=True,
        at=at,
    )


def authority_asked(link: AuthorityLink, token: str, *, at: datetime) -> None:
    """Queue the question whether somebody acts for the person, with its link.

    The mail is a secret: its text is wiped when it has been sent.
    """
    mail = render(
        "requests_app/emails/authority_asked",
        _context({"link": link, "page": _link("acts-for-me", token)}),
    )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="case-authority-asked",
        to=link.email,
        subject=mail.subject,
        text=mail.text,
        about=link.authority.case.about,
        dedupe_key=f"authority-link:{link.pk}",
        at=at,
        secret=True,
    )


def due_soon(case: Case, step: Step, *, to: User, at: datetime) -> None:
    """Queue the reminder to a colleague of a case's day; it names nobody.

    Of a breach it is an hour: the 72 hours do not end with the day. Costs 1 query
    beside the mail's own.
    """
    today = london_day(at)
    worker = worker_of(case, today=today)
    said = {
        "days_left": ((case.safe_due_on or today) - today).days,
        "is_last": case.safe_due_on == case.due_on,
        "is_late": _is_late(case, at=at),
        "is_complaint": case.right == Right.COMPLAINT,
        "is_given": case.assignee_id is not None,
        "is_worked": worker is not None,
        "is_yours": case.assignee_id == to.pk,
        "stands_in": worker == to and case.assignee_id != to.pk,
        "page": _link("staff-case", case.reference),
    }
    key = f"due:{case.pk}:{step.who}:{step.days}:{case.safe_due_on}:{to.pk}"
    _to_staff(case, "due_soon", said, key=key, to=to, at=at)


def _is_late(case: Case, *, at: datetime) -> bool:
    if case.due_at is not None:
        return case.due_at < at
    return case.due_on is not None and case.due_on < london_day(at)


def alarm(found: Alarm, *, to: User, at: datetime) -> None:
    """Queue the word to an officer that something has not gone; it names nobody."""
    case = found.case
    page = _link("case-tray") if found.in_tray else _link("staff-case", case.reference)
    said = {"words": found.words, "page": page}
    key = f"alarm:{case.pk}:{found.kind}:{found.of}:{to.pk}"
    _to_staff(case, "alarm", said, key=key, to=to, at=at)


def identity_undecided(
    case: Case,
    shown: IdentityEvidence,
    *,
    since: date,
    goes_on: date,
    to: User,
    at: datetime,
) -> None:
    """Queue the word to a colleague that what was shown waits and goes on a day.

    ``shown``: the first of what waits; all of it is in one mail. A day, and no number
    of days: the mail may be read later.
    """
    said = {
        "since": since,
        "goes_on": goes_on,
        "link": _link("staff-case", case.reference),
    }
    key = f"identity-undecided:{shown.pk}:{to.pk}"
    _to_staff(case, "identity_undecided", said, key=key, to=to, at=at)


def authority_ended(authority: Authority, *, to: User, at: datetime) -> None:
    """Queue the word to a colleague that nobody acts in a case any more.

    It names neither the person nor who acted.
    """
    case, kind = authority.case, ActorKind(authority.revoked_by.partition(":")[0])
    said = {
        "denied": authority.links.filter(confirmed=False).exists(),
        "by_staff": kind is ActorKind.STAFF,
        "laid_down": authority.laid_down,
        "goes_on": bool(lets_decide(case)),
        "is_open": case.is_open,
        "is_reachable": addresses.person_of(case).is_reachable,
        "page": _link("staff-case", case.reference),
    }
    key = f"authority-ended:{authority.pk}:{to.pk}"
    _to_staff(case, "authority_ended", said, key=key, to=to, at=at)


def post_waits(case: Case, sending: Sending, *, to: User, at: datetime) -> None:
    """Queue the word to a colleague that a letter waits to be posted."""
    page = _link("letter", case.reference, str(sending.letter_id))
    said = {
        "what": "letter",
        "since": sending.at,
        "page": page,
        "list": _link("to-be-posted"),
    }
    key = f"post-waits:{sending.pk}:{to.pk}"
    _to_staff(case, "post_waits", said, key=key, to=to, at=at)


def answer_waits(case: Case, package: Package, *, to: User, at: datetime) -> None:
    """Queue the word to a colleague that an answer waits to be posted."""
    said = {
        "what": "answer",
        "since": package.released_at,
        "page": _link("staff-case", case.reference),
        "list": _link("to-be-posted"),
    }
    key = f"answer-waits:{package.pk}:{to.pk}"
    _to_staff(case, "post_waits", said, key=key, to=to, at=at)


def _to_staff(
    case: Case,
    template: str,
    context: Mapping[str, object],
    *,
    key: str,
    to: User,
    at: datetime,
) -> None:
    mail = render(f"requests_app/emails/{template}", {"case": case, **context})
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose=f"case-{template.replace('_', '-')}",
        to=to.email,
        subject=mail.subject,
        text=mail.text,
        about=case.about,
        dedupe_key=key,
        at=at,
    )


def merged(later: Case, into: Case, *, at: datetime) -> None:
    """Queue the news that an earlier request goes on for both, and by when (C33)."""
    to = addresses.person_of(later)
    _queue(later, "merged", said_of_merging(later, into, at=at), to=to, at=at)


def said_of_merging(later: Case, into: Case, *, at: datetime) -> dict[str, object]:
    """Return what the news of a merging tells, by mail or by letter.

    It promises no day that is over (``late``).
    """
    return {
        "noun": rights.noun_of(later),
        "received_at": later.submission.received_at,
        "into": into,
        "into_page": _link("case", into.reference),
        "late": late_since(into, at=at),
    }


def unproved_reminder(submission: Submission, *, number: int, at: datetime) -> None:
    """Queue the reminder that a request waits for its code. Tells nothing about it."""
    mail = render(
        "requests_app/emails/unproved_reminder",
        _context(
            {"sign_in": _link("subject-sign-in"), "received_at": submission.received_at}
        ),
    )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="case-unproved-reminder",
        to=submission.sent_from,
        subject=mail.subject,
        text=mail.text,
        about=submission.about,
        dedupe_key=f"unproved-reminder:{submission.pk}:{number}",
        at=at,
    )


def _queue(
    case: Case,
    template: str,
    context: Mapping[str, object],
    *,
    to: Addressee,
    at: datetime,
    key: str = "",
    statutory: bool = False,
) -> None:
    if not to.email:
        return
    page = _link("case" if to.authority is None else "acting-case", case.reference)
    mail = render(
        f"requests_app/emails/{template}",
        _context({"case": case, "page": page, **context}),
    )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose=f"case-{template.replace('_', '-')}",
        to=to.email,
        subject=mail.subject,
        text=mail.text,
        about=case.about,
        dedupe_key=key or f"{template}:{case.pk}",
        at=at,
        statutory=statutory,
    )


def _context(more: Mapping[str, object]) -> dict[str, object]:
    return {
        "controller": datamap_queries.controller(),
        "complain": _link("complain"),
        **more,
    }


def _page(case: Case) -> str:
    """Return where the sender follows the case, if anywhere: an agent has own pages."""
    if case.submission.for_another and case.right not in AT_ONCE:
        return _link("acting-case", case.reference)
    opens = opens_to(case, case.submission.sent_from)
    return _link("case", case.reference) if opens else ""


def _link(name: str, *args: str) -> str:
    return f"{settings.LUMINA_ORIGIN}{reverse(name, args=args)}"
