"""The questions of filing: which are asked follows from what is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from django.forms import Form
from django.urls import reverse
from django.utils import timezone

from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from requests_app import rules
from requests_app.actions import intake
from requests_app.forms import public, rights
from requests_app.queries.asked import COPIED
from requests_app.queries.rights import OFFERED, RightWords
from requests_app.states import AT_ONCE, Right

Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the form. ``of`` names the rights whose choice asks it."""

    slug: str
    label: str
    form: Callable[[Answers], Callable[..., Form]]
    of: frozenset[Right]


def _always(form: type[Form]) -> Callable[[Answers], Callable[..., Form]]:
    return lambda _: form


def _categories() -> list[tuple[str, str]]:
    register = datamap_queries.register()
    return [(category.code, category.name) for category in register.categories]


def _uses(basis: str) -> list[tuple[str, str]]:
    return list(rules.purposes_on(datamap_queries.register(), basis).items())


_EVERY: Final = frozenset(Right)
# Who stops marketing or consent is asked nothing but where (decision C34).
_MORE_THAN_STOPS: Final = _EVERY - AT_ONCE
QUESTIONS: Final = (
    Question("what", "What you want", _always(rights.WhatForm), _EVERY),
    Question("about", "Whose data", _always(public.AboutForm), _MORE_THAN_STOPS),
    Question(
        "scope",
        "What you want a copy of",
        lambda _: partial(public.ScopeForm, categories=_categories()),
        COPIED,
    ),
    Question(
        "cctv",
        "When and where",
        lambda _: partial(rights.CctvForm, today=london_day(timezone.now())),
        COPIED,
    ),
    Question(
        "onward",
        "Where it should go",
        _always(rights.OnwardForm),
        frozenset({Right.PORTABILITY}),
    ),
    Question(
        "correction",
        "What to correct",
        _always(rights.CorrectionForm),
        frozenset({Right.RECTIFICATION}),
    ),
    Question(
        "erasure",
        "What to delete",
        lambda _: partial(rights.ErasureForm, categories=_categories()),
        frozenset({Right.ERASURE}),
    ),
    Question(
        "pause",
        "What to pause",
        _always(rights.RestrictionForm),
        frozenset({Right.RESTRICTION}),
    ),
    Question(
        "objection",
        "What you object to",
        lambda _: partial(rights.ObjectionForm, uses=_uses(rules.LEGITIMATE_INTERESTS)),
        frozenset({Right.OBJECTION}),
    ),
    Question(
        "consent",
        "Which consent",
        lambda _: partial(rights.ConsentForm, consents=_uses(rules.CONSENT)),
        frozenset({Right.WITHDRAW_CONSENT}),
    ),
    Question("name", "Your name", _always(public.NameForm), _MORE_THAN_STOPS),
    Question(
        "reach",
        "How to reach you",
        lambda answers: (
            public.OnlyStopForm if only_stops(answers) else public.ReachForm
        ),
        _EVERY,
    ),
    Question("how", "How you want it", _always(public.HowForm), COPIED),
    Question(
        "adjust",
        "What we do differently for you",
        _always(rights.AdjustForm),
        _MORE_THAN_STOPS - COPIED,
    ),
)
# Whose own answers stand under the name of the right: its case alone shows them.
_OWN: Final = {
    "onward": Right.PORTABILITY,
    "correction": Right.RECTIFICATION,
    "erasure": Right.ERASURE,
    "pause": Right.RESTRICTION,
    "objection": Right.OBJECTION,
    "consent": Right.WITHDRAW_CONSENT,
}
# "Check your answers" names each answer in a word or two; the questions are longer.
LABELS: Final = {
    "rights": "What you want",
    "about": "Whose data",
    "scope": "Copy of",
    "categories": "Which things",
    "words": "What helps us find it",
    "day": "When you were there",
    "time": "At what time",
    "where": "Where",
    "who": "How we recognise you",
    "onward": "Send it on to",
    "wrong": "What is wrong",
    "should_be": "What is right",
    "why_wrong": "In which way it is wrong",
    "erase": "To be deleted",
    "erase_categories": "Which things to delete",
    "erase_words": "About the deletion",
    "pause_ground": "Why we should pause",
    "pause_words": "What we should pause",
    "uses": "Uses you object to",
    "situation": "Your situation",
    "which": "Consent taken back",
    "consents": "Which consent",
    "name": "Your name",
    "email": "E-mail address",
    "phone": "Telephone number",
    "how": "How you want it",
    "postal": "Postal address",
    "adjustments": "What we do differently for you",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A right and the page on which asking for it begins."""

    words: RightWords
    url: str


def offered() -> list[Offer]:
    """Return every right a person can use, with the way to it. Costs no query."""
    return [Offer(words, _begins(words.right)) for words in OFFERED]


def _begins(right: Right) -> str:
    if right is Right.OBJECTION_DIRECT_MARKETING:
        return reverse("stop-marketing")
    return f"{reverse('ask-question', args=['what'])}?right={right}"


def rights_in(answers: Answers) -> tuple[Right, ...]:
    """Return what is asked for, as far as it has been chosen."""
    return tuple(Right(one) for one in answers.get("what", {}).get("rights", []))


def only_stops(answers: Answers) -> bool:
    """Whether nothing is asked for but what stops at once."""
    chosen = rights_in(answers)
    return bool(chosen) and set(chosen) <= AT_ONCE


def path_of(answers: Answers) -> list[Question]:
    """Return the questions that apply, in their order."""
    chosen = set(rights_in(answers))
    wants_cctv = "cctv" in answers.get("scope", {}).get("categories", [])
    skipped = set() if wants_cctv else {"cctv"}
    if chosen & COPIED:
        skipped.add("adjust")  # asked with the form of the copy
    return [
        asked
        for asked in QUESTIONS
        if asked.slug == "what" or (chosen & asked.of and asked.slug not in skipped)
    ]


def missing(answers: Answers) -> str:
    """Return the first question without an answer, or nothing."""
    return next((q.slug for q in path_of(answers) if q.slug not in answers), "")


def rows_of(answers: Answers) -> list[dict[str, str]]:
    """Return every answer in words, with the way to change it."""
    rows = []
    for asked in path_of(answers):
        form = asked.form(answers)(initial=answers[asked.slug])
        change = f"{reverse('ask-question', args=[asked.slug])}?check"
        for name, field in form.fields.items():
            value = answers[asked.slug].get(name)
            if not value and name in getattr(form, "conditional", ()):
                continue
            choices = dict(getattr(field, "choices", []))
            given = value if isinstance(value, list) else [value or ""]
            shown = ", ".join(str(choices.get(one, one)) for one in given)
            if name == "day":
                shown = _in_words(shown)
            rows.append({"label": LABELS[name], "value": shown, "change_url": change})
    return rows


def filing_of(answers: Answers) -> intake.Filing:
    """Return what is sent: the answers to the questions that apply, and no others."""
    told = {asked.slug: answers[asked.slug] for asked in path_of(answers)}
    reach, how = told["reach"], told.get("how", {})
    words: dict[str, Any] = {
        key: value
        for slug in ("scope", "how", "adjust")
        for key, value in told.get(slug, {}).items()
        if key != "postal" and value
    }
    # Under the system's name: its owner reads it, and no other (queries.owner).
    if filmed := told.get("cctv"):
        when = f"{_in_words(filmed['day'])}, {filmed['time']}"
        words[rules.FILMED] = {
            "when": when,
            "where": filmed["where"],
            "who": filmed["who"],
        }
    for slug, right in _OWN.items():
        own = {key: value for key, value in told.get(slug, {}).items() if value}
        own.pop("which", None)
        if own:
            words[right] = own
    return intake.Filing(
        name=told.get("name", {}).get("name", ""),
        email=reach["email"],
        phone=reach["phone"],
        postal=how["postal"] if how.get("how") == "print" else "",
        answers=words,
        rights=rights_in(answers),
    )


def _in_words(day: str) -> str:
    return f"{date.fromisoformat(day):%A %-d %B %Y}"
