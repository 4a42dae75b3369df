"""The Celery application: `celery -A lumina_privacy worker`, `... beat`."""

import os

from celery import Celery
from celery.signals import task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lumina_privacy.settings")

app = Celery("lumina_privacy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def check_connections(**_: object) -> None:
    """Look whether the database is still there before a task uses its connection.

    Celery keeps connections for CELERY_DB_REUSE_MAX tasks, broken ones too: without
    this, a restarted database makes the next hundred tasks fail.
    """
    from django.db import close_old_connections  # noqa: PLC0415 (settings come first)

    close_old_connections()
