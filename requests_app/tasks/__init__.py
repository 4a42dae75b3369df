"""Celery finds its tasks here; each stands in the module of its subject."""

from requests_app.tasks.answer import build_package, dispose_packages, sweep_packages

__all__ = ["build_package", "dispose_packages", "nudge_build", "sweep_packages"]


def nudge_build(package_id: int) -> None:
    """Wake a worker for the package; the sweep would do it anyway."""
    build_package.delay(package_id=package_id)
