"""A case in which we asked who somebody is, and what they show: for tests."""

from __future__ import annotations

from datetime import timedelta

from requests_app.actions import casework, evidence, timekeeping
from requests_app.actions.incoming import Attached
from requests_app.states import CheckMethod
from requests_app.timekeeping import Asked
from tests.factories.accounts import (
    make_staff,
    subject_of,
)
from tests.factories.cases import RECEIVED_AT, make_case
from vault import actions as vault
from vault import queries as vault_queries

AT = RECEIVED_AT + timedelta(days=1)
LATER = AT + timedelta(days=2)


def asked(email="ann@example.org", **fields):
    """Make a case in which we asked who they are."""
    case = make_case(email, **fields)
    ask(case)
    return case


def ask(case, what=Asked.IDENTITY):
    return timekeeping.ask(
        case,
        what=what,
        reason="the name differs from the one on file",
        needed="a work pass",
        basis="document" if what is Asked.IDENTITY else "",
        by=make_staff(),
        at=AT,
    )


def show(case, *contents, name="IMG_1.jpg", at=LATER):
    return evidence.show(
        case,
        [Attached(name, [content]) for content in contents],
        by=subject_of(case.submission.address),
        at=at,
    )


def decide(case, *, passed=True, by=None, at=LATER, **said):
    by = by or make_staff()
    for row in case.shown.filter(gone_at__isnull=True, with_message=False):
        evidence.look(row, by=by, at=at)
    return casework.decide_identity(
        case,
        method=CheckMethod.DOCUMENT,
        passed=passed,
        reason="A work pass with name and photograph.",
        seen=True,
        by=by,
        at=at,
        **said,
    )


def content_of(row) -> bytes:
    with vault.reading(row.file) as plain:
        return plain.read()


def kinds(case) -> list[str]:
    return list(case.events.order_by("seq").values_list("kind", flat=True))


def why(row) -> str:
    row.refresh_from_db()
    return row.gone_for


def is_kept(row) -> bool:
    return vault_queries.facts(row.file).destroyed_at is None


def text_of(response) -> str:
    return " ".join(response.content.decode().split())
