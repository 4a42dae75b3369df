"""How a worker builds a package: a lease, a fence, and nothing left behind (E13)."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from lumina_privacy.lib.actor import Actor, system
from requests_app.actions.projection import append, locked
from requests_app.models import Package
from requests_app.packages.build import build
from requests_app.packages.contents import contents_of
from requests_app.states import EventKind, PackageState
from vault import actions as vault
from vault.states import FilePurpose

LEASE: Final = timedelta(seconds=60)
# A build that was stopped this often is a person's business.
MOST_ATTEMPTS: Final = 5
# The lease is renewed, and progress shown, after this many rows.
_RENEW_ROWS: Final = 20_000
BUILDER: Final[Actor] = system("package-builder")


class LeaseLost(Exception):
    """Another worker holds the package now; this one stops and leaves nothing."""


def claim(package_id: int, *, at: datetime) -> Package | None:
    """Take the lease of a package that waits or whose worker died. Costs 2 queries.

    None when somebody else has it, or when there is nothing to build.
    """
    free = Q(state=PackageState.PENDING) | Q(
        state=PackageState.BUILDING, claimed_until__lt=at
    )
    taken = Package.objects.filter(free, pk=package_id).update(
        state=PackageState.BUILDING,
        attempt=F("attempt") + 1,
        claimed_until=at + LEASE,
        rows_done=0,
    )
    if not taken:
        return None
    package = Package.objects.select_related("decision__case", "case").get(
        pk=package_id
    )
    if package.attempt > MOST_ATTEMPTS:
        _fail(
            package,
            f"The build was stopped {MOST_ATTEMPTS} times. See the worker's log.",
        )
        return None
    return package


def build_package(package: Package, *, now: Callable[[], datetime]) -> bool:
    """Build the claimed ``package``; return whether it was finished here.

    Killed at any moment it leaves no half package: the file becomes the package's in
    one transaction at the end, fenced by the attempt. A full storage is a clear message
    to staff, who can start it again.
    """
    contents = contents_of(package.decision)
    Package.objects.filter(pk=package.pk, attempt=package.attempt).update(
        rows_planned=contents.rows_planned
    )
    started = now()
    try:
        with vault.writing(
            purpose=FilePurpose.PACKAGE,
            about=package.case.about,
            name=f"{package.reference}.zip",
            by=BUILDER,
            at=started,
        ) as sink:
            manifest = build(
                contents, sink, progress=_Renewal(package, now), at=started
            )
    except LeaseLost:
        return False
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        _fail(package, "The storage for packages is full. Make room, then build again.")
        return False
    package.manifest, package.file, package.size_bytes = (
        manifest,
        sink.file_id,
        sink.size,
    )
    return _finish(package, at=now())


class _Renewal:
    """Counts rows, and renews the lease now and then. Raises LeaseLost when fenced."""

    def __init__(self, package: Package, now: Callable[[], datetime]) -> None:
        self._package, self._now = package, now
        self._done = self._shown = 0

    def __call__(self, rows: int) -> None:
        self._done += rows
        if self._done - self._shown < _RENEW_ROWS:
            return
        self._shown = self._done
        mine = Package.objects.filter(
            pk=self._package.pk,
            attempt=self._package.attempt,
            state=PackageState.BUILDING,
        )
        if not mine.update(claimed_until=self._now() + LEASE, rows_done=self._done):
            raise LeaseLost


@transaction.atomic
def _finish(package: Package, *, at: datetime) -> bool:
    case = locked(package.case)
    mine = Package.objects.filter(
        pk=package.pk, attempt=package.attempt, state=PackageState.BUILDING
    ).update(
        state=PackageState.BUILT,
        manifest=package.manifest,
        file=package.file,
        size_bytes=package.size_bytes,
        rows_done=F("rows_planned"),
        built_at=at,
        claimed_until=None,
        problem="",
    )
    if not mine:
        if package.file is not None:
            vault.destroy(package.file, reason="superseded", by=BUILDER, at=at)
        return False
    append(
        case,
        EventKind.PACKAGE_BUILT,
        happened_at=at,
        by=BUILDER,
        at=at,
        facts={"package": package.pk, "bytes": package.size_bytes},
    )
    return True


def _fail(package: Package, problem: str) -> None:
    Package.objects.filter(
        pk=package.pk, attempt=package.attempt, state=PackageState.BUILDING
    ).update(state=PackageState.FAILED, problem=problem, claimed_until=None)
