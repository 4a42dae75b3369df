"""What looks like somebody else's in a text is found soon, however long the text is."""

from __future__ import annotations

import time

import pytest

from requests_app.passages import likely


@pytest.mark.parametrize(
    "unit", ["a", "a.", "a@", "1 ", "A’ ", "1 A-", "A-1 ", "+", "Aa ", "1234567890, "]
)
def test_a_long_text_is_looked_through_in_no_time(unit):
    text = (unit * 100_000)[:100_000]
    begun = time.process_time()

    likely(text, {"Helen Okafor"})

    assert time.process_time() - begun < 2  # a quadratic search takes minutes
