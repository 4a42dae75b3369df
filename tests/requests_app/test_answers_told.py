"""Of which answers the person reads, and what of each (decisions C16, C36)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from requests_app.actions import decision
from requests_app.models import Package
from requests_app.queries.subject import answers_of
from requests_app.states import DeliveryForm, PackageState
from tests.factories.accounts import make_staff
from tests.factories.clock import again
from tests.requests_app.test_ends import LATER, expired, make_answered, make_built
from tests.requests_app.test_goes_to_nobody import LATER as AFTER
from tests.requests_app.test_goes_to_nobody import released, reopen
from tests.requests_app.test_posted_first import answered, post

__all__ = ["answered", "released"]
pytestmark = [pytest.mark.django_db, pytest.mark.long]


def told(package: Package, *, at: datetime = LATER, acting=None) -> list[str]:
    return [one.words for one in answers_of(again(package.case), at=at, acting=acting)]


@pytest.mark.parametrize("form", [DeliveryForm.DOWNLOAD, DeliveryForm.PRINT])
def test_answer_that_was_superseded_before_its_release_is_not_told_of(form):
    package = make_built(form=form)
    decision.reopen(
        again(package.case), reason="A row was missed.", by=make_staff(), at=LATER
    )

    assert Package.objects.get(pk=package.pk).state == PackageState.DESTROYED
    assert told(package) == []


def test_answer_that_was_released_and_is_over_is_told_as_expired():
    package = expired(make_answered())

    assert [words[:7] for words in told(package)] == ["Expired"]


def test_answer_that_was_ended_before_it_was_posted_is_not_told_as_expired(released):
    one = released.case.newest_authority()
    reopen(released.case)

    words = ["It was never posted, and will not be."]
    assert told(released, at=AFTER) == words
    assert told(released, at=AFTER, acting=one) == words


def test_answer_that_was_posted_and_is_over_is_told_as_expired(answered):
    assert told(answered) == ["It comes by post."]
    post(answered, posted_at=LATER, at=LATER)
    later = LATER + timedelta(days=200)

    assert [words[:7] for words in told(expired(answered), at=later)] == ["Expired"]
