"""Mail that did not arrive is seen by staff who may do something about it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Event
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from outbox import actions, queries
from outbox.models import Message
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_revision
from tests.outbox.conftest import AT, queue

LINK = "See to it"
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


def make_bounced(**changed) -> int:
    pk = queue(statutory=True, purpose="acknowledgement", **changed)
    Message.objects.filter(pk=pk).update(state="bounced", problem="refused 550")
    return pk


def see(pk, reason="Telephoned her; she has a new address.", **more):
    actions.see_to(pk, **{"by": make_staff().actor, "at": AT, "reason": reason, **more})


def test_who_has_seen_to_it_ends_the_alarm_and_the_page_says_who_and_what():
    pk = make_bounced()
    sana = make_staff(Role.OPERATIONS, name="Sana Iqbal")
    client = staff_client(sana)
    url = reverse("mail-see-to", args=[pk])
    make_revision()
    assert url in client.get(reverse("system-list")).content.decode()

    answer = client.post(url, {"reason": "Telephoned her."}, follow=True)

    page = answer.content.decode()
    assert url not in page
    assert "Every mail has arrived" in page
    assert "seen to by Sana Iqbal" in page
    assert "Telephoned her." in page
    message = Message.objects.get(pk=pk)
    assert (message.state, message.seen_by) == ("bounced", str(sana.actor))


def test_mail_that_no_key_opens_is_an_alarm_like_any_other():
    pk = make_bounced()
    sealed = ("recipient", "subject", "text")
    with connection.cursor() as cursor:  # under a key that is gone
        for column in sealed:
            cursor.execute(
                f"UPDATE outbox_message SET {column} = 'k0:xx' WHERE id = %s", [pk]
            )
    client = staff_client(Role.OPERATIONS)

    assert "bounced: refused 550" in page()
    assert [mail.id for mail in queries.deliveries_about("case:1")] == [pk]
    assert [mail.id for mail in queries.not_delivered()] == [pk]
    client.post(reverse("mail-see-to", args=[pk]), {"reason": "Telephoned her."})

    assert Message.objects.defer(*sealed).get(pk=pk).seen_at


def test_seeing_to_it_is_in_the_ledger_without_the_words():
    pk = make_bounced()

    see(pk, "Ann has moved to Bob.")

    row = Event.objects.get(event="outbox.alarm.seen")
    assert row.about == f"message:{pk}"
    assert row.details == {
        "purpose": "acknowledgement",
        "about": "case:1",
        "statutory": True,
    }


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_seen_to_without_a_word(reason):
    pk = make_bounced()
    client = staff_client(Role.OPERATIONS)

    answer = client.post(reverse("mail-see-to", args=[pk]), {"reason": reason})

    assert answer.status_code == 422
    assert "Write what you did about it" in answer.content.decode()
    with pytest.raises(Refused, match="Write what you did"):
        see(pk, reason)


def test_second_to_see_to_it_reads_that_somebody_has():
    pk = make_bounced()
    see(pk)

    with pytest.raises(Refused, match="already"):
        see(pk)
    page = staff_client(Role.OPERATIONS).get(reverse("mail-see-to", args=[pk]))
    assert "Somebody has seen to this mail already." in page.content.decode()


def test_mail_that_is_still_tried_cannot_be_silenced():
    pk = queue(statutory=True)

    with pytest.raises(Refused, match="refused or given up"):
        see(pk)
    client = staff_client(Role.OPERATIONS)
    assert client.get(reverse("mail-see-to", args=[pk])).status_code == 404


def test_auditor_sees_alarms_and_ends_none():
    pk = make_bounced()
    make_revision()
    client = staff_client(Role.AUDITOR)

    assert LINK not in client.get(reverse("system-list")).content.decode()
    assert client.post(reverse("mail-see-to", args=[pk])).status_code == 403


def test_nothing_changes_when_the_ledger_cannot_be_written(monkeypatch):
    pk = make_bounced()

    def broken(*args, **kwargs):
        raise OSError("disk")

    monkeypatch.setattr("outbox.actions.audit.record", broken)
    with pytest.raises(OSError, match="disk"):
        see(pk)

    assert Message.objects.get(pk=pk).seen_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"seen_by": "staff:1"},
        {"seen_by": str(system("outbox")), "seen_at": AT, "seen_why": "x"},
        {"seen_by": "staff:1", "seen_at": AT},
        {"seen_by": "staff:1", "seen_at": AT, "seen_why": "x", "state": "queued"},
    ],
)
def test_message_alarm_seen_by_a_person(wrong):
    """Only a person, with a reason, and only of a mail that did not arrive."""
    pk = make_bounced()

    with pytest.raises(IntegrityError, match="message_alarm_seen_by_a_person"):
        Message.objects.filter(pk=pk).update(**wrong)
