"""Each right decided thing by thing on the pages of staff, and read by the person."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from outbox.models import Message
from requests_app.models import Letter, Ruling
from requests_app.states import CaseStatus, EventKind, LetterKind, Right
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import happen, make_case
from tests.factories.clock import again, deliver
from tests.requests_app.ruled import propose_cases_line, rule
from tests.requests_app.test_objection import make_objection

pytestmark = [pytest.mark.django_db, pytest.mark.long]
# By right: what is ruled of each thing, on which ground, and what the person reads.
RULED = {
    Right.RECTIFICATION: ("correct", "incorrect", "We correct it."),
    Right.ERASURE: ("erase", "not_needed", "We erase it."),
    Right.RESTRICTION: ("restrict", "unlawful_kept", "We store it and do nothing"),
}


@pytest.fixture(autouse=True)
def _cases_line():
    propose_cases_line()


def seen_on(client, url) -> dict[str, str]:
    """Return the mark of what the page shows, as a browser posts it."""
    page = client.get(url).content.decode()
    return dict(re.findall(r'name="(seen)" value="([^"]*)"', page))


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("right", list(RULED))
def test_right_from_ruling_to_done_on_the_pages(searched, right):
    case, client = searched(right), staff_client()
    what, ground, words = RULED[right]
    at = [case.reference]
    page = text_of(client.get(reverse("staff-case", args=at)))
    assert reverse("case-rulings", args=at) in page
    assert "Not ruled on yet: Billing: Invoices; Customers: Contacts." in page

    for thing in (("crm", "contacts"), ("billing", "invoices")):
        url = reverse("case-rule", args=[*at, *thing])
        assert url in text_of(client.get(reverse("case-rulings", args=at)))
        assert client.post(url, {"what": what, "ground": ""}).status_code == 422
        said = {"what": what, "ground": ground, "words": "You told us so."}
        ruled = client.post(url, {**said, **seen_on(client, url)})
        assert ruled.url == reverse("case-rulings", args=at)

    url = reverse("case-rulings-decide", args=at)
    shown = client.post(url, {"words": "Thanks.", **seen_on(client, url)})
    assert words in text_of(shown)
    assert again(case).status == CaseStatus.IN_REVIEW
    said = {"words": "Thanks.", "confirm": "yes", **seen_on(client, url)}
    assert client.post(url, said).status_code == 302
    things = ("Customers: Contacts", "Billing: Invoices")
    told = Letter.objects.get(case=case, kind=LetterKind.DECISION).body
    assert told.count(words) == len(things)
    for part in (*things, "You can complain to the", "You can also ask a court"):
        assert part in told
    person = subject_client("ann@example.org")
    read = text_of(person.get(reverse("case", args=at)))
    assert words in read
    assert "We decided about your request" in read

    done = {"done": "Done in both systems on Friday.", "confirm": "yes"}
    url = reverse("case-carried-out", args=at)
    assert url in text_of(client.get(reverse("staff-case", args=at)))
    assert client.post(url, done).status_code == 302
    assert again(case).status == CaseStatus.DONE
    deliver(timezone.now())
    mail = Message.objects.get(purpose="case-done")
    assert "it is done" in mail.subject
    read = text_of(person.get(reverse("case", args=at)))
    for part in (*things, "it is done", "Done in both systems on Friday."):
        assert part in read


def test_thing_is_kept_with_its_day_on_the_page(searched):
    case, client = searched(Right.ERASURE), staff_client()
    url = reverse("case-rule", args=[case.reference, "billing", "invoices"])
    said = {"what": "keep", "ground": "legal_duty", "words": "Tax law."}
    said |= seen_on(client, url)

    refused = client.post(url, said)
    assert refused.status_code == 422
    assert "Say until which day it is kept" in text_of(refused)
    assert "Tax law." in text_of(refused)
    assert client.post(url, {**said, "until": "2032-12-31"}).status_code == 302

    overview = client.get(reverse("case-rulings", args=[case.reference]))
    assert "Until Friday 31 December 2032." in text_of(overview)
    assert Ruling.objects.get().category == ""


def test_objection_on_the_pages_by_two_people():
    case, at = make_objection(), [make_objection().reference]
    at = [case.reference]
    one, other = make_staff(), make_staff(Role.REVIEWER)
    first, second = staff_client(one), staff_client(other)
    url = reverse("case-restrict", args=at)
    assert url in text_of(first.get(reverse("staff-case", args=at)))
    assert first.post(url, {}).status_code == 422
    assert first.post(url, {"purposes": ["surveys"]}).status_code == 302

    url = reverse("case-rule", args=[*at, "-", "surveys"])
    page = text_of(first.get(url))
    assert "We ask few people, once a year" in page  # the assessment beside it (C43)
    assert "I am unwell." in page
    said = {"what": "go_on", "ground": "overriding", "words": "Few, and once."}
    assert first.post(url, said).status_code == 302

    decide = reverse("case-rulings-decide", args=at)
    confirmed = {"words": "", "confirm": "yes", **seen_on(first, decide)}
    refused = first.post(decide, {**confirmed, "alone_reason": ""})
    assert "somebody else must decide it" in text_of(refused)
    assert second.post(decide, confirmed).status_code == 302
    url = reverse("case-carried-out", args=at)
    early = second.post(url, {"done": "The pause ended.", "confirm": "yes"})
    assert "only after the person is told" in text_of(early)
    deliver(Letter.objects.get(case=case).at)
    said = {"done": "The pause ended.", "confirm": "yes"}
    assert second.post(url, said).status_code == 302
    assert again(case).status == CaseStatus.DONE


@pytest.mark.parametrize(
    ("came", "page", "more"),
    [
        ("rulings", "case-rulings", ()),
        ("rule", "case-rule", ("crm", "contacts")),
        ("rest", "case-rulings-rest", ()),
    ],
)
def test_rows_lead_back_to_the_ruling_they_were_opened_from(searched, came, page, more):
    case, client = searched(Right.RECTIFICATION), staff_client()
    at = [case.reference, "crm", "contacts"]
    opened = reverse(page, args=[case.reference, *more])
    rows = f"{reverse('case-dataset', args=at)}?came={came}"
    row = f"{reverse('case-row', args=[*at, 0])}?came={came}"

    assert rows in text_of(client.get(opened))
    shown = text_of(client.get(rows))
    assert f'class="back" href="{opened}"' in shown
    assert row in shown
    assert f'class="back" href="{rows}"' in text_of(client.get(row))


@pytest.mark.parametrize(
    "came", ["", "https://evil.example", "//evil.example", "staff-case"]
)
def test_rows_opened_from_elsewhere_lead_back_to_the_review(searched, came):
    case, client = searched(Right.ERASURE), staff_client()
    review = reverse("case-review", args=[case.reference])
    rows = reverse("case-dataset", args=[case.reference, "crm", "contacts"])

    assert f'class="back" href="{review}"' in text_of(client.get(rows, {"came": came}))


def test_rows_of_a_copy_lead_back_to_the_review_as_nothing_is_ruled(searched):
    case, client = searched(Right.ACCESS), staff_client()
    review = reverse("case-review", args=[case.reference])
    rows = reverse("case-dataset", args=[case.reference, "crm", "contacts"])

    page = text_of(client.get(rows, {"came": "rulings"}))

    assert f'class="back" href="{review}"' in page
    assert "came=" not in page


@pytest.mark.parametrize(
    "right", [Right.OBJECTION_DIRECT_MARKETING, Right.WITHDRAW_CONSENT]
)
def test_stop_is_confirmed_on_the_page(right):
    case = happen(make_case(right=right), EventKind.STOPPED_AT_ONCE)
    client = staff_client()
    url = reverse("case-confirm", args=[case.reference])
    page = text_of(client.get(reverse("staff-case", args=[case.reference])))
    assert url in page
    assert "Start the search" not in page

    assert "it is done as you asked" in text_of(client.post(url, {"words": ""}))
    assert client.post(url, {"words": "", "confirm": "yes"}).status_code == 302

    assert again(case).status == CaseStatus.DONE
    assert Letter.objects.get(case=case).kind == LetterKind.DECISION


def test_case_that_is_not_decided_so_has_no_such_page():
    case = make_case()

    page = staff_client().get(reverse("case-rulings", args=[case.reference]))

    assert page.status_code == 404


def test_stale_page_rules_on_nothing_that_was_found_since(searched):
    case, client = searched(Right.ERASURE), staff_client()
    url = reverse("case-rule", args=[case.reference, "crm", "contacts"])
    said = {"what": "erase", "ground": "not_needed", "words": "You asked."}
    opened = seen_on(client, url)
    case.found.filter(system="crm").update(spool=uuid4())

    refused = client.post(url, {**said, **opened})

    assert "has changed since you opened the page" in text_of(refused)
    assert not Ruling.objects.exists()
    assert client.post(url, {**said, **seen_on(client, url)}).status_code == 302


def test_letter_that_was_shown_is_the_one_that_is_sent(searched):
    case, client = searched(Right.ERASURE), staff_client()
    for thing in (("crm", "contacts"), ("billing", "invoices")):
        rule(case, thing, "erase", "not_needed")
    url = reverse("case-rulings-decide", args=[case.reference])
    opened = seen_on(client, url)
    rule(case, ("crm", "contacts"), "erase", "unlawful")

    refused = client.post(url, {"words": "", "confirm": "yes", **opened})

    assert "has changed since you opened the page" in text_of(refused)
    assert not Letter.objects.filter(case=case).exists()
