"""A whole portal of its own: servers, web, worker, beat and mailbox, as ``./run``."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev import roles
from dev.servers import free_port
from dev.supervisor import Portal

# These would lead the portal under test to the servers of the suite.
_OF_THE_SUITE = (
    "DATABASE_URL",
    roles.OWNERS,
    "REDIS_URL",
    *map(roles.variable, roles.DEMO_DATABASES),
)


@contextmanager
def live_portal() -> Iterator[Portal]:
    """Start a portal with demonstration data on a free port; stop it afterwards."""
    state = Path(tempfile.mkdtemp(prefix="lumina-journey-"))
    state.chmod(0o755)  # the servers may run as nobody
    portal = Portal(state, free_port(), quiet=True)
    try:
        with _without_the_suite():
            portal.prepare()
            # Most companies begin so; one journey walks the second look.
            portal.variables["LUMINA_TWO_PERSON_OBJECTION"] = "after"
            portal.migrate()
            portal.serve()
            portal.wait_until_ready()
        yield portal
    finally:
        portal.stop()
        shutil.rmtree(state, ignore_errors=True)


@contextmanager
def _without_the_suite() -> Iterator[None]:
    """Hide the suite's variables while a portal starts; other tests need them after."""
    ours = [n for n in os.environ if n in _OF_THE_SUITE or n.startswith("LUMINA_")]
    outer = {name: os.environ.pop(name) for name in ours}
    try:
        yield
    finally:
        os.environ.update(outer)
