"""`manage.py deadline`, run as a colleague runs it: nothing set, no database."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from datamap import actions as datamap

HERE = Path(__file__).parent
ACCESS = {"right": "access", "received": "2026-02-03"}


def deadline(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "deadline", *arguments],
        cwd=settings.BASE_DIR,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def lines(run: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_every_vector_has_its_line_in_order():
    vectors = json.loads((HERE / "clock_vectors.json").read_text())

    found = lines(deadline("--vectors", str(HERE / "clock_vectors.json")))

    assert [line["id"] for line in found] == [vector["id"] for vector in vectors]
    for line, vector in zip(found, vectors, strict=True):
        expected = {
            "id": vector["id"],
            "due": vector.get("expected_due"),
            "safe_due": vector.get("safe_due"),
            "status": vector["clock_status"],
        }
        assert {name: line[name] for name in expected} == expected
        notice = vector.get("extension_notice_by") or line["extension_notice_by"]
        assert line["extension_notice_by"] == notice


def test_a_row_that_says_of_everything_that_there_is_none_is_the_same(tmp_path):
    """As the shared file has it: each name in each row, and words beside."""
    vectors = json.loads((HERE / "clock_vectors.json").read_text())
    names = {name for vector in vectors for name in vector} - {"clarification"}
    told = {"clarification": [], "extended": False, "alternatives": {}, "why": "So."}
    padded = [{**dict.fromkeys(names), **told, **vector} for vector in vectors]
    (tmp_path / "rows.json").write_text(json.dumps(padded))

    found = lines(deadline("--vectors", str(tmp_path / "rows.json")))

    assert found == lines(deadline("--vectors", str(HERE / "clock_vectors.json")))


@pytest.mark.django_db
def test_the_portals_own_table_of_holidays_counts_when_asked_for():
    datamap.seed_holidays({date(2026, 3, 2): "Coronation"})
    out = StringIO()

    call_command("deadline", received="2026-01-30", holidays_from_db=True, stdout=out)

    assert "Monday 2 March 2026 is a bank holiday (Coronation)" in out.getvalue()
    assert "\ndue: 2026-03-03\n" in out.getvalue()


def test_other_clocks_have_an_id_and_a_day():
    vectors = json.loads((HERE / "other_clock_vectors.json").read_text())

    found = lines(deadline("--vectors", str(HERE / "other_clock_vectors.json")))

    assert found == [
        {"id": row["id"], "due": row.get("expected_due") or row["expected_due_at"]}
        for row in vectors
    ]


def test_a_typed_request_is_explained_step_by_step():
    run = deadline(
        *("--received", "2026-01-30", "--right", "access"),
        *("--clarification", "2026-02-03..2026-02-10"),
    )

    assert run.returncode == 0, run.stderr
    assert "Friday 30 January 2026" in run.stdout
    assert "Regulation 1182/71 Article 3(4)" in run.stdout
    assert run.stdout.endswith(
        "due: 2026-03-09\nsafe due: 2026-03-09\nextension notice by: 2026-03-09\n"
    )


def test_an_unanswered_clarification_leaves_the_days_that_are_left():
    run = deadline("--received", "2026-06-01", "--clarification", "2026-06-03..")

    assert "status: paused\ndays left: 29\ndue: none yet\n" in run.stdout


def test_several_questions_follow_one_another_or_each_its_option():
    first, second = "2026-06-03..2026-06-08", "2026-06-10..2026-06-12"
    received = ("--received", "2026-06-01")

    together = deadline(*received, "--clarification", first, second)

    assert "\ndue: 2026-07-10\n" in together.stdout
    apart = deadline(*received, "--clarification", first, "--clarification", second)
    assert apart.stdout == together.stdout


def test_every_restart_is_taken():
    run = deadline(
        *("--received", "2026-06-01", "--right", "erasure", "--extended"),
        *("--id-requested", "2026-06-02", "--id-received", "2026-06-08"),
        *("--authority-requested", "2026-06-02", "--authority-received", "2026-06-09"),
        *("--fee-requested", "2026-06-02", "--fee-paid", "2026-06-10"),
    )

    assert "\ndue: 2026-09-10\n" in run.stdout
    assert "extension notice by: 2026-07-10\n" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--received", "2026-02-30"), "received '2026-02-30' is no day"),
        ((), "received is missing"),
        (
            ("--received", "2026-02-03", "--clarification", "2026-02-04"),
            "2026-01-30..2026-02-02",
        ),
        (
            ("--received", "2026-02-03", "--id-requested", "2026-02-01"),
            "identity was asked before the request was received",
        ),
        (
            ("--received", "2026-02-03", "--right", "breach"),
            "--right cannot be 'breach': choose from 'access', 'rectification', ",
        ),
        (("--received", "2026-02-03", "--right"), "--right wants something after it"),
        (("--received", "2026-02-03", "--due", "x"), "--due x means nothing here"),
        (("--received", "9999-12-31"), "too far ahead"),
        (("--vectors", "nowhere.json"), "nowhere.json cannot be read: No such file"),
        (("--vectors", "run"), "run is no JSON in UTF-8"),
        (("--vectors", "docs"), "docs cannot be read: Is a directory"),
        (("--vectors", "x", "--received", "2026-02-03"), "not both"),
        (("--received", "2026-02-03", "--holidays-from-db"), "LUMINA_"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments, said):
    run = deadline(*arguments)

    assert run.returncode != 0
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stderr.endswith(".\n")
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "X", "kind": "lunar"}, "kind 'lunar' is no clock of ours"),
        ({"id": "X", "kind": "ico_breach_72h", "aware_at": "2026-10-24T10:00"}, "zone"),
        ({"id": "X", "right": "sleep", "received": "2026-02-03"}, "right 'sleep'"),
        (
            {
                "right": "access",
                "received": "2026-02-03",
                "clarification": "2026-02-04",
            },
            "row 1 of",
        ),
        (
            {"right": "access", "received": ["2026-02-03"]},
            "is no day; write 2026-01-30",
        ),
        (
            {**ACCESS, "extended": "no"},
            "extended 'no' is neither true nor false",
        ),
        ("X", "is no JSON list of objects"),
    ],
)
def test_a_wrong_row_is_one_sentence(tmp_path, row, said):
    (tmp_path / "rows.json").write_text(json.dumps([row]))

    run = deadline("--vectors", str(tmp_path / "rows.json"))

    assert run.returncode != 0
    assert said in run.stderr
    assert "Traceback" not in run.stderr
