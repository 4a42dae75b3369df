"""Cases for tests, their register, and the systems they are searched in."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from datamap import actions as datamap
from datamap.actions import seed_contacts
from datamap.models import Revision
from datamap.registry.load import load_register
from datamap.registry.schema import Register
from datamap.search import FoundRow, RowStanding, Step
from lumina_privacy.lib.actor import STRANGER
from lumina_privacy.lib.actor import system as actor_system
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.subject_ref import subject_ref
from requests_app import spool
from requests_app.actions import review
from requests_app.actions.projection import append, locked
from requests_app.models import (
    Case,
    FoundDataset,
    Letter,
    ProvedIdentifier,
    Submission,
    SystemTask,
)
from requests_app.states import (
    CaseStatus,
    Channel,
    ClockState,
    EventKind,
    LetterKind,
    Right,
    SendingState,
    TaskState,
    TaskVerdict,
)

RECEIVED_AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
_numbers = itertools.count(1)

# What a letter cannot do without (policies.letters).
CONTACTS = {
    "dco_title": "Data Compliance Officer",
    "dco_email": "dco@example.org",
    "dco_phone": "020 7946 0000",
    "dco_post": "37 Mark Road",
    "regulator_name": "The Regulator",
    "regulator_web": "www.regulator.example",
    "regulator_phone": "0303 123 1113",
}
CATEGORIES = ("identity", "contact", "preferences", "personal", "product", "cctv")
CRM: dict = {
    "system": "crm",
    "name": "Customers",
    "owner": "sales@luminatech.example",
    "location": "GB",
    "connector": "sql",
    "connection": "TEST_CRM_URL",
    "datasets": {
        "contacts": {
            "name": "Contacts",
            "table": "contacts",
            "key": "id",
            "one_per_person": True,
            "find_by": {
                "email": "email",
                "phone": {"column": "phone", "identifies": "organisation"},
            },
            "yields": {
                "customer_id": "id",
                "phone": {"column": "phone", "identifies": "organisation"},
            },
            "waivable": True,
            "fields": {
                "name": {"category": "identity", "purposes": ["services"]},
                "email": {"category": "contact", "purposes": ["services"]},
                "phone": {"category": "contact", "purposes": ["services"]},
            },
        }
    },
}
BILLING: dict = {
    "system": "billing",
    "name": "Billing",
    "owner": "accounts@luminatech.example",
    "location": "GB",
    "connector": "sql",
    "connection": "TEST_BILLING_URL",
    "datasets": {
        "invoices": {
            "name": "Invoices",
            "table": "invoices",
            "key": "no",
            "find_by": {"customer_id": "customer"},
            "yields": {"account": "account"},
            "fields": {
                "no": {"category": "product", "purposes": ["services"]},
                "total": {"category": "product", "purposes": ["services"]},
            },
        }
    },
}
DESK: dict = {
    "system": "archive",
    "name": "Ticket archive",
    "owner": "helpdesk@luminatech.example",
    "location": "GB",
    "connector": "sql",
    "connection": "TEST_ARCHIVE_URL",
    "datasets": {
        "tickets": {
            "name": "Tickets",
            "table": "tickets",
            "key": "id",
            "held_for": "customer",
            "find_by": {"account": "account"},
            "fields": {
                "subject": {
                    "category": "product",
                    "purposes": ["services"],
                    "free_text": True,
                }
            },
        }
    },
}
CCTV: dict = {
    "system": "cctv",
    "overwrites_after_days": 30,
    "by_sighting": True,
    "name": "Cameras",
    "owner": "facilities@luminatech.example",
    "location": "GB",
    "connector": "manual",
    "about": "Footage of the entrance, kept 30 days.",
    "datasets": {},
}


def make_revision(systems: Iterable[dict] = (CRM, CCTV)) -> Revision:
    """Make an approved revision that declares ``systems``."""
    register = Register.model_validate(
        {
            "promises": {
                "name": "Lumina Technologies Ltd",
                "storage_locations": ["GB"],
            },
            "categories": [
                {"code": code, "name": f"{code.title()} data", "quote": code}
                for code in CATEGORIES
            ],
            "purposes": [
                {
                    "code": "services",
                    "name": "Services",
                    "quote": "services",
                    "processing": [{"basis": "contract"}],
                }
            ],
            "sources": [],
            "notices": [],
            "systems": list(systems),
            "portal": {"tables": {}},
        }
    )
    content = register.model_dump(mode="json")
    salt = str(next(_numbers))
    seed_contacts(CONTACTS, by=actor_system("test"), at=RECEIVED_AT)
    return Revision.objects.create(
        sha256=sha256((json.dumps(content) + salt).encode()).hexdigest(),
        content=content,
        loaded_at=RECEIVED_AT,
        loaded_by="system:test",
        approved_at=RECEIVED_AT,
        approved_by="staff:1",
    )


def register_in_force() -> Revision:
    """Put the register of the repository in force, with everybody to write to."""
    at, by = RECEIVED_AT, actor_system("test")
    seed_contacts(CONTACTS, by=by, at=at)
    revision = datamap.propose(_register_of_the_repository(), by=by, at=at)
    datamap.approve(Revision.objects.get(pk=revision.pk), by=by, at=at)
    return Revision.objects.get(pk=revision.pk)


@functools.cache
def _register_of_the_repository() -> Register:
    return load_register(Path(settings.BASE_DIR) / "lumina_privacy" / "register")


def make_case(
    email: str = "",
    *,
    right: Right = Right.ACCESS,
    revision: Revision | None = None,
    received_at: datetime = RECEIVED_AT,
    name: str = "Ann Other",
    proved: bool = True,
    **fields,
) -> Case:
    """Make a case as it stands after its sender proved the address (or not yet)."""
    email = email or f"ann{next(_numbers)}@example.org"
    submission = Submission.objects.create(
        reference=new_reference(),
        idempotency_key=uuid4(),
        channel=Channel.WEB,
        received_at=received_at,
        recorded_at=received_at,
        actor=str(STRANGER),
        address=email,
        address_ref=subject_ref("email", email),
        name=name,
    )
    case = Case.objects.create(
        reference=new_reference(),
        submission=submission,
        right=right,
        status=CaseStatus.UNPROVED,
        clock_state=ClockState.NOT_STARTED,
        revision=revision or make_revision(),
        **fields,
    )
    happen(case, EventKind.REQUEST_RECEIVED, at=received_at)
    if proved:
        ProvedIdentifier.objects.create(
            case=case,
            kind="email",
            ref=subject_ref("email", email),
            value=email,
            proof="code",
            level=1,
            at=received_at,
        )
        happen(case, EventKind.ADDRESS_PROVED, at=received_at)
    return Case.objects.get(pk=case.pk)


def happen(case: Case, *kinds: EventKind, at: datetime = RECEIVED_AT) -> Case:
    """Append events to a case, in their order; return the case as it stands."""
    with transaction.atomic():
        for kind in kinds:
            append(locked(case), kind, happened_at=at, by=STRANGER, at=at)
    return Case.objects.get(pk=case.pk)


def make_reviewed(**fields) -> Case:
    """Make a case in review: two systems answered, one dataset found."""
    case = make_case(**fields)
    happen(case, EventKind.SEARCH_STARTED, EventKind.SEARCH_FINISHED)
    make_task(case, "crm", state=TaskState.DONE, verdict=TaskVerdict.FOUND)
    make_task(case, "cctv", state=TaskState.DONE, verdict=TaskVerdict.NOTHING_HELD)
    make_found(case)
    return Case.objects.get(pk=case.pk)


def make_task(case: Case, system: str = "crm", **fields) -> SystemTask:
    """Make the search of one system, pending unless told otherwise."""
    known = {"state": TaskState.PENDING}
    return SystemTask.objects.create(case=case, system=system, **{**known, **fields})


def make_found(case: Case, system: str = "crm", dataset: str = "contacts", **fields):
    """Make what one dataset holds, without a spool."""
    known = {
        "sure": 1,
        "routes": [{"route": [[system, dataset, "email"]], "rows": 1, "sure": 1}],
    }
    return FoundDataset.objects.create(
        case=case, system=system, dataset=dataset, **{**known, **fields}
    )


def make_spooled(
    case: Case, rows: Iterable[FoundRow], system: str = "crm", dataset: str = "contacts"
) -> FoundDataset:
    """Keep what a search found in one dataset: a real spool, as a worker writes it."""
    by = actor_system("searcher")
    with transaction.atomic():
        with spool.spooling(case, system, by=by, at=RECEIVED_AT) as spools:
            spools.sink(dataset).add(list(rows))
        [spooled] = spools.results()
        found = spool.keep(case, spooled, secrets=(), by=by, at=RECEIVED_AT)
        review.void_outdated(found, by=by, at=RECEIVED_AT)
    return found


def make_letter(case: Case, *, at: datetime = RECEIVED_AT) -> Letter:
    """Make a letter that waits for its posting; it tells of the newest event."""
    letter = Letter.objects.create(
        case=case,
        event=case.events.latest("seq"),
        kind=LetterKind.CLARIFICATION,
        subject="A question",
        body="Which years matter to you?",
        by="staff:1",
        at=at,
    )
    letter.sendings.create(state=SendingState.WAITING, at=at)
    return letter


def make_row(key: str, standing: RowStanding = RowStanding.SURE, **values) -> FoundRow:
    """Make a row as a search finds it, by the proved address."""
    return FoundRow(
        dataset="contacts",
        key=key,
        values=values or {"name": f"Name {key}", "email": f"{key}@example.org"},
        standing=standing,
        reason="" if standing is RowStanding.SURE else "found with two people",
        route=(Step("crm", "contacts", "email"),),
    )
