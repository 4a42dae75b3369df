"""Mail from templates: subject and text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.template.loader import get_template


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail ready to be queued."""

    subject: str
    text: str


def render(template: str, context: Mapping[str, object]) -> Rendered:
    """Return what ``<template>.subject.txt`` and ``<template>.txt`` make of it."""
    values = dict(context)
    subject = " ".join(_plain(f"{template}.subject.txt", values).split())
    text = _plain(f"{template}.txt", values).strip() + "\n"
    return Rendered(subject, text)


def _plain(name: str, values: dict[str, object]) -> str:
    """Return plain text, in which nothing is escaped: an & is an &."""
    template: Any = get_template(name)  # the backend's, around the engine's own
    text: str = template.template.render(Context(values, autoescape=False))
    return text
