"""Permissions: a stop acts at once and is never lost; in doubt nothing is permitted."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime, timedelta
from threading import Event as Flag

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from consent import actions, queries
from consent.models import PermissionEntry, PermissionState, Suppression
from consent.portal import PORTS
from consent.rules import Act, Channel, Entry, State, current
from lumina_privacy.lib import crypto
from lumina_privacy.lib.actor import STRANGER
from tests.database import at_once

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
ANN = ("email", "ann@example.org")

pytestmark = pytest.mark.django_db


def record(act, minutes=0, **changed):
    known = {
        "subject": ANN,
        "purpose": "news",
        "channel": Channel.EMAIL,
        "wording": "Send me news.",
        "source": "form",
        "evidence": "",
        "by": STRANGER,
        "at": AT + timedelta(minutes=minutes),
    }
    return actions.record(act=act, **{**known, **changed})


def may(address="ann@example.org", purpose="news", channel=Channel.EMAIL):
    return queries.may_send(address=address, purpose=purpose, channel=channel)


# --- The fold -------------------------------------------------------------------------

ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from(Act),
        st.integers(0, 5).map(lambda minutes: AT + timedelta(minutes=minutes)),
        st.integers(1, 99),
    ),
    min_size=1,
    max_size=8,
)


@given(ENTRIES)
def test_fold_does_not_depend_on_the_order_of_writing(entries):
    assert current(entries) == current(list(reversed(entries)))


@given(ENTRIES)
def test_fold_permits_only_when_every_last_act_gives(entries):
    latest = max(entry.at for entry in entries)
    last = {entry.act for entry in entries if entry.at == latest}

    assert (current(entries) is State.GIVEN) == (last == {Act.GIVEN})


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (Act.GIVEN, State.GIVEN),
        (Act.WITHDRAWN, State.STOPPED),
        (Act.OBJECTED, State.STOPPED),
        (Act.REFUSED, State.STOPPED),
        (Act.EXPIRED, State.UNKNOWN),
    ],
)
def test_state_after_an_act(act, state):
    assert current([Entry(act, AT, 1)]) is state


# --- What is recorded -----------------------------------------------------------------


def test_without_a_record_nothing_may_be_sent():
    assert may().reason == "no consent is on record"


def test_consent_permits_its_purpose_and_channel_only():
    record(Act.GIVEN)

    assert may()
    assert may(" ANN@Example.ORG ")
    assert not may("ben@example.org")
    assert not may(purpose="offers")
    assert not may(channel=Channel.POST)
    assert not may("01442 500890", channel=Channel.SMS)


@pytest.mark.parametrize("act", [Act.WITHDRAWN, Act.OBJECTED, Act.REFUSED])
def test_stop_acts_at_once_and_is_a_keyed_hash(act):
    record(Act.GIVEN)
    record(act, minutes=1)

    assert may().reason == "the person has asked us to stop"
    [stop] = Suppression.objects.all()
    assert "ann" not in stop.subject_ref
    assert stop.since == AT + timedelta(minutes=1)


def test_stop_that_arrives_late_does_not_undo_a_later_consent():
    record(Act.GIVEN, minutes=5)
    record(Act.WITHDRAWN, minutes=1)

    assert may()


def test_expired_consent_is_none_but_nobody_asked_to_stop():
    record(Act.GIVEN)
    record(Act.EXPIRED, minutes=1)

    assert may().reason == "no consent is on record"
    assert Suppression.objects.count() == 0


def test_stop_of_every_purpose_stands_above_a_consent():
    record(Act.OBJECTED, purpose="")
    record(Act.GIVEN, minutes=1)

    assert may().reason == "the person has asked us to stop"


def test_new_consent_ends_the_stop_of_its_purpose():
    record(Act.OBJECTED)
    record(Act.GIVEN, minutes=1)

    assert may()


def test_telephone_and_post_are_reached_by_their_own_kind():
    for channel in (Channel.PHONE_LIVE, Channel.PHONE_AUTOMATED, Channel.SMS):
        record(Act.GIVEN, subject=("phone", "01442 500890"), channel=channel)
        assert may("+44 1442 500890", channel=channel)
    record(Act.GIVEN, subject=("postal", "37 Mark Road"), channel=Channel.POST)
    assert may("37  mark road", channel=Channel.POST)


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_what_is_no_address_is_refused(channel):
    assert may("nobody", channel=channel).reason == "this is no address for the channel"


def test_ledger_knows_the_act_but_not_the_person():
    entry = record(Act.WITHDRAWN)

    event = Event.objects.get()
    assert (event.event, event.about) == ("consent.recorded", f"permission:{entry}")
    assert event.details == {"act": "withdrawn", "purpose": "news", "channel": "email"}
    assert event.subject is not None


def test_person_gets_their_own_entries():
    record(Act.GIVEN)
    record(Act.GIVEN, subject=("email", "ben@example.org"))

    rows = list(PORTS.portal_datasets[0].find({"email": frozenset({ANN[1]})}))
    assert [(row.values["act"], row.matched_value) for row in rows] == [
        ("Consent given", ANN[1])
    ]


def test_rebuild_gives_what_the_acts_gave():
    record(Act.GIVEN)
    record(Act.OBJECTED, purpose="offers")
    before = list(PermissionState.objects.order_by("purpose").values())
    PermissionState.objects.all().delete()
    Suppression.objects.all().delete()

    assert actions.rebuild() == 2
    after = list(PermissionState.objects.order_by("purpose").values())
    assert [{**row, "id": 0} for row in after] == [{**row, "id": 0} for row in before]
    assert Suppression.objects.get().purpose == "offers"


@pytest.mark.django_db(transaction=True)
def test_withdrawal_at_the_moment_of_a_consent_is_not_lost():
    """The consent is folded while the withdrawal is written but not yet committed."""
    withdrawn, folded = Flag(), Flag()

    def work(number):
        if number == 0:
            with transaction.atomic():
                record(Act.WITHDRAWN)
                withdrawn.set()
                folded.wait(0.5)  # it waits for us, as it should, or goes ahead
            return
        assert withdrawn.wait(10)
        with transaction.atomic():
            record(Act.GIVEN)
            folded.set()

    at_once(work, 2)

    assert not may()
    assert PermissionState.objects.get().state == State.STOPPED


def test_acts_before_and_after_a_new_key_are_one_history(settings):
    """A rotation of LUMINA_REF_KEYS must not give permission back."""
    record(Act.OBJECTED, minutes=5)
    new = base64.b64encode(secrets.token_bytes(32)).decode()
    settings.LUMINA_REF_KEYS = f"new:{new},{settings.LUMINA_REF_KEYS}"
    crypto.ref_keys.cache_clear()
    try:
        record(Act.GIVEN, minutes=1)  # given earlier, recorded later
        assert may().reason == "the person has asked us to stop"
        assert PermissionState.objects.count() == 1
        record(Act.GIVEN, minutes=6)
        assert may()
    finally:
        crypto.ref_keys.cache_clear()


def test_cost_of_the_question(django_assert_num_queries):
    record(Act.GIVEN)
    with django_assert_num_queries(2):
        assert may()


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("permission_channel_known", lambda: record(Act.GIVEN, channel="pigeon")),
        ("permission_act_known", lambda: entry(act="shrugged")),
        ("permission_given_has_wording", lambda: record(Act.GIVEN, wording="")),
        ("permission_subject_is_a_keyed_hash", lambda: entry(subject_ref=ANN[1])),
        ("permission_state_channel_known", lambda: state(channel="pigeon")),
        ("permission_state_known", lambda: state(state="perhaps")),
        ("suppression_channel_known", lambda: stop(channel="pigeon")),
        ("suppression_is_a_keyed_hash", lambda: stop(subject_ref=ANN[1])),
        ("permission_state_once", lambda: (state(), state())),
        ("suppression_once", lambda: (stop(), stop())),
    ],
)
def test_database_refuses(constraint, make):
    with pytest.raises(IntegrityError, match=constraint):
        make()


HASH = f"k1:{'0' * 64}"


def entry(**changed):
    known = {
        "subject_ref": HASH,
        "purpose": "news",
        "channel": "email",
        "act": "refused",
        "source": "form",
        "actor": "subject:1",
        "at": AT,
        "recorded_at": AT,
    }
    return PermissionEntry.objects.create(**{**known, **changed})


def state(**changed):
    known = {"subject_ref": HASH, "purpose": "n", "channel": "email", "state": "given"}
    return PermissionState.objects.create(**{**known, "since": AT, **changed})


def stop(**changed):
    known = {"subject_ref": HASH, "purpose": "n", "channel": "email", "since": AT}
    return Suppression.objects.create(**{**known, **changed})
