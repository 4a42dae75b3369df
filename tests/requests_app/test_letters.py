"""A letter says all that the law demands of its kind, or it does not go (C1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from datamap.models import ContactPoint
from datamap.queries import Controller
from lumina_privacy.lib.verdict import Refused
from requests_app.models import Letter
from requests_app.policies.letters import DEMANDED, is_whole
from requests_app.states import LetterKind
from requests_app.timekeeping import Asked
from tests.factories.cases import make_case
from tests.factories.clock import ask, noon

CONTROLLER = Controller(
    name="Lumina",
    dco_title="Data Compliance Officer",
    dco_email="dco@example.org",
    dco_phone="01442 500890",
    dco_post="37 Mark Road",
    regulator_name="The Regulator",
    regulator_web="www.regulator.example",
    regulator_phone="0303 123 1113",
    regulator_post="",
)


def whole(kind: LetterKind) -> dict[str, str]:
    """Return what the letter must say, by the name of each part."""
    return {
        name: words.format(regulator_name=CONTROLLER.regulator_name)
        for name, words in DEMANDED[kind].items()
    }


@pytest.mark.parametrize(
    ("kind", "part"),
    [(kind, part) for kind, parts in DEMANDED.items() for part in parts],
)
def test_letter_without_a_part_that_the_law_demands_is_refused(kind, part):
    said = whole(kind)
    assert is_whole(kind, "\n".join(said.values()), CONTROLLER)

    left = "\n".join(words for name, words in said.items() if name != part)
    verdict = is_whole(kind, left, CONTROLLER)

    # Another part may say the same words, as a provision does.
    assert verdict.reason == f"The letter lacks {part}." or said[part] in left


def test_every_kind_of_letter_has_something_the_law_demands():
    assert set(DEMANDED) == set(LetterKind)


@pytest.mark.parametrize("blank", ["dco_email", "dco_post", "regulator_web", "name"])
def test_letter_with_a_contact_point_that_nobody_entered_is_refused(blank):
    body = "\n".join(whole(LetterKind.EXTENSION).values())

    verdict = is_whole(LetterKind.EXTENSION, body, replace(CONTROLLER, **{blank: " "}))

    assert blank.replace("_", " ") in verdict.reason


@pytest.mark.django_db
def test_nothing_is_asked_while_a_contact_point_is_missing():
    case = make_case(received_at=noon("2026-11-02"))
    ContactPoint.objects.filter(kind="regulator_phone").delete()

    with pytest.raises(Refused, match="regulator phone"):
        ask(case, Asked.IDENTITY, at=noon("2026-11-03"))

    assert not Letter.objects.exists()
    assert case.events.count() == 2
