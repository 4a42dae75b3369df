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
