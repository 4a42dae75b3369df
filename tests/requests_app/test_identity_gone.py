"""What shows who somebody is goes when that is decided, and in time (decision D9)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import casework, evidence, subject, thread, timekeeping
from requests_app.actions.incoming import Attached
from requests_app.clock import in_words
from requests_app.models import IdentityEvidence
from requests_app.queries import own_copy
from requests_app.states import CheckMethod, EventKind
from requests_app.tasks.jobs import (
    clear_vault,
    destroy_unreferenced,
    let_identity_go,
    remind_of_identity,
)
from requests_app.timekeeping import Asked
from tests.factories.accounts import (
    make_staff,
    staff_client,
    subject_of,
)
from tests.factories.authority import filed_for, make_authority
from tests.pictures import photo
from tests.requests_app.shown import (
    LATER,
    ask,
    asked,
    content_of,
    decide,
    is_kept,
    kinds,
    show,
    text_of,
    why,
)
from tests.scanner import EICAR, scanner
from vault import actions as vault
from vault import queries as vault_queries
from vault import scanning

pytestmark = [pytest.mark.django_db, pytest.mark.long]


# --- Decided ----------------------------------------------------------------------


def test_nobody_decides_who_has_not_looked():
    case = asked()
    show(case, photo())
    client = staff_client()

    page = client.get(reverse("case-identity-decide", args=[case.reference]))

    assert "Look at everything that was shown first." in text_of(page)
    with pytest.raises(Refused, match="Look at everything"):
        casework.decide_identity(
            case,
            method=CheckMethod.DOCUMENT,
            passed=True,
            reason="x",
            seen=False,
            by=make_staff(),
            at=LATER,
        )


def test_decision_records_what_was_seen_moves_the_clock_and_deletes_key_and_file():
    case = asked()
    [row] = show(case, photo())

    made = decide(case, at=LATER + timedelta(days=3))

    assert (made.method, made.passed) == (CheckMethod.DOCUMENT, True)
    assert made.reason == "A work pass with name and photograph."
    received = case.events.get(kind=EventKind.ID_RECEIVED)
    assert received.happened_at == LATER  # the day it came, not the day of the look
    assert why(row) == "decided"
    assert kinds(case)[-1] == EventKind.IDENTITY_GONE
    with pytest.raises(Refused, match="is deleted"):
        evidence.picture_of(row, by=make_staff(), at=LATER)
    # The process died before key and content went; the next night ends it.
    assert storages["keys"].exists(str(row.file))
    clear_vault(LATER)
    assert not storages["keys"].exists(str(row.file))
    assert vault_queries.facts(row.file).destroyed_at is not None
    with pytest.raises(vault.Unreadable):
        content_of(row)


def test_what_was_not_enough_goes_too_and_is_still_asked_for():
    case = asked()
    [row] = show(case, photo())

    decide(case, passed=False)

    assert why(row) == "decided"
    assert EventKind.ID_RECEIVED not in kinds(case)
    assert show(case, photo(), at=LATER + timedelta(days=1))


@pytest.mark.parametrize(
    ("method", "passed", "kept"),
    [
        (CheckMethod.CALL_BACK, True, False),
        (CheckMethod.PHOTO, False, False),
        (CheckMethod.CALL_BACK, False, True),
    ],
)
def test_check_that_settles_it_deletes_what_was_shown(method, passed, kept):
    case = asked()
    [row] = show(case, photo())

    casework.record_check(
        case, method=method, passed=passed, reason="x", by=make_staff(), at=LATER
    )

    assert is_kept(row) is kept


# --- Deleted in time --------------------------------------------------------------


def test_after_thirty_days_it_goes_undecided_and_not_a_day_before():
    case = asked()
    [row] = show(case, photo())

    let_identity_go(LATER + timedelta(days=29))
    assert is_kept(row)
    let_identity_go(LATER + timedelta(days=30))

    assert (why(row), is_kept(row)) == ("thirty_days", False)
    let_identity_go(LATER + timedelta(days=31))
    assert kinds(case).count(EventKind.IDENTITY_GONE) == 1


def test_it_goes_in_the_night_after_it_is_not_needed_or_the_case_is_closed():
    dropped, closed = asked(), asked("bob@example.org")
    [first], [second] = show(dropped, photo()), show(closed, photo())
    seq = dropped.events.get(kind=EventKind.ID_REQUESTED).seq
    timekeeping.drop(dropped, asked=seq, reason="Called.", by=make_staff(), at=LATER)
    subject.withdraw(closed, by=subject_of("bob@example.org"), at=LATER)

    let_identity_go(LATER + timedelta(hours=6))

    assert (why(first), why(second)) == ("not_needed", "closed")
    assert not is_kept(first)
    assert not is_kept(second)


def test_staff_are_reminded_on_day_twenty_once():
    case = asked()
    case.assignee = make_staff(Role.CASEWORKER)
    case.save()
    make_staff(Role.CASEWORKER)
    show(case, photo())

    for days in (19, 20, 21):
        remind_of_identity(LATER + timedelta(days=days))

    [mail] = Message.objects.filter(purpose="case-identity-undecided")
    assert mail.recipient == case.assignee.email
    assert reverse("staff-case", args=[case.reference]) in mail.text
    assert "Ann Other" not in mail.text


def undecided(**fields) -> list[str]:
    """Return who is reminded, on day 20, of what waits in a case that is ``fields``."""
    case = asked(**fields)
    show(case, photo())
    remind_of_identity(LATER + timedelta(days=20))
    mails = Message.objects.filter(purpose="case-identity-undecided")
    return list(mails.values_list("recipient", flat=True))


def test_deputy_is_reminded_of_it_for_who_is_away():
    deputy = make_staff()
    until = (LATER + timedelta(days=30)).date()

    mails = undecided(assignee=make_staff(absent_until=until, deputy=deputy))

    assert mails == [deputy.email]


def test_officers_are_reminded_of_it_where_nobody_has_the_case_or_stands_in():
    officer, until = make_staff(Role.DCO), (LATER + timedelta(days=30)).date()

    mails = undecided(assignee=make_staff(Role.CASEWORKER, absent_until=until))

    assert mails == [officer.email]


def test_nothing_counts_as_reminded_while_nobody_is_there_to_tell():
    case = asked()
    show(case, photo())
    User.objects.update(is_active=False)
    remind_of_identity(LATER + timedelta(days=20))
    assert not Message.objects.filter(purpose__endswith="identity-undecided")
    assert IdentityEvidence.objects.get().reminded_at is None

    officer = make_staff(Role.DCO)
    remind_of_identity(LATER + timedelta(days=21))

    mail = Message.objects.get(purpose="case-identity-undecided")
    assert mail.recipient == officer.email
    since = in_words(london_day(IdentityEvidence.objects.get().given_at))
    assert f"has been waiting in case {case.reference} since {since}." in mail.text
    assert "20 days" not in mail.text


def test_picture_that_no_case_knows_goes_in_the_night_after_the_next():
    case = asked()
    [row] = show(case, photo())
    IdentityEvidence.objects.all().delete()  # as after a kill before the row

    destroy_unreferenced(LATER + timedelta(days=2))

    assert not is_kept(row)


def test_picture_that_a_case_knows_is_no_stray():
    [row] = show(asked(), photo())

    destroy_unreferenced(LATER + timedelta(days=2))

    assert is_kept(row)


# --- With a message ---------------------------------------------------------------


def message(case, what):
    sent = thread.write_to_us(
        case,
        body="Here it is.",
        files=[Attached("pass.jpg", [photo()])],
        token=uuid4(),
        by=subject_of(case.submission.address),
        at=LATER,
    )
    seq = case.events.filter(kind=what).latest("seq").seq
    thread.take_as_answer(sent, asked=seq, note="", by=make_staff(), at=LATER)
    return sent.files.get()


def test_file_of_a_message_that_shows_an_identity_goes_like_all_that_does():
    case = asked()
    file = message(case, EventKind.ID_REQUESTED)

    decide(case)

    assert not is_kept(file)
    page = staff_client().get(reverse("thread-file", args=[case.reference, file.pk]))
    assert "This file is destroyed" in text_of(page)


def test_what_shows_an_authority_is_kept_with_the_case():
    case = filed_for(asked())
    make_authority(case, at=LATER)
    ask(case, Asked.AUTHORITY)
    file = message(case, EventKind.AUTHORITY_REQUESTED)
    show(case, photo())

    decide(case)
    let_identity_go(LATER + timedelta(days=60))

    assert is_kept(file)


# --- Scanned ----------------------------------------------------------------------


def test_while_the_scanner_is_away_it_waits_and_is_made_a_picture_then(settings):
    from requests_app.tasks.shown import sweep_shown

    settings.LUMINA_CLAMD_URL = "tcp://127.0.0.1:9"
    case = asked()
    [row], [bad] = show(case, photo()), show(case, photo() + EICAR)
    with pytest.raises(Refused, match="waits for the virus scanner"):
        evidence.look(row, by=make_staff(), at=LATER)

    with scanner() as (url, _):
        settings.LUMINA_CLAMD_URL = url
        scanning.scan_waiting(by=system("t"), at=LATER)
        sweep_shown()

    row.refresh_from_db()
    assert row.is_ready
    assert content_of(row).startswith(b"\xff\xd8\xff")
    assert why(bad) == "harmful"


def test_harmful_file_is_refused_at_once(settings):
    with scanner() as (url, _):
        settings.LUMINA_CLAMD_URL = url
        with pytest.raises(Refused, match="for harmful"):
            show(asked(), photo() + EICAR)

    assert not IdentityEvidence.objects.exists()


# --- The record -------------------------------------------------------------------


def test_own_copy_says_that_it_came_and_went_and_holds_no_picture():
    case = asked()
    show(case, photo())
    decide(case)

    [(_, _, row)] = own_copy.shown([case.pk])

    assert row == {
        "reference": case.reference,
        "at": LATER.isoformat(),
        "gone_at": LATER.isoformat(),
        "why": "it is decided who asks",
    }


def test_what_is_gone_has_its_reason():
    show(asked(), photo())

    with pytest.raises(IntegrityError, match="evidence_gone_for_a_reason"):
        IdentityEvidence.objects.update(gone_at=LATER)
