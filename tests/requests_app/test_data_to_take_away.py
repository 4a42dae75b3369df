"""Data to take away is granted, reviewed, built, released and told (UK GDPR Art 20)."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.urls import reverse

from datamap.search import RowStanding
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, decision, delivery
from requests_app.grounds import WITHHOLDING_GROUNDS
from requests_app.models import Case, Letter
from requests_app.queries.review_rows import rows_of
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    LetterKind,
    Outcome,
    PackageState,
    Right,
    RowChoice,
)
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_row, make_spooled
from tests.factories.clock import again
from tests.requests_app.taken import (
    AT,
    STEM,
    build,
    choose,
    choose_row,
    contact,
    contacts,
    decide,
    letter,
    make_found,
    opened,
    release,
    rows_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]


# --- What goes out ------------------------------------------------------------------


def test_package_holds_what_article_20_reaches_and_says_why_the_rest_is_not_there():
    case = make_found(contact("a"), contact("b", "Referrals"))
    choose(case)

    package = build(decide(case))

    assert package.state == PackageState.BUILT, package.problem
    given = [{"name": "=Ann a", "email": "ann@example.org"}]
    assert rows_in(package) == given
    text = opened(package).read(f"{STEM}.csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["name", "email"],
        ["'=Ann a", "ann@example.org"],
    ]
    html = opened(package).read("index.html").decode()
    page = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    assert "Your data to take away" in page
    assert "Born We use it neither on your consent nor for a contract" in page
    assert "1 row It did not come from you: somebody else told us" in page
    assert "Not here: Customers: Scores Value" not in page  # it has no label
    assert "value It did not come from you: we worked it out" in page
    # What only a copy tells is for access.
    assert "Who may receive it" not in page


def test_what_was_reviewed_is_what_goes_out():
    case = make_found()
    choose(case)
    made = decide(case)
    contacts(case).rows.create(
        row_ref="x", standing="sure", choice="withhold", ground="g", by="s", at=AT
    )

    assert "Decide again" in build(made).problem


def test_promise_of_the_notice_lets_in_what_they_gave_on_another_basis():
    case = make_found()
    choose(case, ground="promised")

    package = release(build(decide(case)))

    assert list(rows_in(package)[0]) == ["name", "email", "born"]
    assert "Our privacy notice promises you a file" in letter(case)


def test_row_that_others_told_us_of_goes_out_only_when_they_gave_it_themselves():
    case = make_found(contact("a"), contact("b", "referral"))
    choose(case)
    with pytest.raises(Refused, match="Somebody else told us this"):
        choose_row(case, "b")
    with pytest.raises(Refused, match="Write how you know that the person gave it"):
        choose_row(case, "b", ground="given_by_them")
    choose_row(case, "b", ground="given_by_them", reason="Her own form, in the file.")

    assert [one["name"] for one in rows_in(build(decide(case)))] == ["=Ann a", "=Ann b"]


def test_row_set_apart_twice_stays_out():
    row = contact("b", "referral", RowStanding.POSSIBLE)
    case = make_found(contact("a"), row)

    with pytest.raises(Refused, match="Article 20 does not reach it: it stays out"):
        choose_row(case, "b", ground="same_person", reason="Her card.")


def test_reviewer_reads_why_a_row_is_set_apart():
    case = make_found(contact("a"), contact("b", "referral"))

    first, second = rows_of(contacts(case), first=0).rows

    assert (first.from_others, first.choice_words) == (False, "With its dataset")
    assert (second.from_others, second.choice_words) == (True, "Stays out")
    assert "somebody else told us" in second.why


def test_what_is_beyond_reach_wants_no_review():
    case = make_found()
    choose(case)

    # Nobody has looked at the scores: nothing of them can go out.
    assert case.found.get(dataset="scores").reviewed_at is None
    assert decide(case).outcome == Outcome.GRANTED


# --- Grounds (C4) -------------------------------------------------------------------


@pytest.mark.parametrize("right", [Right.ACCESS, Right.PORTABILITY, Right.ERASURE])
def test_ground_that_the_statute_does_not_give_is_refused(right):
    case = make_found()
    Case.objects.filter(pk=case.pk).update(right=right)
    every = {one.code for known in WITHHOLDING_GROUNDS.values() for one in known}
    taken = set()
    for ground in every:
        try:
            choose(again(case), RowChoice.WITHHOLD, ground)
        except Refused:
            continue
        taken.add(ground)

    assert (
        taken
        == {
            Right.ACCESS: {
                "third_party",
                "privilege",
                "crime_and_tax",
                "legal_proceedings",
                "self_incrimination",
                "corporate_finance",
                "management_forecast",
                "negotiations",
                "reference",
                "serious_harm",
                "adoption",
                "not_theirs",
            },
            Right.PORTABILITY: {
                "others_rights",
                "crime_and_tax",
                "legal_proceedings",
                "not_theirs",
                "not_from_them",
            },
            Right.ERASURE: set(),
        }[right]
    )


def test_ground_for_keeping_back_lets_nothing_in():
    with pytest.raises(Refused, match="ground for keeping something back"):
        choose(make_found(), RowChoice.RELEASE, "others_rights")


@pytest.mark.parametrize(
    ("right", "offered", "withheld"),
    [
        (Right.ACCESS, "Schedule 2 paragraph 16", "Article 20(4)"),
        (Right.PORTABILITY, "Article 20(4)", "Schedule 2 paragraph 16"),
    ],
)
def test_page_offers_the_grounds_of_the_right(right, offered, withheld):
    case = make_found()
    Case.objects.filter(pk=case.pk).update(right=right)
    client = staff_client()
    pages = [
        reverse("case-review", args=[case.reference]),
        reverse("case-dataset", args=[case.reference, "crm", "contacts"]),
        reverse("case-row", args=[case.reference, "crm", "contacts", 0]),
    ]

    for page in pages:
        html = client.get(page).content.decode()
        assert offered in html
        assert withheld not in html


def test_what_article_20_does_not_reach_is_released_only_on_a_ground():
    case = make_found(contact("a"))
    make_spooled(case, [make_row("b", born="1980")], dataset="births")

    def release_births(ground):
        return reviewing.choose_dataset(
            case.found.get(dataset="births"),
            choice=RowChoice.RELEASE,
            ground=ground,
            seen_rows=True,
            by=make_staff(),
            at=AT,
        )

    with pytest.raises(Refused, match="Choose on which ground it is let in"):
        release_births("")

    assert release_births("promised").ground == "promised"


# --- The decision ---------------------------------------------------------------------


def test_empty_answer_is_a_refusal_with_its_ground():
    case = make_found(scores=False)
    choose(case, RowChoice.WITHHOLD, "not_theirs")
    with pytest.raises(Refused, match="reaches nothing of what is released"):
        decide(case)
    with pytest.raises(Refused, match="refuse the request on that ground"):
        decide(case, outcome=Outcome.NOTHING_HELD)

    decision.refuse(
        again(case), ground="not_portable", words="See above.", by=make_staff(), at=AT
    )

    assert "UK GDPR Article 20(1)" in letter(case, LetterKind.REFUSAL)


def test_answer_that_turns_out_empty_is_not_built():
    case = make_found(contact("b", "referral"))
    choose(case)

    package = build(decide(case))

    assert package.state == PackageState.FAILED
    assert "empty answer" in package.problem


def test_paper_is_no_form_that_computers_read():
    case = make_found()
    choose(case)

    with pytest.raises(Refused, match="Computers do not read paper"):
        decide(case, form=DeliveryForm.PRINT)


def test_medium_goes_by_post_and_is_not_printed():
    case = make_found()
    choose(case)
    package = release(build(decide(case, form=DeliveryForm.MEDIUM)))
    by = make_staff()

    with pytest.raises(Refused, match="Computers do not read paper"):
        delivery.print_for_post(package, by=by, at=AT)

    delivery.fetch_for_post(package, by=by, at=AT)
    said = {"method": "Post", "to": "37", "tracking": ""}
    delivery.dispatch(package, **said, posted_at=AT, by=by, at=AT)
    assert again(case).status == CaseStatus.DONE
    assert "It comes to you by post, on an encrypted medium" in letter(case)


def test_letter_gives_decision_reasons_and_remedies_and_no_data():
    case = make_found(contact("a"), contact("b", "referral"))
    choose(case)
    release(build(decide(case)))

    said = letter(case)

    assert "We have decided: you get your data to take away" in said
    assert "UK GDPR Article 20(1)" in said
    assert "neither on your consent nor for a contract" in said
    assert "ask us for access (UK GDPR Article 15)" in said
    assert "You can complain to us" in said
    assert "section 167" in said
    assert not re.search("Born|Score|Ann a|Contacts", said)
    assert again(case).status == CaseStatus.DONE


def test_nothing_held_is_told_so():
    case = make_found(scores=False)
    case.found.all().delete()

    release(build(decide(case, outcome=Outcome.NOTHING_HELD)))

    assert "we found nothing about you that the right to take data" in letter(case)


def test_answer_made_again_brings_no_second_decision():
    case = make_found()
    choose(case)
    first = release(build(decide(case)))
    answer.make_again(first, reason="A call.", by=make_staff(), at=AT)

    release(build(first.decision))

    assert Letter.objects.filter(case=case).count() == 1


def test_queue_counts_what_wants_a_look_and_no_more():
    make_found(contact("a"))

    html = staff_client().get(reverse("case-queue")).content.decode()

    assert "Review 1 dataset" in html  # the scores stay out
