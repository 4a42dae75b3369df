"""What lower parts need from higher ones, as frozen dataclasses.

Each app offers its own in ``portal.py``; ``lumina_privacy.wiring`` collects them and
``wired()`` hands them to whoever asks, in every process, at the first question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from lumina_privacy.lib.ledger import LedgerEvent
from lumina_privacy.lib.verdict import Verdict


@dataclass(frozen=True, slots=True)
class PortalRow:
    """One row that the portal itself holds about a person.

    ``values`` are JSON-ready by declared field name; ``yields`` are identifiers that
    the row carries beside the one it was found by, by kind; ``also`` are others of the
    values asked for that lead to it.
    """

    key: str
    values: Mapping[str, object]
    matched_kind: str
    matched_value: str
    yields: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PortalDataset:
    """A dataset of the portal's own tables, declared in ``register/portal.yaml``.

    ``find`` takes canonical identifier values by kind and yields each matching row
    once, in the order of its key, at constant memory.
    """

    name: str
    find: Callable[[Mapping[str, frozenset[str]]], Iterator[PortalRow]]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A mail that is about to leave; ``id`` is what the outbox gave who queued it."""

    id: int
    recipient: str
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SendingRule:
    """Asked for each message of one of the kinds at the moment of sending."""

    kinds: frozenset[str]
    may_send: Callable[[Leaving], Verdict]


@dataclass(frozen=True, slots=True)
class Run:
    """Something that runs by itself; ``name`` is that of its heartbeat.

    ``does`` and ``often`` say it to staff. The portal is not ready to work while a
    ``sweep`` is late; a nightly job that is late is shown, and stops nobody.
    """

    name: str
    does: str
    late_after: timedelta
    sweep: bool = False
    often: str = "once a day"


def sweep(name: str, does: str) -> Run:
    """Return a run that comes round every few seconds."""
    return Run(name, does, timedelta(minutes=5), sweep=True, often="every few seconds")


def nightly(name: str, does: str) -> Run:
    """Return a run that comes round once a day; some nights are long."""
    return Run(name, does, timedelta(hours=26))


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that is handed down."""

    portal_datasets: tuple[PortalDataset, ...] = ()
    sending_rules: tuple[SendingRule, ...] = ()
    # By kind, as the ledger's ``about`` has it: how people know those of these ids.
    known_as: Mapping[str, Callable[[Iterable[str]], Mapping[str, str]]] = field(
        default_factory=dict
    )
    # By kind likewise: the addresses of the pages that a colleague may open of them.
    opens: Mapping[str, Callable[[Any, Iterable[str]], Mapping[str, str]]] = field(
        default_factory=dict
    )
    # By kind likewise: which of them are somebody else's, for whom whoever reads at an
    # address only acts. What we wrote there of them is not the reader's.
    others: Mapping[str, Callable[[str, Iterable[str]], frozenset[str]]] = field(
        default_factory=dict
    )
    # By name; an event that is not here cannot be recorded.
    events: Mapping[str, LedgerEvent] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()


@cache
def wired() -> Ports:
    """Return the ports of this process, collected at the first call."""
    collect = import_string(settings.LUMINA_WIRING)
    ports = collect()
    if not isinstance(ports, Ports):
        raise TypeError("LUMINA_WIRING must name a function that returns Ports")
    return ports
