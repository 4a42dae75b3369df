"""Celery finds its tasks here; each stands in the module of its subject."""

from lumina_privacy.lib.nudge import wake
from requests_app.tasks.alarms import sweep_alarms
from requests_app.tasks.answer import build_package, sweep_packages
from requests_app.tasks.letters import sweep_letters
from requests_app.tasks.nightly import nightly
from requests_app.tasks.search import search_system, sweep_searches
from requests_app.tasks.shown import sweep_shown

__all__ = [
    "build_package",
    "nightly",
    "nudge_build",
    "nudge_search",
    "search_system",
    "sweep_alarms",
    "sweep_letters",
    "sweep_packages",
    "sweep_searches",
    "sweep_shown",
]


def nudge_build(package_id: int) -> None:
    """Wake a worker for the package; the sweep would do it anyway."""
    wake(build_package, package_id=package_id)


def nudge_search(task_id: int) -> None:
    """Wake a worker for the search of one system; the sweep would do it anyway."""
    wake(search_system, task_id=task_id)
