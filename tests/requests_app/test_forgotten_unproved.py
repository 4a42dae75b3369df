"""What a sender wrote whom nobody proved is blanked, whoever sent it (D11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import contact_preference, ruling, tray
from requests_app.models import (
    Authority,
    AvoidedAddress,
    Letter,
    ProvedIdentifier,
    Sending,
    Submission,
)
from requests_app.states import CaseStatus, Right, SendingState
from requests_app.tasks import jobs
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import client_of
from tests.factories.cases import register_in_force
from tests.requests_app.test_filing_for_another import AGENT, FOR_ANN
from tests.requests_app.test_filing_rights import send, walk

pytestmark = [pytest.mark.django_db, pytest.mark.long]
STOP = Right.OBJECTION_DIRECT_MARKETING
DAY = timedelta(days=1)
BLANK = ("name", "phone", "postal", "address", "answers", "agent_address")


@pytest.fixture(autouse=True)
def register():
    register_in_force()


def lapsed(*rights: Right, **changed) -> Submission:
    """Send a form that nobody proves, and let it lapse after four weeks."""
    browser = Client()
    walk(browser, *rights, **changed)
    send(browser)
    submission = Submission.objects.get()
    waits = submission.cases.filter(status=CaseStatus.UNPROVED)
    tray.let_lapse(
        waits.earliest("pk"), by=make_staff(), at=submission.received_at + 29 * DAY
    )
    return submission


def forget(submission: Submission) -> dict[str, str]:
    """Run the night; return what is left of what was written."""
    jobs.forget_unproved(submission.received_at + 30 * DAY)
    submission.refresh_from_db()
    return {name: getattr(submission, name) for name in BLANK}


def test_nothing_is_written_again_into_what_was_blanked():
    submission = lapsed(Right.ACCESS)
    forget(submission)

    with pytest.raises(Refused, match="Nobody proved this request"):
        contact_preference.change(
            submission.cases.get(),
            reach="post",
            reason="She rang.",
            postal="2 Mill Lane, Hemel",
            by=make_staff(),
            at=submission.received_at + 31 * DAY,
        )

    submission.refresh_from_db()
    assert {name: getattr(submission, name) for name in BLANK} == dict.fromkeys(
        BLANK, ""
    )


def test_filing_of_an_agent_that_lapsed_names_nobody_any_more():
    submission = lapsed(Right.ACCESS, Right.ERASURE, **FOR_ANN)

    assert forget(submission) == dict.fromkeys(BLANK, "")
    assert submission.agent_address_ref
    acting = Authority.objects.all()
    columns = ("agent", "agent_email", "agent_reach", "acts_for", "scope")
    assert list(acting.values_list(*columns)) == [("",) * 5] * 2
    assert all(one.agent_email_ref for one in acting)
    known = ProvedIdentifier.objects.all()
    assert set(known.values_list("value", "given")) == {("", "")}
    assert known.count() == 6
    assert all(one.ref for one in known)
    assert [one.value for one in AvoidedAddress.objects.all()] == [""]


def test_what_an_earlier_night_left_of_an_agent_is_blanked_too():
    submission = lapsed(Right.ACCESS, **FOR_ANN)
    Submission.objects.update(**dict.fromkeys(BLANK, ""))

    forget(submission)

    assert Authority.objects.get().agent_email == ""
    assert set(ProvedIdentifier.objects.values_list("given", flat=True)) == {""}


def test_pages_of_a_filing_that_was_blanked_still_open():
    submission = lapsed(Right.ACCESS, **FOR_ANN)
    forget(submission)
    case = submission.cases.get()

    page = staff_client(Role.DCO).get(reverse("staff-case", args=[case.reference]))

    assert page.status_code == 200
    assert client_of(AGENT).get(reverse("case-list")).status_code == 200


def test_stop_sent_together_keeps_the_address_until_it_is_confirmed_and_no_longer():
    submission = lapsed(Right.ACCESS, STOP)
    assert forget(submission)["address"] == "ann@example.org"

    stop = submission.cases.get(right=STOP)
    at = submission.received_at + 29 * DAY
    ruling.confirm(stop, words="It has stopped.", by=make_staff(), at=at)
    assert Letter.objects.get().case == stop
    assert forget(submission)["address"] == "ann@example.org", "its letter waits"
    Sending.objects.update(state=SendingState.SENT, settled_at=at, method="email")

    assert forget(submission) == dict.fromkeys(BLANK, "")
    assert submission.address_ref


def test_other_request_that_waits_beside_the_lapsed_one_keeps_what_was_written():
    submission = lapsed(Right.ACCESS, STOP)
    submission.cases.filter(right=STOP).update(right=Right.ERASURE)

    assert forget(submission)["address"] == "ann@example.org"
