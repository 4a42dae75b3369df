"""Before the button: who receives what, in which form, and what is kept back (E12)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from datamap.search import RowStanding
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import decision, owner, review, search
from requests_app.models import OwnerTask, Package
from requests_app.states import DeliveryForm, Outcome, RowChoice
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    CCTV,
    make_case,
    make_reviewed,
    make_revision,
    make_row,
)
from tests.factories.cases import make_spooled as spooled
from tests.factories.clock import again
from tests.requests_app.test_ends import (
    AT,
    build,
    check,
    grant,
    make_ready,
    release,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]
WORDS = "We held back what a colleague wrote."


def make_built(
    *, outcome=Outcome.GRANTED, form=DeliveryForm.DOWNLOAD, by=None, postal=""
) -> Package:
    """Make a package of two rows, a third withheld; in part: the cameras follow."""
    case = make_reviewed(email="ann@example.org", revision=make_revision())
    case.submission.postal = postal
    case.submission.save()
    if outcome is Outcome.IN_PART:
        case.tasks.filter(system="cctv").update(state="with_owner", verdict="")
    case.found.all().delete()
    found = spooled(case, [make_row("a"), make_row("b"), make_row("c")])
    by = by or make_staff()
    reviewing.choose_dataset(
        found, choice=RowChoice.RELEASE, ground="", seen_rows=True, by=by, at=AT
    )
    reviewing.withhold_rows(
        found,
        rows=review.rows_at(found, {0: ref_of(found)}),
        ground="third_party",
        by=by,
        at=AT,
    )
    check(case, passed=True)
    made = decision.decide(
        case,
        outcome=outcome,
        words=WORDS,
        form=form,
        open_until={"cctv": date(2026, 12, 1)} if outcome is Outcome.IN_PART else {},
        by=by,
        at=AT,
    )
    return build(made.package)


def make_empty(*, settled=False) -> Package:
    """Make a package that gives nothing: its two rows are set apart."""
    case = make_reviewed(revision=make_revision())
    case.found.all().delete()
    found = spooled(case, [make_row(key, RowStanding.POSSIBLE) for key in "ab"])
    by = make_staff()
    reviewing.choose_dataset(
        found, choice=RowChoice.RELEASE, ground="", seen_rows=True, by=by, at=AT
    )
    if settled:
        ground = "third_party"
        rows = review.rows_at(found, {no: ref_of(found, no) for no in (0, 1)})
        reviewing.withhold_rows(found, rows=rows, ground=ground, by=by, at=AT)
    check(case, passed=True)
    return build(grant(case).package)


def ref_of(found, no=0) -> str:
    page = staff_client().get(
        reverse("case-row", args=[found.case.reference, "crm", "contacts", no])
    )
    return page.context["facts"].ref


def page_of(package: Package, client=None) -> str:
    url = reverse("package-release", args=[package.case.reference, package.reference])
    text = (client or staff_client(Role.REVIEWER)).get(url).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_page_says_who_receives_what_and_what_is_kept_back_and_why():
    text = page_of(make_built())

    for said in (
        "Ann Other ann@example.org",
        "Download from this portal",
        "Call to the number on file: Called the number on file.",
        WORDS,
        "Customers: Contacts 2",
        "Customers: Contacts: 1 row not given. It is information about somebody else",
        "DPA 2018 Schedule 2 paragraph 16",
    ):
        assert said in text
    assert "Still open" not in text


def hrefs_of(package: Package, client) -> set[str]:
    url = reverse("package-release", args=[package.case.reference, package.reference])
    return set(re.findall(r'href="([^"]+)"', client.get(url).content.decode()))


def test_every_line_leads_to_what_it_counts_and_the_decision_to_its_review():
    package = make_built()
    client = staff_client(Role.REVIEWER)
    at = package.case.reference

    rows = reverse("case-dataset", args=[at, "crm", "contacts"])
    review_page = reverse("case-review", args=[at])

    assert {rows, review_page} <= hrefs_of(package, client)
    assert client.get(rows).status_code == 200
    assert client.get(review_page).status_code == 200
    case_page = client.get(reverse("staff-case", args=[at])).content.decode()
    assert f'href="{review_page}">What was reviewed' in case_page


def test_each_file_is_named_and_may_be_opened_by_who_releases():
    case = make_case("ann@example.org", revision=make_revision([CCTV]))
    search.start_search(case, by=make_staff(), at=AT)
    asked = OwnerTask.objects.get(task__case=case)
    given, kept = (
        owner.add_file(asked, name=name, claimed_type="", chunks=[name.encode()], at=AT)
        for name in ("entrance.mp4", "lobby.mp4")
    )
    owner.finish(asked, note="", at=AT)
    by = make_staff()
    reviewing.choose_file(given, choice=RowChoice.RELEASE, ground="", by=by, at=AT)
    reviewing.choose_file(
        kept, choice=RowChoice.WITHHOLD, ground="third_party", by=by, at=AT
    )
    check(case, passed=True)
    package = build(grant(again(case)).package)
    client = staff_client(Role.REVIEWER)
    address = {
        file: reverse("case-owner-file", args=[case.reference, file.pk])
        for file in (given, kept)
    }

    text = page_of(package, client)

    assert "entrance.mp4 from Cameras , 12 bytes" in text
    assert "lobby.mp4 from Cameras. It is information about somebody else" in text
    assert set(address.values()) <= hrefs_of(package, client)
    opened = client.get(address[given])
    assert b"".join(opened.streaming_content) == b"entrance.mp4"


def test_answer_in_part_names_what_follows_and_by_when():
    text = page_of(make_built(outcome=Outcome.IN_PART))

    assert "Still open" in text
    assert "Cameras: by Tuesday 1 December 2026" in text


def test_answer_on_paper_shows_the_postal_address_and_not_the_mailbox():
    text = page_of(make_built(form=DeliveryForm.PRINT, postal="14 Orchard Close"))

    assert "Ann Other 14 Orchard Close" in text
    assert "On paper, by post" in text
    assert "ann@example.org" not in text


def test_answer_on_paper_without_an_address_says_so():
    assert "No postal address was given" in page_of(make_built(form="print"))


def test_reason_for_going_alone_is_asked_of_who_decided_and_of_nobody_else(settings):
    settings.LUMINA_TWO_PERSON_RELEASE = "after"
    decider = make_staff(role=Role.DCO)
    package = make_built(by=decider)

    assert "Reason for releasing alone" in page_of(package, staff_client(decider))
    assert "Reason for releasing alone" not in page_of(package)


def test_second_person_releases_without_a_reason():
    package = make_built()
    url = reverse("package-release", args=[package.case.reference, package.reference])

    client = staff_client(Role.REVIEWER)
    seen = client.get(url).context["seen"]

    response = client.post(url, {"seen": seen})

    assert response.status_code == 302
    package.refresh_from_db()
    assert package.state == "released"


def test_rows_that_stay_out_unsettled_are_counted_on_the_review_and_at_the_release():
    case = make_ready(make_row("a"), make_row("b", RowStanding.POSSIBLE))
    check(case, passed=True)
    package = build(grant(case).package)
    review_page = staff_client().get(reverse("case-review", args=[case.reference]))

    assert "1 row set apart as perhaps somebody else’s" in page_of(package)
    assert "1 row set apart</strong> as perhaps" in review_page.content.decode()
    assert "gives them nothing" not in page_of(package)
    assert release(package).state == "released"


def test_empty_answer_beside_rows_set_apart_goes_only_when_it_is_confirmed():
    package = make_empty()
    url = reverse("package-release", args=[package.case.reference, package.reference])
    client = staff_client(Role.REVIEWER)
    seen = client.get(url).context["seen"]

    refused = client.post(url, {"seen": seen})

    assert "2 rows set apart" in page_of(package)
    assert refused.status_code == 422
    assert "Confirm that the answer gives them nothing" in refused.content.decode()
    assert client.post(url, {"seen": seen, "goes_empty": "on"}).status_code == 302
    package.refresh_from_db()
    assert package.state == "released"


def test_empty_answer_is_refused_by_the_action_itself_with_the_reason():
    with pytest.raises(Refused, match="Nothing would go out, while 2 rows are set"):
        release(make_empty())


def test_empty_answer_whose_rows_somebody_settled_needs_no_confirmation():
    package = make_empty(settled=True)

    assert "set apart" not in page_of(package)
    assert release(package).state == "released"


@pytest.mark.parametrize("how_many", [1, 3])
def test_page_costs_the_same_for_one_dataset_and_for_three(
    how_many, django_assert_num_queries
):
    package = make_built()
    package.manifest["datasets"] *= how_many
    package.save()
    client = staff_client(Role.REVIEWER)
    page_of(package, client)

    with django_assert_num_queries(PAGE_QUERIES):
        text = page_of(package, client)

    assert text.count("Customers: Contacts 2") == how_many


# One of them asks whether an answer went to the wrong person where this one is told of.
PAGE_QUERIES = 48
