"""The project: settings, addresses, wiring, and the register of the controller."""

import gc

# Nearly all that a start makes stays. To look at it again after every 700 objects takes
# a quarter of the start of each process, and finds nothing.
gc.set_threshold(50_000, 20, 20)

from lumina_privacy.celery import app as celery_app  # noqa: E402 (what loads the rest)

__all__ = ["celery_app"]
