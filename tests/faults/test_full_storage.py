"""Storage that fills up: a clear message, nothing half kept, success with room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, building, owner, search
from requests_app.models import OwnerTask, Package
from requests_app.policies import answer as policies
from requests_app.states import PackageState, TaskState
from tests.factories.accounts import make_staff
from tests.factories.cases import CCTV, make_case, make_revision
from tests.faults.cases import SOURCE, content_of, decided, is_in_review, started
from tests.faults.stand import Stand
from tests.requests_app.test_owner import owner_client, page
from vault.models import StoredFile
from vault.states import FilePurpose

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(os.geteuid() != 0, reason="a small disk is root's to mount"),
]
ROOM_MB = 8


@pytest.fixture(params=["tmp", "vault"])
def small_disk(stand: Stand, request) -> Iterator[Path]:
    """Put a folder of the portal on a disk of a few megabytes."""
    folder = stand.data / request.param
    folder.mkdir(exist_ok=True)
    size = f"size={ROOM_MB}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path, *, leave: int) -> Path:
    """Write a file that leaves so many bytes of room."""
    free = os.statvfs(folder)
    filler = folder / "filler"
    filler.write_bytes(b"x" * (free.f_bavail * free.f_frsize - leave))
    return filler


def kept(stand: Stand) -> dict[str, int]:
    """Return how many files there are, by where."""
    count = {
        name: sum(
            path.is_file() and path.name != "filler"
            for path in (stand.data / name).rglob("*")
        )
        for name in ("vault", "keys", "tmp")
    }
    return {**count, "rows": StoredFile.objects.count()}


def test_package_that_does_not_fit_is_told_and_built_when_there_is_room(
    stand, small_disk, monkeypatch
):
    package = decided(stand, monkeypatch)
    before, filler = kept(stand), fill(small_disk, leave=65_536)
    stand.worker()

    stand.sweep_until(lambda: _state(package) == PackageState.FAILED)

    assert package.problem == building.NO_ROOM
    assert package.file is None
    assert kept(stand) == before, "nothing half is left"
    by = make_staff(Role.DCO)
    assert not policies.may_release(
        package,
        by,
        alone_reason="",
        goes_empty=False,
        today=timezone.now().date(),
        holidays=(),
    )
    filler.unlink()
    answer.build_again(package, by=by, at=timezone.now())
    stand.sweep_until(lambda: _state(package) == PackageState.BUILT)
    assert content_of(package).testzip() is None


def _state(package: Package) -> str:
    package.refresh_from_db()
    return package.state


def test_upload_that_does_not_fit_is_told_to_its_owner(stand, small_disk):
    case = make_case("ann@example.org", revision=make_revision([CCTV]))
    search.start_search(case, by=make_staff(), at=timezone.now())
    asked = OwnerTask.objects.select_related("task__case").get()
    filler = fill(small_disk, leave=65_536)
    client = owner_client(asked.address)
    film = os.urandom(300_000)

    def bring():
        file = SimpleUploadedFile("door.mp4", film, "video/mp4")
        return client.post(page(asked, "owner-files"), {"files": file})

    response = bring()

    assert response.status_code == 422
    assert "“door.mp4” does not fit: our storage is full" in response.content.decode()
    assert not asked.files.exists()
    assert kept(stand) == {"vault": 0, "keys": 0, "tmp": 0, "rows": 0}
    filler.unlink()
    assert bring().status_code == 302
    assert asked.files.count() == 1
    assert StoredFile.objects.get(purpose=FilePurpose.UPLOAD).size_bytes == len(film)


def test_upload_without_room_is_a_refusal_not_an_error(stand, small_disk):
    case = make_case("ann@example.org", revision=make_revision([CCTV]))
    search.start_search(case, by=make_staff(), at=timezone.now())
    asked = OwnerTask.objects.select_related("task__case").get()
    fill(small_disk, leave=0)

    with pytest.raises(Refused, match="Your task stays open"):
        owner.add_file(
            asked,
            name="door.mp4",
            claimed_type="",
            chunks=[b"film" * 100_000],
            at=timezone.now(),
        )


def test_search_without_room_waits_and_goes_on_by_itself(stand, small_disk):
    stand.source("TEST_CRM_URL", SOURCE)
    filler = fill(small_disk, leave=65_536)
    stand.worker()
    case = started()

    stand.sweep_until(lambda: case.tasks.get().state == TaskState.WAITING)

    task = case.tasks.get()
    assert task.problem.startswith("There is no room left")
    assert kept(stand) == {"vault": 0, "keys": 0, "tmp": 0, "rows": 0}
    filler.unlink()
    search.retry(task, by=make_staff(), at=timezone.now())
    stand.sweep_until(lambda: is_in_review(case))
    assert case.found.get(dataset="notes").sure == 5000
