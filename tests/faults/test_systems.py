"""Systems that are down, changed or not set up: the others go on (D5)."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from django.utils import timezone

from lumina_privacy.lib.verdict import Refused
from requests_app.actions import decision, search
from requests_app.models import Package
from requests_app.states import DeliveryForm, Outcome, PackageState, TaskState
from tests.factories.accounts import make_staff
from tests.faults.cases import SOURCE, SYSTEM, content_of, is_in_review, started
from tests.faults.stand import until

pytestmark = pytest.mark.fault


def like(name: str) -> dict:
    """Return the same system under another name and another variable."""
    return {
        **copy.deepcopy(SYSTEM),
        "system": name,
        "name": name.title(),
        "connection": f"TEST_{name.upper()}_URL",
    }


@pytest.fixture
def four(stand):
    """Start the search of a case in one good system and three bad ones."""
    stand.source("TEST_CRM_URL", SOURCE)
    changed = stand.source("TEST_CHANGED_URL", SOURCE)
    stand.run_in(changed, "ALTER TABLE notes RENAME COLUMN words TO remarks")
    stand.extra["TEST_DOWN_URL"] = "postgresql://x@127.0.0.1:1/none"
    return started([like("changed"), like("down"), like("unset"), SYSTEM])


def of(case, system):
    return case.tasks.get(system=system)


def test_system_that_is_down_waits_longer_each_time_and_the_others_are_done(
    stand, four
):
    stand.worker()

    stand.sweep_until(
        lambda: (
            of(four, "crm").state == TaskState.DONE
            and of(four, "down").state == TaskState.WAITING
            and not four.tasks.filter(state__in=["pending", "running"]).exists()
        )
    )

    down = of(four, "down")
    wait = (down.next_try_at - timezone.now()).total_seconds()
    assert 10 < wait < 40, "half a minute, more or less"
    assert down.problem == "Down could not be reached."
    changed, unset = of(four, "changed"), of(four, "unset")
    assert (changed.state, changed.problem) == (
        TaskState.NEEDS_PERSON,
        "changed.notes: table notes has no column words",
    )
    assert (unset.state, unset.problem) == (
        TaskState.NEEDS_PERSON,
        "unset.contacts: the variable TEST_UNSET_URL is not set for the worker",
    )


def test_what_is_ready_is_answered_in_part_and_says_what_is_still_searched(stand, four):
    stand.worker(LUMINA_SEARCH_TRIES="1")
    stand.sweep_until(lambda: is_in_review(four))
    assert of(four, "down").problem.endswith("It was tried 1 times.")
    now, by = timezone.now(), make_staff()
    four.found.update(choice="release", reviewed_by="staff:1", reviewed_at=now)

    def decide(outcome, **open_until):
        return decision.decide(
            four,
            outcome=outcome,
            words="",
            form=DeliveryForm.DOWNLOAD,
            open_until=open_until,
            by=by,
            at=now + timedelta(seconds=1),
        )

    with pytest.raises(Refused):
        decide(Outcome.GRANTED)
    later = (now + timedelta(days=14)).date()
    made = decide(Outcome.IN_PART, changed=later, down=later, unset=later)
    stand.sweep_until(
        lambda: Package.objects.get(pk=made.package.pk).state == PackageState.BUILT
    )

    page = content_of(Package.objects.get()).read("index.html").decode()
    assert all(name in page for name in ("Changed", "Down", "Unset"))


def test_system_that_was_mended_is_found_by_trying_again(stand, four):
    worker = stand.worker(LUMINA_SEARCH_TRIES="1")
    stand.sweep_until(lambda: is_in_review(four))
    changed = stand.extra["TEST_CHANGED_URL"].rpartition("/")[2]
    stand.run_in(changed, "ALTER TABLE notes RENAME COLUMN remarks TO words")
    url = stand.extra["TEST_CRM_URL"]
    stand.extra |= {"TEST_DOWN_URL": url, "TEST_UNSET_URL": url}
    worker.kill()
    stand.worker()

    for system in ("changed", "down", "unset"):
        search.retry(of(four, system), by=make_staff(), at=timezone.now())
    stand.sweep_until(lambda: not four.tasks.exclude(state=TaskState.DONE).exists())

    until(lambda: four.found.filter(dataset="notes").count() == 4)
    assert set(four.found.filter(dataset="notes").values_list("sure", flat=True)) == {
        5000
    }
