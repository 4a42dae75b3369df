"""The Celery application: `celery -A lumina_privacy worker`, `... beat`."""

import gc
import os
from importlib import import_module

from celery import Celery
from celery.signals import task_prerun, worker_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lumina_privacy.settings")
# Django's checks load every page, which neither worker nor beat serves: a third of a
# start. `migrate` runs them (docker-compose.yml).
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

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


@worker_init.connect
def load_what_searches(**_: object) -> None:
    """Load once, before the processes part, what web and beat do without."""
    import_module("datamap.connectors.sql.connector")


@worker_process_init.connect
def _leave_the_program_alone(**_: object) -> None:
    """Have the garbage collector look at what tasks make, not at the whole program.

    A search of a million rows took a quarter longer (bench/export.py).
    """
    gc.collect()
    gc.freeze()
