"""Cases that belong together lead to one another on the pages of staff."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from requests_app.actions import answer, complaint, intake
from requests_app.grounds import AuthorityEvidence
from requests_app.models import Case
from requests_app.queries.same_person import same_person
from requests_app.states import Right
from tests.factories.accounts import make_staff, make_subject, staff_client
from tests.factories.cases import make_case, make_revision
from tests.factories.clock import again, noon
from tests.requests_app.test_breach import make_released

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = noon("2026-11-05")
AGENT = "post@harris.example"


def page_of(case: Case) -> str:
    url = reverse("staff-case", args=[case.reference])
    return " ".join(staff_client().get(url).content.decode().split())


def test_what_an_agent_asks_at_once_stands_beside_each_other():
    """Nothing of the person is proved by an agent: the form is what joins them."""
    make_revision()
    filing = intake.Filing(
        name="Ann Other",
        rights=(Right.ACCESS, Right.ERASURE),
        agent=intake.Agent(
            name="Harris & Co",
            email=AGENT,
            evidence=AuthorityEvidence.SOLICITOR,
            scope="All her data.",
            known_by=(("email", "ann@example.org"),),
        ),
    )
    submission = intake.submit(filing, key=uuid4(), client="1", at=AT).submission
    intake.prove(submission, address=AGENT, by=make_subject(AGENT), at=AT)
    access, erasure = submission.cases.order_by("pk")

    [other] = same_person(access).others

    assert (other.reference, other.how) == (
        erasure.reference,
        "Sent together with this one.",
    )
    assert [one.reference for one in same_person(erasure).others] == [access.reference]
    assert erasure.reference in page_of(access)


def test_the_case_complained_of_leads_to_the_complaint():
    case = make_case()
    said = complaint.Complaint(name="Ann", words="Too late.", email="ann@example.org")
    about = complaint.complain(said, key=uuid4(), client="1", at=AT).cases.get()
    assert "About this case" not in page_of(case)

    complaint.link(about, to=case, by=make_staff(), at=AT)

    assert re.search(
        rf"About this case.*{about.reference}</a>, Complaint", page_of(case)
    )
    # The two are of whoever they are of: a complainant is nobody proved.
    assert same_person(again(case)).others == ()


def test_the_case_of_a_wrong_recipient_leads_to_the_breach():
    package = make_released()
    breach = answer.revoke(package, reason="Her brother.", by=make_staff(), at=AT)

    page = page_of(again(package.case))

    assert re.search(rf"About this case.*{breach.reference}</a>, Breach", page)
