"""How the words of a notice become a page, without a word added or lost."""

from __future__ import annotations

import re
from typing import Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from datamap.registry.notices import DASH

register = template.Library()

# An e-mail address, or an address of the web as people write it.
_REACHED: Final = re.compile(
    r"([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(www\.[\w-]+(?:\.[\w/-]+)+)"
)


@register.filter
def linked(text: str) -> SafeString:
    """Return ``text`` with its addresses as links, and nothing else changed.

    >>> linked("Write to dco@luminatech.co.uk.")
    'Write to <a href="mailto:dco@luminatech.co.uk">dco@luminatech.co.uk</a>.'
    >>> linked("Or www.ico.org.uk/concerns.")
    'Or <a href="https://www.ico.org.uk/concerns">www.ico.org.uk/concerns</a>.'
    """
    parts, end = [], 0
    for match in _REACHED.finditer(text):
        scheme = "mailto:" if match[1] else "https://"
        parts.append(("{}", text[end : match.start()], "", ""))
        parts.append(('{}<a href="{}">{}</a>', "", scheme + match[0], match[0]))
        end = match.end()
    parts.append(("{}", text[end:], "", ""))
    pieces = [
        format_html(shape, *words[: shape.count("{}")]) for shape, *words in parts
    ]
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.filter
def with_term(text: str) -> SafeString:
    """Return a bullet with what it explains, before the dash, in bold."""
    term, dash, rest = text.partition(DASH)
    if not dash:
        return linked(text)
    return format_html("<strong>{}</strong>{}{}", term, dash, linked(rest))
