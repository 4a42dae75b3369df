"""That nothing is held is decided only where it is true (decisions D1, D5)."""

from __future__ import annotations

import pytest

from datamap.search import RowStanding
from lumina_privacy.lib.verdict import Refused
from requests_app.policies import decision as policies
from requests_app.queries.rows import read_rows
from requests_app.states import Outcome, RowChoice, TaskVerdict
from tests.factories import reviewing
from tests.factories.accounts import make_staff
from tests.factories.cases import make_reviewed, make_row, make_spooled
from tests.requests_app.test_casework import AT, decide, ready

pytestmark = pytest.mark.django_db


def nothing_found():
    case = make_reviewed()
    case.found.all().delete()
    return case


def test_decide_nothing_held_when_every_system_says_so():
    assert decide(nothing_found(), Outcome.NOTHING_HELD).outcome == "nothing_held"


def test_decide_nothing_held_while_a_system_was_not_searched_is_refused():
    case = nothing_found()
    case.tasks.filter(system="cctv").update(verdict=TaskVerdict.REASONED, reason="Out.")

    with pytest.raises(Refused, match="Not searched: Cameras"):
        decide(case, Outcome.NOTHING_HELD)
    assert decide(case)


@pytest.mark.parametrize(
    ("choice", "held"),
    [(RowChoice.RELEASE, True), (RowChoice.REDACT, True), (RowChoice.WITHHOLD, False)],
)
def test_row_that_was_let_in_is_held_and_one_that_stays_set_apart_is_not(choice, held):
    case = nothing_found()
    found = make_spooled(case, [make_row("a", RowStanding.POSSIBLE)])
    reviewing.choose_row(
        found,
        row=next(read_rows(found)),
        choice=choice,
        fields=["name"] if choice is RowChoice.REDACT else [],
        ground="third_party" if choice is RowChoice.WITHHOLD else "same_person",
        cut_ground="third_party" if choice is RowChoice.REDACT else "",
        reason="Her signature.",
        by=make_staff(),
        at=AT,
    )
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)

    verdict = policies.may_decide(case, make_staff(), outcome=Outcome.NOTHING_HELD)

    assert bool(verdict) is not held


def test_decide_nothing_held_when_something_is_held_is_refused():
    with pytest.raises(Refused, match="would be untrue"):
        decide(ready(), Outcome.NOTHING_HELD)
