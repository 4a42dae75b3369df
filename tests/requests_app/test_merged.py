"""What becomes of requests once they are merged: nothing of them is lost (C33)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import merging, search, timekeeping
from requests_app.models import Case, Letter, Submission
from requests_app.policies import reviewed
from requests_app.queries import owner as owner_queries
from requests_app.queries.same_person import goes_on_as, same_person
from requests_app.states import CaseStatus, EventKind
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    CCTV,
    CRM,
    RECEIVED_AT,
    happen,
    make_case,
    make_reviewed,
    make_revision,
)
from tests.factories.clock import by_post, noon
from tests.requests_app.test_merging import ANN, AT, again, asked_owner, merge
from tests.requests_app.test_portal import prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision():
    return make_revision([CRM, CCTV])


@pytest.fixture
def earlier(revision) -> Case:
    return make_case(ANN, revision=revision)


@pytest.fixture
def later(revision) -> Case:
    return make_case(
        ANN, revision=revision, received_at=RECEIVED_AT + timedelta(days=2)
    )


@pytest.fixture
def chain(earlier, later, revision) -> list[Case]:
    """Three requests of one person, the first first."""
    last = make_case(ANN, revision=revision, received_at=AT)
    last.submission.answers = json.dumps({"cctv": {"when": "On Monday"}})
    last.submission.save()
    return [earlier, later, last]


def test_what_was_merged_before_goes_on_with_the_first(chain):
    first, second, third = chain
    merge(third, second)

    merge(again(second), again(first))

    assert goes_on_as(again(third)) == first.reference
    assert {one.reference for one in same_person(again(first)).joined} == {
        second.reference,
        third.reference,
    }
    page = owner_queries.page_of(asked_owner(first))
    assert page.details == (("Filmed when", "On Monday"),)


def test_what_was_said_in_a_request_merged_before_is_not_lost(chain):
    first, second, third = chain
    merge(third, second)
    happen(first, EventKind.SEARCH_STARTED)

    with pytest.raises(Refused, match="when and where they were filmed"):
        merge(again(second), again(first))


def test_what_was_found_before_the_merge_does_not_answer_the_later_request(revision):
    """Data that came between the search and the later request would be missing."""
    searched = make_reviewed(email=ANN, revision=revision)
    later = make_case(ANN, revision=revision, received_at=AT)
    assert reviewed.searched_with_all(searched)

    merge(later, searched)

    assert "Search again" in reviewed.searched_with_all(again(searched)).reason
    happen(searched, EventKind.SEARCH_STARTED)
    assert reviewed.searched_with_all(again(searched))


def test_owner_who_was_asked_before_the_merge_is_asked_again(earlier, later):
    asked = asked_owner(earlier)
    assert not search._outdated(earlier, asked.task)

    merging.merge(
        later, into=earlier, reason="x", by=make_staff(), at=AT + timedelta(hours=1)
    )

    assert search._outdated(again(earlier), asked.task)


# --- The day of receipt, after a merge --------------------------------------------


def correct(case: Case, received_at) -> None:
    timekeeping.correct_receipt(
        again(case), received_at=received_at, reason="Stamp.", by=make_staff(), at=AT
    )


@pytest.fixture
def letters_merged(revision) -> tuple[Case, Case]:
    """Two letters: the one of the 2nd goes on for that of the 4th of November."""
    cases = [
        by_post(make_case(ANN, revision=revision, received_at=RECEIVED_AT + days))
        for days in (timedelta(0), timedelta(days=2))
    ]
    Submission.objects.update(recorded_at=AT)
    merge(again(cases[1]), again(cases[0]))
    return cases[0], cases[1]


def test_receipt_is_not_corrected_past_that_of_a_merged_request(letters_merged):
    first, _ = letters_merged

    with pytest.raises(Refused, match="the day of both cannot be later"):
        correct(first, RECEIVED_AT + timedelta(days=2, hours=1))

    correct(first, RECEIVED_AT + timedelta(days=1))
    assert again(first).due_on == date(2026, 12, 3)


def test_earlier_receipt_of_a_merged_request_moves_the_case_that_goes_on(
    letters_merged,
):
    first, second = letters_merged

    correct(second, RECEIVED_AT - timedelta(days=4))

    assert again(first).due_on == again(second).due_on == date(2026, 11, 30)
    assert again(first).submission.received_at == RECEIVED_AT
    # A slip is mended the same way: the first receipt of both counts.
    correct(second, RECEIVED_AT + timedelta(days=1))
    assert again(first).due_on == date(2026, 12, 2)


def test_receipt_of_a_merged_request_stands_when_the_other_has_ended(letters_merged):
    first, second = letters_merged
    happen(first, EventKind.WITHDRAWN)

    with pytest.raises(Refused, match="closed"):
        correct(second, RECEIVED_AT - timedelta(days=4))


# --- What staff see ---------------------------------------------------------------


def test_page_offers_to_merge_and_shows_what_was_asked_in_both(earlier, later):
    later.submission.answers = json.dumps({"words": "The ticket of May"})
    later.submission.save()
    client = staff_client()
    here = reverse("staff-case", args=[earlier.reference])
    there = reverse("case-merge", args=[earlier.reference, later.reference])
    assert there in client.get(here).content.decode()

    # From either page it is the earlier one that goes on.
    swapped = reverse("case-merge", args=[later.reference, earlier.reference])
    assert f"Merge {later.reference} into" in client.get(swapped).content.decode()
    done = client.post(there, {"reason": "Both from her mailbox."}, follow=True)

    page = done.content.decode()
    assert again(later).status == CaseStatus.MERGED
    assert "The ticket of May" in page
    assert there not in page
    ended = client.get(reverse("staff-case", args=[later.reference])).content.decode()
    assert f'<a href="{here}">{earlier.reference}</a> goes on for both' in ended


def test_page_shows_who_sent_either_and_what_they_share(revision):
    make = partial(make_case, "info@client.example", revision=revision)
    one, other = make(name="Ann Other"), make(name="Ben Young", received_at=AT)
    prove(other, "phone", "+441632960014")

    page = staff_client().get(
        reverse("case-merge", args=[one.reference, other.reference])
    )

    text = page.content.decode().replace("<wbr>", "")
    for shown in ("Ann Other", "Ben Young", "(known to staff)", "Proved in both"):
        assert shown in text
    assert text.count("info@client.example") == 3
    assert "No mailbox of one person alone" in text


def test_page_of_an_auditor_offers_no_merging(earlier, later):
    page = staff_client(Role.AUDITOR).get(
        reverse("staff-case", args=[earlier.reference])
    )

    assert later.reference in page.content.decode()
    assert "case-merge" not in page.content.decode()
    assert "Take it into this one" not in page.content.decode()


@pytest.mark.parametrize("paper", [False, True])
def test_day_that_is_over_is_promised_to_nobody(earlier, later, paper):
    over = noon("2026-12-03")  # a day after that of the earlier
    later = by_post(later) if paper else later

    merging.merge(later, into=earlier, reason="Both hers.", by=make_staff(), at=over)

    said = Letter.objects.get().body if paper else Message.objects.get().text
    assert "wanted our answer was Wednesday 2 December 2026: it is late" in said
    assert "at the latest" not in said
