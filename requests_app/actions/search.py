"""What staff do about a search: start it, try a system again, answer for one."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction

from accounts.models import User
from datamap import queries as datamap_queries
from datamap.registry.systems import System
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.verdict import Refused, require
from requests_app import rules, tasks
from requests_app.actions import casework, identifiers, owner
from requests_app.actions.projection import append, locked
from requests_app.actions.searching import finish_when_quiet, is_outdated
from requests_app.models import Case, OwnerTask, SystemTask
from requests_app.policies import casework as policies
from requests_app.portability import searched_for
from requests_app.states import EventKind, TaskState, TaskVerdict

# The person reads it.
_NOT_FILMED: Final = "You told us that you were not filmed at our premises."
_AFRESH: Final = (
    "state",
    "verdict",
    "reason",
    "settled_by",
    "searched_with",
    "tries",
    "rounds",
    "next_try_at",
    "problem",
    "finished_at",
)


@transaction.atomic
def start_search(case: Case, *, by: User, at: datetime) -> Case:
    """Have every declared system searched, or searched again, from what is proved.

    One task a system of the register the case is judged by, the portal's own included
    (of data to take away: those that can hold some, ``portability.searched_for``);
    owners of systems that only people can search get a task by mail. A case that nobody
    has is from here on that of ``by``: somebody answers for it. Costs about 8
    queries and 5 a system.
    """
    case = locked(case)
    require(policies.may_start_search(case, by))
    if case.assignee_id is None:
        casework.give(case, to=by, by=by, at=at)
    register = datamap_queries.register_at(case.revision_id)
    identifiers.begin_with_proved(case)
    systems = searched_for(case.right, register)
    unfilmed = [
        task
        for declared in systems
        if (task := _start_task(case, declared, by=by, at=at)) is not None
    ]
    append(
        case,
        EventKind.SEARCH_STARTED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"systems": [declared.id for declared in systems]},
    )
    for task in unfilmed:
        _answer_for(case, task, reason=_NOT_FILMED, by=rules.OWN_WORD, at=at)
    finish_when_quiet(case, by=by.actor, at=at)
    return case


def _start_task(
    case: Case, declared: System, *, by: User, at: datetime
) -> SystemTask | None:
    """Set the search of one system going; return it when the person answered for it."""
    task, created = SystemTask.objects.select_for_update().get_or_create(
        case=case, system=declared.id, defaults={"state": TaskState.PENDING}
    )
    own_word = declared.by_sighting and case.was_not_filmed()
    if not created and task.verdict == TaskVerdict.REASONED:
        # A person answered for it; "try again" is the way to change that. What it gave
        # before is set apart when it was found by what is in doubt now. What the person
        # themselves said holds until a later request that is merged says otherwise.
        if own_word or task.settled_by != str(rules.OWN_WORD):
            return None
    elif created and own_word:
        return task
    if not rules.is_manual(declared):
        _afresh(task)
    elif not _was_asked(task):
        owner.ask(task, declared, by=by.actor, at=at)
    elif _outdated(case, task):
        owner.ask_again(task, declared, by=by.actor, at=at)
    return None


def _was_asked(task: SystemTask) -> bool:
    return OwnerTask.objects.filter(task=task).exists()


def _outdated(case: Case, task: SystemTask) -> bool:
    """Whether an owner's answer is gone, or was given knowing less than we know now."""
    if task.state == TaskState.NEEDS_PERSON:
        return True
    asked_at = task.owner_task.asked_at
    if case.proved.sure().filter(at__gt=asked_at).exists():
        return True
    # What was found before a later request was merged does not answer that one (C33).
    joined = case.events.filter(kind=EventKind.JOINED, recorded_at__gt=asked_at)
    return joined.exists()


def _afresh(task: SystemTask) -> None:
    """Put a task back to the beginning. A worker that has it now is fenced off."""
    task.state, task.verdict = TaskState.PENDING, TaskVerdict.NONE
    task.reason = task.settled_by = task.searched_with = task.problem = ""
    task.tries = task.rounds = 0
    task.next_try_at = task.finished_at = None
    task.save(update_fields=_AFRESH)
    transaction.on_commit(partial(tasks.nudge_search, task.pk))


@transaction.atomic
def retry(task: SystemTask, *, by: User, at: datetime) -> SystemTask:
    """Have one system searched again, after what it named has been mended."""
    case = locked(task.case)
    task = _locked(task)
    require(policies.may_retry(task, by))
    declared = datamap_queries.register_at(case.revision_id).system(task.system)
    if not rules.is_manual(declared):
        _afresh(task)
    elif _was_asked(task):
        owner.ask_again(task, declared, by=by.actor, at=at)
    else:
        owner.ask(task, declared, by=by.actor, at=at)
    append(
        case,
        EventKind.SYSTEM_SETTLED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"system": task.system, "verdict": "", "retried": True},
    )
    return task


@transaction.atomic
def settle(task: SystemTask, *, reason: str, by: User, at: datetime) -> SystemTask:
    """Answer for a system that is not searched, with the reason (UK GDPR Art 15(1A)).

    What an earlier search of it found stays found; when it was found by other
    identifiers than are known now, or was to be searched for anew, a person looks at it
    again (decision D1). The person will read the reason.
    """
    case = locked(task.case)
    task = _locked(task)
    require(policies.may_settle(task, by, reason=reason))
    declared = datamap_queries.register_at(case.revision_id).system(task.system)
    if is_outdated(task, declared, identifiers.marks(identifiers.known_of(case))):
        case.found.filter(system=task.system).update(
            choice="", ground="", reviewed_by="", reviewed_at=None
        )
    _answer_for(case, task, reason=reason.strip(), by=by.actor, at=at)
    finish_when_quiet(case, by=by.actor, at=at)
    return task


def _answer_for(
    case: Case, task: SystemTask, *, reason: str, by: Actor, at: datetime
) -> None:
    task.state, task.verdict = TaskState.DONE, TaskVerdict.REASONED
    task.reason, task.settled_by = reason, str(by)
    task.claimed_until = task.next_try_at = None
    task.problem, task.finished_at = "", at
    task.save(
        update_fields=[
            "state",
            "verdict",
            "reason",
            "settled_by",
            "claimed_until",
            "next_try_at",
            "problem",
            "finished_at",
        ]
    )
    append(
        case,
        EventKind.SYSTEM_SETTLED,
        happened_at=at,
        by=by,
        at=at,
        facts={"system": task.system, "verdict": TaskVerdict.REASONED},
        text=reason,
    )


def _locked(task: SystemTask) -> SystemTask:
    return (
        SystemTask.objects.select_for_update(of=("self",))
        .select_related("case")
        .get(pk=task.pk)
    )


def retry_system(system: str, *, by: User, at: datetime) -> int:
    """Try one system again for every case whose search of it stands still.

    One transaction a case: a case that refuses does not stop the others. Owners are not
    asked again in bulk.
    """
    tried = 0
    waiting = SystemTask.objects.select_related("case").filter(
        system=system,
        state__in=[TaskState.NEEDS_PERSON, TaskState.WAITING],
        owner_task__isnull=True,
    )
    for task in waiting.order_by("pk"):
        if not policies.may_retry(task, by):
            continue
        # What was true when it was listed may be so no longer under the case's lock.
        with suppress(Refused):
            retry(task, by=by, at=at)
            tried += 1
    return tried
