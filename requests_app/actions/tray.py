"""What happens to a request whose address nobody has proved yet (decision D11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import require
from requests_app import emails
from requests_app.actions.intake import prove
from requests_app.actions.projection import append, locked
from requests_app.models import Case, Submission
from requests_app.policies import intake as policies
from requests_app.states import CaseStatus, EventKind

# D11: reminded on days 1 and 3.
REMIND_AFTER: Final = (timedelta(days=1), timedelta(days=3))


def prove_waiting(case: Case, *, by: User, at: datetime) -> None:
    """Prove a request that waits from an address its owner has signed in with.

    Signing in with the mailbox is proof as good as the code in the form was: who lost
    the page goes on from here without a new form.
    """
    submission = case.submission
    prove(submission, address=submission.sent_from, by=by, at=at)


@transaction.atomic
def disown(case: Case, *, by: User, at: datetime) -> Case:
    """Close what somebody else sent in the name of ``by``'s address, all of it.

    What stopped at once stays stopped: that asks for no proof, and harms nobody (C34).
    Raises Refused when it has been proved or closed in the meantime.
    """
    for waiting in _sent_together(case):
        append(
            waiting,
            EventKind.LAPSED,
            happened_at=at,
            by=by.actor,
            at=at,
            facts={"disowned": True},
        )
    return Case.objects.get(pk=case.pk)


def _sent_together(case: Case) -> list[Case]:
    """Return, locked, the case and what was sent with it and waits with it."""
    waiting = case.submission.cases.in_tray().exclude(pk=case.pk)
    return [locked(one) for one in sorted([case, *waiting], key=lambda one: one.pk)]


@transaction.atomic
def remind(submission: Submission, *, by: Actor, at: datetime) -> bool:
    """Remind the sender of an unproved submission, on days 1 and 3; return whether.

    Of several under one address the newest alone: whoever signs in is shown them all,
    and nobody can have a mailbox flooded by sending forms in its name.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.proved_at is not None or submission.reminders >= len(REMIND_AFTER):
        return False
    if submission.received_at + REMIND_AFTER[submission.reminders] > at:
        return False
    if not submission.cases.filter(status=CaseStatus.UNPROVED).exists():
        return False
    if _sent_since(submission):
        return False
    submission.reminders += 1
    submission.save(update_fields=["reminders"])
    audit.record(
        "submission.reminded",
        about=submission.about,
        by=by,
        at=at,
        details={"number": submission.reminders},
    )
    emails.unproved_reminder(submission, number=submission.reminders, at=at)
    return True


def _sent_since(submission: Submission) -> bool:
    """Whether a later one is reminded of at the same mailbox, of the same kind.

    By where the reminder goes: what an agent sent names the person's address too, and
    would silence the person.
    """
    later = Q(received_at__gt=submission.received_at) | Q(
        received_at=submission.received_at, pk__gt=submission.pk
    )
    sender = "agent_address_ref" if submission.for_another else "address_ref"
    return Submission.objects.filter(
        later,
        for_another=submission.for_another,
        proved_at__isnull=True,
        **{sender: getattr(submission, sender)},
        cases__status=CaseStatus.UNPROVED,
    ).exists()


@transaction.atomic
def let_lapse(case: Case, *, by: User, at: datetime) -> Case:
    """Close a case that nobody proved in four weeks, with what was sent together.

    A person does it (D11).
    """
    for waiting in _sent_together(case):
        require(policies.may_let_lapse(waiting, by, today=london_day(at)))
        append(waiting, EventKind.LAPSED, happened_at=at, by=by.actor, at=at)
    return Case.objects.get(pk=case.pk)
