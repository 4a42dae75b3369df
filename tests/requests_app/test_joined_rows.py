"""Whose line, whose comment: what a row belongs to is named beside it."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from datamap import queries as datamap_queries
from requests_app import rules
from requests_app.models import Case, Decision
from requests_app.packages.build import build
from requests_app.packages.contents import contents_of
from requests_app.policies import reviewed
from requests_app.queries import review_rows, rows
from requests_app.queries.joined import names_of
from requests_app.states import (
    EventKind,
    RowChoice,
    TaskState,
    TaskVerdict,
)
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    RECEIVED_AT,
    happen,
    make_case,
    make_row,
    make_spooled,
    make_task,
    register_in_force,
)
from tests.requests_app.blacked import packed

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SUBJECT = "Laptop will not wake"
SAID = f"{SUBJECT} (12)"


@pytest.fixture
def case() -> Case:
    """Give the case of somebody with two tickets and a comment on each, in review."""
    case = make_case(revision=register_in_force())
    happen(case, EventKind.SEARCH_STARTED, EventKind.SEARCH_FINISHED)
    make_task(case, "service_desk", state=TaskState.DONE, verdict=TaskVerdict.FOUND)
    tickets = [
        make_row("12", ticket_id=12, subject=SUBJECT, opened_at="2026-02-01T09:30:00"),
        make_row("13", ticket_id=13, subject="", opened_at="2026-02-03T09:30:00"),
    ]
    comments = [
        make_row("1", ticket_id=12, author="Jo", body="Battery replaced."),
        make_row("2", ticket_id=13, author="Jo", body="Closed."),
    ]
    make_spooled(case, tickets, "service_desk", "tickets")
    make_spooled(case, comments, "service_desk", "comments")
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=RECEIVED_AT)
    return Case.objects.get(pk=case.pk)


def test_review_says_to_which_ticket_a_comment_belongs(case):
    url = reverse("case-dataset", args=[case.reference, "service_desk", "comments"])

    page = staff_client().get(url).content.decode()

    assert f'<td data-label="Ticket">{SAID}</td>' in page
    assert '<td data-label="Ticket">13</td>' in page  # it has no subject
    row = reverse("case-row", args=[case.reference, "service_desk", "comments", 0])
    assert f"<dt>Ticket</dt><dd>{SAID}</dd>" in staff_client().get(row).content.decode()


def test_page_and_paper_say_it_and_files_keep_the_number(case):
    said = packed(case)

    assert f"<td>{SAID}</td>" in said.page
    assert f"<td>{SAID}</td>" in said.paper
    assert "<td>13</td>" in said.page
    assert '"ticket_id":12' in said.json
    assert SUBJECT not in said.json


def test_nothing_comes_back_that_was_withheld_of_what_it_belongs_to(case):
    found = case.found.get(dataset="tickets")
    reviewing.choose_row(
        found,
        row=next(rows.read_rows(found)),
        choice=RowChoice.REDACT,
        fields=["subject"],
        ground="third_party",
        reason="It names a colleague.",
        by=make_staff(),
        at=RECEIVED_AT,
    )
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=RECEIVED_AT)

    said = packed(case)

    assert "<td>[withheld] (12)</td>" in said.page
    assert "<td>[withheld] (12)</td>" in said.paper
    assert SUBJECT not in said.page + said.paper


def test_of_tickets_that_are_withheld_only_the_number_is_told(case):
    found = case.found.filter(dataset="tickets")
    found.update(choice="withhold", ground="privilege")

    said = packed(case)

    assert "<td>12</td>" in said.page
    assert "<td>12</td>" in said.paper
    assert SUBJECT not in said.page + said.paper


def test_paper_holds_each_row_once(case):
    said = packed(case)

    assert "first-rows" in said.page
    assert "first-rows" not in said.paper
    assert said.paper.count("Battery replaced.") == 1


def test_page_of_the_package_holds_the_beginning_of_a_long_text(case):
    text = "Long. " * 400 + "Its end."
    comments = [make_row("1", ticket_id=12, author="Jo", body=text)]
    make_spooled(case, comments, "service_desk", "comments")
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=RECEIVED_AT)

    said = packed(case)

    assert " … (the rest is in the files)</td>" in said.page
    assert "Its end." not in said.page
    assert text in said.json
    assert text in said.paper


def test_builder_says_that_it_is_alive_where_rows_are_only_read(case):
    decision = Decision(case=case, reviewed=reviewed.marks_of(case))

    def stop(rows: int) -> None:
        told.append(rows)
        if len(told) > len(contents.parts):
            raise InterruptedError

    told: list[int] = []
    contents = contents_of(decision)
    with pytest.raises(InterruptedError):
        build(contents, io.BytesIO(), progress=stop, at=RECEIVED_AT)

    assert told[: len(contents.parts)] == [0] * len(contents.parts)


def test_names_are_read_no_further_than_wanted():
    register = datamap_queries.register_at(register_in_force().pk)
    tickets = rules.dataset_of(register, "service_desk", "tickets")

    def rows_of_the_system():
        yield {"ticket_id": 12, "subject": SUBJECT}
        yield {"ticket_id": 13, "subject": ""}
        raise AssertionError("read on")

    assert names_of(tickets, rows_of_the_system(), {"12", "13"}) == {"12": SUBJECT}
    assert names_of(tickets, rows_of_the_system(), set()) == {}


def test_naming_costs_one_query_whatever_the_number_of_rows(case):
    tickets, comments = [], []
    for no in range(12, 60):
        tickets.append(make_row(str(no), ticket_id=no, subject=f"Subject {no}"))
        comments.append(make_row(str(no), ticket_id=no, author="Jo", body="x"))
    few, many = case.found.get(dataset="comments"), make_case(revision=case.revision)
    make_spooled(many, tickets, "service_desk", "tickets")
    more = make_spooled(many, comments, "service_desk", "comments")

    def queries_of(found) -> int:
        with CaptureQueriesContext(connection) as queries:
            review_rows.rows_of(found, first=0)
        return len(queries)

    queries_of(more)  # the register is read once for all
    assert queries_of(few) == queries_of(more)
    page = review_rows.rows_of(more, first=0)
    assert page.rows[-1].cells[0].text == "Subject 59 (59)"
