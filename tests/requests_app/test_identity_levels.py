"""How sure we must be who asks, by a published table (decisions C2, D2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import casework, timekeeping
from requests_app.identity import TABLE, Level, Sign, needed, signs_of_mailbox
from requests_app.models import ProvedIdentifier
from requests_app.policies.check import is_asked, is_checked, standing_of
from requests_app.queries import identity as queries
from requests_app.queries.clock import reckoning_of
from requests_app.states import CheckMethod, Right
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import (
    CCTV,
    CRM,
    RECEIVED_AT,
    make_case,
    make_found,
    make_reviewed,
    make_revision,
)
from tests.requests_app.test_checks import built, make_ready, release

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
PRIVATE = "ann.other@gmail.com"


def check(case, method=CheckMethod.FACT, *, passed=True, at=AT):
    return casework.record_check(
        case, method=method, passed=passed, reason="Seen.", by=make_staff(), at=at
    )


def doubt(case, least="", *, at=AT):
    return timekeeping.ask(
        case,
        what=Asked.IDENTITY,
        reason="the name differs from the one on file",
        needed="a call to the number on file",
        basis=least,
        by=make_staff(),
        at=at,
    )


def proves(case, address):
    """Make the one address that is proved ``address``."""
    case.proved.update(value=address)
    return case


# --- The table --------------------------------------------------------------------

# Right, sign, and what it needs: written by hand, not read from the table.
WANTED = [
    (Right.OBJECTION_DIRECT_MARKETING, Sign.DOUBT, Level.NONE),
    (Right.WITHDRAW_CONSENT, Sign.COMPANY_MAILBOX, Level.NONE),
    (Right.ACCESS, Sign.ASKED, Level.ADDRESS),
    (Right.ACCESS, Sign.COMPANY_MAILBOX, Level.FACT),
    (Right.ACCESS, Sign.ROLE_MAILBOX, Level.FACT),
    (Right.ACCESS, Sign.NO_CODE, Level.FACT),
    (Right.ACCESS, Sign.FREE_TEXT, Level.FACT),
    (Right.ACCESS, Sign.LOGS, Level.FACT),
    (Right.ACCESS, Sign.FOOTAGE, Level.FACT),
    (Right.PORTABILITY, Sign.FOOTAGE, Level.FACT),
    (Right.ACCESS, Sign.DOUBT, Level.DOCUMENT),
    (Right.ACCESS, Sign.SMALL_DOUBT, Level.FACT),
    (Right.ERASURE, Sign.ONLY_NOTED, Level.FACT),
    (Right.ERASURE, Sign.FREE_TEXT, Level.ADDRESS),
    (Right.RECTIFICATION, Sign.NOT_ON_FILE, Level.FACT),
    (Right.RESTRICTION, Sign.COMPANY_MAILBOX, Level.ADDRESS),
    (Right.OBJECTION, Sign.COMPANY_MAILBOX, Level.ADDRESS),
    (Right.OBJECTION, Sign.DOUBT, Level.DOCUMENT),
]


@pytest.mark.parametrize(("right", "sign", "level"), WANTED)
def test_table_needs_this_and_no_more(right, sign, level):
    assert needed(right, [sign]).level == level


def test_highest_row_counts_and_gives_its_reason_alone():
    wanted = needed(Right.ACCESS, [Sign.COMPANY_MAILBOX, Sign.DOUBT])

    assert [row.sign for row in wanted.rows] == [Sign.DOUBT]


def test_sign_that_hangs_on_what_was_found_is_told_to_nobody_before_the_answer():
    found = {Sign.NOT_ON_FILE, Sign.FOOTAGE, Sign.FREE_TEXT, Sign.LOGS, Sign.MORE}

    assert [row.told for row in TABLE if row.sign in found] == [""] * len(found)


@pytest.mark.parametrize(
    ("address", "signs"),
    [
        ("ann@gmail.com", set()),
        ("office@btinternet.com", {Sign.ROLE_MAILBOX}),
        ("ann@luminatech.example", {Sign.COMPANY_MAILBOX}),
        ("Info+x@acme.example", {Sign.COMPANY_MAILBOX, Sign.ROLE_MAILBOX}),
        ("post@btinternet.com", {Sign.ROLE_MAILBOX}),
        ("webmaster@btinternet.com", {Sign.ROLE_MAILBOX}),
    ],
)
def test_address_says_who_else_may_read_it(address, signs):
    assert signs_of_mailbox(address) == signs


# --- What lets an answer go -------------------------------------------------------


def test_private_address_on_file_and_plain_data_need_no_further_check():
    case = proves(make_ready(), PRIVATE)

    assert standing_of(case).needed.level is Level.ADDRESS
    assert release(built(case)).released_at is not None


def test_company_address_needs_one_more_check_before_anything_goes():
    case = make_ready()

    with pytest.raises(Refused, match="address is at a company"):
        release(built(case))
    check(case)
    assert is_checked(case)


def test_more_than_plain_data_needs_one_more_check():
    case = proves(make_reviewed(), PRIVATE)
    case.found.all().delete()
    make_found(case)
    assert is_checked(case)

    notes = {
        "note": {"category": "identity", "purposes": ["services"], "free_text": True}
    }
    wide = {**CRM["datasets"]["contacts"], "waivable": False, "fields": notes}
    case.revision = make_revision([{**CRM, "datasets": {**CRM["datasets"], "n": wide}}])
    make_found(case, "crm", "n")

    assert "free text" in is_checked(case).reason


@pytest.mark.parametrize("by_sighting", [True, False])
def test_footage_is_what_is_found_by_sighting_whatever_its_name(by_sighting):
    gates = {
        **CCTV,
        "system": "gates" if by_sighting else "cctv",
        "by_sighting": by_sighting,
        "datasets": {"days": CRM["datasets"]["contacts"]},
    }
    case = proves(make_reviewed(), PRIVATE)
    case.revision = make_revision([CRM, gates])
    make_found(case, gates["system"], "days")

    rows = standing_of(case).needed.rows
    assert (Sign.FOOTAGE in {row.sign for row in rows}) is by_sighting


def test_old_mailbox_that_was_only_written_down_needs_one_more_check():
    case = proves(make_reviewed(), PRIVATE)
    ProvedIdentifier.objects.create(
        case=case, kind="email", ref="x", value="old@acme.example", proof="staff",
        level=0, at=AT,
    )  # fmt: skip

    assert "only written down" in is_checked(case).reason


def test_doubt_is_settled_by_a_later_check_that_shows_enough():
    case = make_reviewed()
    check(case, CheckMethod.CALL_BACK, passed=False)
    doubt(case, at=AT + timedelta(hours=1))

    later = AT + timedelta(hours=2)
    check(case, CheckMethod.FACT, at=later)
    assert "doubt about who asks was told" in is_checked(case).reason
    check(case, CheckMethod.CALL_BACK, at=later + timedelta(minutes=1))
    assert is_checked(case)


def test_doubt_for_which_a_fact_was_named_as_the_least_is_settled_by_one():
    case = make_reviewed()
    doubt(case, CheckMethod.FACT)

    assert not is_checked(case)
    check(case, CheckMethod.FACT, at=AT + timedelta(hours=1))
    assert is_checked(case)


def test_check_from_before_the_doubt_does_not_settle_it():
    case = make_reviewed()
    check(case, CheckMethod.CALL_BACK, passed=False)
    doubt(case, at=AT + timedelta(hours=2))
    check(case, CheckMethod.CALL_BACK, at=AT + timedelta(hours=1))

    assert not is_checked(case)


def test_doubt_that_was_told_is_not_waived_away():
    case = make_reviewed()
    doubt(case)
    check(case, CheckMethod.WAIVED, at=AT + timedelta(hours=1))

    assert "doubt" in is_checked(case).reason


# --- Nobody is asked twice --------------------------------------------------------


def test_who_was_checked_is_not_asked_again():
    case = make_reviewed()
    check(case)

    with pytest.raises(Refused, match="nobody is asked twice"):
        doubt(case)
    check(case, passed=False, at=AT + timedelta(hours=1))
    assert doubt(case, at=AT + timedelta(hours=2)).kind == "id_requested"


def test_check_counts_for_all_that_was_asked_for_together_and_nothing_else():
    case, other = make_reviewed(), make_reviewed(right=Right.ERASURE)
    other.submission = case.submission
    other.save()
    alone = make_reviewed(email=case.submission.address)

    check(case)

    assert is_checked(other)
    assert not is_checked(alone)


def test_waiver_counts_in_its_own_case_alone():
    case, other = make_reviewed(), make_reviewed()
    other.submission = case.submission
    other.save()

    check(case, CheckMethod.WAIVED)

    assert is_checked(case)
    assert not is_checked(other)


@pytest.mark.parametrize(
    "right", [Right.OBJECTION_DIRECT_MARKETING, Right.WITHDRAW_CONSENT, Right.COMPLAINT]
)
def test_stop_withdrawal_and_complaint_ask_nothing(right):
    case = make_case(right=right)

    assert not is_asked(case)
    with pytest.raises(Refused):
        doubt(case)


def test_least_that_is_none_is_refused():
    with pytest.raises(Refused, match="least that settles"):
        doubt(make_case(), "waived")


# --- What is shown ----------------------------------------------------------------


def page(client, name, *args) -> str:
    return " ".join(client.get(reverse(name, args=args)).content.decode().split())


def test_staff_read_what_is_needed_why_and_what_follows():
    case = make_reviewed()
    client = staff_client(Role.CASEWORKER)

    before = page(client, "staff-case", case.reference)
    check(case)
    after = page(client, "staff-case", case.reference)

    assert "One more thing that the mailbox cannot answer" in before
    assert "The address is at a company" in before
    assert "Not enough yet" in before
    assert "Nothing more is asked." in after


def test_person_reads_why_in_words_and_nothing_of_what_was_found():
    case = make_reviewed(email="ann@acme.example")
    case.revision = make_revision()
    make_found(case, "crm", "more")
    client = subject_client("ann@acme.example")

    text = page(client, "case", case.reference)
    check(case)
    after = page(client, "case", case.reference)

    assert "Your address is at a company" in text
    assert "contact record" not in text
    assert "We have made sure that it is you" in after


def test_table_is_published_to_everybody_with_every_row(client):
    text = page(client, "identity-levels")

    for row in TABLE:
        assert row.words.replace("'", "&#x27;") in text


def test_asking_late_warns_of_the_safe_day_and_in_time_does_not():
    case = make_case()
    received = RECEIVED_AT.date()
    reckoning = reckoning_of(case)

    in_time = queries.asked_late(reckoning, received, today=received)
    on_the_second = queries.asked_late(
        reckoning, received, today=received + timedelta(days=2)
    )
    late = queries.asked_late(reckoning, received, today=received + timedelta(days=3))
    assert (in_time, on_the_second) == ("", "")
    assert "we go by the safe day, Wednesday 2 December 2026" in late


def test_late_asking_is_warned_of_beside_the_form():
    case = make_case()

    text = page(staff_client(), "case-ask", case.reference, "identity")

    assert "Later than two working days" in text
    assert "The least that settles the doubt" in text
