"""What owners' browsers may send as files, and what becomes of it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from datamap.queries import register_at
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import files, owner, search
from requests_app.actions.files import pieces
from requests_app.models import OwnerFile, OwnerTask
from requests_app.policies.casework import NOT_OPENED
from requests_app.queries.owner import page_of
from requests_app.queries.review import files_of
from requests_app.queries.rulings import judged_of
from requests_app.states import EventKind, Right, RowChoice
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import CCTV, happen, make_case, make_revision
from tests.factories.clock import again
from tests.ledger import events_about
from tests.requests_app.test_owner import AT, asked, owner_client, page
from vault import queries as vault
from vault.models import StoredFile

__all__ = ["asked"]
pytestmark = pytest.mark.django_db
BOUNDARY = "b" * 20


def part(name: str, content: bytes, *, raw: bytes | None = None) -> bytes:
    """Return one file of a multipart form, its name written as it is."""
    quoted = raw if raw is not None else name.encode()
    return (
        (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="'
        ).encode()
        + quoted
        + b'"\r\nContent-Type: x/y\r\n\r\n'
        + content
        + b"\r\n"
    )


def send(asked: OwnerTask, body: bytes):
    return owner_client().post(
        page(asked, "owner-files"),
        body,
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )


END = f"--{BOUNDARY}--\r\n".encode()


def names() -> list[str]:
    return [vault.facts(file.file).name for file in OwnerFile.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"../../etc/passwd", "passwd"),
        (rb"C:\Users\ann\film.mp4", "film.mp4"),
        (b"/absolute/film.mp4", "film.mp4"),
        ("Überwachung 🎥.mp4".encode(), "Überwachung 🎥.mp4"),
        (b"<script>alert(1)</script>.txt", "script>.txt"),
        (b"a" * 600 + b".mp4", "a" * 251 + ".mp4"),
    ],
)
def test_file_keeps_a_name_without_a_path(asked, raw, kept):
    answer = send(asked, part("", b"film", raw=raw) + END)

    assert answer.status_code == 302
    assert names() == [kept]
    shown = owner_client().get(page(asked)).content.decode()
    assert "<script>" not in shown


@pytest.mark.parametrize("raw", [b"", b".", b"..", b"../", b"/"])
def test_file_without_a_name_is_no_file(asked, raw):
    answer = send(asked, part("", b"film", raw=raw) + END)

    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()
    assert not OwnerFile.objects.exists()


def test_empty_file_is_refused_by_its_name(asked):
    answer = send(asked, part("empty.mp4", b"") + END)

    assert answer.status_code == 422
    assert "“empty.mp4” is empty" in answer.content.decode()
    assert not OwnerFile.objects.exists()


def test_a_hundred_files_at_once_are_taken_and_more_are_refused_with_the_number(asked):
    files = b"".join(part(f"{number}.txt", b"x") for number in range(101))
    hundred = b"".join(part(f"{number}.txt", b"x") for number in range(100))

    refused = send(asked, files + END)
    taken = send(asked, hundred + END)

    assert refused.status_code == 400
    assert "at most 100 files" in refused.content.decode()
    assert taken.status_code == 302
    assert OwnerFile.objects.count() == 100


def test_zip_bomb_is_kept_as_it_is_and_not_unpacked(asked):
    bomb = b"PK\x03\x04" + b"\x00" * 1000

    send(asked, part("bomb.zip", bomb) + END)

    assert OwnerFile.objects.count() == 1


def test_upload_that_breaks_off_keeps_nothing(asked):
    """A form whose end never came is no answer: what is there may be half a film."""
    answer = send(asked, part("film.mp4", b"half a film")[:-2])

    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()
    assert not OwnerFile.objects.exists()


def test_name_longer_than_a_header_may_be_is_answered_and_keeps_nothing(asked):
    answer = send(asked, part("a" * 5000, b"film") + END)

    assert answer.status_code == 400
    assert not OwnerFile.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"rubbish", b"--", END, b"\x00" * 100, BOUNDARY.encode() * 50]
)
def test_rubbish_is_answered_and_keeps_nothing(asked, body):
    assert send(asked, body).status_code in {400, 422}
    assert not OwnerFile.objects.exists()


def test_files_before_one_that_is_refused_are_kept_and_shown(asked, settings):
    settings.LUMINA_UPLOAD_MB = 1
    small = SimpleUploadedFile("small.txt", b"x")
    big = SimpleUploadedFile("big.txt", b"x" * (2 << 20))

    answer = owner_client().post(page(asked, "owner-files"), {"files": [small, big]})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "“big.txt” is larger than 1 MB" in shown
    assert "small.txt" in shown


def test_claimed_type_is_kept_without_control_signs(asked):
    body = part("", b"film", raw=b"film.mp4").replace(b"x/y", b"x/\0y\x1b")

    answer = send(asked, body + END)

    assert answer.status_code == 302
    assert OwnerFile.objects.get().claimed_type == "x/y"


# --- Replaced until they are reviewed (C47) ----------------------------------------


def add(asked: OwnerTask, content: bytes = b"first") -> OwnerFile:
    return owner.add_file(asked, name="a.mp4", claimed_type="", chunks=[content], at=AT)


def put(file: OwnerFile, name: str = "b.mp4", content: bytes = b"other"):
    other = SimpleUploadedFile(name, content)
    url = page(file.task, "owner-file-replace", file.pk)
    return owner_client().post(url, {"file": other})


def content_of(file: OwnerFile) -> bytes:
    return b"".join(pieces(OwnerFile.objects.get(pk=file.pk).file))


@pytest.mark.parametrize("answered", [False, True])
def test_file_is_replaced_before_and_after_the_answer_until_it_is_reviewed(
    asked, answered
):
    file = add(asked)
    if answered:
        owner.finish(asked, note="", at=AT)
    shown = owner_client().get(page(asked)).content.decode()
    assert "a.mp4" in shown
    assert page(asked, "owner-file-replace", file.pk) in shown

    assert put(file).status_code == 302

    assert names() == ["b.mp4"]
    assert content_of(file) == b"other"
    assert vault.facts(file.file).destroyed_at is not None
    asked.refresh_from_db()
    assert (asked.answered_at is not None) is answered
    assert events_about(asked.task.case.about)[-1].event == "case.owner.replaced"


def test_review_that_was_opened_before_covers_no_file_put_in_its_place(asked):
    file = add(asked)
    owner.finish(asked, note="", at=AT)
    seen = file.mark

    put(file)

    with pytest.raises(Refused, match="has changed since"):
        files.choose_file(
            file,
            choice=RowChoice.RELEASE,
            ground="",
            seen=seen,
            by=make_staff(),
            at=AT,
        )


def test_reviewed_file_is_listed_and_not_replaced_any_more(asked):
    file = add(asked)
    owner.finish(asked, note="", at=AT)
    choice = {"choice": RowChoice.RELEASE, "ground": "", "by": make_staff(), "at": AT}
    reviewing.choose_file(file, **choice)

    refused = put(file)

    shown = owner_client().get(page(asked)).content.decode()
    assert refused.status_code == 422
    assert "has reviewed this file already" in refused.content.decode()
    assert "a.mp4" in shown
    assert page(asked, "owner-file-replace", file.pk) not in shown
    assert content_of(file) == b"first"
    kept = StoredFile.objects.filter(purpose="upload", destroyed_at=None)
    assert [one.pk for one in kept] == [file.file]


def test_nothing_is_replaced_without_a_file_or_once_it_was_decided_on(asked):
    file = add(asked)
    nothing = owner_client().post(page(asked, "owner-file-replace", file.pk))
    owner.finish(asked, note="", at=AT)
    happen(asked.task.case, EventKind.DECIDED)

    assert nothing.status_code == 422
    assert "decided on your answer" in put(file).content.decode()
    assert "a.mp4" in owner_client().get(page(asked)).content.decode()
    assert content_of(file) == b"first"


def test_file_of_another_task_is_not_replaced(asked):
    file = add(asked)
    url = reverse("owner-file-replace", args=["AAAA-BBBB-CCCC", file.pk])

    assert owner_client().post(url, {}).status_code == 404
    stranger = owner_client("sales@luminatech.example")
    other = page(asked, "owner-file-replace", file.pk)
    assert stranger.post(other, {}).status_code == 404


# --- Looked at before it goes out --------------------------------------------------


def release(file: OwnerFile) -> None:
    file = OwnerFile.objects.select_related("task__task__case").get(pk=file.pk)
    files.choose_file(
        file,
        choice=RowChoice.RELEASE,
        ground="",
        seen=file.mark,
        by=make_staff(),
        at=AT,
    )


def test_file_that_nobody_has_opened_is_withheld_but_not_released(asked):
    file = add(asked)
    owner.finish(asked, note="", at=AT)
    client = staff_client(make_staff())
    review = reverse("case-review", args=[asked.task.case.reference])
    choose = reverse(
        "case-owner-file-choose", args=[asked.task.case.reference, file.pk]
    )
    said = {"choice": "release", "ground": "", "seen": file.mark}

    before = client.get(review).content.decode()
    refused = client.post(choose, said)

    assert refused.status_code == 422
    assert before.count(NOT_OPENED.reason) == 1
    assert f'{choose}"' in before  # to withhold it
    assert 'value="release"' not in before
    assert refused.content.decode().count(NOT_OPENED.reason) == 2
    opened = client.get(
        reverse("case-owner-file", args=[asked.task.case.reference, file.pk])
    )
    assert b"".join(opened.streaming_content) == b"first"
    after = client.get(review).content.decode()
    assert NOT_OPENED.reason not in after
    assert 'value="release"' in after
    assert client.post(choose, said).status_code == 302
    file.refresh_from_db()
    assert file.choice == RowChoice.RELEASE


def test_look_of_a_colleague_counts_and_an_auditors_does_not(asked):
    file = add(asked)
    owner.finish(asked, note="", at=AT)

    files.read_file(file, by=make_staff(Role.AUDITOR), at=AT)
    with pytest.raises(Refused, match="nobody who reviews has opened"):
        release(file)
    files.read_file(file, by=make_staff(Role.REVIEWER), at=AT)
    release(file)

    file.refresh_from_db()
    assert file.choice == RowChoice.RELEASE


def test_look_at_a_file_covers_neither_another_nor_one_put_in_its_place(asked):
    file, other = add(asked), add(asked, b"second")
    owner.finish(asked, note="", at=AT)
    files.read_file(file, by=make_staff(), at=AT)

    with pytest.raises(Refused, match="nobody who reviews has opened"):
        release(other)
    put(file)
    with pytest.raises(Refused, match="nobody who reviews has opened"):
        release(file)


@pytest.mark.parametrize("how_many", [1, 3])
def test_files_cost_the_same_for_one_and_for_three(how_many):
    case = make_case(right=Right.ERASURE, revision=make_revision([CCTV]))
    search.start_search(case, by=make_staff(), at=AT)
    asked = OwnerTask.objects.select_related("task__case").get(task__case=case)
    for no in range(how_many):
        name = f"{no}.mp4"
        owner.add_file(asked, name=name, claimed_type="", chunks=[b"a"], at=AT)
    owner.finish(asked, note="", at=AT)
    case = again(case)
    register = register_at(case.revision_id)

    with CaptureQueriesContext(connection) as queries:
        judged_of(case)
        assert len(files_of(case, register)) == how_many
        assert len(page_of(asked).files) == how_many

    assert len(queries) == 12, [one["sql"] for one in queries]


def test_what_was_answered_is_listed_for_its_owner_while_the_case_is_open(asked):
    add(asked)
    owner.finish(asked, note="", at=AT)
    tasks = reverse("owner-tasks")

    listed = owner_client().get(tasks).content.decode()
    other = owner_client("sales@luminatech.example").get(tasks).content.decode()
    happen(asked.task.case, EventKind.WITHDRAWN)
    over = owner_client().get(tasks).content.decode()

    assert page(asked) in listed.split("What you have answered")[1]
    assert "Nothing waits for your answer" in listed
    assert "Ann Other" not in listed
    assert page(asked) not in other
    assert page(asked) not in over
