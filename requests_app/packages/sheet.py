"""Rows that go out as people read them: on the package's page, and on paper.

UK GDPR Article 12(1). The members for programs keep their codes and instants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from datamap.registry.systems import Dataset
from lumina_privacy.lib.wording import readable
from requests_app.queries.joined import RowNames, joined

# More columns than this do not fit a sheet: each row then stands by itself.
MOST_COLUMNS: Final = 7
# So many rows stand on the package's page; all of them are in its files.
ON_PAGE: Final = 50
# So much of a text stands in a cell of that page; a mailbox's worth is for the files.
MOST_OF_A_TEXT: Final = 2_000


class Sheet:
    """Writes the rows of one dataset, one after the other, as HTML.

    ``names``: of the rows to which these belong. ``level``: of the headings of rows
    that stand by themselves. ``most``: of a text, in characters; the rest is left to
    the files.
    """

    def __init__(
        self,
        dataset: Dataset,
        names: RowNames,
        *,
        level: int = 3,
        most: int | None = None,
    ) -> None:
        self._joins = names
        self._declared = dataset.declared
        self._level = level
        self._most = most
        self._names: tuple[str, ...] = ()
        self._count = 0

    @property
    def _is_table(self) -> bool:
        return 0 < len(self._names) <= MOST_COLUMNS

    def add(self, row: Mapping[str, Any]) -> SafeString:
        """Return the next row, the head of its table before it if it is the first."""
        head = SafeString("")
        if not self._names:
            self._names = tuple(row)
            head = self._head()
        self._count += 1
        return format_html("{}{}", head, self._row(row))

    def end(self) -> SafeString:
        """Return what closes the table, if there is one."""
        return SafeString("</tbody></table>" if self._is_table else "")

    def _head(self) -> SafeString:
        if not self._is_table:
            return SafeString("")
        heads = ((self._label(name),) for name in self._names)
        return format_html(
            "<table><thead><tr>{}</tr></thead><tbody>",
            format_html_join("", '<th scope="col">{}</th>', heads),
        )

    def _row(self, row: Mapping[str, Any]) -> SafeString:
        if self._is_table:
            cells = ((self._text(name, row.get(name)),) for name in self._names)
            return format_html(
                "<tr>{}</tr>", format_html_join("", "<td>{}</td>", cells)
            )
        held = (
            (self._label(name), self._text(name, value))
            for name, value in row.items()
            if value is not None and value != ""
        )
        return format_html(
            '<section class="record"><h{0}>Row {1}</h{0}><dl>{2}</dl></section>',
            self._level,
            self._count,
            format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", held),
        )

    def _label(self, name: str) -> str:
        field = self._declared.get(name)
        return (field.label if field else "") or name

    def _text(self, name: str, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        field = self._declared.get(name)
        value = joined(value, self._joins.get(name, {}))
        said = readable(value, field.reads if field else None)
        text = said if isinstance(said, str) else orjson.dumps(said).decode()
        if self._most is None or len(text) <= self._most:
            return text
        return f"{text[: self._most].rstrip()} … (the rest is in the files)"


def first_rows(
    dataset: Dataset, rows: Sequence[Mapping[str, Any]], names: RowNames
) -> SafeString:
    """Return rows that stand on the package's page."""
    sheet = Sheet(dataset, names, level=5, most=MOST_OF_A_TEXT)
    pieces = [sheet.add(row) for row in rows]
    return format_html(
        "{}{}", format_html_join("", "{}", ((one,) for one in pieces)), sheet.end()
    )
