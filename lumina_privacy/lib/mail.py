"""Mail from templates: subject, text and, where there is one, HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail ready to be queued."""

    subject: str
    text: str
    html: str = ""


def render(template: str, context: Mapping[str, object]) -> Rendered:
    """Return ``<template>.subject.txt``, ``.txt`` and, when it exists, ``.html``."""
    values = dict(context)
    subject = " ".join(_plain(f"{template}.subject.txt", values).split())
    text = _plain(f"{template}.txt", values).strip() + "\n"
    try:
        html: str = render_to_string(f"{template}.html", values)
    except TemplateDoesNotExist:
        html = ""
    return Rendered(subject, text, html)


def _plain(name: str, values: dict[str, object]) -> str:
    """Return plain text, in which nothing is escaped: an & is an &."""
    template: Any = get_template(name)  # the backend's, around the engine's own
    text: str = template.template.render(Context(values, autoescape=False))
    return text
