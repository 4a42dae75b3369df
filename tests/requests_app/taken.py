"""Cases of people who take their data elsewhere, and what becomes of them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

from accounts.roles import Role
from datamap.search import RowStanding
from requests_app.actions import answer, building, casework, decision, files
from requests_app.models import Case, Letter, Package
from requests_app.spool import read_rows
from requests_app.states import (
    CheckMethod,
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
    Right,
    RowChoice,
)
from tests.factories import reviewing
from tests.factories.accounts import make_staff
from tests.factories.cases import (
    RECEIVED_AT,
    happen,
    make_case,
    make_revision,
    make_row,
    make_spooled,
    make_task,
)
from tests.factories.clock import again

AT = RECEIVED_AT + timedelta(days=1)
STEM = "data/contact/crm-contacts"
GIVEN = {"purposes": ["services"], "provided_by_subject": True}
CRM = {
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
            "find_by": {"email": "email"},
            "source_column": "source",
            "fields": {
                "name": {"category": "contact", "label": "Name", **GIVEN},
                "email": {"category": "contact", "label": "E-mail", **GIVEN},
                "born": {
                    "category": "contact",
                    "label": "Born",
                    **GIVEN,
                    "purposes": ["checks"],
                },
                "score": {
                    "category": "contact",
                    "label": "Score",
                    "purposes": ["services"],
                },
                "source": {
                    "category": "contact",
                    "label": "Source",
                    "purposes": ["services"],
                },
            },
        },
        "births": {
            "name": "Births",
            "table": "births",
            "key": "id",
            "find_by": {"email": "email"},
            "fields": {
                "born": {"category": "contact", **GIVEN, "purposes": ["checks"]}
            },
        },
        "scores": {
            "name": "Scores",
            "table": "scores",
            "key": "id",
            "find_by": {"email": "email"},
            "fields": {"value": {"category": "product", "purposes": ["services"]}},
        },
    },
}


def make_register():
    """Make a register with a use on legitimate interests, and sources of two kinds."""
    revision = make_revision([CRM])
    content = revision.content
    content["purposes"].append(
        {
            "code": "checks",
            "name": "Checks",
            "quote": "checks",
            "assessment": "",
            "processing": [{"basis": "legitimate_interests", "applies_to": ""}],
        }
    )
    content["sources"] = [
        {"code": "direct", "name": "Direct", "quote": "d", "from_others": False},
        {"code": "referral", "name": "Referrals", "quote": "r", "from_others": True},
    ]
    return type(revision).objects.create(
        sha256=revision.sha256[::-1],
        content=content,
        loaded_at=revision.loaded_at,
        loaded_by="system:test",
        approved_at=revision.approved_at,
        approved_by="staff:1",
    )


def contact(key, source="direct", standing=RowStanding.SURE, **values):
    known = {"name": f"=Ann {key}", "email": "ann@example.org", "born": "1980-02-29"}
    row = {**known, "score": 7, "source": source, **values}
    return make_row(key, standing, **row)


def make_found(*rows, onward="", scores=True) -> Case:
    """Make a case to take data away that is in review, and who asks is checked."""
    case = make_case(
        "ann@example.org", right=Right.PORTABILITY, revision=make_register()
    )
    if onward:
        case.submission.answers = json.dumps({"portability": {"onward": onward}})
        case.submission.save(update_fields=["answers"])
    happen(case, EventKind.SEARCH_STARTED, EventKind.SEARCH_FINISHED)
    make_task(case, "crm", state="done", verdict="found")
    make_spooled(case, rows or [contact("a")])
    if scores:
        make_spooled(case, [make_row("s", value=9)], dataset="scores")
    casework.record_check(
        case,
        method=CheckMethod.CALL_BACK,
        passed=True,
        reason="Called.",
        by=make_staff(),
        at=AT,
    )
    return again(case)


def contacts(case):
    return case.found.get(dataset="contacts")


def choose(case, choice=RowChoice.RELEASE, ground=""):
    return reviewing.choose_dataset(
        contacts(case),
        choice=choice,
        ground=ground,
        seen_rows=True,
        by=make_staff(),
        at=AT,
    )


def choose_row(case, key, choice=RowChoice.RELEASE, **said):
    found = contacts(case)
    row = next(one for one in read_rows(found) if one.key == key)
    reviewing.choose_row(found, row=row, choice=choice, **said, by=make_staff(), at=AT)


def decide(case, *, outcome=Outcome.GRANTED, form=DeliveryForm.DOWNLOAD):
    return decision.decide(
        again(case),
        outcome=outcome,
        words="",
        form=form,
        open_until={},
        by=make_staff(),
        at=AT,
    )


def build(made) -> Package:
    building.build_package(building.claim(made.package.pk, at=AT), now=lambda: AT)
    return Package.objects.get(pk=made.package.pk)


def release(package) -> Package:
    by = make_staff(Role.REVIEWER)
    return answer.release(package, by=by, at=AT, alone_reason="")


def opened(package) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(files.pieces(package.file))))


def rows_in(package):
    return json.loads(opened(package).read(f"{STEM}.json"))


def letter(case, kind=LetterKind.DECISION) -> str:
    return Letter.objects.get(case=case, kind=kind).body
