"""The owner of several datasets says of which of them a file is."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.actions import search
from requests_app.models import OwnerTask
from tests.factories.accounts import make_staff
from tests.factories.cases import CCTV, make_case, make_revision
from tests.requests_app.test_owner import AT, owner_client, page

pytestmark = pytest.mark.django_db


def asked_of(*datasets: str) -> OwnerTask:
    declared = {
        name: {
            "name": name.title(),
            "table": name,
            "key": "id",
            "find_by": {"email": {"column": "none", "identifies": "person"}},
            "category": "identity",
            "purposes": ["services"],
            "fields": ["page"],
        }
        for name in datasets
    }
    revision = make_revision([{**CCTV, "datasets": declared}])
    case = make_case("ann@example.org", revision=revision)
    search.start_search(case, by=make_staff(), at=AT)
    return OwnerTask.objects.get(task__case=case)


def test_owner_of_several_datasets_says_of_which_a_file_is():
    asked, client = asked_of("files", "visitors"), owner_client()
    assert "What are they from?" in client.get(page(asked)).content.decode()

    for said in ("visitors", "", "of another system"):
        file = SimpleUploadedFile("page.pdf", b"%PDF")
        client.post(page(asked, "owner-files"), {"files": [file], "dataset": said})

    brought = asked.files.order_by("pk").values_list("dataset", flat=True)
    assert list(brought) == ["visitors", "", ""]


def test_owner_of_one_dataset_is_not_asked_of_which_a_file_is():
    asked = asked_of("visitors")

    assert "What are they from?" not in owner_client().get(page(asked)).content.decode()
