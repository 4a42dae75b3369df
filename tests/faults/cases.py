"""Cases as far as a fault needs them: searched, reviewed, decided."""

from __future__ import annotations

import copy
import io
import zipfile
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from requests_app.actions import decision, owner, search, searching
from requests_app.models import Case, OwnerFile, OwnerTask, Package
from requests_app.states import CaseStatus, DeliveryForm, Outcome, TaskState
from tests.factories.accounts import make_staff
from tests.factories.cases import CCTV, CRM, make_case, make_revision
from tests.faults.stand import Stand
from vault import actions as vault

NOTES = 5000
SOURCE = """
    CREATE TABLE contacts (id integer PRIMARY KEY, name text, email text, phone text);
    CREATE TABLE notes (no integer PRIMARY KEY, email text, words text);
    INSERT INTO contacts VALUES (1, 'Ann Other', 'ann@example.org', '01442 500890'),
                                (2, 'Bob', 'bob@example.org', '');
    INSERT INTO notes SELECT n, 'ann@example.org', 'note ' || n || md5(n::text)
                      FROM generate_series(1, 5000) AS n;
"""
SYSTEM = copy.deepcopy(CRM)
SYSTEM["datasets"]["notes"] = {
    "name": "Notes",
    "table": "notes",
    "key": "no",
    "find_by": {"email": "email"},
    "fields": {"words": {"category": "personal", "purposes": ["services"]}},
}


def started(systems=(SYSTEM,)) -> Case:
    """Begin the search of a case as a colleague does."""
    case = make_case("ann@example.org", revision=make_revision(systems))
    return search.start_search(case, by=make_staff(), at=timezone.now())


def is_in_review(case: Case) -> bool:
    case.refresh_from_db()
    return case.status == CaseStatus.IN_REVIEW


def decided(stand: Stand, monkeypatch) -> Package:
    """Order the package of a case that was searched here and has an owner's file."""
    if "TEST_CRM_URL" not in stand.extra:
        stand.source("TEST_CRM_URL", SOURCE)
    monkeypatch.setenv("TEST_CRM_URL", stand.extra["TEST_CRM_URL"])
    case = started([SYSTEM, CCTV])
    now = timezone.now()
    for task in case.tasks.filter(state=TaskState.PENDING):
        claimed = searching.claim(task.pk, at=now)
        assert searching.search(claimed, now=timezone.now)
    asked = OwnerTask.objects.select_related("task__case").get(task__case=case)
    owner.add_file(
        asked, name="door.mp4", claimed_type="video/mp4", chunks=[b"film"], at=now
    )
    owner.finish(asked, note="", at=now)
    OwnerFile.objects.update(choice="release", reviewed_by="staff:1", reviewed_at=now)
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=now)
    made = decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=make_staff(),
        at=timezone.now() + timedelta(seconds=1),
    )
    return made.package


def content_of(package: Package) -> zipfile.ZipFile:
    assert isinstance(package.file, UUID)
    with vault.reading(package.file) as source:
        return zipfile.ZipFile(io.BytesIO(source.read()))


def data_of(package: Package) -> dict[str, bytes]:
    """Return the members that hold data: those that do not name the case."""
    content = content_of(package)
    return {
        name: content.read(name)
        for name in content.namelist()
        if name.startswith(("data/", "files/"))
    }
