"""What the portal offers of its own tables says of a column what its table says.

One home a fact (decision C28): ``portal.yaml``. A dataset names its table in
``stored_in``, and a field that is called as a personal column says no more. No Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from datamap.registry.portal_tables import PortalRegister, PortalTable
from datamap.registry.systems import Dataset


def inherited(system: Any, portal: Any) -> Any:
    """Return a raw system whose fields have what their columns say of them.

    What has not the shape of a system is left as it is: the schema complains of it.
    """
    try:
        tables = PortalRegister.model_validate(portal).tables
    except ValidationError:
        return system
    datasets = system.get("datasets") if isinstance(system, dict) else None
    if not isinstance(datasets, dict):
        return system
    return {
        **system,
        "datasets": {
            name: _with_columns(dataset, tables.get(str(dataset.get("stored_in"))))
            if isinstance(dataset, dict)
            else dataset
            for name, dataset in datasets.items()
        },
    }


def _with_columns(dataset: dict[str, Any], table: PortalTable | None) -> dict[str, Any]:
    fields = dataset.get("fields")
    if table is None or not isinstance(fields, dict):
        return dataset
    said: dict[str, Any] = {}
    for name, field in fields.items():
        column = table.columns.get(str(name))
        if column is None or not column.category or not isinstance(field, dict | None):
            said[name] = field
            continue
        own = {"category": column.category, "purposes": list(column.purposes)}
        said[name] = {**own, **(field or {})}
    return {**dataset, "fields": said}


def contradictions(
    portal: PortalRegister, dataset: Dataset
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each place where a dataset says something else than its table."""
    if not dataset.stored_in:
        return
    table = portal.tables.get(dataset.stored_in)
    if table is None:
        yield ("stored_in",), f"portal.yaml declares no table {dataset.stored_in!r}"
        return
    for name, field in dataset.declared.items():
        column = table.columns.get(name)
        if column is None or not column.category:
            continue
        said = (field.category, set(field.purposes))
        if said != (column.category, set(column.purposes)):
            own = f"{column.category} for {', '.join(column.purposes)}"
            problem = f"is {own} in portal.yaml: leave category and purposes out here"
            yield ("fields", name), problem
