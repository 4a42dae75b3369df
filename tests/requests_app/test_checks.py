"""The check of who asks, at the moment of release (decisions D2 and C40)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from datamap.search import RowStanding
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.subject_ref import subject_ref
from lumina_privacy.lib.verdict import Refused
from requests_app import spool
from requests_app.actions import answer, building, casework, decision, subject
from requests_app.actions.projection import append
from requests_app.models import OwnerFile, OwnerTask, Package, PassOn
from requests_app.queries import subject as subject_queries
from requests_app.states import (
    CheckMethod,
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    RevokedWhy,
    RowChoice,
)
from tests.factories import reviewing
from tests.factories.accounts import make_staff, make_subject, staff_client
from tests.factories.cases import (
    CRM,
    RECEIVED_AT,
    make_reviewed,
    make_revision,
    make_row,
    make_spooled,
)
from vault import actions as vault
from vault.states import FilePurpose

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)
LATER = AT + timedelta(hours=2)
NOTES = {
    **CRM["datasets"]["contacts"],
    "waivable": False,
    "fields": {
        "note": {"category": "identity", "purposes": ["services"], "free_text": True}
    },
}


def make_ready(*rows):
    case = make_reviewed(
        revision=make_revision(
            [{**CRM, "datasets": {**CRM["datasets"], "notes": NOTES}}]
        )
    )
    case.tasks.filter(system="cctv").delete()
    case.found.all().delete()
    make_spooled(case, rows or [make_row("a")])
    return case


def check(case, method=CheckMethod.FACT, *, passed=True, at=AT):
    return casework.record_check(
        case,
        method=method,
        passed=passed,
        reason="Knew the last invoice.",
        by=make_staff(),
        at=at,
    )


def built(case, at=AT, form=DeliveryForm.DOWNLOAD) -> Package:
    for found in case.found.filter(reviewed_at__isnull=True):
        reviewing.choose_dataset(
            found,
            choice=RowChoice.RELEASE,
            ground="",
            seen_rows=True,
            by=make_staff(),
            at=at,
        )
    made = decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=form,
        open_until={},
        by=make_staff(),
        at=at,
    )
    building.build_package(building.claim(made.package.pk, at=at), now=lambda: at)
    return Package.objects.get(pk=made.package.pk)


def release(package, at=LATER):
    return answer.release(package, by=make_staff(Role.REVIEWER), at=at)


# --- The newest check counts ------------------------------------------------------


def test_check_that_failed_after_one_that_passed_stops_the_release():
    case = make_ready()
    check(case)
    check(case, passed=False)

    with pytest.raises(Refused, match="newest check of who asks did not pass"):
        release(built(case))


def test_check_that_passed_after_one_that_failed_lets_it_go():
    case = make_ready()
    check(case, passed=False)
    check(case)

    assert release(built(case)).state == PackageState.RELEASED


def test_recipient_who_was_wrong_is_not_given_it_again_on_the_old_check():
    case = make_ready()
    check(case)
    package = release(built(case))
    answer.revoke(package, reason="Her brother.", by=make_staff(), at=LATER)
    case.refresh_from_db()
    again = built(case, at=LATER, form=DeliveryForm.PRINT)

    with pytest.raises(Refused, match="the wrong person after the newest"):
        release(again, at=LATER + timedelta(minutes=5))
    check(case, at=LATER + timedelta(minutes=6))
    assert release(again, at=LATER + timedelta(minutes=9)).released_at is not None


def test_ticket_headings_that_the_register_calls_waivable_need_no_further_check():
    """Decision D2 says so, though a heading is free text."""
    fields = {"subject": {"purposes": ["services"], "free_text": True}}
    tickets = {**NOTES, "waivable": True, "category": "product", "fields": fields}
    case = make_reviewed(
        revision=make_revision(
            [{**CRM, "datasets": {**CRM["datasets"], "tickets": tickets}}]
        )
    )
    case.tasks.filter(system="cctv").delete()
    case.found.all().delete()
    make_spooled(case, [make_row("a")])
    make_spooled(case, [make_row("b")], dataset="tickets")

    assert check(case, CheckMethod.WAIVED).passed


# --- A waiver is judged again over what goes out ----------------------------------


def waived():
    case = make_ready()
    check(case, CheckMethod.WAIVED)
    return case


def test_waiver_for_a_contact_whose_address_is_on_file_holds():
    assert release(built(waived())).state == PackageState.RELEASED


def test_waiver_does_not_cover_a_dataset_that_came_later():
    case = waived()
    make_spooled(case, [make_row("n", note="Angry.")], dataset="notes")

    with pytest.raises(Refused, match=r"more than contact data.*crm\.notes"):
        release(built(case))


def test_waiver_does_not_cover_rows_of_a_withheld_dataset_given_one_by_one():
    case = waived()
    found = make_spooled(case, [make_row("n", note="Angry.")], dataset="notes")
    reviewing.choose_dataset(
        found,
        choice=RowChoice.WITHHOLD,
        ground="third_party",
        seen_rows=True,
        by=make_staff(),
        at=AT,
    )
    let_in(found)

    with pytest.raises(Refused, match=r"more than contact data.*crm\.notes"):
        release(built(case))


def let_in(found, **said):
    [row] = spool.read_rows(found)
    reviewing.choose_row(
        found, row=row, choice=RowChoice.RELEASE, **said, by=make_staff(), at=AT
    )


def test_waiver_does_not_cover_a_row_that_was_set_apart():
    case = make_ready(make_row("a"), make_row("b", RowStanding.POSSIBLE))
    check(case, CheckMethod.WAIVED)
    found = case.found.get()
    row = next(row for row in spool.read_rows(found) if row.key == "b")
    reviewing.choose_row(
        found,
        row=row,
        choice=RowChoice.RELEASE,
        ground="same_person",
        reason="Her second card.",
        by=make_staff(),
        at=AT,
    )

    with pytest.raises(Refused, match="row that was set apart goes out"):
        release(built(case))


def test_waiver_does_not_cover_an_owners_file():
    case = waived()
    asked = OwnerTask.objects.create(
        reference="OWNER-1",
        task=case.tasks.get(),
        address="sales@luminatech.example",
        due_on=AT.date(),
        asked_at=AT,
    )
    with vault.writing(
        purpose=FilePurpose.UPLOAD, about=case.about, name="a", by=system("t"), at=AT
    ) as sink:
        sink.write(b"letter")
    file = OwnerFile.objects.create(task=asked, file=sink.file_id, at=AT)
    reviewing.choose_file(
        file, choice=RowChoice.RELEASE, ground="", by=make_staff(), at=AT
    )

    with pytest.raises(Refused, match="owner's file is in this case"):
        release(built(case))


@pytest.mark.parametrize(
    "rows",
    [
        # The address was found with two people; another number led to the sure row.
        [make_row("a", RowStanding.POSSIBLE)],
        # Nothing is found by the address itself.
        [],
    ],
)
def test_check_is_not_waived_when_the_address_is_in_no_sure_contact_record(rows):
    case = make_reviewed()
    make_spooled(case, rows)

    with pytest.raises(Refused, match="in no contact record of ours"):
        check(case, CheckMethod.WAIVED)


# --- Passing on, and the day of a breach ------------------------------------------


def make_pass_on(case) -> PassOn:
    return PassOn.objects.create(
        case=case, system="crm", customer="Acme", customer_ref="x", rows=2, opened_at=AT
    )


def told(case) -> list[str]:
    return [one.title for one in subject_queries.story_of(case)]


def test_person_reads_that_it_was_passed_on_when_it_was_and_once():
    case = make_reviewed()
    opened, by = make_pass_on(case), make_staff()
    passed_on = "We passed your request on to a customer of ours"

    casework.pass_on(opened, may_name=True, done=False, by=by, at=AT)
    assert passed_on not in told(case)

    casework.pass_on(opened, may_name=True, done=True, by=by, at=AT)
    casework.pass_on(opened, may_name=False, done=True, by=by, at=AT)
    assert told(case).count(passed_on) == 1


def test_customer_who_is_not_told_yet_is_what_blocks_in_the_queue():
    case = make_reviewed()
    opened, client = make_pass_on(case), staff_client()

    def blocking() -> str:
        [row] = client.get(reverse("case-queue")).context["page"].rows
        return row.blocking

    assert blocking() == "Tell our customers today whose rows are in Customers"
    casework.pass_on(opened, may_name=True, done=True, by=make_staff(), at=AT)
    assert blocking() == "Review 1 dataset"


def test_breach_is_due_on_the_day_it_is_in_london():
    """72 hours after 23:30 UTC in summer end on the next day of the clock in London."""
    case = make_ready()
    check(case)
    package = release(built(case))
    at = datetime(2027, 6, 1, 23, 30, tzinfo=UTC)

    breach = answer.revoke(package, reason="Her brother.", by=make_staff(), at=at)

    assert breach.events.get().kind == EventKind.BREACH_OPENED
    assert (breach.due_at, breach.due_on) == (at + timedelta(days=3), date(2027, 6, 5))


# --- What went to the wrong person ------------------------------------------------


def went_wrong(why=RevokedWhy.WRONG_PERSON):
    """Return a case whose answer was withdrawn, with a new check of who asks."""
    case = make_ready()
    check(case)
    package = release(built(case))
    answer.revoke(package, why=why, reason="At work.", by=make_staff(), at=LATER)
    case.refresh_from_db()
    check(case, at=LATER + timedelta(minutes=6))
    return case


def test_mailbox_that_was_the_wrong_one_is_given_no_other_download():
    case = went_wrong()

    with pytest.raises(Refused, match="every e-mail address that is proved was"):
        built(case, at=LATER + timedelta(minutes=7))
    printed = built(case, at=LATER + timedelta(minutes=7), form=DeliveryForm.PRINT)
    assert release(printed, at=LATER + timedelta(minutes=9)).released_at is not None


def test_download_decided_before_is_not_released_to_the_wrong_mailbox():
    case = make_ready()
    check(case)
    package = built(case)
    append(
        case,
        EventKind.PACKAGE_REVOKED,
        happened_at=LATER,
        by=system("test"),
        at=LATER,
        facts={"why": RevokedWhy.WRONG_PERSON},
    )
    check(case, at=LATER + timedelta(minutes=6))

    with pytest.raises(Refused, match="fetched from the same mailbox"):
        release(package, at=LATER + timedelta(minutes=9))
    url = reverse("package-release", args=[case.reference, package.reference])
    page = staff_client(Role.REVIEWER).get(url).content.decode()
    assert "fetched from the same mailbox" in page
    assert "No mailbox is proved that it may go to" in page


def test_mailbox_proved_since_receives_and_the_wrong_one_does_not():
    case = went_wrong()
    [old] = case.proved.all()
    new = "ann.new@example.org"
    case.proved.create(
        kind="email",
        ref=subject_ref("email", new),
        value=new,
        proof="code",
        level=old.level,
        at=LATER + timedelta(minutes=1),
    )

    package = release(built(case, at=LATER), at=LATER + timedelta(minutes=9))

    at = LATER + timedelta(minutes=10)
    with pytest.raises(Refused, match="Nothing can be fetched with this address"):
        subject.start_download(package, by=make_subject(old.value), at=at)
    assert subject.start_download(package, by=make_subject(new), at=at).pk


def test_answer_with_a_mistake_in_it_goes_to_the_same_mailbox_again():
    case = went_wrong(RevokedWhy.MISTAKE)

    package = built(case, at=LATER + timedelta(minutes=7))

    assert release(package, at=LATER + timedelta(minutes=9)).released_at is not None
