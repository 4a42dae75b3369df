"""What overwrites itself is kept the day it is asked for (decision C5, LUM-23).

The portal holds its own copy back (``actions.holds``); in a system that overwrites
itself only a person can, so its owner gets a task for the same day.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from audit import actions as audit
from datamap import queries as datamap_queries
from datamap.registry.systems import System
from lumina_privacy.lib import mail
from lumina_privacy.lib.actor import Actor, ActorKind
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.verdict import require
from outbox import actions as outbox
from outbox.states import MessageKind
from requests_app.models import Case, Preservation
from requests_app.policies import preserving as policies
from requests_app.policies.intake import TRAY_DAYS
from requests_app.queries.asked import overwriting_asked_for
from requests_app.rules import KeepOutcome
from requests_app.states import HELD, CaseStatus


def ask_owners(case: Case, *, by: Actor, at: datetime) -> None:
    """Have each system that overwrites itself keep what a locked case asks for, today.

    Harmless when repeated. While the same person waits in the tray with such a task, at
    the same address, a second unproved request makes no other (C5); once it is proved,
    it does. Costs 1 query, and 6 a system that is asked.
    """
    if case.right not in HELD:
        return
    if case.status == CaseStatus.UNPROVED and _waits_already(case):
        return
    kept = {task.system: task for task in case.preservations.all()}
    for declared in overwriting_asked_for(case):
        task = kept.get(declared.id)
        if task is None:
            task = Preservation(case=case, system=declared.id)
            task.reference = new_reference()
        elif task.let_go_at is None:
            continue
        _ask(task, declared, by=by, at=at)


def _waits_already(case: Case) -> bool:
    sent = case.submission
    waiting = Preservation.objects.filter(
        case__status=CaseStatus.UNPROVED,
        case__submission__address_ref=sent.address_ref,
        case__submission__agent_address_ref=sent.agent_address_ref,
        let_go_at__isnull=True,
    ).exclude(case=case)
    if not sent.for_another:
        return waiting.exists()
    # One solicitor files for many, at their own address.
    return any(
        _plain(task.case.submission.name) == _plain(sent.name)
        for task in waiting.select_related("case__submission")
    )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _ask(task: Preservation, declared: System, *, by: Actor, at: datetime) -> None:
    task.address = canonical_email(declared.owner)
    task.asked_at, task.due_on = at, london_day(at)
    task.outcome, task.note = KeepOutcome.NONE, ""
    task.answered_at = task.let_go_at = task.chased_at = None
    task.save()
    _record("case.keep.asked", task, by=by, at=at)
    _remember(task, _send(task, "keep_asked", at=at))


def confirm(case: Case, *, by: Actor, at: datetime) -> None:
    """Make what was asked for provisionally last: the person is proved. Case locked."""
    asked = list(case.preservations.filter(let_go_at__isnull=True))
    ask_owners(case, by=by, at=at)
    for task in asked:
        _record("case.keep.confirmed", task, by=by, at=at)
        _send(task, "keep_confirmed", at=at)


def let_go(case: Case, *, by: Actor, at: datetime) -> None:
    """Tell owners that nothing need be kept for a locked case that has ended.

    What was kept for requests that it took in goes with it (C33). Costs 2 queries
    when nothing was.
    """
    over = Preservation.objects.filter(
        case__in=[case, *case.taken_in()], let_go_at__isnull=True
    )
    for task in over.select_for_update(of=("self",)).select_related("case"):
        task.let_go_at = at
        task.save(update_fields=["let_go_at"])
        _record("case.keep.let_go", task, by=by, at=at)
        _send(task, "keep_let_go", at=at)


@transaction.atomic
def answer(
    task: Preservation, *, outcome: KeepOutcome, note: str, at: datetime
) -> Preservation:
    """Note what the owner says: it is kept, was overwritten, or is not there."""
    Case.objects.select_for_update(of=("self",)).get(pk=task.case_id)
    task = Preservation.objects.select_for_update().get(pk=task.pk)
    require(policies.may_answer(task, outcome, note))
    task.outcome, task.note, task.answered_at = outcome, note.strip(), at
    task.save(update_fields=["outcome", "note", "answered_at"])
    by = Actor(ActorKind.OWNER, task.reference)
    audit.record(
        "case.keep.answered",
        about=task.case.about,
        by=by,
        at=at,
        details={"system": task.system, "answer": outcome},
    )
    return task


@transaction.atomic
def chase(task: Preservation, *, by: Actor, at: datetime) -> bool:
    """Remind the owner each day after the day that is past; return whether it did."""
    task = Preservation.objects.select_for_update().get(pk=task.pk)
    today = london_day(at)
    if not task.is_late(today=today):
        return False
    if task.chased_at is not None and london_day(task.chased_at) >= today:
        return False
    task.chased_at = at
    task.save(update_fields=["chased_at"])
    _record("case.keep.chased", task, by=by, at=at)
    _remember(task, _send(task, "keep_chased", at=at))
    return True


def _remember(task: Preservation, mail: int) -> None:
    """Keep which mail asks for it: one that does not go is an alarm."""
    task.mail = mail
    task.save(update_fields=["mail"])


def _record(event: str, task: Preservation, *, by: Actor, at: datetime) -> None:
    audit.record(
        event, about=task.case.about, by=by, at=at, details={"system": task.system}
    )


def _send(task: Preservation, template: str, *, at: datetime) -> int:
    """Queue a mail that names no person: which system, by when, where; its id."""
    declared = datamap_queries.register_at(task.case.revision_id).system(task.system)
    rendered = mail.render(
        f"requests_app/emails/{template}",
        {
            "system": declared.name,
            "days": declared.overwrites_after_days,
            "due_on": task.due_on,
            "provisional": task.case.status == CaseStatus.UNPROVED,
            "tray_days": TRAY_DAYS,
            "link": settings.LUMINA_ORIGIN
            + reverse("owner-keep", args=[task.reference]),
        },
    )
    return outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="owner-task",
        to=task.address,
        subject=rendered.subject,
        text=rendered.text,
        about=task.case.about,
        dedupe_key=f"{template}:{task.pk}:{at.isoformat()}",
        at=at,
    )
