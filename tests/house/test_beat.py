"""Every sweep is run by the clock, exactly once, and every entry's task exists."""

from __future__ import annotations

from celery import current_app
from django.conf import settings

from lumina_privacy.celery import app

SCHEDULE = settings.CELERY_BEAT_SCHEDULE
# Woken for one thing by its id; their sweeps find what no message told of.
WOKEN = {"requests_app.search_system", "requests_app.build_package"}


def tasks():
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_app_is_ours():
    assert current_app.main == app.main == "lumina_privacy"


def test_every_sweep_is_in_the_schedule_exactly_once():
    scheduled = [entry["task"] for entry in SCHEDULE.values()]

    assert sorted(scheduled) == sorted(tasks() - WOKEN)


def test_tasks_are_named_by_hand_after_their_app():
    installed = {name for name in settings.INSTALLED_APPS if "." not in name}

    assert {name.split(".")[0] for name in tasks()} <= installed
    assert all(name.count(".") == 1 for name in tasks())


def test_entries_take_nothing_that_a_message_could_lose():
    assert [entry for entry in SCHEDULE.values() if entry.get("args")] == []
    assert [entry for entry in SCHEDULE.values() if entry.get("kwargs")] == []
