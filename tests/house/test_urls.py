"""Addresses: which pages are open is a closed list, and no address names a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.middleware import door_of
from lumina_privacy.lib.http import Door

# Nothing about a person is behind any of them.
OPEN = {
    "acts-for-me",  # a one-time link
    "colleague-note",  # a team's link; nothing can be read by it
    "colleague-page",
    "ask-address",
    "ask-check",
    "authorities-abroad",  # to whom people of other countries complain
    "ask-code",
    "ask-code-again",
    "ask-died",
    "ask-question",
    "ask-done",
    "ask-send",
    "ask-start",
    "complain",
    "complain-done",  # what this browser itself sent
    "component-gallery",  # a 404 but in development
    "contact",  # how to reach us
    "healthz",
    "home",
    "identity-levels",  # how sure we must be who asks
    "metrics",  # a 404 without its token
    "notice",
    "notice-holdings",
    "notice-text",
    "notice-version",
    "owner-code",
    "owner-code-again",
    "owner-sign-in",
    "readyz",
    "sign-out",
    "stop-marketing",
    "staff-sign-in",
    "staff-welcome",  # a one-time link
    "subject-code",
    "subject-code-again",
    "subject-sign-in",
}
# What an address may carry: numbers, references, and words of the register.
KNOWN = {
    "dataset",
    "day",
    "month",
    "no",
    "other",
    "package",
    "pk",
    "reference",
    "seq",
    "slug",
    "system",
    "token",
    "version",
    "what",
    "year",
}
# They filter by states, roles and opaque names.
FILTERS = {
    "accounts/staff/ledger.html",
    "requests_app/staff/gallery.html",
    "requests_app/staff/queue.html",
}


def named(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from named(entry, here)
        elif isinstance(entry, URLPattern):
            yield entry.name, here, entry.callback


PAGES = list(named())


def test_pages_open_without_signing_in_are_these():
    assert {name for name, _, view in PAGES if door_of(view) is Door.OPEN} == OPEN


def test_every_page_has_a_name_of_its_own():
    names = [name for name, _, _ in PAGES]

    assert None not in names
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(("name", "route"), [(n, r) for n, r, _ in PAGES])
def test_address_carries_numbers_references_and_words_of_ours_only(name, route):
    """No address of a person, no search term, no name (decision C12)."""
    parameters = set(re.findall(r"<(?:\w+:)?(\w+)>", route))

    assert parameters <= KNOWN, name


def test_forms_that_put_their_fields_into_the_address_are_these():
    """A form without method="post" writes what was typed into the address bar."""
    root = Path(settings.BASE_DIR) / "templates"
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.html")
        for form in re.findall(r"<form[^>]*>", path.read_text())
        if 'method="post"' not in form
    }

    assert found == FILTERS
