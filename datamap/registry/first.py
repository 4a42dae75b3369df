"""What the first load brings and staff pages own afterwards (C28). No Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter

from datamap.registry.strict import Strict


class FirstRecipient(Strict):
    """A recipient as it is first loaded; ``kind`` is one that the notice names."""

    code: str
    name: str
    quote: str = ""
    kind: str = ""
    location: str = ""


class FirstLine(Strict):
    """A line of the schedule as it is first proposed (decision C22)."""

    code: str
    name: str
    trigger: str
    period: Annotated[str, Field(pattern=r"^P\d+[YMD]$")]
    end_action: str
    why: str


FIRST: Final[Mapping[str, TypeAdapter[Any]]] = {
    "contacts": TypeAdapter(dict[str, str]),
    "recipients": TypeAdapter(list[FirstRecipient]),
    "schedule": TypeAdapter(list[FirstLine]),
}
