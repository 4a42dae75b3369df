"""What a killed process leaves is collected; what is under way is never touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from lumina_privacy.lib.actor import system
from requests_app.actions import disposal
from requests_app.models import FoundDataset
from requests_app.states import TaskState
from requests_app.tasks import jobs
from tests.factories.cases import make_case, make_found, make_task
from vault import actions as vault
from vault import queries as vault_queries
from vault.models import StoredFile
from vault.states import FilePurpose

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
BY = system("test")
LATER = timedelta(days=1, minutes=5)

HEAD = """
import django
django.setup()
import sys, time
from datetime import timedelta
from django.utils import timezone
from lumina_privacy.lib.actor import system
from vault import actions as vault
from vault.states import FilePurpose

def stop():
    print("there", flush=True)
    time.sleep(60)

def write():
    with vault.writing(
        purpose=FilePurpose.SPOOL, about=sys.argv[1], name="crm.contacts",
        by=system("search"), at=timezone.now(),
    ) as sink:
        sink.write(b"a row")
    return sink.file_id
"""
BEFORE_ITS_ROW = "vault._store = lambda *_, **__: stop()\nwrite()"
BEFORE_IT_SETTLES = "write()\nstop()"
IN_DESTRUCTION = (
    "file_id = write()\nvault._clear = lambda _: stop()\n"
    "vault.destroy(file_id, reason='test', by=system('t'), at=timezone.now())"
)


def kill_in(script: str, about: str, settings) -> None:
    """Run ``script`` in a process of its own and kill it at its ``stop()``."""
    database = connection.settings_dict
    address = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{database['USER']}:{database['PASSWORD']}@{address}",
        "DATABASE_OWNER_URL": f"postgresql://{database['USER']}:{database['PASSWORD']}@{address}",
        "DATA_DIR": str(settings.DATA_DIR),
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    for name in ("LUMINA_VAULT_DIR", "LUMINA_KEY_DIR"):
        environment.pop(name, None)
    worker = subprocess.Popen(
        [sys.executable, "-c", HEAD + script, about],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
    )
    assert worker.stdout.readline() == "there\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)
    worker.stdout.close()


def files_in(settings, folder: str) -> list[str]:
    root = settings.DATA_DIR / folder
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def store(about: str, purpose=FilePurpose.SPOOL, *, at=None):
    with vault.writing(
        purpose=purpose, about=about, name="x", by=BY, at=at or timezone.now()
    ) as sink:
        sink.write(b"a row")
    return sink.file_id


@pytest.mark.fault
def test_content_and_key_of_a_process_killed_before_it_wrote_the_row(settings):
    kept = store("case:1")
    kill_in(BEFORE_ITS_ROW, "case:2", settings)
    assert [len(files_in(settings, f)) for f in ("vault", "keys")] == [2, 2]

    jobs.clear_vault(timezone.now())
    assert [len(files_in(settings, f)) for f in ("vault", "keys")] == [2, 2]
    jobs.clear_vault(timezone.now() + LATER)

    assert files_in(settings, "vault") == files_in(settings, "keys") == [str(kept)]


@pytest.mark.fault
def test_file_of_a_worker_killed_between_writing_and_settling(settings):
    case = make_case()
    kill_in(BEFORE_IT_SETTLES, case.about, settings)
    lost = StoredFile.objects.get()

    jobs.destroy_unreferenced(timezone.now())
    assert vault_queries.facts(lost.pk).destroyed_at is None
    jobs.destroy_unreferenced(timezone.now() + LATER)

    lost.refresh_from_db()
    assert lost.destroyed_for == "never-settled"
    assert files_in(settings, "vault") == files_in(settings, "keys") == []


@pytest.mark.fault
def test_content_of_a_file_whose_destruction_was_cut_off(settings):
    kill_in(IN_DESTRUCTION, "case:1", settings)
    lost = StoredFile.objects.get()
    assert (lost.destroyed_at is not None, lost.content_gone) == (True, False)
    assert files_in(settings, "vault") == [str(lost.pk)]

    jobs.clear_vault(timezone.now())

    lost.refresh_from_db()
    assert lost.content_gone
    assert files_in(settings, "vault") == files_in(settings, "keys") == []


def test_files_that_a_case_knows_and_those_of_running_work_stay():
    at = timezone.now()
    quiet, busy = make_case(), make_case()
    known = store(quiet.about)
    make_found(quiet, spool=known)
    make_task(busy, state=TaskState.RUNNING, claimed_until=at + LATER + LATER)
    running = store(busy.about)
    lost = [store(quiet.about, purpose) for purpose in list(FilePurpose)[:3]]

    jobs.destroy_unreferenced(at + LATER)

    kept = StoredFile.objects.filter(destroyed_at__isnull=True)
    assert set(kept.values_list("pk", flat=True)) == {known, running}
    assert len(lost) == 3


def test_spool_of_a_case_without_a_live_lease_is_no_running_work():
    at = timezone.now()
    case = make_case()
    make_task(case, state=TaskState.RUNNING, claimed_until=at)
    lost = store(case.about)

    assert disposal.unreferenced(at=at + LATER) == [lost]
    FoundDataset.objects.create(case=case, system="crm", dataset="x", spool=lost)
    assert disposal.unreferenced(at=at + LATER) == []


def test_spare_key_of_a_rewrapping_that_was_cut_off_stays_while_its_file_lives(
    settings,
):
    kept = store("case:1")
    spare = settings.DATA_DIR / "keys" / f"{kept}.new"
    spare.write_bytes((settings.DATA_DIR / "keys" / str(kept)).read_bytes())

    jobs.clear_vault(timezone.now() + LATER)

    assert spare.exists()
