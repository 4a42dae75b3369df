"""What a request asks once."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from lumina_privacy.lib.once import forget, once, remembering


@pytest.fixture
def counted():
    """Give a question that tells how often it was asked."""
    asked: list[int] = []

    @once
    def ask() -> int:
        asked.append(1)
        return len(asked)

    return ask


def test_it_is_asked_once_a_request_and_anew_in_the_next(counted):
    answers: list[int] = []

    def view(_):
        answers.extend([counted(), counted()])
        return HttpResponse()

    respond = remembering(view)
    respond(None)
    respond(None)

    assert answers == [1, 1, 2, 2]


def test_outside_a_request_it_is_asked_each_time(counted):
    assert [counted(), counted()] == [1, 2]


def test_a_request_that_broke_leaves_nothing_known(counted):
    def view(_):
        counted()
        raise ValueError("broke")

    with pytest.raises(ValueError, match="broke"):
        remembering(view)(None)

    assert [counted(), counted()] == [2, 3]


def test_what_an_act_changed_is_asked_anew_in_the_same_request(counted):
    answers: list[int] = []

    def view(_):
        answers.append(counted())
        forget()
        answers.append(counted())
        return HttpResponse()

    remembering(view)(None)

    assert answers == [1, 2]
