"""How a worker searches one system: a lease, a fence, and one transaction at the end.

The long read happens outside any transaction and writes nothing but encrypted spools,
which an exception takes away again. What was found becomes the case's in ``_settle``,
and only while the lease is still ours (decision E13): a worker that was killed, or that
came back too late, loses nothing and doubles nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom
from typing import Final

from django.conf import settings
from django.db import models, transaction
from django.db.models import F

from datamap import queries as datamap_queries
from datamap import search as engine
from datamap.registry.schema import Register
from datamap.registry.systems import System
from datamap.search import (
    KnownIdentifier,
    Limits,
    Progress,
    SystemChanged,
    SystemResult,
    SystemUnavailable,
)
from lumina_privacy.lib.actor import Actor, system
from lumina_privacy.lib.crypto import keyed_hash, ref_keys
from requests_app import rules, spool, tasks
from requests_app.actions import identifiers, lease, overtaken, review
from requests_app.actions.announcing import due
from requests_app.actions.lease import Holding, LeaseLost
from requests_app.actions.projection import append, locked
from requests_app.models import (
    Case,
    PassOn,
    SystemTask,
)
from requests_app.spool import SpooledDataset
from requests_app.states import CaseStatus, EventKind, Right, TaskState, TaskVerdict
from vault import actions as vault

SEARCHER: Final[Actor] = system("searcher")
# New identifiers may have a system searched again this often; then a person looks.
MOST_ROUNDS: Final = 6
_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(minutes=30)
# Waiting times are spread, so that many cases do not fall on a system at once.
_SPREAD: Final = (0.8, 1.2)
_random: Final = SystemRandom()

NO_ROOM: Final = (
    "There is no room left where what is found is kept. Make room on the vault's "
    "storage; the search goes on by itself, or when you try again."
)

ENDED: Final = "The case ended before this system was searched."

# What a search may take up. Still running, or not begun.
UNDER_WAY: Final = (TaskState.PENDING, TaskState.RUNNING, TaskState.WAITING)


class Incomplete(Exception):
    """The search hit a bound; what it found is not what is held."""


def claim(task_id: int, *, at: datetime) -> SystemTask | None:
    """Take the lease of a task that is due; None when there is nothing to do.

    The condition names columns of the task alone: Postgres judges it again after
    waiting for another claim's commit, which it would not do for a joined table.
    Costs 2 queries.
    """
    taken = SystemTask.objects.filter(due(at), pk=task_id).update(
        state=TaskState.RUNNING,
        attempt=F("attempt") + 1,
        tries=F("tries") + 1,
        claimed_until=at + lease.length(),
        next_try_at=None,
        datasets_done=0,
        datasets_planned=0,
        rows_done=0,
    )
    if not taken:
        return None
    task = SystemTask.objects.select_related("case").get(pk=task_id)
    if not task.case.is_open:
        _end_with_case(task)
        return None
    if task.tries > settings.LUMINA_SEARCH_TRIES:
        # Failures are counted where they are caught; this one's workers just died.
        ask_person(
            task,
            f"The search was stopped {task.tries - 1} times before its end. "
            "The worker's log says why.",
            at=at,
        )
        return None
    return task


def search(task: SystemTask, *, now: Callable[[], datetime]) -> bool:
    """Search the claimed task's system; return whether its result was kept."""
    register = datamap_queries.register_at(task.case.revision_id)
    known = identifiers.known_of(task.case)
    try:
        with Holding(_mine(task), now) as held:
            spooled, result = _read(task, register, known, held, at=now())
    except LeaseLost:
        return False
    except SystemUnavailable as error:
        return _wait(task, str(error), at=now())
    except SystemChanged as error:
        return ask_person(task, str(error), at=now())
    except Incomplete as error:
        return ask_person(task, f"The search stopped before its end: {error}", at=now())
    except vault.NoRoom:
        return _wait(task, NO_ROOM, at=now())
    return _settle(task, register, known, spooled, result, at=now())


def _read(
    task: SystemTask,
    register: Register,
    known: Sequence[KnownIdentifier],
    held: Holding,
    *,
    at: datetime,
) -> tuple[list[SpooledDataset], SystemResult]:
    """Read the system into spools; an exception leaves none of them behind."""

    def tell(progress: Progress) -> None:
        held.alive(
            datasets_done=progress.datasets_done,
            datasets_planned=progress.datasets_planned,
            rows_done=progress.rows_done,
        )

    with spool.spooling(task.case, task.system, by=SEARCHER, at=at) as spools:
        for dataset in register.system(task.system).datasets:
            spools.sink(dataset)
        result = engine.search_system(
            register, task.system, known, spools, limits=Limits(), progress=tell
        )
        if not result.complete:
            raise Incomplete(result.stop_reason)
    return spools.results(), result


def _mine(task: SystemTask) -> models.QuerySet[SystemTask]:
    return SystemTask.objects.filter(
        pk=task.pk, attempt=task.attempt, state=TaskState.RUNNING
    )


# --- What comes of it ------------------------------------------------------------


@transaction.atomic
def _settle(
    task: SystemTask,
    register: Register,
    known: Sequence[KnownIdentifier],
    spooled: Sequence[SpooledDataset],
    result: SystemResult,
    *,
    at: datetime,
) -> bool:
    """Make what was found the case's, and send on what was learned."""
    case = locked(task.case)
    if not case.is_open:
        _end_with_case(task)
        _discard(spooled, at=at)
        return False
    declared = register.system(task.system)
    verdict = TaskVerdict.FOUND if _holds(spooled) else TaskVerdict.NOTHING_HELD
    used = [*known, *result.learned, *result.contested]
    fingerprint = rules.fingerprint(declared, identifiers.marks(used))
    followed = overtaken.led_by(declared, used)
    if not _finish(
        task, verdict, spooled, searched_with=fingerprint, led_by=followed, at=at
    ):
        _discard(spooled, at=at)
        return False
    _keep(case, spooled, result, at=at)
    _open_pass_ons(case, task.system, spooled, at=at)
    stands = identifiers.learn(case, [*result.learned, *result.contested], known=known)
    if not stands:
        SystemTask.objects.filter(pk=task.pk).update(searched_with="")
    append(
        case,
        EventKind.SYSTEM_SETTLED,
        happened_at=at,
        by=SEARCHER,
        at=at,
        facts={
            "system": task.system,
            "verdict": verdict,
            "sure": sum(d.counts[engine.RowStanding.SURE] for d in spooled),
            "possible": sum(d.counts[engine.RowStanding.POSSIBLE] for d in spooled),
            "kinds": sorted({mark.kind for mark in known}),
            **_held(case, spooled),
        },
    )
    _reopen_outdated(case, register)
    finish_when_quiet(case, by=SEARCHER, at=at)
    return True


def _held(case: Case, spooled: Iterable[SpooledDataset]) -> dict[str, int]:
    if case.right != Right.PASSED_ON:
        return {}
    return {"held": sum(sum(dataset.customers.values()) for dataset in spooled)}


def _finish(
    task: SystemTask,
    verdict: TaskVerdict,
    spooled: Sequence[SpooledDataset],
    *,
    searched_with: str,
    led_by: list[list[object]],
    at: datetime,
) -> bool:
    """Give the task its verdict; False when the lease is another worker's by now."""
    fenced = _mine(task).update(
        state=TaskState.DONE,
        verdict=verdict,
        reason="",
        settled_by=str(SEARCHER),
        searched_with=searched_with,
        led_by=led_by,
        claimed_until=None,
        tries=0,
        datasets_done=len(spooled),
        datasets_planned=len(spooled),
        rows_done=sum(sum(dataset.counts.values()) for dataset in spooled),
        problem="",
        finished_at=at,
    )
    return bool(fenced)


def _keep(
    case: Case, spooled: Iterable[SpooledDataset], result: SystemResult, *, at: datetime
) -> None:
    """Keep each dataset's spool, with the secrets that it holds but does not show."""
    # For a customer nothing is kept of what is not held for them, not even that (D13).
    secrets = {
        dataset.dataset: [
            {"field": held.field, "since": held.since, "rows": held.rows}
            for held in dataset.secrets
        ]
        for dataset in result.datasets
        if case.right != Right.PASSED_ON
    }
    for dataset in spooled:
        found = spool.keep(
            case, dataset, secrets=secrets.get(dataset.dataset, ()), by=SEARCHER, at=at
        )
        review.void_outdated(found, by=SEARCHER, at=at)


def _holds(spooled: Iterable[SpooledDataset]) -> bool:
    return any(dataset.counts for dataset in spooled)


def _open_pass_ons(
    case: Case, system_id: str, spooled: Iterable[SpooledDataset], *, at: datetime
) -> None:
    """Open the task to tell each customer for whom rows are held (decision D13).

    It says how many the whole system holds for the customer, as of this search. Not
    where a customer passed the request to us: they know, and nobody else may.
    """
    if case.right == Right.PASSED_ON:
        return
    held: Counter[str] = Counter()
    for dataset in spooled:
        held.update(dataset.customers)
    for customer, rows in sorted(held.items()):
        refs = [keyed_hash(key, "customer", customer) for _, key in ref_keys()]
        opened = case.pass_ons.filter(system=system_id, customer_ref__in=refs).first()
        if opened is None:
            PassOn.objects.create(
                case=case,
                system=system_id,
                customer_ref=refs[0],
                customer=customer,
                rows=rows,
                opened_at=at,
            )
        elif opened.rows != rows:
            opened.rows = rows
            opened.save(update_fields=["rows"])


def _reopen_outdated(case: Case, register: Register) -> None:
    """Have systems searched again that have not seen what is known by now.

    Also those whose search has been overtaken: it used what is in doubt since.
    """
    current = list(identifiers.marks(identifiers.known_of(case)))
    searched = case.tasks.filter(
        state=TaskState.DONE, verdict__in=[TaskVerdict.FOUND, TaskVerdict.NOTHING_HELD]
    )
    for task in searched.select_for_update():
        if not is_outdated(task, register.system(task.system), current):
            continue
        task.verdict, task.finished_at = TaskVerdict.NONE, None
        if task.rounds >= MOST_ROUNDS:
            task.state = TaskState.NEEDS_PERSON
            task.problem = (
                f"Searched {MOST_ROUNDS + 1} times, and each time another system had "
                "learned something new about the person. Look at the identifiers of "
                "the case, then try again or settle it."
            )
        else:
            task.state, task.rounds = TaskState.PENDING, task.rounds + 1
            transaction.on_commit(partial(tasks.nudge_search, task.pk))
        task.save(
            update_fields=["verdict", "finished_at", "state", "problem", "rounds"]
        )


def is_outdated(
    task: SystemTask, declared: System, current: Iterable[tuple[str, str, str]]
) -> bool:
    """Whether a searched system has not seen what is known by now: ``current``.

    Not one that people search: its owner is asked again when more is proved.
    """
    if rules.is_manual(declared):
        return False
    return task.searched_with != rules.fingerprint(declared, current)


def finish_when_quiet(case: Case, *, by: Actor, at: datetime) -> None:
    """End the search of a locked case when no system is under way any more."""
    is_quiet = not case.tasks.filter(state__in=UNDER_WAY).exists()
    overtaken.set_apart(case, at_rest=is_quiet, by=by, at=at)
    if case.status != CaseStatus.SEARCHING or not is_quiet:
        return
    still_open = case.tasks.exclude(state=TaskState.DONE).order_by("system")
    append(
        case,
        EventKind.SEARCH_FINISHED,
        happened_at=at,
        by=by,
        at=at,
        facts={"open": list(still_open.values_list("system", flat=True))},
    )


def _discard(spooled: Iterable[SpooledDataset], *, at: datetime) -> None:
    for dataset in spooled:
        if dataset.file is not None:
            vault.destroy(dataset.file, reason="superseded", by=SEARCHER, at=at)


def _end_with_case(task: SystemTask) -> None:
    """Search no more for a case that has ended: the person asked for nothing now."""
    _mine(task).update(
        state=TaskState.NEEDS_PERSON, claimed_until=None, tries=0, problem=ENDED
    )


def _wait(task: SystemTask, problem: str, *, at: datetime) -> bool:
    """Try again later, each time a little later; in the end ask a person."""
    if task.tries >= settings.LUMINA_SEARCH_TRIES:
        return ask_person(
            task, f"{problem} It was tried {task.tries} times.".strip(), at=at
        )
    wait = min(_FIRST_WAIT * 2 ** (task.tries - 1), _LONGEST_WAIT)
    _mine(task).update(
        state=TaskState.WAITING,
        next_try_at=at + wait * _random.uniform(*_SPREAD),
        claimed_until=None,
        problem=problem,
    )
    return False


@transaction.atomic
def ask_person(task: SystemTask, problem: str, *, at: datetime) -> bool:
    """Leave the task to a person, in words that name what must be mended."""
    case = locked(task.case)
    asked = _mine(task).update(
        state=TaskState.NEEDS_PERSON, claimed_until=None, tries=0, problem=problem
    )
    if asked and case.is_open:
        finish_when_quiet(case, by=SEARCHER, at=at)
    return False
