"""What was mailed, and whoever is signed in, open nothing that was closed since."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import authority, confirming, following, intake, subject
from requests_app.grounds import AnswerGoesTo
from requests_app.models import Authority, Case, CaseMessage, Download, Package
from requests_app.states import CaseStatus, Right
from tests.factories.accounts import make_staff, subject_client, subject_of
from tests.factories.authority import AGENT, client_of, make_authority, make_verified
from tests.factories.cases import make_case, make_revision
from tests.factories.clock import again
from tests.requests_app.test_two_persons import NEAR, make_built
from tests.requests_app.test_who_fetches import let_go

pytestmark = [pytest.mark.django_db, pytest.mark.long]
PERSONS = {
    "case": "get",
    "case-receipt": "get",
    "case-withdraw": "get post",
    "case-write": "post",
    "case-messages-seen": "post",
    "case-identity-show": "post",
    "case-authority-take-back": "post",
    "package-download": "get post",
}
AGENTS = {
    "acting-case": "get",
    "acting-receipt": "get",
    "acting-write": "post",
    "acting-seen": "post",
    "acting-download": "get post",
}


def answers(client: Client, pages: dict[str, str], package: Package) -> dict[str, int]:
    """Return what each page says to who comes by its link, and to its buttons."""
    said = {"body": "Still here.", "token": str(uuid4()), "send": "", "fetch": ""}
    found = {}
    for name, methods in pages.items():
        words = [package.case.reference]
        if name.endswith("download"):
            words.append(package.reference)
        for method in methods.split():
            url = reverse(name, args=words)
            found[f"{method} {name}"] = getattr(client, method)(url, said).status_code
    return found


def set_aside(case: Case, value: str) -> None:
    authority.set_aside(
        again(case),
        kind="email",
        value=value,
        said="She rang: her husband reads there.",
        by=make_staff(),
        at=timezone.now(),
    )


def assert_nothing_opens(client: Client, pages: dict[str, str], package: Package):
    mails, was = Message.objects.count(), again(package.case).status

    assert set(answers(client, pages, package).values()) == {404}

    case = package.case.reference
    assert case not in client.get(reverse("case-list")).content.decode()
    assert Message.objects.count() == mails
    assert not CaseMessage.objects.exists()
    assert not Download.objects.filter(finished_at__isnull=False).exists()
    assert again(package.case).status == was


@pytest.mark.parametrize("signed_in", ["before", "after"])
def test_address_that_is_not_to_be_used_opens_no_page_of_the_case(signed_in):
    package = let_go(make_built(make_staff()))
    case, address = package.case, package.case.submission.address
    client = client_of(address)
    assert client.get(reverse("case", args=[case.reference])).status_code == 200

    set_aside(case, address)

    if signed_in == "after":
        client = client_of(address)
    assert_nothing_opens(client, PERSONS, package)


def test_answer_stops_to_leave_once_its_address_is_not_to_be_used():
    package = let_go(make_built(make_staff()))
    case, address = package.case, package.case.submission.address
    reader = subject_of(address)
    row = subject.start_download(package, by=reader, at=NEAR)
    assert subject.count_bytes(row, 1, by=reader, at=NEAR)

    set_aside(case, address)

    assert not subject.count_bytes(row, 1, by=reader, at=NEAR)
    with pytest.raises(Refused, match="Nothing can be fetched with this address"):
        subject.start_download(package, by=reader, at=NEAR)


@pytest.mark.parametrize("end", ["taken back", "replaced"])
@pytest.mark.parametrize("signed_in", ["before", "after"])
def test_authority_that_ended_opens_no_page_of_the_case(end, signed_in):
    built = make_built(make_staff())
    one = make_verified(built.case, to=AnswerGoesTo.AGENT, at=NEAR)
    # Of a closed case nobody records that somebody acts.
    package = let_go(built) if end == "taken back" else built
    client = client_of(AGENT)
    page = reverse("acting-case", args=[package.case.reference])
    assert client.get(page).status_code == 200

    if end == "taken back":
        authority.revoke(one, reason="She rang.", by=make_staff(), at=NEAR)
    else:
        make_authority(again(package.case), at=NEAR, agent_email="x@other.example")

    if signed_in == "after":
        client = client_of(AGENT)
    assert_nothing_opens(client, AGENTS, package)


def test_confirmed_link_opens_nothing_once_its_address_is_not_to_be_used():
    built = make_built(make_staff())
    one, confirm = make_authority(built.case, at=NEAR), "ann@free.example"
    confirming.answer(offered(one, confirm), confirmed=True, at=NEAR)
    authority.judge(one, verified=True, reason="Seen.", by=make_staff(), at=NEAR)
    authority.choose_recipient(
        one, to=AnswerGoesTo.PERSON, reason="As asked.", by=make_staff(), at=NEAR
    )
    package = let_go(built)
    client = client_of(confirm)
    page = reverse("case", args=[package.case.reference])
    assert client.get(page).status_code == 200

    set_aside(package.case, confirm)

    assert_nothing_opens(client, PERSONS, package)


def offered(one: Authority, email: str):
    return confirming.offer(
        one, email=email, reason="In doubt.", by=make_staff(), at=timezone.now()
    )


@pytest.mark.parametrize("end", ["not to be used", "taken back", "replaced"])
def test_link_that_asks_who_acts_is_over_when_its_ground_is(end):
    make_revision()
    case = make_case("ann@example.org", received_at=timezone.now())
    one = make_authority(case, at=timezone.now())
    link = offered(one, "ann@free.example")
    text = Message.objects.filter(purpose="case-authority-asked").latest("pk").text
    path = re.search(r"(/acts-for-me/\S+/)", text)[1]
    assert "Harris" in Client().get(path).content.decode()

    match end:
        case "not to be used":
            set_aside(case, "ann@free.example")
        case "taken back":
            authority.revoke(
                one, reason="She rang.", by=make_staff(), at=timezone.now()
            )
        case _:
            make_authority(case, at=timezone.now(), agent_email="x@other.example")

    for response in (Client().get(path), Client().post(path, {"answer": "no"})):
        assert response.status_code == 410
        assert "Harris" not in response.content.decode()
    link.refresh_from_db()
    assert link.answered_at is None


def test_what_waits_for_its_code_is_not_shown_where_nothing_is_to_be_sent():
    make_revision()
    address = "ann@example.org"
    sent = intake.submit(
        intake.Filing(
            "Ann Other",
            email=address,
            answers={"scope": "all"},
            rights=(Right.ACCESS, Right.OBJECTION_DIRECT_MARKETING),
        ),
        key=uuid4(),
        client="1",
        at=timezone.now(),
    ).submission
    client = subject_client(address)
    waits = sent.cases.get(right=Right.ACCESS)
    prove = reverse("case-prove-waiting", args=[waits.reference])
    disown = reverse("case-disown", args=[waits.reference])
    assert prove in client.get(reverse("case-list")).content.decode()

    set_aside(sent.cases.get(right=Right.OBJECTION_DIRECT_MARKETING), address)

    assert prove not in client.get(reverse("case-list")).content.decode()
    assert client.post(prove).status_code == 404
    assert client.post(disown).status_code == 404
    assert again(waits).status == CaseStatus.UNPROVED


def test_complaint_is_not_followed_where_nothing_is_to_be_sent():
    make_revision()
    case = make_case("cara@example.org", right=Right.COMPLAINT)
    set_aside(case, "cara@example.org")
    client = subject_client("cara@example.org")

    response = client.post(reverse("complain-follow"), {"reference": case.reference})

    assert response.status_code == 422
    assert client.get(reverse("case", args=[case.reference])).status_code == 404
    user = User.objects.get(email="cara@example.org")
    with pytest.raises(Refused):
        following.follow(case.reference, by=user, client="1", at=timezone.now())
