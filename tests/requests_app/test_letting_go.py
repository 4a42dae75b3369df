"""What must be settled before an answer goes, or is taken back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import Role
from datamap import actions as datamap
from datamap.models import Disclosure
from datamap.states import DisclosureBasis
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, decision, delivery
from requests_app.models import Package
from requests_app.states import CaseStatus, DeliveryForm, PackageState
from tests.factories.accounts import make_staff, staff_client
from tests.requests_app.test_ends import (
    AT,
    LATER,
    again,
    build,
    make_answered,
    make_built,
    release,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]


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

    client = staff_client(Role.DCO)
    address = reverse("case-disclosures", args=[package.case.reference])
    assert (
        address
        in client.get(
            reverse("staff-case", args=[package.case.reference])
        ).content.decode()
    )
    assert "To be decided" in client.get(address).content.decode()
    posted = {"disclosure": Disclosure.objects.get().pk, "tell": "no", "reason": ""}
    assert client.post(address, posted).status_code == 422
    client.post(address, {**posted, "reason": "It would warn them."})
    assert "To be looked at again on" in client.get(address).content.decode()
    assert release(package).state == PackageState.RELEASED


# --- Released and not yet posted --------------------------------------------------


def fetch(package: Package):
    delivery.fetch_for_post(package, by=make_staff(), at=LATER)


def post(package: Package):
    fetch(package)
    return record(package)


def record(package: Package):
    return delivery.dispatch(
        package,
        method="post",
        to="Ann",
        tracking="",
        posted_at=LATER,
        by=make_staff(),
        at=LATER,
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


@pytest.mark.parametrize("form", [DeliveryForm.PRINT, DeliveryForm.MEDIUM])
def test_posting_of_what_nobody_fetched_is_not_recorded(form):
    """The case would count as answered while the person has nothing."""
    package = make_answered(form=form)
    with pytest.raises(Refused, match="Print it or fetch its files first"):
        record(package)

    fetch(package)
    record(package)

    package.case.refresh_from_db()
    assert package.case.status == CaseStatus.DONE


def test_fetching_of_an_earlier_copy_does_not_stand_for_a_later_one():
    first = make_answered(form=DeliveryForm.PRINT)
    post(first)
    again(first)
    second = release(build(first.decision.package))

    with pytest.raises(Refused, match="Print it or fetch"):
        record(second)


def test_printing_is_a_fetch_and_leads_on_to_the_posting():
    package = make_answered(form=DeliveryForm.PRINT)
    at = [package.case.reference, package.reference]
    client = staff_client()
    page, posting = (
        reverse("staff-case", args=at[:1]),
        reverse("package-dispatch", args=at),
    )
    assert posting not in client.get(page).content.decode()

    b"".join(client.post(reverse("package-print", args=at)).streaming_content)

    shown = client.get(page).content.decode()
    assert posting in shown
    assert "Fetched the answer for the post" in shown


# --- In writing -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "missing"),
    [
        (answer.revoke, "Write what happened"),
        (answer.make_again, "Write who asked"),
    ],
)
def test_answer_is_not_revoked_or_made_again_without_saying_why(act, missing):
    with pytest.raises(Refused, match=missing):
        act(make_answered(), reason=" ", by=make_staff(), at=LATER)


def test_decision_is_not_taken_back_without_saying_why():
    case = make_built().case

    with pytest.raises(Refused, match="Write why"):
        decision.reopen(case, reason=" ", by=make_staff(), at=LATER)
