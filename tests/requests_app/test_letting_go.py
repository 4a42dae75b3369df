"""What must be settled before an answer goes, or is taken back."""

from __future__ import annotations

import pytest

from datamap import actions as datamap
from datamap.models import Disclosure
from datamap.states import DisclosureBasis
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, decision
from requests_app.models import Package
from requests_app.states import CaseStatus, DeliveryForm, PackageState
from tests.factories.accounts import make_staff
from tests.requests_app.test_ends import (
    AT,
    LATER,
    again,
    build,
    make_answered,
    make_built,
    release,
)

pytestmark = pytest.mark.django_db


def test_package_does_not_go_before_it_is_decided_whether_a_disclosure_is_told():
    """Decision D10."""
    datamap.seed_recipients([{"code": "police", "name": "Police"}])
    package = make_built()
    [address] = package.case.proved.values_list("value", flat=True)
    datamap.disclose(
        recipient="police",
        subjects=[("email", address)],
        purpose="services",
        categories=["contact"],
        basis=DisclosureBasis.VOLUNTARY,
        by=system("test"),
        at=AT,
    )

    with pytest.raises(Refused, match="DCO decides first"):
        release(package)

    Disclosure.objects.update(tell_person=False)
    assert release(package).state == PackageState.RELEASED


# --- Released and not yet posted --------------------------------------------------


def post(package: Package):
    return answer.dispatch(
        package, method="post", to="Ann", tracking="", by=make_staff(), at=LATER
    )


def test_review_is_not_reopened_while_its_answer_waits_to_be_posted():
    """It lies printed on a desk, and would go out as the answer all the same."""
    package = make_answered(form=DeliveryForm.PRINT)

    with pytest.raises(Refused, match="waits to be posted"):
        decision.reopen(package.case, reason="A mistake.", by=make_staff(), at=LATER)

    answer.revoke(package, reason="A mistake.", by=make_staff(), at=LATER)
    package.case.refresh_from_db()
    assert package.case.status == CaseStatus.IN_REVIEW


def test_answer_is_not_made_again_while_it_waits_to_be_posted_again():
    package = make_answered(form=DeliveryForm.MEDIUM)
    post(package)
    again(package)
    second = release(build(package.decision.package))

    with pytest.raises(Refused, match="waits to be posted"):
        again(second)
    post(second)
    assert again(second)
