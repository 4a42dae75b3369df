"""A ticket that names a colleague, and what is blacked out of it."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from datamap.search import RowStanding
from requests_app.models import Case, Decision, FoundDataset
from requests_app.packages import paper
from requests_app.packages.build import build
from requests_app.packages.contents import contents_of
from requests_app.policies import reviewed
from requests_app.states import (
    DeliveryForm,
    Outcome,
)
from tests.factories.cases import (
    RECEIVED_AT,
    make_row,
    make_spooled,
)

TEXT = (
    "If Helen Okafor is out, ring her colleague Marcus Webb on 07700 900177. "
    "The spare key is with reception."
)
NAME, NUMBER = "Marcus Webb", "07700 900177"
MARK = "███ [withheld: DPA 2018 Schedule 2 paragraph 16]"
BLACKED = (
    f"If Helen Okafor is out, ring her colleague {MARK} on {MARK}. "
    "The spare key is with reception."
)


def spooled(case: Case, text: str, standing=RowStanding.SURE) -> FoundDataset:
    row = make_row("1", standing, ticket_id=12, author="Jo", body=text)
    make_spooled(case, [row], "service_desk", "comments")
    return FoundDataset.objects.get(case=case)


def url_of(found: FoundDataset) -> str:
    where = [found.case.reference, "service_desk", "comments", 0]
    return reverse("case-row", args=where)


def span(words: str) -> str:
    start = TEXT.index(words)
    return f"body:{start}-{start + len(words)}"


def send(client, found: FoundDataset, **said):
    """Send the page of the row as a browser without scripts does."""
    shown = client.get(url_of(found)).context["facts"]
    hidden = {"ref": shown.ref, "seen": shown.mark}
    form = {"choice": "redact", "ground": "third_party", **hidden, **said}
    return client.post(url_of(found), form)


def answered(found: FoundDataset) -> SimpleNamespace:
    """Release all that is not decided row by row, and return the answer."""
    case = Case.objects.get(pk=found.case_id)
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=RECEIVED_AT)
    return packed(case)


def packed(case: Case) -> SimpleNamespace:
    """Build the package; return its members, and the same answer printed."""
    decision = Decision.objects.create(
        case=case,
        outcome=Outcome.GRANTED,
        still_open=[],
        words="",
        form=DeliveryForm.PRINT,
        reviewed=reviewed.marks_of(case),
        by="staff:1",
        at=RECEIVED_AT,
    )
    sink = io.BytesIO()
    contents = contents_of(decision)
    manifest = build(contents, sink, progress=lambda _: None, at=RECEIVED_AT)
    members = zipfile.ZipFile(sink)
    package: Any = SimpleNamespace(case=case, manifest={**manifest, "files": []})
    printed = paper._document(package, members, today=date(2026, 11, 3))
    texts = {
        name: members.read(name).decode("utf-8-sig") for name in members.namelist()
    }
    return SimpleNamespace(
        all=texts,
        page=texts["index.html"],
        json=texts["data/product/service_desk-comments.json"],
        paper=b"".join(printed).decode(),
    )
