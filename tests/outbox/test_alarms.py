"""Mail that did not arrive is seen by staff who may do something about it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from outbox.models import Message
from tests.factories.accounts import staff_client
from tests.factories.cases import make_revision
from tests.outbox.conftest import queue

pytestmark = pytest.mark.django_db


def page():
    make_revision()
    return staff_client(Role.OPERATIONS).get(reverse("system-list")).content.decode()


def test_systems_page_shows_mail_that_did_not_arrive_but_not_to_whom():
    bounced = queue(statutory=True, purpose="acknowledgement")
    Message.objects.filter(pk=bounced).update(state="bounced", problem="refused 550")
    owed = queue(statutory=True, purpose="answer-ready")
    fine = queue(purpose="chaser")
    Message.objects.filter(pk=fine).update(state="sent", sent_at=timezone.now())

    shown = page()

    assert Message.objects.get(pk=owed).state == "queued"
    assert [word in shown for word in ("bounced: refused 550", "answer-ready")] == [
        True,
        True,
    ]
    assert [word in shown for word in ("chaser", "ann@example.org")] == [False, False]
