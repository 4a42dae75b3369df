"""A broken register says where: file, line and key, never a traceback."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from datamap.models import Revision
from datamap.registry.load import RegisterBroken, load_first, load_register
from datamap.registry.promises import Said

CRM = "systems/crm.yaml"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Give a copy of Lumina's register that may be broken."""
    return Path(
        shutil.copytree(
            settings.BASE_DIR / "lumina_privacy" / "register", tmp_path / "register"
        )
    )


def change(path: Path, old: str, new: str) -> int:
    """Replace ``old`` where it stands first; return its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def complaint_of(folder: Path, about: str = ""):
    """Return the first thing that is wrong with the register, and says ``about``."""
    with pytest.raises(RegisterBroken) as broken:
        load_register(folder)
    return next(one for one in broken.value.complaints if about in one.problem)


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "problem"),
    [
        (CRM, "connector: sql", "connector: [sql", "-", "is no YAML"),
        (CRM, "connector: sql", "conector: sql", "conector", "is no word"),
        (
            CRM,
            "location: GB",
            "location: US",
            "location",
            "outside the storage promise",
        ),
        (CRM, "connector: sql", "connector: sql\nowner: x", "owner", "twice"),
        (CRM, "category: identity", "category: identty", "", "'identty' is declared"),
        ("systems/billing.yaml", "row_of: invoices", "row_of: bills", "", "names"),
        ("systems/billing.yaml", "row_of: invoices", "row_of: customers", "", "names"),
        ("systems/billing.yaml", "[number]", "[nr]", "datasets.invoices.names", "'nr'"),
        ("purposes.yaml", "basis: contract", "basis: whim", "", "Input should be"),
        ("categories.yaml", "- code:", "- cod:", "0.cod", "is no word"),
        ("controller.yaml", "name:", "nom:", "nom", "is no word"),
    ],
)
def test_mistake_is_told_by_file_line_and_key(folder, file, old, new, key, problem):
    line = change(folder / file, old, new)

    complaint = complaint_of(folder, problem)

    assert Path(complaint.file) == folder / file
    assert abs(complaint.line - line) <= 1, "a syntax error shows on the next line"
    assert complaint.key == key or not key
    assert str(complaint) == (
        f"{complaint.file}:{complaint.line}: {complaint.key}: {complaint.problem}"
    )


@pytest.mark.parametrize("place", ["find_by", "yields"])
def test_contact_of_a_person_under_another_name_is_a_complaint(folder, place):
    """What is learned of it would not wait for a person (D1)."""
    other = "yields" if place == "find_by" else "find_by"
    (folder / CRM).write_text(
        "system: crm\nname: C\nowner: o@example.org\nlocation: GB\nconnector: sql\n"
        f"datasets:\n  people:\n    table: t\n    key: id\n    {other}: {{code: c}}\n"
        f"    {place}: {{mobile: {{column: m, match: phone}}}}\n"
        "    category: contact\n    purposes: [goods-and-services]\n"
    )

    complaint = complaint_of(folder, "compared as `phone`")

    assert complaint.key == f"datasets.people.{place}.mobile"


def test_row_that_is_pointed_to_has_one_key_that_is_shown(folder):
    change(folder / "systems/billing.yaml", "key: invoice_id", "key: [invoice_id, net]")

    complaint = complaint_of(folder, "must be one column")

    assert complaint.key == "datasets.invoice_lines.fields.invoice_id.row_of"


def test_key_written_twice_is_told_with_the_line_of_the_second(folder):
    path = folder / CRM
    path.write_text(path.read_text() + "location: GB\n")

    complaint = complaint_of(folder)

    lines = path.read_text().splitlines()
    assert (complaint.line, complaint.key) == (len(lines), "location")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "just words",
        "system: crm\ndatasets: [a, b]",
        "system: crm\ndatasets: 7",
    ],
)
def test_file_of_another_shape_is_a_complaint(folder, content):
    (folder / CRM).write_text(content)

    assert Path(complaint_of(folder).file) == folder / CRM


@pytest.mark.parametrize("fields", ["[{a: b}]", "{Name: words}", "{Name: [1]}", "7"])
def test_fields_of_another_shape_are_a_complaint(folder, fields):
    (folder / CRM).write_text(
        "system: crm\nname: C\nowner: o@example.org\nlocation: GB\nconnector: sql\n"
        f"datasets:\n  people:\n    table: t\n    key: id\n    find_by: {{email: e}}\n"
        f"    fields: {fields}\n"
    )

    complaint = complaint_of(folder)

    assert (Path(complaint.file), complaint.line) == (folder / CRM, 11)
    assert complaint.key.startswith("datasets.people.fields")


def test_text_that_is_no_utf8_is_a_complaint_with_its_line(folder):
    (folder / CRM).write_bytes(b"system: crm\nname: Caf\xe9\n")

    complaint = complaint_of(folder)

    assert (complaint.line, complaint.problem) == (2, "is not written in UTF-8")


def test_missing_file_is_a_complaint(folder):
    (folder / "purposes.yaml").unlink()

    assert complaint_of(folder).problem.startswith("cannot be read (No such file")


def test_system_declared_in_two_files_is_a_complaint(folder):
    shutil.copy(folder / CRM, folder / "systems" / "sales.yaml")

    complaint = complaint_of(folder)

    assert Path(complaint.file).name == "sales.yaml"
    assert (complaint.line, complaint.key) == (1, "system")
    assert f"is declared in {folder / CRM} too" in complaint.problem


def test_system_file_that_would_not_be_read_is_a_complaint(folder):
    (folder / CRM).rename(folder / "systems" / "crm.yml")

    assert complaint_of(folder).problem == "only files named *.yaml are read here"


@pytest.mark.parametrize(
    ("name", "old", "new", "key"),
    [
        ("recipients", "- code: delivery", "- cod: delivery", "0.cod"),
        ("contacts", "dco_email: dco@luminatech.co.uk", "dco_email: [x]", "dco_email"),
        ("schedule", "period: P6Y", "period: six years", "0.period"),
    ],
)
def test_mistake_in_what_is_loaded_once_is_told_too(folder, name, old, new, key):
    line = change(folder / "first" / f"{name}.yaml", old, new)

    with pytest.raises(RegisterBroken) as broken:
        load_first(folder, name)

    assert key in [complaint.key for complaint in broken.value.complaints]
    assert broken.value.complaints[0].line == line


@pytest.mark.django_db
def test_setup_tells_what_is_broken_and_loads_nothing(folder, settings):
    line = change(folder / CRM, "connector: sql", "conector: sql")
    settings.LUMINA_REGISTER_DIR = folder

    with pytest.raises(CommandError) as refused:
        call_command("setup", stdout=StringIO())

    assert f"{folder / CRM}:{line}: conector: is no word" in str(refused.value)
    assert not Revision.objects.exists()


SECRET = """
system: crm
name: C
owner: o@example.org
location: GB
connector: sql
datasets:
  people:
    table: t
    key: [number]
    find_by: {email: {column: [e]}}
    yields: {other: {column: [o]}}
    held_for: h
    source_column: s
    fields:
      token: {category: user, purposes: [goods-and-services], secret: true}
"""


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ("number", "key"),
        ("[e]", "find_by.email"),
        ("[o]", "yields.other"),
        ("h\n", "held_for"),
        ("s\n    fields", "source_column"),
        ("true}", "fields.token.held_since"),
    ],
)
def test_secret_that_a_search_would_read_is_a_complaint(folder, old, key):
    """Decision D3: never read, so nobody is found by it."""
    with_secret = {
        "number": "number, token",
        "[e]": "[e, token]",
        "[o]": "[o, token]",
        "h\n": "token\n",
        "s\n    fields": "token\n    fields",
        "true}": "true, held_since: token}",
    }
    (folder / CRM).write_text(SECRET)
    line = change(folder / CRM, old, with_secret[old])

    complaint = complaint_of(folder, "never read (D3)")

    assert (Path(complaint.file), complaint.line) == (folder / CRM, line)
    assert complaint.key == f"datasets.people.{key}"


@pytest.mark.parametrize("word", ["secret", "third_party"])
def test_what_is_never_given_on_an_address_alone_is_a_complaint(folder, word):
    change(folder / CRM, "waivable: true,", f"{word}: true, waivable: true,")

    assert "never `waivable`" in complaint_of(folder).problem


def test_columns_taken_together_are_not_waivable(folder):
    (folder / CRM).write_text(
        SECRET[: SECRET.index("    fields")]
        + "    waivable: true\n    category: user\n    purposes: [goods-and-services]\n"
    )

    assert "`waivable` is said of fields" in complaint_of(folder).problem


@pytest.mark.parametrize("code", list(Said))
def test_notice_without_what_answers_repeat_is_a_complaint(folder, code):
    change(folder / "notices.yaml", f"code: {code}", "code: other")

    complaint = complaint_of(folder)

    assert Path(complaint.file) == folder / "notices.yaml"
    assert "other" in complaint.key or code in complaint.problem


def test_paragraph_left_without_its_code_is_a_complaint(folder):
    path = folder / "notices.yaml"
    text = path.read_text(encoding="utf-8")
    stripped = text.replace(f"code: {Said.STORED}\n          text: ", "")
    path.write_text(stripped, encoding="utf-8")

    complaint = complaint_of(folder, "no paragraph with the code stored-within")

    assert complaint.key == "0.sections"


def test_code_said_twice_is_a_complaint(folder):
    change(folder / "notices.yaml", f"code: {Said.STORED}", f"code: {Said.AUTOMATED}")

    assert "is said twice" in complaint_of(folder).problem


PORTAL = "systems/portal.yaml"


def test_field_of_the_portal_that_contradicts_its_column_is_a_complaint(folder):
    line = change(
        folder / PORTAL,
        "last_login: {label",
        "last_login: {category: user, purposes: [enquiries], label",
    )

    complaint = complaint_of(folder, "is technical for fraud-and-identity")

    assert (complaint.line, complaint.key) == (
        line,
        "datasets.accounts.fields.last_login",
    )


def test_table_of_the_portal_that_nobody_declares_is_a_complaint(folder):
    change(folder / PORTAL, "stored_in: accounts.User", "stored_in: accounts.Users")

    assert complaint_of(folder, "declares no table").key == (
        "datasets.accounts.stored_in"
    )


def test_column_of_the_portal_says_what_a_field_is(folder):
    change(
        folder / "portal.yaml",
        "last_login: {category: technical",
        "last_login: {category: website-usage",
    )

    accounts = load_register(folder).system("portal").datasets["accounts"]

    assert accounts.declared["last_login"].category == "website-usage"
