"""One case as its page shows it: what happened, what was found, who asks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count

from datamap import queries as datamap_queries
from datamap.registry.schema import Register
from outbox import queries as outbox
from outbox.queries import Delivery
from outbox.states import MessageState
from requests_app.clock import Reckoning
from requests_app.models import (
    Case,
    CaseEvent,
    FurtherCheck,
    Package,
    PassOn,
    SystemTask,
)
from requests_app.models.pages import closings
from requests_app.queries import words
from requests_app.queries.asked import AskedFacts, asked_of
from requests_app.queries.clock import reckon_events
from requests_app.queries.instruction import contract_of
from requests_app.queries.known import KnownFacts, Unsure, unsure_of
from requests_app.queries.letters import (
    LetterFacts,
    Needed,
    ToCall,
    letters_of,
    needed_from,
    to_call,
)
from requests_app.queries.reminders import Reminded, reminded_in
from requests_app.queries.thread import MessageFacts, thread_for_staff
from requests_app.queries.timeline import Names, TimelineEntry, timeline, with_releases
from requests_app.states import DeliveryForm, EventKind, Right, TaskState
from requests_app.timekeeping import Record, record_of


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """How the search of one system stands."""

    task: SystemTask
    name: str
    about: str
    state_words: str
    verdict_words: str
    sure: int
    possible: int
    processor: int
    owner_due_on: date | None
    owner_words: str
    owner_note: str
    settled_by: str

    @property
    def last_sign_at(self) -> datetime | None:
        """When the worker that has it last gave a sign of life."""
        until = self.task.claimed_until
        return until and until - timedelta(seconds=settings.LUMINA_LEASE_SECONDS)

    def is_silent(self, now: datetime) -> bool:
        """Whether its worker missed a sign of life: it gives three in a lease (E13)."""
        until, length = self.task.claimed_until, settings.LUMINA_LEASE_SECONDS
        return (
            self.task.state == TaskState.RUNNING
            and until is not None
            and now > until - timedelta(seconds=length / 2)
        )


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """A check of who asks."""

    words: str
    passed: bool
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """An answer's file and what became of it."""

    package: Package
    outcome: str
    words: str
    form: str
    fetched_here: bool
    decided_by: str
    decided_at: datetime
    released_by: str
    downloads: int


@dataclass(frozen=True, slots=True)
class Progress:
    """What changes by itself while workers are at a case; the newest answer first."""

    tasks: tuple[TaskFacts, ...]
    packages: tuple[PackageFacts, ...]

    @property
    def answered_systems(self) -> int:
        """How many systems have a verdict."""
        return sum(facts.task.state == TaskState.DONE for facts in self.tasks)


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """A step that was taken, and who was written to."""

    taken: Reminded
    who: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything on the page of one case."""

    case: Case
    right: str
    status: str
    clock: str
    reckoning: Reckoning
    record: Record
    needed: tuple[Needed, ...]
    call: ToCall | None
    is_closed: bool  # to the mailbox that an answer went to the wrong person at
    letters: tuple[LetterFacts, ...]
    reminded: tuple[ReminderFacts, ...]
    timeline: tuple[TimelineEntry, ...]
    thread: tuple[MessageFacts, ...]
    progress: Progress
    proved: tuple[KnownFacts, ...]
    unsure: Unsure
    asked: tuple[AskedFacts, ...]
    checks: tuple[CheckFacts, ...]
    pass_ons: tuple[PassOn, ...]
    mails: tuple[Delivery, ...]
    colleagues: tuple[tuple[int, str], ...]

    @property
    def name(self) -> str:
        """How the person is called on the page."""
        return str(self.case.submission.name or self.case.submission.address)

    @property
    def bounced(self) -> tuple[Delivery, ...]:
        """Mails that did not arrive: an alarm when the law wanted them told (C39)."""
        return tuple(
            mail
            for mail in self.mails
            if mail.state in {MessageState.BOUNCED, MessageState.FAILED}
        )


def _is_closed(case: Case, events: Iterable[CaseEvent]) -> bool:
    """Whether a wrong answer of the case closes its page. Costs 1 query, if at all."""
    revoked = any(event.kind == EventKind.PACKAGE_REVOKED for event in events)
    return revoked and closings().filter(case=case).exists()


def page_of(case: Case) -> CasePage:
    """Return the page of ``case``. Costs 17 queries, whatever the case holds."""
    register = datamap_queries.register_at(case.revision_id)
    names = Names.of_staff()
    events = list(case.events.select_related("text").order_by("seq"))
    found, letters = _found(case), letters_of(case)
    return CasePage(
        case=case,
        right=words.RIGHTS[case.right],
        status=words.status(case.right, case.status),
        clock=words.CLOCKS[case.clock_state],
        reckoning=reckon_events(
            case.right,
            events,
            holidays=datamap_queries.holidays(),
            contract_of=contract_of(case),
        ),
        record=record_of(events),
        needed=needed_from(events),
        call=to_call(case, letters, events),
        is_closed=_is_closed(case, events),
        letters=letters,
        reminded=_reminded(events, names),
        timeline=with_releases(
            timeline(events, register, names),
            case.hold_releases.order_by("pk"),
            names,
        ),
        thread=thread_for_staff(case, names),
        progress=Progress(_tasks(case, register, names, found), _packages(case, names)),
        proved=tuple(
            KnownFacts(
                words.identifier(known.kind),
                known.shown,
                words.proof(known.proof, known.level, right=case.right),
            )
            for known in case.proved.order_by("pk")
        ),
        unsure=unsure_of(case, register, [way for *_, ways in found for way in ways]),
        asked=asked_of(case, register, for_staff=True),
        checks=tuple(_check(check, names) for check in case.checks.order_by("pk")),
        pass_ons=tuple(case.pass_ons.order_by("system", "pk")),
        mails=tuple(outbox.deliveries_about(case.about, case.submission.about)),
        colleagues=names.workers,
    )


def _reminded(events: list[CaseEvent], names: Names) -> tuple[ReminderFacts, ...]:
    return tuple(
        ReminderFacts(taken, " and ".join(names.of(actor) for actor in taken.to))
        for taken in reversed(reminded_in(events))
    )


def progress_of(case: Case) -> Progress:
    """Return how far the workers are, and nothing else. Costs 4 queries."""
    register = datamap_queries.register_at(case.revision_id)
    names = Names.of_staff()
    return Progress(_tasks(case, register, names, _found(case)), _packages(case, names))


def task_in(case: Case, system: str) -> SystemTask | None:
    """Return the search of one system for this case, or None. Costs 1 query."""
    return case.tasks.select_related("case").filter(system=system).first()


def pass_on_in(case: Case, pk: int) -> PassOn | None:
    """Return what is to be passed on, or None. Costs 1 query."""
    return case.pass_ons.select_related("case").filter(pk=pk).first()


def package_in(case: Case, reference: str) -> Package | None:
    """Return a package of this case, or None. Costs 1 query."""
    return (
        case.packages.select_related("case", "decision")
        .filter(reference=reference)
        .first()
    )


def form_to_begin_with(case: Case) -> DeliveryForm:
    """Return how the person wants the answer, if it can reach them so. Costs 1 query.

    A download needs an address that is proved (decision C36); what computers are to
    read goes by post on a medium.
    """
    form = form_asked_for(case)
    if form == DeliveryForm.PRINT or not case.proved.mailboxes().exists():
        is_taken = case.right == Right.PORTABILITY
        return DeliveryForm.MEDIUM if is_taken else DeliveryForm.PRINT
    return DeliveryForm.DOWNLOAD


def form_asked_for(case: Case) -> str:
    """Return how the person wants the answer; nothing when they did not say."""
    return str(json.loads(case.submission.answers or "{}").get("how") or "")


def still_open(case: Case) -> dict[str, str]:
    """Return the systems without a verdict, by id with their names. Costs 1 query."""
    register = datamap_queries.register_at(case.revision_id)
    open_tasks = case.tasks.exclude(state=TaskState.DONE).order_by("system")
    return {
        system: register.system(system).name
        for system in open_tasks.values_list("system", flat=True)
    }


def _found(case: Case) -> list[tuple[str, int, int, int, list[dict[str, Any]]]]:
    """Return what each dataset gave, with the ways by which. Costs 1 query."""
    return list(
        case.found.order_by("pk").values_list(
            "system", "sure", "possible", "processor", "routes"
        )
    )


def _tasks(
    case: Case,
    register: Register,
    names: Names,
    found: Iterable[tuple[str, int, int, int, object]],
) -> tuple[TaskFacts, ...]:
    counts: dict[str, list[int]] = {}
    for system, *rows, _ in found:
        total = counts.setdefault(system, [0, 0, 0])
        counts[system] = [a + b for a, b in zip(total, rows, strict=True)]
    return tuple(
        _task(task, register, counts.get(task.system, [0, 0, 0]), names)
        for task in case.tasks.select_related("owner_task").order_by("system")
    )


def _task(
    task: SystemTask, register: Register, counts: list[int], names: Names
) -> TaskFacts:
    system = register.system(task.system)
    asked = getattr(task, "owner_task", None)
    return TaskFacts(
        task=task,
        name=system.name,
        about=system.about,
        state_words=words.TASKS[task.state],
        verdict_words=words.VERDICTS[task.verdict],
        sure=counts[0],
        possible=counts[1],
        processor=counts[2],
        owner_due_on=(asked.needs_until or asked.due_on) if asked else None,
        owner_words=words.OWNER_ANSWERS[asked.answer] if asked else "",
        owner_note=asked.note if asked else "",
        settled_by=names.of(task.settled_by),
    )


def _check(check: FurtherCheck, names: Names) -> CheckFacts:
    return CheckFacts(
        words.CHECKS[check.method],
        check.passed,
        check.reason,
        names.of(check.by),
        check.at,
    )


def _packages(case: Case, names: Names) -> tuple[PackageFacts, ...]:
    rows = (
        case.packages.select_related("decision")
        .annotate(download_count=Count("downloads"))
        .order_by("-pk")
    )
    return tuple(
        PackageFacts(
            package=package,
            outcome=package.decision.get_outcome_display(),
            words=package.decision.words,
            form=words.DELIVERIES[package.decision.form],
            fetched_here=package.decision.form == DeliveryForm.DOWNLOAD,
            decided_by=names.of(package.decision.by),
            decided_at=package.decision.at,
            released_by=names.of(package.released_by),
            downloads=package.download_count,
        )
        for package in rows
    )
