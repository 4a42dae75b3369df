"""What is in a package, and what is not."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest

from datamap.models import Revision
from requests_app import spool
from requests_app.actions import building, decision, owner, search
from requests_app.models import Case, Package
from requests_app.packages.build import build
from requests_app.packages.contents import contents_of, safe_name
from requests_app.packages.members import PackageWriter
from requests_app.states import DeliveryForm, Outcome, PackageState, RowChoice
from tests.factories import reviewing
from tests.factories.accounts import make_staff
from tests.factories.cases import CCTV, CRM, RECEIVED_AT, make_case, make_revision
from tests.requests_app.test_search import CRM_SQL, work_off
from vault import actions as vault

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)
FIELD = {"category": "product", "purposes": ["services"]}
MANY = 2_500  # more than one batch of the connector


def shop(columns: list[str], **changes) -> dict:
    """Return a system with one dataset, found by its rows' e-mail address."""
    orders = {
        "name": "Orders",
        "table": "orders",
        "key": "id",
        "find_by": {"email": "email"},
        "fields": dict.fromkeys(columns, FIELD),
        **changes,
    }
    return {
        "system": "shop",
        "name": "Shop",
        "owner": "sales@luminatech.example",
        "location": "GB",
        "connector": "sql",
        "connection": "TEST_SHOP_URL",
        "datasets": {"orders": orders},
    }


def searched(*systems: dict, revision: Revision | None = None) -> Case:
    """Return a case in review; every dataset is to be released."""
    case = make_case("ann@example.org", revision=revision or make_revision(systems))
    search.start_search(case, by=make_staff(), at=AT)
    work_off(case, at=AT)
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)
    return Case.objects.get(pk=case.pk)


def decided(case: Case, words: str = ""):
    return decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words=words,
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=make_staff(),
        at=AT,
    )


def built(case: Case) -> zipfile.ZipFile:
    made = decided(case)
    claimed = building.claim(made.package.pk, at=AT)
    assert building.build_package(claimed, now=lambda: AT)
    return opened(Package.objects.get(pk=made.package.pk))


def opened(package: Package) -> zipfile.ZipFile:
    with vault.reading(package.file) as source:
        return zipfile.ZipFile(io.BytesIO(source.read()))


def table(package: zipfile.ZipFile, stem: str) -> list[list[str]]:
    text = package.read(f"{stem}.csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def objects(package: zipfile.ZipFile, stem: str) -> list[dict]:
    return json.loads(package.read(f"{stem}.json"))


def everything(package: zipfile.ZipFile) -> bytes:
    return b"".join(package.read(name) for name in package.namelist())


def page(package: zipfile.ZipFile) -> str:
    return package.read("index.html").decode()


# --- Members and manifest ---------------------------------------------------------


def test_members_stand_under_the_notices_categories_and_the_sums_verify(sqlite_source):
    sqlite_source("TEST_CRM_URL", CRM_SQL)

    package = built(searched(CRM))

    assert package.testzip() is None
    assert package.namelist() == [
        "data/contact/crm-contacts.json",
        "data/contact/crm-contacts.csv",
        "style.css",
        "index.html",
        "manifest.json",
    ]
    manifest = json.loads(package.read("manifest.json"))
    assert [one["path"] for one in manifest["members"]] == package.namelist()[:-1]
    for member in manifest["members"]:
        content = package.read(member["path"])
        assert member["sha256"] == sha256(content).hexdigest()
        assert member["bytes"] == len(content)
    assert Package.objects.get().manifest == manifest


def test_same_contents_make_the_same_bytes(sqlite_source):
    sqlite_source("TEST_CRM_URL", CRM_SQL)
    contents = contents_of(decided(searched(CRM)))
    first, second = io.BytesIO(), io.BytesIO()

    for sink in (first, second):
        build(contents, sink, progress=lambda _: None, at=AT)

    assert first.getvalue() == second.getvalue()


def test_rows_of_many_batches_keep_their_order_in_both_members(postgres_source):
    postgres_source(
        "TEST_SHOP_URL",
        "CREATE TABLE orders (id integer PRIMARY KEY, email text);"
        f"INSERT INTO orders SELECT n, 'ann@example.org'"
        f" FROM generate_series(1, {MANY}) n;",
    )

    package = built(searched(shop(["id"])))

    expected = list(range(1, MANY + 1))
    stem = "data/product/shop-orders"
    assert [row["id"] for row in objects(package, stem)] == expected
    assert [row[0] for row in table(package, stem)[1:]] == list(map(str, expected))


def test_dataset_without_rows_has_no_members(sqlite_source):
    sqlite_source("TEST_CRM_URL", CRM_SQL + "DELETE FROM contacts;")

    package = built(searched(CRM))

    assert package.namelist() == ["style.css", "index.html", "manifest.json"]
    assert "Of the systems that we searched, none holds personal" in page(package)


def test_names_never_leave_the_folder_nor_meet(sqlite_source):
    script = "CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT);"
    sqlite_source(
        "TEST_SHOP_URL", script + "INSERT INTO orders VALUES (1, 'ann@example.org');"
    )
    one = shop(["id"])
    orders = one["datasets"]["orders"]
    systems = [
        {**one, "system": "a", "datasets": {"b-c": orders, "../../etc": orders}},
        {**one, "system": "a-b", "datasets": {"c": orders}},
    ]

    package = built(searched(*systems))

    names = [name for name in package.namelist() if name.startswith("data/")]
    assert len(names) == len({name.casefold() for name in names}) == 6
    assert not [name for name in names if name.startswith("/") or "/../" in f"/{name}/"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\x", "C_x"),
        ("na\u0308me", "n\u00e4me"),
        ("report\u202egpj.exe", "report_gpj.exe"),
        ("a\0b", "a_b"),
        (" .. ", "unnamed"),
        ("\u96fb" * 300, "\u96fb" * 60),
    ],
)
def test_safe_name_is_harmless_and_short(name, safe):
    assert safe_name(name) == safe
    assert len(safe.encode()) <= 240


def test_zip_outgrows_four_gigabytes_in_principle(monkeypatch):
    """The same code with the limit at 100 bytes: sizes and offsets need 64 bits."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    sink = io.BytesIO()
    writer = PackageWriter(sink)
    for number in range(3):
        writer.add(f"{number}.bin", bytes(1_000))
    writer.close()

    package = zipfile.ZipFile(io.BytesIO(sink.getvalue()))

    assert [package.read(name) for name in package.namelist()] == [bytes(1_000)] * 3
    assert {entry.extract_version for entry in package.infolist()} == {45}


# --- What stays back --------------------------------------------------------------


def test_secret_is_told_and_never_given(sqlite_source):
    sqlite_source(
        "TEST_SHOP_URL",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT, pin TEXT,"
        " since TEXT);"
        "INSERT INTO orders VALUES (1, 'ann@example.org', 'S3cr3t-9', '2024-05-06');",
    )
    secret = {**FIELD, "label": "Alarm code", "secret": True, "held_since": "since"}

    package = built(searched(shop([], fields={"id": FIELD, "pin": secret})))

    assert b"S3cr3t-9" not in everything(package)
    assert "<li>Alarm code, since 6 May 2024</li>" in page(package)
    assert table(package, "data/product/shop-orders") == [["id"], ["1"]]


@pytest.fixture
def notes(sqlite_source) -> Case:
    """Return a case whose shop holds three rows of the person's."""
    sqlite_source(
        "TEST_SHOP_URL",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT, note TEXT);"
        "INSERT INTO orders VALUES (1, 'ann@example.org', 'first-note'),"
        " (2, 'ann@example.org', 'second-note'), (3, 'ann@example.org', 'third-note');",
    )
    return searched(shop(["id", "note"]))


def choose(case: Case, no: int, choice: RowChoice, **more) -> None:
    found = case.found.get()
    row = list(spool.read_rows(found))[no]
    reviewing.choose_row(found, row=row, choice=choice, by=make_staff(), at=AT, **more)


def test_withheld_row_and_cut_field_are_nowhere_and_their_grounds_are_told(notes):
    choose(notes, 0, RowChoice.WITHHOLD, ground="privilege")
    choose(notes, 1, RowChoice.REDACT, fields=["note"], ground="third_party")

    package = built(notes)

    content = everything(package)
    assert b"first-note" not in content
    assert b"second-note" not in content
    stem = "data/product/shop-orders"
    assert objects(package, stem) == [
        {"id": 2, "note": "[withheld]"},
        {"id": 3, "note": "third-note"},
    ]
    assert table(package, stem)[1:] == [["2", "[withheld]"], ["3", "third-note"]]
    told = page(package)
    assert "Some of it is not given. It is protected by legal professional" in told
    assert "(DPA 2018 Schedule 2 paragraph 19)" in told
    assert "cut out of it and marked [withheld]. It is information about some" in told
    assert "(DPA 2018 Schedule 2 paragraph 16)" in told
    facts = json.loads(package.read("manifest.json"))["datasets"][0]
    assert (facts["rows"], facts["withheld"], facts["redacted"]) == (
        2,
        {"privilege": 1},
        {"third_party": 1},
    )


def test_rows_withheld_one_by_one_to_the_last_are_told(notes):
    for no in range(3):
        choose(notes, no, RowChoice.WITHHOLD, ground="privilege")

    package = built(notes)

    assert package.namelist() == ["style.css", "index.html", "manifest.json"]
    assert "protected by legal professional privilege" in page(package)


def test_withheld_dataset_gives_only_what_was_released_of_it(notes):
    choose(notes, 2, RowChoice.RELEASE)
    notes.found.update(choice="withhold", ground="negotiations")

    package = built(notes)

    assert objects(package, "data/product/shop-orders") == [
        {"id": 3, "note": "third-note"}
    ]
    assert b"first-note" not in everything(package)
    assert "(DPA 2018 Schedule 2 paragraph 23)" in page(package)


def test_decision_about_a_row_that_is_gone_is_not_told(notes, sqlite_source):
    choose(notes, 0, RowChoice.WITHHOLD, ground="privilege")
    sqlite_source("TEST_SHOP_URL", "DELETE FROM orders WHERE id = 1;")
    search.start_search(notes, by=make_staff(), at=AT)
    work_off(notes, at=AT)
    notes.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)

    package = built(Case.objects.get(pk=notes.pk))

    assert [r["id"] for r in objects(package, "data/product/shop-orders")] == [2, 3]
    assert "privilege" not in page(package)


@pytest.mark.parametrize("choice", ["release", "withhold"])
def test_package_is_not_made_of_a_spool_that_is_gone(notes, choice):
    """Rows were reviewed; an answer without them would say that there are none."""
    reviewing.choose_dataset(
        notes.found.get(),
        choice=RowChoice(choice),
        ground="third_party",
        seen_rows=True,
        by=make_staff(),
        at=AT,
    )
    notes.found.update(spool=None)
    package = building.claim(decided(notes).package.pk, at=AT)

    assert not building.build_package(package, now=lambda: AT)

    package.refresh_from_db()
    assert package.state == PackageState.FAILED
    assert "is not kept any more. Reopen the review and search again" in package.problem


def test_row_set_apart_is_absent_unless_it_was_chosen(sqlite_source):
    sqlite_source("TEST_CRM_URL", CRM_SQL)
    case = searched(CRM)
    assert b"Bob" not in everything(built(case))

    case = searched(CRM)
    choose(
        case, 1, RowChoice.RELEASE, ground="same_person", reason="Said so by telephone."
    )

    names = [row["name"] for row in objects(built(case), "data/contact/crm-contacts")]
    assert names == ["Ann Other", "Bob Colleague"]


def test_withheld_file_is_told_and_the_released_one_keeps_a_safe_name():
    case = make_case("ann@example.org", revision=make_revision([CCTV]))
    search.start_search(case, by=make_staff(), at=AT)
    asked = case.tasks.get().owner_task
    names = ["../Caf\u00e9 #1.MP4", "secret.pdf"]
    files = [
        owner.add_file(asked, name=name, claimed_type="", chunks=[name.encode()], at=AT)
        for name in names
    ]
    owner.finish(asked, note="", at=AT)
    by = make_staff()
    reviewing.choose_file(files[0], choice=RowChoice.RELEASE, ground="", by=by, at=AT)
    reviewing.choose_file(
        files[1], choice=RowChoice.WITHHOLD, ground="crime_and_tax", by=by, at=AT
    )

    package = built(Case.objects.get(pk=case.pk))

    path = "files/cctv/001-Caf\u00e9 _1.MP4"
    assert package.namelist() == [path, "style.css", "index.html", "manifest.json"]
    assert package.read(path) == names[0].encode()
    told = page(package)
    assert 'href="files/cctv/001-Caf%C3%A9%20_1.MP4"' in told
    assert "A file from Cameras is not given." in told
    assert "Yes, we process personal data about you." in told
    assert b"secret.pdf" not in everything(package)
