"""The portal's own tables, declared column by column (decisions C16, E10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import model_validator

from datamap.registry.strict import Strict


class PortalColumn(Strict):
    """One column of the portal's own tables: personal, or not and why."""

    category: str = ""
    purposes: tuple[str, ...] = ()
    not_personal: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """Read a bare sentence as the reason why a column is not personal."""
        return {"not_personal": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.category) == bool(self.not_personal):
            raise ValueError("say either `category` or why it is not personal")
        return self


class PortalTable(Strict):
    """One table of the portal: each column declared, and what erasure does (C16)."""

    columns: Mapping[str, PortalColumn]
    on_erasure: str = ""  # in words; needed where a column is personal
    retention: str = ""
    category: str = ""
    purposes: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """Read ``{}`` as a personal column of the table's category and purposes."""
        if not isinstance(value, dict) or not isinstance(value.get("columns"), dict):
            return value
        shared = {
            name: value[name] for name in ("category", "purposes") if name in value
        }
        columns = {
            name: {**shared, **column}
            if isinstance(column, dict) and "not_personal" not in column
            else column
            for name, column in value["columns"].items()
        }
        return {**value, "columns": columns}

    @model_validator(mode="after")
    def _ends_somehow(self) -> Self:
        if self.is_personal and not (self.on_erasure and self.retention):
            raise ValueError(
                "a table with a personal column needs `on_erasure` and `retention`"
            )
        return self

    @property
    def is_personal(self) -> bool:
        """Whether any of its columns is about a person."""
        return any(column.category for column in self.columns.values())


class PortalRegister(Strict):
    """The portal's own tables (decision E10)."""

    tables: Mapping[str, PortalTable]
    ignored: Mapping[str, str] = {}  # model label: why it can hold nothing personal
