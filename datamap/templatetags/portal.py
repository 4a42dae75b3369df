"""How days, instants and form fields are written on a page.

It stands in ``datamap``, the lowest app that has pages: every template may load it.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from django import template
from django.forms import BoundField
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from lumina_privacy.lib.days import LONDON, instant_words

register = template.Library()
_BREAKS: Final = re.compile(r"(?<=\w)([@.])(?=\w)")


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a London day in words; an instant counts as its day there.

    >>> day(date(2026, 12, 23))
    'Wednesday 23 December 2026'
    """
    if not value:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(LONDON).date()
    return f"{value:%A} {value.day} {value:%B %Y}"


@register.filter
def day_short(value: date | datetime | None) -> str:
    """Return a London day for a narrow column: ``23 Dec 2026``."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(LONDON).date()
    return f"{value.day} {value:%b %Y}"


@register.filter
def instant(value: datetime | None) -> str:
    """Return an aware instant as London's day and clock.

    >>> from datetime import UTC
    >>> instant(datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    '2 July 2026 at 00:30'
    """
    return instant_words(value) if value else ""


@register.filter
def breakable(value: str) -> SafeString:
    """Return an address that a narrow column may break: before its @ and its dots.

    >>> breakable("ann.lee@example.org"), breakable("<b>")
    ('ann<wbr>.lee<wbr>@example<wbr>.org', '&lt;b&gt;')
    """
    return mark_safe(_BREAKS.sub(r"<wbr>\1", escape(value)))  # escaped before


@register.filter
def iso(value: date | datetime | None) -> str:
    """Return what ``<time datetime>`` holds: a day, or an instant with its zone."""
    return value.isoformat() if value else ""


@register.filter
def first_input(field: BoundField) -> str:
    """Return the id of the field's first input: where its error's link leads.

    A group of choices and a day in three boxes have no input under the field's own id.
    """
    label_for = field.id_for_label
    if label_for and not field.use_fieldset:
        return label_for
    parts = field.subwidgets
    inner = parts[0].data.get("subwidgets") if parts else None
    if inner:
        return str(inner[0]["attrs"]["id"])
    return parts[0].id_for_label if parts else str(field.auto_id)


@register.filter
def size(count: int) -> str:
    """Return a number of bytes for people: ``3.4 MB``, in steps of a thousand.

    >>> size(3_400_000)
    '3.4 MB'
    >>> size(512)
    '512 bytes'
    """
    amount = float(count)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


@register.filter
def telephone(number: str) -> str:
    """Return a printed telephone number as a ``tel:`` link wants it.

    >>> telephone("+44 (0)1442 500890")
    '+441442500890'
    """
    return "".join(mark for mark in number.replace("(0)", "") if mark in "+0123456789")
