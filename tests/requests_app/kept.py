"""Packages, spools and owners' files for tests of what is kept and destroyed."""

from __future__ import annotations

from datetime import timedelta

from lumina_privacy.lib.actor import system
from lumina_privacy.lib.reference import new_reference
from requests_app.models import Decision, OwnerFile, OwnerTask, Package, RowDecision
from requests_app.states import (
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    RowChoice,
    TaskState,
)
from retention import actions as retention
from retention.rules import EndAction
from tests.factories.accounts import make_staff
from tests.factories.cases import (
    RECEIVED_AT,
    happen,
    make_found,
    make_reviewed,
    make_task,
)
from vault import actions as vault
from vault import queries as vault_queries
from vault.models import StoredFile
from vault.states import FilePurpose

DAY = timedelta(days=1)
AT = RECEIVED_AT + 3 * DAY
BY = system("test")


def store(case, purpose=FilePurpose.PACKAGE, *, at=AT):
    with vault.writing(
        purpose=purpose, about=case.about, name="x.zip", by=BY, at=at
    ) as sink:
        sink.write(b"what was found")
    return sink.file_id


def is_destroyed(file_id) -> bool:
    return vault_queries.facts(file_id).destroyed_at is not None


def why_destroyed(file_id) -> str:
    return StoredFile.objects.get(pk=file_id).destroyed_for


def make_package(case, state=PackageState.BUILT, *, outcome=Outcome.GRANTED, **fields):
    """Make a package with a file in the vault, of a decision of its own."""
    if state == PackageState.RELEASED:
        fields = {
            "released_at": AT,
            "released_by": "staff:2",
            "expires_at": AT + 90 * DAY,
            **fields,
        }
    return Package.objects.create(
        reference=new_reference(),
        case=case,
        decision=Decision.objects.create(
            case=case,
            outcome=outcome,
            form=DeliveryForm.DOWNLOAD,
            by="staff:1",
            at=AT,
        ),
        state=state,
        file=store(case),
        manifest={"members": 3},
        **fields,
    )


def decided(**fields):
    case = make_reviewed(**fields)
    case.found.update(choice=RowChoice.RELEASE, reviewed_by="staff:1", reviewed_at=AT)
    return happen(case, EventKind.DECIDED, at=AT)


def done(**fields):
    return happen(decided(**fields), EventKind.ANSWERED, at=AT)


def approve_line(period="P6M"):
    line = retention.propose_line(
        code="case-gathered",
        name="What was gathered",
        trigger="request answered",
        period=period,
        end_action=EndAction.DESTROY,
        why="It can be made again until then.",
        owner="dco",
        review_on=AT.date(),
        by=BY,
        at=AT,
    )
    retention.approve_line(line.pk, reason="As decided.", by=make_staff().actor, at=AT)


def gather(case):
    """Give a case a spool, an owner's file and a learned identifier."""
    found = make_found(case, dataset="notes", spool=store(case, FilePurpose.SPOOL))
    RowDecision.objects.create(
        found=found,
        standing="sure",
        row_ref="r",
        choice="withhold",
        ground="g",
        by="staff:1",
        at=AT,
    )
    task = make_task(case, "hr", state=TaskState.DONE, verdict="found")
    asked = OwnerTask.objects.create(
        reference=new_reference(),
        task=task,
        address="x@y.example",
        due_on=AT.date(),
        asked_at=AT,
    )
    upload = store(case, FilePurpose.UPLOAD)
    OwnerFile.objects.create(task=asked, file=upload, choice="release", at=AT)
    case.identifiers.create(kind="customer_id", ref="r", value="7", status="sure")
    return found.spool, upload
