"""Cases whose systems were searched, and ruling on what was found."""

from __future__ import annotations

from requests_app.actions import casework, ruling
from requests_app.models import Letter
from requests_app.queries import rulings as queries
from requests_app.states import CheckMethod, LetterKind
from retention import actions as retention
from retention.rules import EndAction
from tests.factories.accounts import make_staff
from tests.factories.clock import again, noon

AT = noon("2026-11-05")
WORDS = "You are no customer of ours any more."
# What a test rules on: Ann has a record in the CRM and two invoices in the billing.
CONTACTS, INVOICES = ("crm", "contacts"), ("billing", "invoices")


def propose_cases_line():
    """Say how long cases are kept: the letter of an erasure tells it (C16)."""
    return retention.propose_line(
        code="rights-cases",
        name="Cases",
        trigger="case closed",
        period="P6Y",
        end_action=EndAction.DESTROY,
        why="Proof.",
        owner="dco",
        review_on=AT.date(),
        by=make_staff().actor,
        at=AT,
    )


def check(case):
    casework.record_check(
        case,
        method=CheckMethod.CALL_BACK,
        passed=True,
        reason="Called the number on file.",
        by=make_staff(),
        at=AT,
    )


def rule(case, thing, what, ground, *, words=WORDS, by=None, at=AT, **said):
    system, name = thing
    judged = queries.judged_in(again(case), system, name)
    known = {
        "category": "",
        "until": None,
        "seen": judged.thing.mark if judged else "",
        **said,
    }
    return ruling.rule(
        case,
        system=system,
        name=name,
        what=what,
        ground=ground,
        words=words,
        **known,
        by=by or make_staff(),
        at=at,
    )


def decide(case, *, words="", by=None, at=AT, **said):
    by = by or make_staff()
    return ruling.decide(again(case), words=words, by=by, at=at, **said)


def letter(case, kind=LetterKind.DECISION) -> str:
    return Letter.objects.get(case=case, kind=kind).body
