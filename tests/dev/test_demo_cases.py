"""The demonstration's requests: made through the actions, once."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit import queries as audit
from dev.demo.cases import colleague
from dev.demo.generate import fill
from requests_app.actions import search, searching
from requests_app.models import Case, Submission
from requests_app.states import CaseStatus, Channel
from tests.dev.test_demo import TODAY, databases

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def demo(settings, tmp_path, monkeypatch):
    """A portal that may be a demonstration, and databases for its systems."""
    settings.LUMINA_DEMO = True
    for name, url in databases(tmp_path).items():
        monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", url)
    call_command("setup")
    return tmp_path


def cases():
    return {
        case.submission.name: case for case in Case.objects.select_related("submission")
    }


def test_stories_stand_where_they_are_told_to(demo):
    call_command("demo", people=10)

    found = cases()
    assert {name: case.status for name, case in found.items()} == {
        "Ian Pettigrew": CaseStatus.RECEIVED,
        "Derek Munro": CaseStatus.RECEIVED,
        "Helen Okafor": CaseStatus.SEARCHING,
        "Edith Marlow": CaseStatus.RECEIVED,
        "Gareth Bevan": CaseStatus.UNPROVED,
    }
    today = timezone.now().date()
    assert found["Ian Pettigrew"].due_on < today <= found["Derek Munro"].due_on
    assert found["Edith Marlow"].submission.channel == Channel.POST
    assert found["Edith Marlow"].submission.address == ""


def test_a_telephone_number_as_it_was_written_finds_the_invoices(demo):
    """Edith writes letters: her number and her address are all that is known."""
    call_command("demo", people=10)
    case = cases()["Edith Marlow"]

    search.start_search(case, by=colleague(now=timezone.now()).user, at=timezone.now())
    task = searching.claim(case.tasks.get(system="billing").pk, at=timezone.now())
    searching.search(task, now=timezone.now)

    found = case.found.get(system="billing", dataset="invoices")
    assert found.sure > 0


def test_second_run_changes_nothing(demo):
    call_command("demo", people=10, cases=3)
    before = (
        Case.objects.count(),
        list(Submission.objects.values_list("pk", flat=True)),
    )

    call_command("demo", people=10, cases=3)

    after = (
        Case.objects.count(),
        list(Submission.objects.values_list("pk", flat=True)),
    )
    assert after == before
    assert audit.verify() is None


def test_requests_of_the_crowd_are_not_late(demo):
    fill(databases(demo), people=30, today=TODAY)
    call_command("demo", people=30, cases=30)

    late = Case.objects.filter(due_on__lt=timezone.now().date())
    assert [case.submission.name for case in late] == ["Ian Pettigrew"]
    assert Case.objects.count() == 30 + 5


def test_lists_are_written_for_the_newcomer(demo, settings):
    call_command("demo", people=10)

    people = (settings.DATA_DIR / "demo-people.txt").read_text(encoding="utf-8")
    assert people.count("Try: ") == 10
    assert "luminatech.example" in (settings.DATA_DIR / "demo-staff.txt").read_text()


def test_demo_is_refused_where_it_is_no_demonstration(settings):
    settings.LUMINA_DEMO = False

    with pytest.raises(CommandError, match="LUMINA_DEMO is not set"):
        call_command("demo")


@pytest.mark.parametrize("size", [{"people": 50_001}, {"cases": -1}])
def test_demo_of_an_impossible_size_is_refused(settings, size):
    settings.LUMINA_DEMO = True

    with pytest.raises(CommandError, match="write a number from 0 to"):
        call_command("demo", **size)
