"""Connectors by the name that the register gives them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Final

from django.utils.module_loading import import_string

from datamap.connectors.base import Connector, SystemChanged
from datamap.registry.systems import System

# Others are installed beside the portal and offer a class under this group.
ENTRY_POINTS: Final = "lumina_privacy.connectors"
# The connector of the portal's own tables.
PORTAL: Final = "django"
# Loaded when one is wanted: SQLAlchemy takes a quarter of a start, and only who
# searches needs it (``lumina_privacy.celery`` loads it for the workers).
_OURS: Final[Mapping[str, str]] = {
    "sql": "datamap.connectors.sql.connector.SqlConnector",
    PORTAL: "datamap.connectors.django.DjangoConnector",
    "manual": "datamap.connectors.manual.ManualConnector",
}


def connector_for(system: System) -> Connector:
    """Return the system's connector. Raises SystemChanged for an unknown name."""
    if ours := _OURS.get(system.connector):
        connector: Connector = import_string(ours)()
        return connector
    for entry in entry_points(group=ENTRY_POINTS, name=system.connector):
        made: Connector = entry.load()()
        return made
    raise SystemChanged(f"{system.id}: no connector is called {system.connector!r}")
