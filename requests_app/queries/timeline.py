"""What happened in a case, as staff read it: one line a thing, by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from accounts import queries as accounts
from accounts.roles import Permission
from datamap.registry.schema import Register
from lumina_privacy.lib.actor import ActorKind
from lumina_privacy.lib.days import london_day
from requests_app.models import CaseEvent, HoldRelease
from requests_app.queries import colleagues, happenings
from requests_app.queries.reminders import Reminded
from requests_app.states import EventKind

_ACTORS: Final[Mapping[str, str]] = {
    ActorKind.SYSTEM: "The portal",
    ActorKind.SUBJECT: "The person",
    ActorKind.OWNER: "The system's owner",
    ActorKind.RECIPIENT: "A recipient",
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of what happened; ``parts`` when it stands for several of a kind.

    Of ``day_alone`` nobody knows the time: only the day of ``happened_at`` is true.
    """

    happened_at: datetime
    recorded_at: datetime
    words: str
    who: str
    text: str
    parts: tuple[str, ...] = ()
    day_alone: bool = False

    @property
    def recorded_later(self) -> bool:
        """Whether it was written down on a later day, or at a time to be told apart."""
        return self.day_alone or london_day(self.happened_at) != london_day(
            self.recorded_at
        )


@dataclass(frozen=True, slots=True)
class Names:
    """Actors by the names staff know them by."""

    staff: Mapping[str, str]
    workers: tuple[tuple[int, str], ...]
    # By whose link something came: asked for only where something did.
    _teams: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_staff(cls) -> Names:
        users = accounts.staff_users()
        return cls(
            {str(user.actor): user.name or user.email for user in users},
            accounts.who_may(Permission.CASE_WORK, users),
        )

    def of(self, actor: str) -> str:
        """Return the name of an actor. Costs 1 query for each team's link, once."""
        if not actor:
            return ""
        kind = actor.partition(":")[0]
        if kind == ActorKind.COLLEAGUE:
            if actor not in self._teams:
                self._teams[actor] = colleagues.called(actor)
            return self._teams[actor]
        known = self.staff.get(actor)
        return known if known is not None else _ACTORS.get(kind, actor)


# What these facts name under "to" is a colleague.
_GIVEN: Final = frozenset({EventKind.ASSIGNED, EventKind.HANDLER_NAMED})
# Of these it is several colleagues, who were written to.
_WRITTEN_TO: Final = frozenset(
    {EventKind.DUE_REMINDED, EventKind.ALARM_RAISED, EventKind.POST_REMINDED}
)
# Many of these follow one another; a run by one person is one line with its parts.
_RUNS: Final[Mapping[str, str]] = {
    EventKind.REVIEWED: "Reviewed {} datasets and files",
    EventKind.SYSTEM_SETTLED: "{} systems answered",
}


def timeline(
    events: Iterable[CaseEvent], register: Register, names: Names
) -> tuple[TimelineEntry, ...]:
    """Return what happened, the newest first."""
    events = tuple(events)
    corrected = {event.corrects_id for event in events}
    lines: list[TimelineEntry] = []
    for (kind, _), group in groupby(events, key=lambda one: (one.kind, one.actor)):
        same = list(group)
        run = [
            _entry(event, register, names, corrected=event.pk in corrected)
            for event in same
        ]
        # What was searched or reviewed again is one thing still.
        things = len({_thing(event) for event in same})
        if kind in _RUNS and things > 1 and not any(one.text for one in run):
            said = _RUNS[kind].format(things)
            parts = tuple(one.words for one in run)
            run = [replace(run[-1], words=said, parts=parts)]
        lines += run
    return tuple(reversed(lines))


def with_releases(
    lines: Iterable[TimelineEntry], releases: Iterable[HoldRelease], names: Names
) -> tuple[TimelineEntry, ...]:
    """Return the lines, newest first, with what two people said of the hold (C41)."""
    told = list(lines)
    for line in (line for one in releases for line in _released(one, names)):
        before = (
            i for i, one in enumerate(told) if one.recorded_at <= line.recorded_at
        )
        told.insert(next(before, len(told)), line)
    return tuple(told)


def _released(release: HoldRelease, names: Names) -> Iterator[TimelineEntry]:
    """Give what was proposed, and what the second person said of it."""

    def said(at: datetime, words: str, by: str, why: str) -> TimelineEntry:
        return TimelineEntry(at, at, words, names.of(by), why)

    yield said(
        release.proposed_at,
        "Proposed to release what is held for the case",
        release.proposed_by,
        release.reason,
    )
    if release.settled_at is not None:
        words = (
            "Agreed: what was held for the case is released"
            if release.approved
            else "Did not agree: what is held for the case stays held"
        )
        yield said(release.settled_at, words, release.settled_by, release.settled_why)


def _thing(event: CaseEvent) -> tuple[Any, ...]:
    """Return what the event is about, as far as its facts tell."""
    about = [event.facts.get(name) for name in ("system", "dataset", "file")]
    return tuple(about) if any(about) else (event.pk,)


def _entry(
    event: CaseEvent, register: Register, names: Names, *, corrected: bool
) -> TimelineEntry:
    text = getattr(event, "text", None)
    facts = _named(event.facts, register)
    if event.kind in _GIVEN:
        to = str(event.facts.get("to", ""))
        facts |= {"given": names.of(to), "taken": to == event.actor}
    if event.kind in _WRITTEN_TO:
        facts["given"] = " and ".join(names.of(to) for to in event.facts["to"])
    if event.kind == EventKind.DUE_REMINDED:
        facts["left"] = Reminded.of(event).days_left
    words = happenings.said_to_staff(event.kind, facts)
    return TimelineEntry(
        event.happened_at,
        event.recorded_at,
        f"{words} (corrected since)" if corrected else words,
        _who(event, names),
        text.body if text else "",
        day_alone=bool(event.facts.get("day_alone")),
    )


def _who(event: CaseEvent, names: Names) -> str:
    """Return whose act it was: an agent reads and writes here as no member of staff."""
    by_subject = event.actor.partition(":")[0] == ActorKind.SUBJECT
    if by_subject and event.kind == EventKind.COMPLAINT_ACKNOWLEDGED:
        # As events from before say it: no complainant acknowledges to themselves.
        return _ACTORS[ActorKind.SYSTEM]
    if by_subject and event.facts.get("agent"):
        return "Whoever acts for the person"
    return names.of(event.actor)


def _named(facts: Mapping[str, Any], register: Register) -> dict[str, Any]:
    """Return an event's facts with systems and datasets as people call them."""
    said = dict(facts)
    known = {system.id: system for system in register.systems}
    if system := known.get(str(facts.get("system", ""))):
        said["system"] = system.name
        if dataset := system.datasets.get(str(facts.get("dataset", ""))):
            said["dataset"] = dataset.name or dataset.id
    purposes = {purpose.code: purpose.name for purpose in register.purposes}
    if "purpose" in facts:
        said["purpose"] = purposes.get(facts["purpose"], facts["purpose"])
    if "purposes" in facts:
        said["purposes"] = [purposes.get(one, one) for one in facts["purposes"]]
    if "category" in facts:
        categories = {one.code: one.name for one in register.categories}
        said["category"] = categories.get(facts["category"], facts["category"])
    if "open" in facts:
        said["open"] = [known[one].name for one in facts["open"] if one in known]
    return said
