"""Data to take away is granted, reviewed, built, released and told (UK GDPR Art 20)."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from accounts.roles import Role
from datamap.search import RowStanding
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, building, casework, decision, onward, review
from requests_app.grounds import WITHHOLDING_GROUNDS
from requests_app.models import Case, Letter, Package
from requests_app.queries.review_rows import rows_of
from requests_app.spool import read_rows
from requests_app.states import (
    CaseStatus,
    CheckMethod,
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
    PackageState,
    Right,
    RowChoice,
)
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    RECEIVED_AT,
    happen,
    make_case,
    make_revision,
    make_row,
    make_spooled,
    make_task,
)
from tests.factories.clock import again

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
STEM = "data/contact/crm-contacts"
GIVEN = {"purposes": ["services"], "provided_by_subject": True}
CRM = {
    "system": "crm",
    "name": "Customers",
    "owner": "sales@luminatech.example",
    "location": "GB",
    "connector": "sql",
    "connection": "TEST_CRM_URL",
    "datasets": {
        "contacts": {
            "name": "Contacts",
            "table": "contacts",
            "key": "id",
            "find_by": {"email": "email"},
            "source_column": "source",
            "fields": {
                "name": {"category": "contact", "label": "Name", **GIVEN},
                "email": {"category": "contact", "label": "E-mail", **GIVEN},
                "born": {
                    "category": "contact",
                    "label": "Born",
                    **GIVEN,
                    "purposes": ["checks"],
                },
                "score": {
                    "category": "contact",
                    "label": "Score",
                    "purposes": ["services"],
                },
                "source": {
                    "category": "contact",
                    "label": "Source",
                    "purposes": ["services"],
                },
            },
        },
        "scores": {
            "name": "Scores",
            "table": "scores",
            "key": "id",
            "find_by": {"email": "email"},
            "fields": {"value": {"category": "product", "purposes": ["services"]}},
        },
    },
}


def make_register():
    """Make a register with a use on legitimate interests, and sources of two kinds."""
    revision = make_revision([CRM])
    content = revision.content
    content["purposes"].append(
        {
            "code": "checks",
            "name": "Checks",
            "quote": "checks",
            "assessment": "",
            "processing": [{"basis": "legitimate_interests", "applies_to": ""}],
        }
    )
    content["sources"] = [
        {"code": "direct", "name": "Direct", "quote": "d", "from_others": False},
        {"code": "referral", "name": "Referrals", "quote": "r", "from_others": True},
    ]
    return type(revision).objects.create(
        sha256=revision.sha256[::-1],
        content=content,
        loaded_at=revision.loaded_at,
        loaded_by="system:test",
        approved_at=revision.approved_at,
        approved_by="staff:1",
    )


def contact(key, source="direct", standing=RowStanding.SURE, **values):
    known = {"name": f"=Ann {key}", "email": "ann@example.org", "born": "1980-02-29"}
    row = {**known, "score": 7, "source": source, **values}
    return make_row(key, standing, **row)


def make_found(*rows, wish="", scores=True) -> Case:
    """Make a case to take data away that is in review, and who asks is checked."""
    case = make_case(
        "ann@example.org", right=Right.PORTABILITY, revision=make_register()
    )
    if wish:
        case.submission.answers = json.dumps({"portability": {"onward": wish}})
        case.submission.save(update_fields=["answers"])
    happen(case, EventKind.SEARCH_STARTED, EventKind.SEARCH_FINISHED)
    make_task(case, "crm", state="done", verdict="found")
    make_spooled(case, rows or [contact("a")])
    if scores:
        make_spooled(case, [make_row("s", value=9)], dataset="scores")
    casework.record_check(
        case,
        method=CheckMethod.CALL_BACK,
        passed=True,
        reason="Called.",
        by=make_staff(),
        at=AT,
    )
    return again(case)


def contacts(case):
    return case.found.get(dataset="contacts")


def choose(case, choice=RowChoice.RELEASE, ground=""):
    return review.choose_dataset(
        contacts(case),
        choice=choice,
        ground=ground,
        seen_rows=True,
        by=make_staff(),
        at=AT,
    )


def choose_row(case, key, choice=RowChoice.RELEASE, **said):
    found = contacts(case)
    row = next(one for one in read_rows(found) if one.key == key)
    review.choose_row(found, row=row, choice=choice, **said, by=make_staff(), at=AT)


def decide(case, *, outcome=Outcome.GRANTED, form=DeliveryForm.DOWNLOAD):
    return decision.decide(
        again(case),
        outcome=outcome,
        words="",
        form=form,
        open_until={},
        by=make_staff(),
        at=AT,
    )


def build(made) -> Package:
    building.build_package(building.claim(made.package.pk, at=AT), now=lambda: AT)
    return Package.objects.get(pk=made.package.pk)


def release(package) -> Package:
    by = make_staff(Role.REVIEWER)
    return answer.release(package, by=by, at=AT, alone_reason="")


def opened(package) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(review.pieces(package.file))))


def rows_in(package):
    return json.loads(opened(package).read(f"{STEM}.json"))


def letter(case, kind=LetterKind.DECISION) -> str:
    return Letter.objects.get(case=case, kind=kind).body


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
                "management_forecast",
                "negotiations",
                "reference",
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
        answer.print_for_post(package, by=by, at=AT)

    answer.fetch_for_post(package, by=by, at=AT)
    answer.dispatch(package, method="Post", to="37", tracking="", by=by, at=AT)
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


# --- Straight to another company (Article 20(2)) ---------------------------------

WISH = "Other Company, data@other.example"


def say(case, *, feasible, words="Other Company has no way in."):
    by = make_staff()
    return onward.answer(again(case), feasible=feasible, words=words, by=by, at=AT)


def test_wish_is_answered_before_the_decision_and_told_in_its_letter():
    case = make_found(wish=WISH)
    choose(case)
    with pytest.raises(Refused, match="Say first whether that can be done"):
        decide(case)
    with pytest.raises(Refused, match="Write it to the person"):
        say(case, feasible=False, words=" ")
    say(case, feasible=False)

    release(build(decide(case)))

    said = letter(case)
    assert "not technically feasible" in said
    assert "Other Company has no way in." in said
    package = Package.objects.get(case=case)
    with pytest.raises(Refused, match="It was not decided that it is sent"):
        onward.fetch(package, by=make_staff(), at=AT)


def test_what_is_released_is_fetched_sent_on_once_and_told():
    case = make_found(wish=WISH)
    choose(case)
    say(case, feasible=True, words="By SFTP to Other Company.")
    built = build(decide(case))
    client = staff_client()
    at = [case.reference, built.reference]
    fetch, record = (
        reverse(name, args=at) for name in ("package-onward-fetch", "package-onward")
    )
    assert client.post(fetch).status_code == 422  # not released yet
    package = release(built)
    assert "write to you once more when it is sent: By SFTP" in letter(case)
    page = client.get(reverse("staff-case", args=[case.reference])).content.decode()
    assert "Fetch it for them" in page

    got = b"".join(client.post(fetch).streaming_content)
    done = client.post(record, {"words": "Sent to Other Company by SFTP."})

    assert got == b"".join(review.pieces(package.file))
    assert done.status_code == 302
    assert "By SFTP" not in letter(case, LetterKind.DONE)
    assert "It is sent now" in letter(case, LetterKind.DONE)
    with pytest.raises(Refused, match="That it was sent is recorded"):
        onward.record_sent(package, words="Again.", by=make_staff(), at=AT)


def test_page_shows_what_they_asked_for_and_takes_the_answer():
    case = make_found(wish=WISH)
    url = reverse("case-onward", args=[case.reference])
    client = staff_client()
    assert WISH in client.get(url).content.decode()
    assert client.post(url, {"words": "How"}).status_code == 422

    done = client.post(url, {"feasible": "no", "words": "No way in."})

    assert done.status_code == 302
    event = again(case).events.get(kind=EventKind.ONWARD_ANSWERED)
    assert (event.facts, event.text.body) == ({"feasible": False}, "No way in.")
    assert "No way in." in client.get(url).content.decode()


def test_only_data_to_take_away_is_sent_on():
    case = make_case()

    with pytest.raises(Refused, match="Only data to take away"):
        say(case, feasible=True)
    url = reverse("case-onward", args=[case.reference])
    assert staff_client().get(url).status_code == 404
