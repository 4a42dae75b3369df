"""Systems that only people can search: their owner is asked, chased, and answers.

The mail's link only routes; the owner signs in with a code sent to their own address
(decision E9).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

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
from lumina_privacy.lib.verdict import Refused, refuse, require
from outbox import actions as outbox
from outbox.states import MessageKind
from requests_app import rules
from requests_app.actions.incoming import Attached, Terms, keep
from requests_app.actions.projection import append, locked
from requests_app.models import Case, OwnerFile, OwnerTask, SystemTask
from requests_app.policies import owner as policies
from requests_app.rules import OwnerAnswer
from requests_app.states import EventKind, TaskState, TaskVerdict
from vault import actions as vault

# Any kind of file: footage, mailboxes, archives (decision C47).
TERMS: Final = Terms(
    most_mb=0,
    too_large="“{name}” is larger than {most} MB. Split it, or ask us for another way.",
    no_room=(
        "“{name}” does not fit: our storage is full, and nothing of it was kept. We "
        "have noted it for the people who run the storage. Your task stays open: bring "
        "the file again later, or write to us when it is urgent."
    ),
    any_kind=True,
)
GONE: Final = "You have removed this file meanwhile. Add the other one instead."


def actor(task: OwnerTask) -> Actor:
    """Return the owner as the ledger knows them: by the task, not by the address."""
    return Actor(ActorKind.OWNER, task.reference)


@transaction.atomic
def ask(task: SystemTask, declared: System, *, by: Actor, at: datetime) -> OwnerTask:
    """Ask the system's owner, by mail, with a day before the case is due."""
    asked = OwnerTask.objects.create(
        reference=new_reference(),
        task=task,
        address=canonical_email(declared.owner),
        due_on=_due_on(task, at),
        asked_at=at,
    )
    task.state, task.verdict = TaskState.WITH_OWNER, TaskVerdict.NONE
    task.reason, task.settled_by, task.finished_at = "", "", None
    task.save(update_fields=["state", "verdict", "reason", "settled_by", "finished_at"])
    _put(asked, dedupe="asked", by=by, at=at)
    return asked


@transaction.atomic
def ask_again(
    task: SystemTask, declared: System, *, by: Actor, at: datetime
) -> OwnerTask:
    """Put the question to the owner again.

    After a person had answered for them, or when the person is known by more since.
    """
    asked = _locked(task.owner_task)
    asked.answer, asked.answered_at, asked.chased_at = OwnerAnswer.NONE, None, None
    asked.address = canonical_email(declared.owner)
    asked.due_on, asked.needs_until, asked.asked_at = _due_on(task, at), None, at
    asked.save(
        update_fields=[
            "answer",
            "answered_at",
            "chased_at",
            "address",
            "due_on",
            "needs_until",
            "asked_at",
        ]
    )
    task.state, task.verdict = TaskState.WITH_OWNER, TaskVerdict.NONE
    task.reason, task.settled_by, task.problem = "", "", ""
    task.finished_at = None
    task.save(
        update_fields=[
            "state",
            "verdict",
            "reason",
            "settled_by",
            "problem",
            "finished_at",
        ]
    )
    _put(asked, dedupe=f"again:{at.isoformat()}", by=by, at=at)
    return asked


def _put(asked: OwnerTask, *, dedupe: str, by: Actor, at: datetime) -> None:
    audit.record(
        "case.owner.asked",
        about=asked.task.case.about,
        by=by,
        at=at,
        details={"system": asked.task.system},
    )
    _send(asked, "owner_asked", dedupe=dedupe, at=at)


def add_file(
    asked: OwnerTask,
    *,
    name: str,
    claimed_type: str,
    chunks: Iterable[bytes],
    at: datetime,
    dataset: str = "",
) -> OwnerFile:
    """Keep one file the owner brings, of any type, encrypted as it streams in.

    ``dataset``: of which of the system's datasets it is, where they said so.
    Raises Refused when it is empty or larger than LUMINA_UPLOAD_MB, when the storage is
    full or the task is over; nothing of it is kept then. The file is stored before the
    row is written: what a killed process leaves belongs to the vault's own sweep.
    """
    require(policies.may_answer(asked))
    file_id = _keep(asked, Attached(name, chunks), at=at)
    with transaction.atomic():
        asked = _locked(asked)
        verdict = policies.may_answer(asked)
        if not verdict:
            vault.destroy(file_id, reason="too-late", by=actor(asked), at=at)
        else:
            return OwnerFile.objects.create(
                task=asked,
                file=file_id,
                dataset=dataset,
                claimed_type=claimed_type,
                at=at,
                brought_by=asked.address,
            )
    raise Refused(verdict.reason)


def _keep(asked: OwnerTask, brought: Attached, *, at: datetime) -> UUID:
    terms = replace(TERMS, most_mb=settings.LUMINA_UPLOAD_MB)
    about = asked.task.case.about
    return keep(brought, terms, about=about, by=actor(asked), at=at)


def replace_file(
    file: OwnerFile,
    *,
    name: str,
    claimed_type: str,
    chunks: Iterable[bytes],
    at: datetime,
) -> OwnerFile:
    """Put another file in the place of one, until somebody has reviewed it (C47).

    The answer stands: nobody is asked anew, and who opened the review before must look
    at the file that is there now. Raises Refused as ``add_file`` does.
    """
    asked = file.task
    require(policies.may_replace(file))
    file_id = _keep(asked, Attached(name, chunks), at=at)
    with transaction.atomic():
        locked(asked.task.case)  # as whoever reviews the file does
        asked = _locked(asked)
        found = asked.files.select_for_update().filter(pk=file.pk).first()
        verdict = policies.may_replace(found) if found else refuse(GONE)
        if found is None or not verdict:
            vault.destroy(file_id, reason="too-late", by=actor(asked), at=at)
        else:
            vault.destroy(found.file, reason="replaced", by=actor(asked), at=at)
            found.file, found.claimed_type, found.at = file_id, claimed_type, at
            found.save(update_fields=["file", "claimed_type", "at"])
            audit.record(
                "case.owner.replaced",
                about=asked.task.case.about,
                by=actor(asked),
                at=at,
                details={"system": asked.task.system},
            )
            return found
    raise Refused(verdict.reason)


@transaction.atomic
def remove_file(file: OwnerFile, *, at: datetime) -> None:
    """Take back a file that was brought by mistake, while the answer is not given."""
    asked = file.task = _locked(file.task)
    require(policies.may_remove(file))
    vault.destroy(file.file, reason="taken-back", by=actor(asked), at=at)
    file.delete()


@transaction.atomic
def finish(asked: OwnerTask, *, note: str, at: datetime) -> OwnerTask:
    """Give the answer with the files brought so far."""
    case = locked(asked.task.case)
    asked = _locked(asked)
    require(policies.may_finish(asked))
    return _answer(case, asked, OwnerAnswer.FILES, TaskVerdict.FOUND, note=note, at=at)


@transaction.atomic
def hold_nothing(asked: OwnerTask, *, note: str, at: datetime) -> OwnerTask:
    """Answer that the system holds nothing about the person."""
    case = locked(asked.task.case)
    asked = _locked(asked)
    require(policies.may_hold_nothing(asked))
    return _answer(
        case,
        asked,
        OwnerAnswer.NOTHING_HELD,
        TaskVerdict.NOTHING_HELD,
        note=note,
        at=at,
    )


def _answer(
    case: Case,
    asked: OwnerTask,
    answer: OwnerAnswer,
    verdict: TaskVerdict,
    *,
    note: str,
    at: datetime,
) -> OwnerTask:
    asked.answer, asked.note, asked.answered_at = answer, note.strip(), at
    asked.save(update_fields=["answer", "note", "answered_at"])
    task = asked.task
    task.state, task.verdict = TaskState.DONE, verdict
    task.settled_by, task.finished_at, task.problem = str(actor(asked)), at, ""
    task.save(
        update_fields=["state", "verdict", "settled_by", "finished_at", "problem"]
    )
    append(
        case,
        EventKind.SYSTEM_SETTLED,
        happened_at=at,
        by=actor(asked),
        at=at,
        facts={
            "system": task.system,
            "verdict": verdict,
            "files": asked.files.count(),
        },
    )
    _answered(asked, by=actor(asked), at=at)
    return asked


@transaction.atomic
def take_back(asked: OwnerTask, *, at: datetime) -> OwnerTask:
    """Take an answer back, to correct it: the question stands again; files stay.

    A part that was decided on the answer is not released any more.
    """
    case = locked(asked.task.case)
    asked = _locked(asked)
    require(policies.may_take_back(asked))
    asked.answer, asked.answered_at = OwnerAnswer.NONE, None
    asked.save(update_fields=["answer", "answered_at"])
    task = asked.task
    task.state, task.verdict = TaskState.WITH_OWNER, TaskVerdict.NONE
    task.settled_by, task.finished_at = "", None
    task.save(update_fields=["state", "verdict", "settled_by", "finished_at"])
    append(
        case,
        EventKind.SYSTEM_SETTLED,
        happened_at=at,
        by=actor(asked),
        at=at,
        facts={"system": task.system, "verdict": "", "taken_back": True},
    )
    _answered(asked, by=actor(asked), at=at)
    return asked


@transaction.atomic
def send_on(asked: OwnerTask, *, address: str, note: str, at: datetime) -> OwnerTask:
    """Pass the question on: "not mine, ask X". The former owner's link goes dead.

    What they brought stays for the review; the colleague learns only that it came.
    """
    asked = _locked(asked)
    require(policies.may_send_on(asked, address))
    before = actor(asked)
    asked.answer, asked.note = OwnerAnswer.NOT_MINE, note.strip()
    asked.address, asked.chased_at = canonical_email(address), None
    asked.save(update_fields=["answer", "note", "address", "chased_at"])
    _answered(asked, by=before, at=at)
    _send(asked, "owner_asked", dedupe=f"on:{at.isoformat()}", at=at)
    return asked


@transaction.atomic
def need_until(
    asked: OwnerTask, *, until: date, reason: str, at: datetime
) -> OwnerTask:
    """Note that the owner needs longer, and why; shown to the people on the case."""
    asked = _locked(asked)
    require(policies.may_need_until(asked, until, reason, today=london_day(at)))
    asked.answer, asked.needs_until = OwnerAnswer.NEEDS_UNTIL, until
    asked.note = reason.strip()
    asked.save(update_fields=["answer", "needs_until", "note"])
    _answered(asked, by=actor(asked), at=at)
    return asked


@transaction.atomic
def chase(asked: OwnerTask, *, by: Actor, at: datetime) -> bool:
    """Remind the owner once in three days from the day that is past; whether it did."""
    asked = _locked(asked)
    if not policies.wants_chasing(asked, today=london_day(at)):
        return False
    asked.chased_at = at
    asked.save(update_fields=["chased_at"])
    audit.record(
        "case.owner.chased",
        about=asked.task.case.about,
        by=by,
        at=at,
        details={"system": asked.task.system},
    )
    day = london_day(at).isoformat()
    _send(asked, "owner_chased", dedupe=f"chased:{day}", at=at)
    return True


def _answered(asked: OwnerTask, *, by: Actor, at: datetime) -> None:
    audit.record(
        "case.owner.answered",
        about=asked.task.case.about,
        by=by,
        at=at,
        details={"system": asked.task.system, "answer": asked.answer},
    )


def _send(asked: OwnerTask, template: str, *, dedupe: str, at: datetime) -> None:
    """Queue a mail that names no person: only what is asked, by when, and where."""
    register = datamap_queries.register_at(asked.task.case.revision_id)
    rendered = mail.render(
        f"requests_app/emails/{template}",
        {
            "system": register.system(asked.task.system).name,
            "due_on": asked.needs_until or asked.due_on,
            "reference": asked.reference,
            "link": settings.LUMINA_ORIGIN
            + reverse("owner-task", args=[asked.reference]),
        },
    )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="owner-task",
        to=asked.address,
        subject=rendered.subject,
        text=rendered.text,
        about=asked.task.case.about,
        dedupe_key=f"owner-task:{asked.pk}:{dedupe}",
        at=at,
    )


def _due_on(task: SystemTask, at: datetime) -> date:
    return rules.owner_due_on(
        london_day(at), task.case.safe_due_on, holidays=datamap_queries.holidays()
    )


def _locked(asked: OwnerTask) -> OwnerTask:
    return (
        OwnerTask.objects.select_for_update(of=("self",))
        .select_related("task__case")
        .get(pk=asked.pk)
    )
