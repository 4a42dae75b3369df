"""Staff take in every right by every way, at its true receipt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from consent import actions as consent_actions
from consent import queries as consent
from consent.models import PermissionEntry
from consent.rules import Act
from consent.rules import Channel as Way
from lumina_privacy.lib.actor import STRANGER
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import intake
from requests_app.models import Submission
from requests_app.policies.ruling import may_confirm
from requests_app.queries.subject import story_of
from requests_app.states import FILED, CaseStatus, Channel, EventKind, Right, WhoAsks
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import register_in_force

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
ANN = "ann@example.org"
STOP, CONSENT = Right.OBJECTION_DIRECT_MARKETING, Right.WITHDRAW_CONSENT
AT_ONCE = {STOP, CONSENT}


@pytest.fixture(autouse=True)
def register():
    """Put the real register in force: its purposes are what stops."""
    register_in_force()


def acknowledgements(address=ANN):
    return [
        mail
        for mail in Message.objects.filter(purpose="case-acknowledgement")
        if mail.recipient == address
    ]


def may_send(purpose="marketing-electronic", channel=Way.EMAIL, address=ANN):
    return bool(consent.may_send(address=address, purpose=purpose, channel=channel))


def given(purpose="marketing-electronic", channel=Way.EMAIL, address=ANN):
    kind = "email" if channel is Way.EMAIL else "phone"
    consent_actions.record(
        subject=(kind, address),
        purpose=purpose,
        channel=channel,
        act=Act.GIVEN,
        wording="Send me news.",
        source="form",
        evidence="",
        by=STRANGER,
        at=AT - timedelta(days=9),
    )


def take_in(
    *rights: Right,
    channel=Channel.POST,
    who=WhoAsks.KNOWN,
    known_by="On file.",
    **more,
):
    given = {"phone": "+441442500890", **more}
    return intake.take_in(
        intake.Filing("Ann Other", rights=rights, **given),
        channel=channel,
        received_at=AT - timedelta(days=3),
        who=who,
        known_by=known_by,
        key=uuid4(),
        by=make_staff(),
        at=AT,
    )


@pytest.mark.parametrize("channel", [one for one in Channel if one is not Channel.WEB])
@pytest.mark.parametrize("right", FILED)
def test_staff_take_in_every_right_by_every_way_at_its_true_receipt(right, channel):
    case = take_in(right, channel=channel).cases.get()

    assert (case.right, case.status) == (right, CaseStatus.RECEIVED)
    assert case.submission.received_at == AT - timedelta(days=3)
    assert str(case.due_on) == "2026-11-30"
    assert case.proved.filter(kind="phone").exists()


def test_stop_taken_in_by_staff_counts_from_its_receipt():
    given(channel=Way.PHONE_LIVE, address="+441442500890")

    case = take_in(STOP, who=WhoAsks.NOT_SAID, known_by="").cases.get()

    assert not may_send(channel=Way.PHONE_LIVE, address="+441442500890")
    entry = PermissionEntry.objects.filter(act="objected").first()
    assert (entry.at, entry.recorded_at) == (AT - timedelta(days=3), AT)
    assert case.events.filter(kind=EventKind.STOPPED_AT_ONCE).count() == 1


@pytest.mark.parametrize("who", [WhoAsks.NOT_SAID, WhoAsks.NOT_YET_KNOWN])
def test_stop_that_nobody_says_who_asks_needs_no_proof_and_says_so(who):
    together = take_in(STOP, Right.ACCESS, who=WhoAsks.NOT_YET_KNOWN, known_by="")
    stop, copy = together.cases.order_by("-right")
    alone = take_in(STOP, who=who, known_by="").cases.get()

    for case in (stop, alone):
        page = staff_client().get(reverse("staff-case", args=[case.reference]))
        shown = page.content.decode()
        assert "Taken in: to stop needs no proof of who asks" in shown
        assert "written down; to stop needs no proof" in shown
        assert "not proved" not in shown
        assert "nothing shows yet" not in shown
        told = " ".join(one.title for one in story_of(case))
        assert "to stop needs no proof of who you are" in told
        assert may_confirm(case, make_staff(), today=AT.date())
    assert "nothing shows yet who you are" in " ".join(
        one.title for one in story_of(copy)
    )


def test_how_we_know_the_person_is_asked_where_more_than_a_stop_is_wanted():
    with pytest.raises(Refused, match="how we know"):
        take_in(STOP, Right.ERASURE, known_by=" ")
    with pytest.raises(Refused, match="Say how we know"):
        take_in(STOP, Right.ERASURE, who=WhoAsks.NOT_SAID, known_by="")

    assert not PermissionEntry.objects.exists()


@pytest.mark.parametrize(
    ("channel", "noted"), [(Channel.PHONE, True), (Channel.POST, False)]
)
def test_what_was_said_aloud_is_confirmed_in_writing(channel, noted):
    take_in(Right.ERASURE, channel=channel, email=ANN)

    [mail] = acknowledgements()
    assert ("our note of it in writing" in mail.text) is noted


@pytest.mark.parametrize("year", [1, 1900, 2024])
def test_receipt_years_before_today_is_refused_as_a_correction_to_it_is(year):
    with pytest.raises(Refused, match="That is years before today"):
        intake.take_in(
            intake.Filing("Ann Other", rights=(Right.ACCESS,), phone="+441442500890"),
            channel=Channel.POST,
            received_at=datetime(year, 2, 1, tzinfo=UTC),
            who=WhoAsks.KNOWN,
            known_by="On file.",
            key=uuid4(),
            by=make_staff(),
            at=AT,
        )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"phone": "twelve"}, "“twelve” is not a telephone number."),
        ({"email": "ann"}, "“ann” is not an e-mail address."),
    ],
)
def test_identifier_that_is_none_is_named_and_nothing_is_taken_in(given, why):
    with pytest.raises(Refused, match=why):
        take_in(Right.ACCESS, **given)

    assert not Submission.objects.exists()
