"""What is decided is decided on what the page showed, not on what came since."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.actor import system
from requests_app.models import OwnerFile, OwnerTask
from requests_app.queries import review_rows as queries
from requests_app.states import PackageState, RowChoice
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    RECEIVED_AT,
    make_reviewed,
    make_row,
    make_spooled,
    make_task,
)
from tests.requests_app.test_two_persons import make_built
from vault import actions as vault
from vault.states import FilePurpose

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)
CHANGED = "changed since you opened"


def one_row():
    """Return a case in review that found one row of Ann, and where it found it."""
    case = make_reviewed()
    case.found.all().delete()
    return case, make_spooled(case, [make_row("a")])


def search_again(case):
    """Find a second row: an identifier was added meanwhile."""
    return make_spooled(case, [make_row("a"), make_row("new")])


def address(name, case, *more):
    return reverse(name, args=[case.reference, *more])


def posted(response) -> dict[str, str]:
    """Return the hidden fields of the page, as a browser posts them."""
    hidden = r'type="hidden" name="(ref|seen|from|mark)" value="([^"]*)"'
    return dict(re.findall(hidden, response.content.decode()))


@pytest.mark.parametrize("page", ["case-dataset", "case-review"])
def test_stale_page_releases_no_row_that_nobody_saw(page):
    case, found = one_row()
    place = ("crm", "contacts")
    client = staff_client()
    opened = client.get(address(page, case, *(place if page == "case-dataset" else ())))
    search_again(case)

    response = client.post(
        address("case-dataset-choose", case, *place),
        {**posted(opened), "choice": "release", "ground": ""},
    )

    assert response.status_code == 422
    assert CHANGED in response.content.decode()
    found.refresh_from_db()
    assert (found.choice, found.reviewed_at) == ("", None)
    again = client.post(
        address("case-dataset-choose", case, *place),
        {**posted(response), "choice": "release", "ground": ""},
    )
    assert again.status_code == 302, "the refusal shows the rows as they are now"
    if page == "case-dataset":
        assert "Name new" in response.content.decode()


def test_stale_page_of_rows_withholds_none():
    case, found = one_row()
    client = staff_client()
    opened = client.get(address("case-dataset", case, "crm", "contacts"))
    [row] = opened.context["page"].rows
    search_again(case)

    response = client.post(
        address("case-rows-withhold", case, "crm", "contacts"),
        {
            **posted(opened),
            "row": f"{row.row.no}.{row.ref}",
            "rows-ground": "third_party",
        },
    )

    assert CHANGED in response.content.decode()
    assert not found.rows.exists()


@pytest.mark.parametrize("choice", ["release", ""])
def test_stale_page_of_a_row_takes_back_nothing_that_a_colleague_said(choice):
    case, found = one_row()
    client = staff_client()
    page = address("case-row", case, "crm", "contacts", 0)
    opened = client.get(page)
    reviewing.choose_row(
        found,
        row=queries.row_of(found, 0).row,
        choice=RowChoice.WITHHOLD,
        ground="third_party",
        by=make_staff(),
        at=AT,
    )

    response = client.post(page, {**posted(opened), "choice": choice, "ground": ""})

    assert response.status_code == 422
    assert CHANGED in response.content.decode()
    assert found.rows.get().choice == RowChoice.WITHHOLD
    again = client.post(page, {**posted(response), "choice": choice, "ground": ""})
    assert again.status_code == 302


def test_stale_page_of_a_row_decides_nothing_about_other_words_under_its_key():
    case, found = one_row()
    client = staff_client()
    page = address("case-row", case, "crm", "contacts", 0)
    opened = client.get(page)
    make_spooled(case, [make_row("a", note="About Bob.")])

    response = client.post(page, {**posted(opened), "choice": "release", "ground": ""})

    assert CHANGED in response.content.decode()
    assert not found.rows.exists()


def test_next_page_of_rows_found_anew_begins_again_and_says_so(monkeypatch):
    monkeypatch.setattr(queries, "ROWS", 1)
    case, _ = one_row()
    search_again(case)
    client = staff_client()
    page = address("case-dataset", case, "crm", "contacts")
    more = client.get(page).context["next_url"]
    make_spooled(case, [make_row("other"), make_row("a"), make_row("new")])

    response = client.get(page + more)

    assert "have changed since" in response.content.decode()
    assert response.context["page"].first == 0


def test_stale_page_releases_no_file_that_a_colleague_withheld():
    case = make_reviewed()
    make_task(case, "archive")
    asked = OwnerTask.objects.create(
        reference="OWNER-1",
        task=case.tasks.get(system="cctv"),
        address="facilities@luminatech.example",
        due_on=AT.date(),
        asked_at=AT,
    )
    with vault.writing(
        purpose=FilePurpose.UPLOAD, about=case.about, name="a", by=system("t"), at=AT
    ) as sink:
        sink.write(b"frames")
    file = OwnerFile.objects.create(task=asked, file=sink.file_id, at=AT)
    seen = file.mark
    reviewing.choose_file(
        file, choice=RowChoice.WITHHOLD, ground="third_party", by=make_staff(), at=AT
    )

    response = staff_client().post(
        address("case-owner-file-choose", case, file.pk),
        {"choice": "release", "ground": "", "seen": seen},
    )

    assert CHANGED in response.content.decode()
    file.refresh_from_db()
    assert file.choice == RowChoice.WITHHOLD


# --- Decisions, and what lets them go ---------------------------------------------


def test_stale_decision_covers_no_review_that_a_colleague_changed():
    case, found = one_row()
    case.tasks.filter(system="cctv").delete()
    reviewing.choose_dataset(
        found,
        choice=RowChoice.WITHHOLD,
        ground="third_party",
        seen_rows=True,
        by=make_staff(),
        at=AT,
    )
    client = staff_client()
    page = address("case-decide", case)
    opened = client.get(page)
    reviewing.choose_dataset(
        found,
        choice=RowChoice.RELEASE,
        ground="",
        seen_rows=True,
        by=make_staff(),
        at=AT,
    )
    said = {"outcome": "granted", "form": "download", "words": ""}

    response = client.post(page, {**said, **posted(opened)})

    assert CHANGED in response.content.decode()
    assert not case.decisions.exists()
    assert client.post(page, {**said, **posted(response)}).status_code == 302


def test_stale_release_goes_to_no_mailbox_that_the_page_did_not_show():
    package = make_built(make_staff())
    case = package.case
    client = staff_client(Role.REVIEWER)
    page = address("package-release", case, package.reference)
    opened = client.get(page)
    case.proved.create(
        kind="email", ref="x", value="bob@example.org", proof="code", level=1, at=AT
    )

    response = client.post(page, posted(opened))

    assert CHANGED in response.content.decode()
    assert "bob@example.org" in response.content.decode()
    package.refresh_from_db()
    assert package.state == PackageState.BUILT
    assert client.post(page, posted(response)).status_code == 302


@pytest.mark.parametrize("wrong", ["²", "-1", "9" * 25, "x"])
def test_number_nobody_can_mean_is_not_a_fault(wrong):
    case, _ = one_row()
    client = staff_client()

    rows = address("case-dataset", case, "crm", "contacts")
    page = client.get(rows, {"first": wrong})
    assert page.status_code == 200
    assert len(page.context["page"].rows) == 1
    ticked = {**posted(page), "rows-ground": "third_party", "row": f"{wrong}.a"}
    tick = address("case-rows-withhold", case, "crm", "contacts")
    assert client.post(tick, ticked).status_code == 422
    assert client.get(f"{rows}rows/{'9' * 25}/").status_code == 404
    queue = client.get(reverse("case-queue"), {"after": f"none.{wrong}"})
    assert queue.status_code == 200
