"""The project: settings, addresses, wiring, and the register of the controller."""

from lumina_privacy.celery import app as celery_app

__all__ = ["celery_app"]
