"""One measured step in a process of its own, so that its peak memory is its own.

``python -m bench.step STEP FOLDER`` does the step and prints one line of JSON.
``search`` and ``build`` call the very functions that the Celery worker calls, in a
process that has loaded what a worker has loaded.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import django

from bench import source, straight


def main(step: str, folder: Path) -> dict[str, object]:
    """Do the step; only the work is timed, not the start of the process."""
    if step in {"script", "copy"}:
        work = straight.script if step == "script" else straight.copied
        return _measured(lambda: work(os.environ[source.VARIABLE], folder))
    django.setup()
    from celery.signals import worker_process_init

    from lumina_privacy.celery import app

    app.loader.import_default_modules()
    worker_process_init.send(None)
    match step:
        case "search":
            return _measured(_search)
        case "build":
            return _measured(_build)
        case "case":
            return _make_case()
        case "decide":
            return _decide()
        case _:
            return _open(folder)


def _measured(work: Callable[[], dict[str, object] | dict[str, str]]) -> dict:
    cpu, began = _cpu_seconds(), time.perf_counter()
    result = work()
    return {
        "seconds": time.perf_counter() - began,
        "cpu": _cpu_seconds() - cpu,
        "peak_mb": _peak_mb(),
        "result": result,
    }


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak_mb() -> float:
    """Return the most memory this process has held; getrusage's is the parent's too."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process's peak memory")


def _make_case() -> dict[str, object]:
    """File and prove a request of the person's, and start its search."""
    from accounts.models import User
    from datamap.models import Revision
    from requests_app.actions import search
    from tests.factories.accounts import make_staff
    from tests.factories.cases import RECEIVED_AT, make_case, make_revision

    revision = Revision.objects.first() or make_revision([source.SYSTEM])
    case = make_case(source.PERSON, revision=revision)
    by = User.objects.first() or make_staff()
    search.start_search(case, by=by, at=RECEIVED_AT)
    return {}


def _search() -> dict[str, object]:
    """Source to spool."""
    from requests_app.models import FoundDataset, SystemTask
    from requests_app.tasks import search_system

    task = SystemTask.objects.latest("pk")
    search_system(task_id=task.pk)
    found = FoundDataset.objects.get(case=task.case_id)
    return {"rows": found.sure, "possible": found.possible}


def _build() -> dict[str, object]:
    """Spool to package."""
    from requests_app.models import Package
    from requests_app.tasks import build_package

    build_package(package_id=Package.objects.latest("pk").pk)
    return {}


def _decide() -> dict[str, object]:
    """Release what was found, as a reviewer and a decider do, and order the package."""
    from requests_app.actions import answer
    from requests_app.models import Case, Decision
    from requests_app.policies import reviewed
    from requests_app.states import DeliveryForm, Outcome, RowChoice
    from tests.factories.cases import RECEIVED_AT

    case = Case.objects.latest("pk")
    case.found.update(
        choice=RowChoice.RELEASE, reviewed_by="staff:1", reviewed_at=RECEIVED_AT
    )
    decision = Decision.objects.create(
        case=case,
        outcome=Outcome.GRANTED,
        form=DeliveryForm.DOWNLOAD,
        reviewed=reviewed.marks_of(case),
        by="staff:1",
        at=RECEIVED_AT,
    )
    answer.order_package(case, decision)
    return {}


def _open(folder: Path) -> dict[str, object]:
    """Decrypt the built package and sum its members anew."""
    from requests_app.models import Package
    from vault import actions as vault

    package = Package.objects.latest("pk")
    assert package.state == "built", (package.state, package.problem)
    plain = folder / "package.zip"
    with vault.reading(package.file) as stream, plain.open("wb") as target:
        while chunk := stream.read(1 << 20):
            target.write(chunk)
    sums = {}
    with zipfile.ZipFile(plain) as archive:
        for name in archive.namelist():
            total = sha256()
            with archive.open(name) as member:
                while piece := member.read(1 << 20):
                    total.update(piece)
            sums[name] = total.hexdigest()
    plain.unlink()
    told = {one["path"]: one["sha256"] for one in package.manifest["members"]}
    assert told == {name: sums[name] for name in told}, "the manifest's sums are wrong"
    return {"sums": sums, "rows": package.manifest["datasets"][0]["rows"]}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
