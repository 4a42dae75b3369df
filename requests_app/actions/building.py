"""How a worker builds a package: a lease, a fence, and nothing left behind (E13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.db.models import F, Q

from audit import actions as audit
from lumina_privacy.lib.actor import Actor, system
from requests_app.actions import lease
from requests_app.actions.lease import Holding, LeaseLost
from requests_app.actions.projection import append, locked
from requests_app.models import Package
from requests_app.packages.build import build
from requests_app.packages.contents import Contents, contents_of
from requests_app.packages.outgoing import NotAnAnswer
from requests_app.policies import reviewed, told
from requests_app.states import EventKind, PackageState
from vault import actions as vault
from vault.states import FilePurpose

# A build that was stopped this often is a person's business. Numbers of attempts are
# the fence and never used twice: each start by a person begins a new series of them.
MOST_ATTEMPTS: Final = 5
BUILDER: Final[Actor] = system("package-builder")
NO_ROOM: Final = "The storage for packages is full. Make room, then build again."
UNREADABLE: Final = (
    "What was found for this case cannot be read any more: a file in the storage was "
    "changed, or its key is not the one it was written with. Nothing was released. "
    "Search again, or restore the file and its key, then build again."
)


def series_begun(attempt: int) -> int:
    """Return ``attempt`` moved up to where a new series of attempts begins."""
    return attempt + -attempt % (MOST_ATTEMPTS + 1)


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
        claimed_until=at + lease.length(),
        rows_done=0,
    )
    if not taken:
        return None
    package = Package.objects.select_related("decision__case", "case").get(
        pk=package_id
    )
    if package.attempt == series_begun(package.attempt):
        _fail(
            package,
            f"The build was stopped {MOST_ATTEMPTS} times. See the worker's log.",
            at=at,
        )
        return None
    return package


def build_package(package: Package, *, now: Callable[[], datetime]) -> bool:
    """Build the claimed ``package``; return whether it was finished here.

    Killed at any moment it leaves no half package: the file becomes the package's in
    one transaction at the end, fenced by the attempt. A full storage is a clear message
    to staff, who can start it again.
    """
    contents = _reviewed_contents(package, at=now())
    if contents is None:
        return False
    package.tells = told.marks_of(contents.disclosures, contents.pass_ons)
    _mine(package).update(rows_planned=contents.rows_planned)
    started = now()
    try:
        with (
            Holding(_mine(package), now) as held,
            vault.writing(
                purpose=FilePurpose.PACKAGE,
                about=package.case.about,
                name=f"{package.reference}.zip",
                by=BUILDER,
                at=started,
            ) as sink,
        ):
            manifest = build(contents, sink, progress=_Counter(held), at=started)
    except LeaseLost:
        return False
    except vault.NoRoom:
        _fail(package, NO_ROOM, at=now())
        return False
    except vault.Unreadable:
        _fail(package, UNREADABLE, at=now())
        return False
    except NotAnAnswer as why:
        _fail(package, str(why), at=now())
        return False
    package.manifest, package.file, package.size_bytes = (
        manifest,
        sink.file_id,
        sink.size,
    )
    return _finish(package, at=now())


@transaction.atomic
def _reviewed_contents(package: Package, *, at: datetime) -> Contents | None:
    """Return what the package is made of; None when it is not what was reviewed (E12).

    Read under the lock of the case, so that no choice changes meanwhile.
    """
    locked(package.case)
    verdict = reviewed.stands(package.decision)
    if not verdict:
        _fail(package, verdict.reason, at=at)
        return None
    return contents_of(package.decision)


class _Counter:
    """Counts rows for the page that shows how far the build is. Raises LeaseLost."""

    def __init__(self, held: Holding) -> None:
        self._held, self._done = held, 0

    def __call__(self, rows: int) -> None:
        self._done += rows
        self._held.alive(rows_done=self._done)


def _mine(package: Package) -> models.QuerySet[Package]:
    return Package.objects.filter(
        pk=package.pk, attempt=package.attempt, state=PackageState.BUILDING
    )


@transaction.atomic
def _finish(package: Package, *, at: datetime) -> bool:
    case = locked(package.case)
    mine = _mine(package).update(
        state=PackageState.BUILT,
        manifest=package.manifest,
        tells=package.tells,
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


@transaction.atomic
def _fail(package: Package, problem: str, *, at: datetime) -> None:
    """Note that the build failed, unless another worker has it; why is for people."""
    mine = _mine(package).update(
        state=PackageState.FAILED, problem=problem, claimed_until=None
    )
    if mine:
        audit.record(
            "case.package.failed",
            about=package.case.about,
            by=BUILDER,
            at=at,
            details={"package": package.pk},
        )
