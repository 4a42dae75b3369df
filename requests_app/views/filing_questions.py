"""The questions of filing: which are asked follows from what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from django.forms import Form
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from requests_app import rules
from requests_app.actions import intake
from requests_app.forms import agents, public, rights
from requests_app.forms.intake import as_noted
from requests_app.queries import sightings
from requests_app.queries.asked import COPIED
from requests_app.queries.questions import QUESTIONS
from requests_app.queries.rights import OFFERED, RightWords
from requests_app.states import AT_ONCE, FILED, ContactMethod, Right
from requests_app.views import filing_agent as agent

Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the form. ``of`` names the rights whose choice asks it.

    ``decides``: which other pages are asked follows from its answer.
    """

    slug: str
    label: str
    form: Callable[[Answers], Callable[..., Form]]
    of: frozenset[Right]
    decides: bool = False

    @property
    def own(self) -> Right | None:
        """The right whose case alone shows the answers; none when several ask."""
        return next(iter(self.of)) if len(self.of) == 1 else None


def _always(form: type[Form]) -> Callable[[Answers], Callable[..., Form]]:
    return lambda _: form


def _categories() -> list[tuple[str, str]]:
    register = datamap_queries.register()
    return [(category.code, category.name) for category in register.categories]


def _uses(basis: str) -> list[tuple[str, str]]:
    return list(rules.purposes_on(datamap_queries.register(), basis).items())


def _is_chosen(answers: Answers) -> bool:
    """Whether what is found by when and where alone is asked for by name."""
    chosen = set(answers.get("scope", {}).get("categories", []))
    if not chosen:
        return False
    return any(chosen & rules.categories_in(system) for system in sightings.systems())


def _if_overwritten(day: str) -> str:
    """Say of a day that no recording goes back so far; nothing where one may."""
    today = london_day(timezone.now())
    days = sightings.days_gone_by(date.fromisoformat(day), today=today)
    if not days:
        return ""
    return (
        f". Recordings are kept for {days} days: this one is probably gone. We look "
        "all the same."
    )


def _reach(answers: Answers) -> Callable[..., Form]:
    if only_stops(answers):
        return public.OnlyStopForm
    return agents.AgentReachForm if agent.acts(answers) else public.ReachForm


def _how(answers: Answers) -> Callable[..., Form]:
    if agent.acts(answers):
        return agents.AgentHowForm
    return partial(public.HowForm, known=answers.get("reach", {}).get("postal", ""))


_EVERY: Final = frozenset(Right)
# Who stops marketing or consent is asked nothing but where (decision C34).
_MORE_THAN_STOPS: Final = _EVERY - AT_ONCE
PAGES: Final = (
    Question("what", "What you want", _always(rights.WhatForm), _EVERY, decides=True),
    Question(
        "about",
        "Whose data",
        _always(public.AboutForm),
        _MORE_THAN_STOPS,
        decides=True,
    ),
    Question(
        "scope",
        "What you want a copy of",
        lambda _: partial(rights.ScopeForm, categories=_categories()),
        COPIED,
        decides=True,
    ),
    Question(
        "sighting",
        "Camera recordings",
        lambda answers: partial(
            rights.SightingForm,
            today=london_day(timezone.now()),
            days=sightings.overwritten_after(),
            asked_for=_is_chosen(answers),
        ),
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
    *(
        Question(slug, label, _always(form), _MORE_THAN_STOPS)
        for slug, label, form in agent.PAGES
    ),
    Question("reach", "How to reach you", _reach, _EVERY),
    Question("how", "How you want it", _how, COPIED),
    Question(
        "adjust",
        "What we do differently for you",
        _always(rights.AdjustForm),
        _MORE_THAN_STOPS,
    ),
)

# What staff note of a copy, beside what one right alone asks.
_OF_COPIES: Final = frozenset({"scope", "sighting"})


@dataclass(frozen=True, slots=True)
class NotedPart:
    """What staff note of one right: a page of the form, with nothing that must be."""

    slug: str
    label: str
    form: Form


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


def noted_for(
    chosen: Iterable[Right], said: QueryDict | None = None
) -> tuple[NotedPart, ...]:
    """Return what staff note of each right they take in, in the order of the pages.

    A part that ``said`` holds already is bound to it; nobody has to have said anything.
    """
    wanted = set(chosen)
    return tuple(
        NotedPart(
            asked.slug, asked.label, as_noted(asked.form({}), asked.slug, said=said)
        )
        for asked in PAGES
        if wanted & asked.of and (asked.own or asked.slug in _OF_COPIES)
    )


def understood(kept: Answers) -> Answers:
    """Return what this release asks too of the answers that another may have kept.

    A page with an answer that is missing or of another kind is asked anew.
    """
    answers = {slug: said for slug, said in kept.items() if isinstance(said, dict)}
    if wanted := answers.pop("what", None):
        rights = [one for one in wanted.get("rights", []) if one in FILED]
        answers |= {"what": {"rights": rights}} if rights else {}
    known: Answers = {}
    for asked in PAGES:
        said = answers.get(asked.slug)
        if not said:
            continue
        form: Any = asked.form(answers)
        fields = getattr(form, "func", form).base_fields
        # What is asked for by name wants what finds it, whatever was said before that.
        unseen = asked.slug == "sighting" and said.get("filmed") != "yes"
        if unseen and _is_chosen(answers):
            continue
        if fields.keys() <= said.keys():
            known[asked.slug] = {name: said[name] for name in fields}
    return known


def only_stops(answers: Answers) -> bool:
    """Whether nothing is asked for but what stops at once."""
    chosen = rights_in(answers)
    return bool(chosen) and set(chosen) <= AT_ONCE


def path_of(answers: Answers) -> list[Question]:
    """Return the questions that apply, in their order."""
    chosen = set(rights_in(answers))
    scope = answers.get("scope", {})
    skipped = set()
    # Who wants everything may say where they were seen; nobody is found without it.
    wants_all = scope.get("scope") == "all"
    if not (_is_chosen(answers) or (wants_all and sightings.systems())):
        skipped.add("sighting")
    skipped |= agent.NOT_ASKED if agent.acts(answers) else agent.ONLY_ASKED
    return [
        asked
        for asked in PAGES
        if asked.slug == "what" or (chosen & asked.of and asked.slug not in skipped)
    ]


def length_of(answers: Answers) -> int:
    """Return how many questions there are, or 0 while an answer can add some."""
    path = path_of(answers)
    return len(path) if all(q.slug in answers for q in path if q.decides) else 0


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
                shown = f"{_in_words(shown)}{_if_overwritten(shown)}"
            label = QUESTIONS[name].checked
            rows.append({"label": label, "value": shown, "change_url": change})
    return rows


def filing_of(answers: Answers) -> intake.Filing:
    """Return what is sent: the answers to the questions that apply, and no others."""
    told = {asked.slug: answers[asked.slug] for asked in path_of(answers)}
    if agent.acts(told):
        return agent.filing_of(told, words=kept_of(told), rights=rights_in(answers))
    reach, how = told["reach"], told.get("how", {})
    return intake.Filing(
        name=told.get("name", {}).get("name", ""),
        email=reach["email"],
        phone=reach["phone"],
        postal=how["postal"] if how.get("how") == "print" else _letters_to(reach),
        answers=kept_of(told),
        rights=rights_in(answers),
    )


def _letters_to(reach: Answers) -> str:
    """Return the postal address that was given for letters, if they want them so."""
    wants_paper = reach.get("reach") == ContactMethod.POST
    return str(reach.get("postal", "")) if wants_paper else ""


def kept_of(told: Answers) -> dict[str, Any]:
    """Return answers by page as a submission keeps them: what nobody said left out.

    A right's own stand under its name, so that its case alone shows them.
    """
    words: dict[str, Any] = {
        key: value
        for slug in ("scope", "how", "adjust")
        for key, value in told.get(slug, {}).items()
        if key != "postal" and value
    }
    if reach := told.get("reach", {}).get("reach"):
        words["reach"] = reach
    sighting = told.get("sighting", {})
    if filmed := sighting.get("filmed"):
        words["filmed"] = filmed
    # Under the system's name: its owner reads it, and no other (queries.owner).
    if seen := _seen(sighting):
        words |= {system.id: seen for system in sightings.systems()}
    for asked in PAGES:
        own = {key: value for key, value in told.get(asked.slug, {}).items() if value}
        own.pop("which", None)
        if asked.own and own:
            words[asked.own] = own
    return words


def _seen(said: Answers) -> dict[str, str]:
    """Return when, where and whom to look for, as far as it was said."""
    day = _in_words(said["day"]) if said.get("day") else ""
    seen = {
        "when": ", ".join(part for part in (day, said.get("time", "")) if part),
        "where": said.get("where", ""),
        "who": said.get("who", ""),
    }
    return {name: value for name, value in seen.items() if value}


def _in_words(day: str) -> str:
    return f"{date.fromisoformat(day):%A %-d %B %Y}"
