"""Mail from templates: subject, text and, where there is one, HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail ready to be queued."""

    subject: str
    text: str
    html: str = ""


def render(template: str, context: Mapping[str, object]) -> Rendered:
    """Return ``<template>.subject.txt``, ``.txt`` and, when it exists, ``.html``."""
    values = dict(context)
    subject = " ".join(render_to_string(f"{template}.subject.txt", values).split())
    text = render_to_string(f"{template}.txt", values).strip() + "\n"
    try:
        html: str = render_to_string(f"{template}.html", values)
    except TemplateDoesNotExist:
        html = ""
    return Rendered(subject, text, html)
