"""The ledger names what its rows are about, which hold numbers alone (C21, E4)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import queries
from accounts.roles import Role
from audit import actions as audit
from lumina_privacy.lib.actor import system
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import RECEIVED_AT, make_case, make_revision

pytestmark = pytest.mark.django_db


def cell_of(case, page: str) -> str:
    cells = page.split('<td data-label="About">')[1:]
    [one] = {
        cell
        for cell in (part.partition("</td>")[0] for part in cells)
        if f"<code>{case.about}</code>" in cell
    }
    return one


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DCO])
def test_row_about_a_case_says_its_reference_and_leads_to_it(role):
    case = make_case()

    page = staff_client(role).get(reverse("ledger"), {"about": case.about})

    address = reverse("staff-case", args=[case.reference])
    assert cell_of(case, page.content.decode()) == (
        f'<a href="{address}">Case {case.reference}</a> '
        f"<small><code>{case.about}</code></small>"
    )


def test_case_that_is_not_proved_yet_is_named_and_not_led_to():
    case = make_case(proved=False)
    page = staff_client(Role.AUDITOR).get(reverse("ledger"), {"about": case.about})

    assert cell_of(case, page.content.decode()) == (
        f"Case {case.reference} <small><code>{case.about}</code></small>"
    )


def test_who_may_see_no_case_is_led_to_none():
    case = make_case()

    rows = queries.ledger_page(make_staff(Role.OPERATIONS), about=case.about).rows

    assert rows
    assert {(one.about, one.page) for one in rows} == {(f"Case {case.reference}", "")}


def test_row_about_what_is_gone_or_has_no_name_says_its_number():
    for about in ("case:0", "message:1"):
        audit.record(
            "outbox.message.sent",
            about=about,
            by=system("test"),
            at=RECEIVED_AT,
            details={"purpose": "p", "about": "", "statutory": False, "problem": ""},
        )

    auditor = make_staff(Role.AUDITOR)
    rows = queries.ledger_page(auditor, event="outbox.message.sent").rows

    assert [(one.about, one.is_named, one.page) for one in rows] == [
        ("Message 1", False, ""),
        ("Case 0", False, ""),
    ]


@pytest.mark.parametrize("how_many", [1, 3])
def test_it_costs_the_same_for_one_case_and_for_three(
    how_many, django_assert_num_queries
):
    revision = make_revision()
    for _ in range(how_many):
        make_case(revision=revision)
    reader = make_staff(Role.AUDITOR)

    # Beside the rows and colleagues: the cases' names, and their pages.
    with django_assert_num_queries(2 + 2):
        page = queries.ledger_page(reader)

    assert len({one.page for one in page.rows if one.page}) == how_many
