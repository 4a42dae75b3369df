"""The closed lists of grounds against the law, by hand (law brief, section 3.9; C4)."""

from __future__ import annotations

import pytest

from requests_app.grounds import (
    REFUSAL_GROUNDS,
    WITHHOLDING_GROUNDS,
    refusal_ground,
)
from requests_app.states import Right

SCHEDULE_2 = "DPA 2018 Schedule 2 paragraph {}"
# Of a copy: others (16), privilege (19), crime (2), proceedings (5), oneself (20),
# corporate finance (21), forecasts (22), negotiations (23), references (24); serious
# harm and the like (Schedule 3), adoption and the like (Schedule 4).
OF_A_COPY = {
    *(SCHEDULE_2.format(one) for one in (2, 5, 16, 19, 20, 21, 22, 23, 24)),
    "DPA 2018 Schedule 3",
    "DPA 2018 Schedule 4",
    "UK GDPR Article 15(1)",
}
# Of what is taken away: privilege, forecasts and the like restrict Articles 13 to 15
# alone, and others have Article 20(4).
OF_WHAT_IS_TAKEN = {
    SCHEDULE_2.format(2),
    SCHEDULE_2.format(5),
    "UK GDPR Article 20(1)",
    "UK GDPR Article 20(4)",
}
NEVER_REFUSED = set(Right) - {
    Right.ACCESS,
    Right.RECTIFICATION,
    Right.ERASURE,
    Right.RESTRICTION,
    Right.PORTABILITY,
}


@pytest.mark.parametrize(
    ("right", "provisions"),
    [(Right.ACCESS, OF_A_COPY), (Right.PORTABILITY, OF_WHAT_IS_TAKEN)],
)
def test_a_part_is_kept_back_on_the_grounds_of_the_law_and_no_other(right, provisions):
    grounds = WITHHOLDING_GROUNDS[right]

    assert {one.provision for one in grounds} == provisions
    assert len({one.code for one in grounds}) == len(grounds)
    assert all(one.words.endswith(".") for one in grounds)


def test_of_no_other_right_a_part_is_kept_back():
    assert set(WITHHOLDING_GROUNDS) == {Right.ACCESS, Right.PORTABILITY}


@pytest.mark.parametrize("right", sorted(NEVER_REFUSED))
@pytest.mark.parametrize("code", ["manifestly_unfounded", "manifestly_excessive"])
def test_what_stops_at_once_is_weighed_or_answered_is_never_refused_whole(right, code):
    assert refusal_ground(right, code) is None


@pytest.mark.parametrize("right", sorted(REFUSAL_GROUNDS))
def test_a_refusal_cites_the_article_of_its_ground(right):
    provisions = {one.provision for one in REFUSAL_GROUNDS[right]}

    own = {
        Right.RESTRICTION: {"UK GDPR Article 18(1)"},
        Right.PORTABILITY: {"UK GDPR Article 20(1)"},
    }
    common = {"UK GDPR Article 12(2) and (6)", "UK GDPR Article 12(5)"}
    assert provisions == common | own.get(right, set())
