"""The Celery application: `celery -A lumina_privacy worker`, `... beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lumina_privacy.settings")

app = Celery("lumina_privacy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
