"""Connectors by the name that the register gives them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Final

from datamap.connectors.base import Connector, SystemChanged
from datamap.connectors.django import DjangoConnector
from datamap.connectors.manual import ManualConnector
from datamap.connectors.sql.connector import SqlConnector
from datamap.registry.systems import System

# Others are installed beside the portal and offer a class under this group.
ENTRY_POINTS: Final = "lumina_privacy.connectors"
# The connector of the portal's own tables.
PORTAL: Final = "django"
_OURS: Final[Mapping[str, type[Connector]]] = {
    "sql": SqlConnector,
    PORTAL: DjangoConnector,
    "manual": ManualConnector,
}


def connector_for(system: System) -> Connector:
    """Return the system's connector. Raises SystemChanged for an unknown name."""
    if ours := _OURS.get(system.connector):
        return ours()
    for entry in entry_points(group=ENTRY_POINTS, name=system.connector):
        made: Connector = entry.load()()
        return made
    raise SystemChanged(f"{system.id}: no connector is called {system.connector!r}")
