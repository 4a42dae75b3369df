"""Who decided does not release alone, or somebody looks afterwards (decision C19)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.actions import people, role_changes
from accounts.roles import Role
from lumina_privacy.lib.days import LONDON
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import (
    answer,
    building,
    casework,
    decision,
    second_look,
    timekeeping,
)
from requests_app.models import Case, Letter, Package, Submission
from requests_app.states import (
    CaseStatus,
    Channel,
    CheckMethod,
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
)
from retention.models import Hold
from tests.factories.accounts import enrol, make_staff, staff_client
from tests.factories.cases import make_reviewed, make_row, make_spooled
from tests.factories.clock import again

pytestmark = [pytest.mark.django_db, pytest.mark.long]
# Received on Monday 2 November 2026, due on Wednesday 2 December.
EARLY = datetime(2026, 11, 4, 10, 0, tzinfo=LONDON)
NEAR = datetime(2026, 11, 30, 10, 0, tzinfo=LONDON)
REASON = "Everybody else is ill."


def make_built(
    by,
    form: DeliveryForm = DeliveryForm.DOWNLOAD,
    *,
    case: Case | None = None,
    outcome: Outcome = Outcome.GRANTED,
    open_until: dict[str, date] | None = None,
) -> Package:
    """Return a package that ``by`` decided and that waits to be released."""
    case = case or make_reviewed()
    make_spooled(case, [make_row("a")])
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=EARLY)
    casework.record_check(
        case,
        method=CheckMethod.FACT,
        passed=True,
        reason="Knew the invoice.",
        by=by,
        at=EARLY,
    )
    made = decision.decide(
        case,
        outcome=outcome,
        words="",
        form=form,
        open_until=open_until or {},
        by=by,
        at=EARLY,
    )
    claimed = building.claim(made.package.pk, at=EARLY)
    building.build_package(claimed, now=lambda: EARLY)
    return Package.objects.get(pk=made.package.pk)


def release(package, by, *, at=NEAR, alone_reason=REASON) -> Package:
    return answer.release(package, by=by, at=at, alone_reason=alone_reason)


def went_alone(package) -> bool:
    event = package.case.events.get(kind=EventKind.PACKAGE_RELEASED)
    return event.facts["alone"]


# --- Before -----------------------------------------------------------------------


def test_reason_of_a_second_person_is_no_going_alone():
    package = release(make_built(make_staff()), make_staff(Role.REVIEWER))

    assert (package.alone_reason, package.second_look_due_on) == ("", None)
    assert not went_alone(package)


def test_officer_goes_alone_near_the_day_when_nobody_else_is_there():
    officer = make_staff(Role.DCO)
    make_staff(Role.CASEWORKER)
    make_staff(Role.REVIEWER, absent_until=NEAR.date())
    make_staff(Role.REVIEWER, is_active=False)

    package = release(make_built(officer), officer)

    assert (package.alone_reason, package.second_look_due_on) == (
        REASON,
        date(2026, 12, 7),
    )
    assert went_alone(package)


def test_officer_does_not_go_alone_while_somebody_else_is_there():
    officer = make_staff(Role.DCO)
    make_staff(Role.REVIEWER, name="Rita", absent_until=NEAR.date() - timedelta(1))

    with pytest.raises(Refused, match="Somebody else is there to do it: Rita"):
        release(make_built(officer), officer)


@pytest.mark.parametrize(
    "said", [{"at": EARLY}, {"alone_reason": " "}], ids=["early", "no reason"]
)
def test_officer_does_not_go_alone_early_nor_without_a_reason(said):
    officer = make_staff(Role.DCO)

    with pytest.raises(Refused, match="somebody else must release"):
        release(make_built(officer), officer, **said)


# --- A seat that the decider opened ---------------------------------------------


def test_account_that_the_decider_let_in_is_no_second_person():
    officer = make_staff(Role.DCO)
    package = make_built(officer)
    seat = enrol(make_staff(Role.REVIEWER), made_by=officer, at=EARLY)

    with pytest.raises(Refused, match="who decided this case are no two persons"):
        release(package, seat)
    page = staff_client(seat).get(reverse("staff-case", args=[package.case.reference]))
    assert "one let the other in" in page.content.decode()


def test_account_let_in_by_another_or_before_the_case_is_a_second_person():
    officer, other = make_staff(Role.DCO), make_staff(Role.DCO)
    seat = make_staff(Role.REVIEWER)
    enrol(seat, made_by=other, at=EARLY)
    enrol(seat, made_by=officer, at=datetime(2026, 10, 30, tzinfo=LONDON))

    package = release(make_built(officer), seat)

    assert not went_alone(package)


def test_officer_whose_only_colleague_came_in_by_their_hand_goes_alone_near_the_day():
    officer = make_staff(Role.DCO)
    enrol(make_staff(Role.REVIEWER), made_by=officer, at=EARLY)

    package = release(make_built(officer), officer)

    assert went_alone(package)


def test_officer_let_in_by_the_decider_goes_alone_and_it_is_looked_at_by_another():
    officer = make_staff(Role.DCO)
    seat = enrol(make_staff(Role.DCO), made_by=officer, at=EARLY)

    package = release(make_built(officer), seat)

    assert went_alone(package)
    another = enrol(make_staff(Role.REVIEWER), made_by=officer, at=EARLY)
    with pytest.raises(Refused, match="are no two persons"):
        second_look.at_answer(
            package, approved=True, reason="Read.", by=another, at=NEAR
        )


def test_account_that_who_released_let_in_does_not_look_a_second_time():
    officer = make_staff(Role.DCO)
    seat = enrol(make_staff(Role.DCO), made_by=officer, at=EARLY)
    package = release(make_built(officer), seat)
    another = enrol(make_staff(Role.REVIEWER), made_by=seat, at=EARLY)

    with pytest.raises(Refused, match="released it are no two persons"):
        look(package, another)


def test_who_let_the_decider_in_is_no_second_person_either():
    officer = make_staff(Role.DCO)
    decider = enrol(make_staff(Role.CASEWORKER), made_by=officer, at=EARLY)

    with pytest.raises(Refused, match="one let the other in"):
        release(make_built(decider), officer, alone_reason="")


def test_later_day_of_receipt_makes_no_second_person_of_a_seat():
    officer = make_staff(Role.DCO)
    package = make_built(officer)
    seat = enrol(make_staff(Role.REVIEWER), made_by=officer, at=EARLY)
    Submission.objects.update(
        channel=Channel.POST, recorded_at=EARLY + timedelta(minutes=6)
    )
    package.case.refresh_from_db()
    timekeeping.correct_receipt(
        package.case,
        received_at=EARLY + timedelta(minutes=5),
        reason="The letter lay in another tray.",
        by=officer,
        at=EARLY + timedelta(minutes=9),
    )

    package.case.refresh_from_db()
    with pytest.raises(Refused, match="one let the other in"):
        release(package, seat, alone_reason="")


def test_officer_gains_nothing_by_an_absence_or_a_closing_of_their_own_hand():
    officer, rita = make_staff(Role.DCO), make_staff(Role.REVIEWER, name="Rita")
    package = make_built(officer)
    people.set_absence(
        rita.pk, until=NEAR.date(), deputy_id=None, by=officer.actor, at=NEAR
    )
    with pytest.raises(Refused, match="Somebody else is there to do it: Rita"):
        release(package, officer)
    page = staff_client(officer).get(
        reverse("staff-case", args=[package.case.reference])
    )
    assert page.status_code == 200

    role_changes.close(rita.pk, why="She left.", by=officer.actor, at=NEAR)

    with pytest.raises(Refused, match="Somebody else is there to do it: Rita"):
        release(package, officer)


def test_officer_goes_alone_when_who_is_away_said_so():
    officer, rita = make_staff(Role.DCO), make_staff(Role.REVIEWER)
    people.set_absence(
        rita.pk, until=NEAR.date(), deputy_id=None, by=rita.actor, at=NEAR
    )

    assert went_alone(release(make_built(officer), officer))


# --- After ------------------------------------------------------------------------


def test_after_lets_it_go_and_wants_a_second_look_within_five_working_days(settings):
    settings.LUMINA_TWO_PERSON_RELEASE = "after"
    by = make_staff(Role.REVIEWER)

    package = release(make_built(by), by, at=EARLY, alone_reason="")

    assert package.second_look_due_on == date(2026, 11, 11)
    assert went_alone(package)


def test_off_wants_no_second_look(settings):
    settings.LUMINA_TWO_PERSON_RELEASE = "off"
    by = make_staff(Role.REVIEWER)

    package = release(make_built(by), by, at=EARLY, alone_reason="")

    assert package.second_look_due_on is None


@pytest.fixture
def alone(settings):
    """Give an answer that went out alone, and who let it go."""
    settings.LUMINA_TWO_PERSON_RELEASE = "after"
    by = make_staff(Role.REVIEWER)
    return release(make_built(by), by, at=EARLY, alone_reason=""), by


def test_second_look_is_listed_until_it_is_done(alone):
    package, _ = alone
    client = staff_client(Role.REVIEWER)
    case = [package.case.reference]
    url = reverse("package-look", args=[*case, package.reference])
    listed = client.get(reverse("case-queue"))
    assert "What wants a second look" in listed.content.decode()
    assert url in client.get(reverse("staff-case", args=case)).content.decode()

    assert (
        client.post(url, {"approved": "yes", "reason": "Each row is hers."}).status_code
        == 302
    )

    listed = client.get(reverse("case-queue"))
    assert "What wants a second look" not in listed.content.decode()
    event = package.case.events.get(kind=EventKind.SECOND_LOOK)
    assert event.text.body == "Each row is hers."


def look(package, by, *, approved=True, reason="Fine.") -> Package:
    return second_look.at_answer(
        package, approved=approved, reason=reason, by=by, at=NEAR
    )


def test_second_look_is_not_by_who_let_it_go(alone):
    package, by = alone

    with pytest.raises(Refused, match="somebody else looks"):
        look(package, by)


def test_second_look_is_by_who_releases_and_once(alone):
    package, _ = alone
    with pytest.raises(Refused, match="for a reviewer or the DCO"):
        look(package, make_staff())
    look(package, make_staff(Role.DCO))

    with pytest.raises(Refused, match="No second look"):
        look(package, make_staff(Role.DCO))


def test_answer_that_does_not_stand_goes_back_and_the_person_is_told(alone):
    package, _ = alone
    with pytest.raises(Refused, match="Write what you looked at"):
        look(package, make_staff(Role.DCO), approved=False, reason=" ")

    look(package, make_staff(Role.DCO), approved=False, reason="A dataset is missing.")

    case = again(package.case)
    assert case.status == CaseStatus.IN_REVIEW
    assert Hold.objects.get(pk=case.hold).released_at is None
    told = Letter.objects.get(case=case, kind=LetterKind.REOPENED).body
    assert "we take it up again: it does not stand any more" in told
    assert "You can complain to us" in told
    assert "A dataset is missing" not in told


def test_answer_that_waits_for_the_post_does_not_go_back(settings):
    settings.LUMINA_TWO_PERSON_RELEASE = "after"
    by = make_staff(Role.REVIEWER)
    built = make_built(by, DeliveryForm.MEDIUM)
    package = release(built, by, at=EARLY, alone_reason="")
    # Decided and not posted: the case is decided still.
    with pytest.raises(Refused, match="waits to be posted"):
        look(package, make_staff(Role.DCO), approved=False, reason="Wrong.")

    assert look(package, make_staff(Role.DCO)).second_look_by
