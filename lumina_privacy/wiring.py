"""Collects what each app offers and hands it down (``lib.ports``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from django.apps import apps

from lumina_privacy.lib.ledger import LedgerEvent
from lumina_privacy.lib.ports import PortalDataset, Ports, Run, SendingRule

APPS = (
    "audit",
    "outbox",
    "vault",
    "accounts",
    "datamap",
    "retention",
    "consent",
    "requests_app",
)


def collect() -> Ports:
    """Return the ports of every app: its ``portal.PORTS``."""
    datasets: list[PortalDataset] = []
    rules: list[SendingRule] = []
    events: dict[str, LedgerEvent] = {}
    runs: list[Run] = []
    known_as: dict[str, Callable[[Iterable[str]], Mapping[str, str]]] = {}
    opens: dict[str, Callable[[Any, Iterable[str]], Mapping[str, str]]] = {}
    others: dict[str, Callable[[str, Iterable[str]], frozenset[str]]] = {}
    for app in APPS:
        if not apps.is_installed(app):
            continue
        ports: Ports = import_module(f"{app}.portal").PORTS
        datasets.extend(ports.portal_datasets)
        rules.extend(ports.sending_rules)
        events.update(ports.events)
        runs.extend(ports.runs)
        known_as.update(ports.known_as)
        opens.update(ports.opens)
        others.update(ports.others)
    return Ports(
        tuple(datasets),
        tuple(rules),
        known_as=known_as,
        opens=opens,
        others=others,
        events=events,
        runs=tuple(runs),
    )
