"""Whoever is asked after another sees that something came, and not what it is."""

from __future__ import annotations

import pytest
from django.db import connection

from lumina_privacy.lib.verdict import Refused
from requests_app.actions import owner
from requests_app.models import OwnerFile, OwnerTask
from requests_app.rules import OwnerAnswer
from requests_app.states import TaskVerdict
from tests.requests_app.test_owner import ADDRESS, AT, asked, owner_client, page
from vault import queries as vault

pytestmark = pytest.mark.django_db
GUARD = "guard@luminatech.example"
__all__ = ["asked"]


def bring(asked: OwnerTask, name: str) -> OwnerFile:
    return owner.add_file(asked, name=name, claimed_type="", chunks=[b"film"], at=AT)


def send_on(asked: OwnerTask, to: str = GUARD) -> OwnerTask:
    return owner.send_on(asked, address=to, note="", at=AT)


@pytest.fixture
def first(asked) -> OwnerFile:
    return bring(asked, "ann-at-the-clinic-door.mp4")


def test_colleague_sees_that_something_came_and_nothing_of_it(asked, first):
    task = send_on(asked)

    shown = owner_client(GUARD).get(page(task)).content.decode()

    assert "has brought 1 file. The privacy team has it" in shown
    assert "clinic" not in shown
    assert page(task, "owner-file-remove", first.pk) not in shown
    assert "Nothing is held about them" not in shown
    assert "I have nothing to add" in shown


@pytest.mark.parametrize("name", ["owner-file-remove", "owner-file-replace"])
def test_colleague_neither_removes_nor_replaces_it(asked, first, name):
    task = send_on(asked)

    answer = owner_client(GUARD).post(page(task, name, first.pk))

    assert answer.status_code == 404
    assert vault.facts(first.file).destroyed_at is None
    first = OwnerFile.objects.select_related("task__task__case").get(pk=first.pk)
    with pytest.raises(Refused, match="Somebody before you has brought this file"):
        owner.remove_file(first, at=AT)
    with pytest.raises(Refused, match="Somebody before you has brought this file"):
        owner.replace_file(first, name="b", claimed_type="", chunks=[b"b"], at=AT)
    assert OwnerFile.objects.get().file == first.file


def test_colleague_cannot_say_that_nothing_is_held_and_answers_with_what_came(
    asked, first
):
    task = send_on(asked)
    with pytest.raises(Refused, match="so something is held"):
        owner.hold_nothing(task, note="", at=AT)

    owner_client(GUARD).post(page(task, "owner-finish"), {"note": ""})

    task = OwnerTask.objects.get()
    assert (task.answer, task.task.verdict) == (OwnerAnswer.FILES, TaskVerdict.FOUND)
    shown = owner_client(GUARD).get(page(task)).content.decode()
    assert "Your answer" in shown
    assert "clinic" not in shown


def test_each_has_what_they_brought_also_when_it_comes_back_to_them(asked, first):
    task = send_on(asked)
    second = bring(task, "gate.mp4")
    seen = owner_client(GUARD).get(page(task)).content.decode()
    assert "gate.mp4" in seen
    assert "clinic" not in seen

    task = send_on(task, ADDRESS)

    seen = owner_client().get(page(task)).content.decode()
    assert "clinic" in seen
    assert "gate.mp4" not in seen
    owner_client().post(page(task, "owner-file-remove", first.pk))
    assert [file.pk for file in OwnerFile.objects.all()] == [second.pk]


def test_file_from_before_it_was_kept_who_brought_it_is_nobodys(asked, first):
    OwnerFile.objects.update(brought_by="")

    shown = owner_client().get(page(asked)).content.decode()

    assert "has brought 1 file" in shown
    assert "clinic" not in shown


def test_who_brought_a_file_lies_encrypted(asked, first):
    with connection.cursor() as cursor:
        cursor.execute("SELECT brought_by FROM requests_app_ownerfile")
        [(stored,)] = cursor.fetchall()

    assert stored
    assert ADDRESS not in stored
