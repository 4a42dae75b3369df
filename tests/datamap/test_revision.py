"""A revision of the register keeps what was loaded, and its order."""

from __future__ import annotations

import pytest
from django.utils import timezone

from datamap.models import Revision

pytestmark = pytest.mark.django_db


def test_revision_keeps_the_order_of_fields():
    """Columns of packages and of the review stand as the register lists them."""
    content = {"surname": 1, "a": 2, "forename": {"zz": 1, "b": 2}}
    made = Revision.objects.create(
        sha256="x", content=content, loaded_at=timezone.now(), loaded_by="system:test"
    )

    kept = Revision.objects.get(pk=made.pk).content

    assert list(kept) == ["surname", "a", "forename"]
    assert list(kept["forename"]) == ["zz", "b"]
    assert kept == content
