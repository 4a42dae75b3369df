"""A passage of a text is blacked out, and the person gets the rest."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from datamap.search import RowStanding
from lumina_privacy.lib.verdict import Refused
from requests_app.models import FoundDataset, RowDecision
from requests_app.packages.outgoing import ReviewMismatch
from requests_app.passages import Passage
from requests_app.queries import rows
from requests_app.states import (
    EventKind,
    RowChoice,
    TaskState,
    TaskVerdict,
)
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    RECEIVED_AT,
    happen,
    make_case,
    make_task,
    register_in_force,
)
from tests.requests_app.blacked import (
    BLACKED,
    MARK,
    NAME,
    NUMBER,
    TEXT,
    answered,
    send,
    span,
    spooled,
    url_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def found() -> FoundDataset:
    """Give the comments on Helen's ticket: one names a colleague within its text."""
    case = make_case(
        "helen.okafor@example.org", name="Helen Okafor", revision=register_in_force()
    )
    happen(case, EventKind.SEARCH_STARTED, EventKind.SEARCH_FINISHED)
    make_task(case, "service_desk", state=TaskState.DONE, verdict=TaskVerdict.FOUND)
    return spooled(case, TEXT)


def test_what_looks_like_somebody_elses_is_taken_by_a_tick(found):
    client = staff_client()

    page = client.get(url_of(found)).content.decode()

    assert f"“{NAME}” in Text (looks like a name)" in page
    assert f"“{NUMBER}” in Text (looks like a telephone number)" in page
    assert "“Helen Okafor”" not in page  # she is who asks
    response = send(client, found, black=[span(NAME), span(NUMBER)])
    assert response.status_code == 302
    page = client.get(url_of(found)).content.decode()
    assert f"<small>Goes out as:</small> {BLACKED}" in page
    [kept] = RowDecision.objects.get().passages[:1]
    assert kept[:3] == ["body", TEXT.index(NAME), TEXT.index(NAME) + len(NAME)]
    assert NAME not in str(RowDecision.objects.get().passages)


def test_the_person_reads_the_rest_and_no_member_holds_what_is_black(found):
    send(staff_client(), found, black=[span(NAME), span(NUMBER)])

    said = answered(found)

    everything = "".join(said.all.values()) + said.paper
    for words in (NAME, NUMBER, "Marcus", "900177"):
        assert words not in everything
    stem = "data/product/service_desk-comments"
    for text in (
        said.all[f"{stem}.json"],
        said.all[f"{stem}.csv"],
        said.all["index.html"],
        said.paper,
    ):
        assert BLACKED in text
    assert (
        "Some details are cut out of it and marked [withheld]" in said.all["index.html"]
    )


def test_words_are_typed_and_black_wherever_they_stand(found):
    response = send(staff_client(), found, black_words="marcus  webb\nthe spare KEY")

    assert response.status_code == 302
    text = answered(found).json
    assert NAME not in text
    assert f". {MARK} is with reception." in text
    assert NUMBER in text  # nobody said so of it


def test_words_that_stand_nowhere_are_told(found):
    response = send(staff_client(), found, black_words="Marcus Web Jones")

    assert response.status_code == 422
    assert (
        "“Marcus Web Jones” stands in no text of this row" in response.content.decode()
    )
    assert not RowDecision.objects.exists()


def test_nothing_ticked_and_nothing_typed_cuts_nothing(found):
    response = send(staff_client(), found)

    assert response.status_code == 422
    assert "or what is blacked out" in response.content.decode()


def test_what_is_black_is_ticked_and_can_be_taken_back(found):
    client = staff_client()
    send(client, found, black=[span(NAME), span(NUMBER)])

    page = client.get(url_of(found))
    assert page.context["form"].initial["black"] == [span(NAME), span(NUMBER)]
    send(client, found, black=[span(NUMBER)])

    text = answered(found).json
    assert NAME in text
    assert NUMBER not in text


def test_text_that_is_another_since_goes_back_to_be_looked_at(found):
    send(staff_client(), found, black=[span(NAME)])

    again = spooled(found.case, f"Note: {TEXT}")

    assert not RowDecision.objects.exists()
    assert (again.voided, again.choice) == (1, "")


def test_same_text_found_again_stays_black(found):
    send(staff_client(), found, black=[span(NAME), span(NUMBER)])

    again = spooled(found.case, TEXT)

    assert again.voided == 0
    assert BLACKED in answered(again).json


def test_ranges_that_were_made_for_another_text_let_nothing_out(found):
    send(staff_client(), found, black=[span(NAME)])
    RowDecision.objects.update(passages=[["body", 0, 2, "another text’s hash"]])

    with pytest.raises(ReviewMismatch):
        answered(found)


def test_decision_that_was_about_another_row_lets_nothing_out(found):
    send(staff_client(), found, black=[span(NAME)])
    RowDecision.objects.update(of="another row’s hash")

    with pytest.raises(ReviewMismatch):
        answered(found)


@pytest.mark.parametrize("choice", ["", "release", "withhold"])
@pytest.mark.parametrize(
    "cut",
    [{"black": [span(NUMBER)]}, {"black_words": NAME}, {"fields_cut": ["author"]}],
)
def test_what_is_to_be_cut_is_not_dropped_without_a_word(found, choice, cut):
    send(staff_client(), found, black=[span(NAME)])

    response = send(staff_client(), found, choice=choice, **cut)

    assert response.status_code == 422
    assert "You ticked or typed something to cut" in response.content.decode()
    kept = RowDecision.objects.get()
    assert (kept.choice, len(kept.passages)) == (RowChoice.REDACT, 1)
    send(staff_client(), found, choice="")  # all of it taken away: that is said
    assert not RowDecision.objects.exists()


@pytest.mark.parametrize("choice", [RowChoice.RELEASE, RowChoice.WITHHOLD])
@pytest.mark.parametrize(
    "cut", [{"fields": ["author"]}, {"passages": [Passage("body", 0, 2)]}]
)
def test_only_a_row_that_goes_out_cut_is_cut(found, choice, cut):
    with pytest.raises(Refused, match="something to cut"):
        reviewing.choose_row(
            found,
            row=next(rows.read_rows(found)),
            choice=choice,
            ground="third_party",
            by=make_staff(),
            at=RECEIVED_AT,
            **cut,
        )


def test_typed_words_are_not_black_within_other_words(found):
    found = spooled(found.case, "Also Al is alone. Ask Al-Amin (Al’s brother).")

    send(staff_client(), found, black_words="Al")

    text = answered(found).json
    assert f"Also {MARK} is alone. Ask {MARK}-Amin ({MARK}’s brother)." in text


def test_words_that_begin_with_a_sign_are_found(found):
    found = spooled(found.case, "Ring+44 7700 900177(Webb)now")

    send(staff_client(), found, black_words="+44 7700 900177\n(Webb)")

    text = answered(found).json
    assert f"Ring{MARK}now" in text


def test_what_is_surely_learned_of_the_person_is_offered_as_nobody_elses(found):
    words = "Write to h.okafor@shop.example, stores@shop.example or jo@shop.example."
    found = spooled(found.case, words)
    for value, status in (
        ("h.okafor@shop.example", "vouched"),
        ("stores@shop.example", "sure"),  # a row taught it, and nobody has said whose
        ("jo@shop.example", "contested"),
    ):
        found.case.identifiers.create(
            kind="email",
            ref=value,
            value=value,
            status=status,
            route=[["crm", "contacts", "email"]],
        )

    page = staff_client().get(url_of(found)).content.decode()

    assert "“h.okafor@shop.example”" not in page
    assert "“stores@shop.example”" in page
    assert "“jo@shop.example”" in page


# --- Of a row that was set apart ---------------------------------------------------

APART = {"ground": "same_person", "reason": "Her signature is below."}


@pytest.fixture
def apart(found) -> FoundDataset:
    return spooled(found.case, TEXT, RowStanding.POSSIBLE)


@pytest.mark.parametrize("cut_ground", ["", "same_person", "own_contribution"])
def test_what_lets_a_row_in_is_no_ground_to_keep_any_of_it_back(apart, cut_ground):
    with pytest.raises(Refused, match="for withholding what is cut"):
        reviewing.choose_row(
            apart,
            row=next(rows.read_rows(apart)),
            choice=RowChoice.REDACT,
            fields=["author"],
            cut_ground=cut_ground,
            by=make_staff(),
            at=RECEIVED_AT,
            **APART,
        )


def test_person_reads_why_a_part_of_a_row_set_apart_is_kept_back(apart):
    client = staff_client()

    response = send(
        client,
        apart,
        black=[span(NAME), span(NUMBER)],
        cut_ground="third_party",
        **APART,
    )

    assert response.status_code == 302
    assert (
        f"<small>Goes out as:</small> {BLACKED}"
        in client.get(url_of(apart)).content.decode()
    )
    said = answered(apart)
    assert BLACKED in said.json
    for page in (said.all["index.html"], said.paper):
        assert "DPA 2018 Schedule 2 paragraph 16" in page
        assert "It is about the same person" not in page
    assert '"redacted": {\n        "third_party": 1' in said.all["manifest.json"]


def test_page_of_the_rows_tells_both_grounds(apart):
    client = staff_client()
    send(client, apart, fields_cut=["author"], cut_ground="third_party", **APART)

    where = [apart.case.reference, "service_desk", "comments"]
    page = client.get(reverse("case-dataset", args=where)).content.decode()

    assert "It is about the same person. (UK GDPR Article 15(1))" in page
    assert "What is cut: It is information about somebody else" in page


def test_ground_for_a_cut_is_asked_only_of_a_row_set_apart(found):
    page = staff_client().get(url_of(found))

    assert "cut_ground" not in page.context["form"].fields
    send(staff_client(), found, black=[span(NAME)], cut_ground="privilege")
    assert RowDecision.objects.get().cut_ground == ""


def test_cut_that_was_decided_without_a_ground_is_not_answered_with(apart):
    send(staff_client(), apart, black=[span(NAME)], cut_ground="privilege", **APART)
    with connection.cursor() as cursor:  # as it was before there was such a column
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE requests_app_rowdecision "
            "DROP CONSTRAINT row_decision_set_apart_is_cut_on_a_ground"
        )
    RowDecision.objects.update(cut_ground="")

    with pytest.raises(ReviewMismatch, match="nobody has said on which ground"):
        answered(apart)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (0, 10_000), (-1, 3)])
def test_passage_beyond_its_text_is_refused(found, start, end):
    with pytest.raises(Refused, match="within a text"):
        reviewing.choose_row(
            found,
            row=next(rows.read_rows(found)),
            choice=RowChoice.REDACT,
            passages=[Passage("body", start, end)],
            ground="third_party",
            by=make_staff(),
            at=RECEIVED_AT,
        )
