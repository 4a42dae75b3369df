"""A worker that dies while it builds a package: one package, whole, once (E13)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from requests_app.actions import disposal
from requests_app.models import OwnerFile, Package
from requests_app.states import EventKind, PackageState
from tests.faults.cases import NOTES, data_of, decided
from tests.faults.stand import LEASE_SECONDS, Stand, until
from vault.models import StoredFile
from vault.states import FilePurpose

pytestmark = pytest.mark.fault


def is_built(package: Package) -> bool:
    package.refresh_from_db()
    return package.state == PackageState.BUILT


def packages_kept() -> int:
    return StoredFile.objects.filter(
        purpose=FilePurpose.PACKAGE, destroyed_at__isnull=True
    ).count()


@contextmanager
def slow_file(stand: Stand, package: Package) -> Iterator[Callable[[], None]]:
    """Make the owner's file a pipe that gives nothing until it is told to.

    Yields, once a worker reads it and the data is in the ZIP, what gives it the file.
    """
    file = OwnerFile.objects.get(task__task__case=package.case).file
    path = stand.data / "vault" / file.hex[:2] / str(file)
    aside = path.rename(path.with_suffix(".aside"))
    os.mkfifo(path)
    stand.send("requests_app.build_package", package_id=package.pk)
    pipe = int(str(until(lambda: _read_by_somebody(path))))

    def give() -> None:
        content = aside.read_bytes()
        assert os.write(pipe, content) == len(content)

    try:
        yield give
    finally:
        os.close(pipe)
        path.unlink()
        aside.rename(path)


def _read_by_somebody(path: Path) -> int | None:
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def test_package_of_a_worker_killed_half_way_is_built_once_by_the_next(
    stand, monkeypatch
):
    twin, package = decided(stand, monkeypatch), decided(stand, monkeypatch)
    first = stand.worker()
    stand.send("requests_app.build_package", package_id=twin.pk)
    until(lambda: is_built(twin))
    with slow_file(stand, package):
        first.kill()
    package.refresh_from_db()
    assert (package.state, package.file) == (PackageState.BUILDING, None)
    assert packages_kept() == 1, "nothing of the half one"
    assert list((stand.data / "tmp").iterdir()) == []
    stand.worker()

    took = stand.sweep_until(lambda: is_built(package))

    assert took < LEASE_SECONDS + 60
    assert package.attempt == 2
    assert data_of(package) == data_of(twin)
    assert data_of(package)["data/personal/crm-notes.csv"].count(b"\r\n") == NOTES + 1
    assert packages_kept() == 2
    built = package.case.events.filter(kind=EventKind.PACKAGE_BUILT)
    assert built.count() == 1


def test_package_stored_but_not_noted_when_the_worker_died_leaves_one(
    stand, monkeypatch
):
    """The worst moment: the file is stored, the row does not name it yet."""
    package = decided(stand, monkeypatch)
    first = stand.worker()
    lock = stand.servers.superuser()
    lock.autocommit = False
    with slow_file(stand, package) as give, lock.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM requests_app_case WHERE id = %s FOR UPDATE",
            [package.case_id],
        )
        give()
    until(lambda: packages_kept() == 1)
    stand.wait_for_lock()
    first.kill()
    lock.rollback()
    lock.close()
    stand.worker()

    stand.sweep_until(lambda: is_built(package))

    package.refresh_from_db()
    assert (package.attempt, packages_kept()) == (2, 2)
    assert package.case.events.filter(kind=EventKind.PACKAGE_BUILT).count() == 1
    later = timezone.now() + timedelta(days=2)
    lost = disposal.unreferenced(at=later)
    assert len(lost) == 1, "the nightly job finds what the first one left"
    assert package.file not in lost
    assert len(data_of(package)) == 5, "the one that the case names is still there"


def test_build_that_is_slower_than_its_lease_stays_one_worker_s(stand, monkeypatch):
    package = decided(stand, monkeypatch)
    stand.worker(), stand.worker()
    with slow_file(stand, package):
        over = time.monotonic() + 2.5 * LEASE_SECONDS
        stand.sweep_until(lambda: time.monotonic() > over)
        package.refresh_from_db()
        assert (package.state, package.attempt) == (PackageState.BUILDING, 1)
