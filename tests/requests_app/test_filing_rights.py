"""Each right, from the form in the browser to its case."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lumina_privacy.lib.days import london_day
from outbox.models import Message
from requests_app.actions import intake
from requests_app.forms.rights import SightingForm
from requests_app.models import Case, Submission
from requests_app.queries import questions, rights
from requests_app.queries.asked import asked_of
from requests_app.states import FILED, CaseStatus, Right
from tests.factories.accounts import make_subject, staff_client
from tests.factories.cases import register_in_force

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ANN = "ann@example.org"
STOP = Right.OBJECTION_DIRECT_MARKETING
YESTERDAY = timezone.now() - timedelta(days=1)
FOOTAGE = {
    "day_day": str(YESTERDAY.day),
    "day_month": str(YESTERDAY.month),
    "day_year": str(YESTERDAY.year),
    "time": "about noon",
    "where": "Reception",
    "who": "A red coat",
}
CORRECTION = {
    "wrong": "Anne Other",
    "should_be": "Ann Other",
    "why_wrong": "out_of_date",
}
ANSWERS = {
    "about": {"about": "me"},
    "scope": {
        "scope": "some",
        "categories": ["cctv", "identity"],
        "period": "since 2023",
    },
    "sighting": FOOTAGE,
    "onward": {"onward": "Other Company, data@other.example"},
    "correction": CORRECTION,
    "erasure": {
        "erase": "some",
        "erase_categories": ["identity"],
        "erase_ground": "consent",
    },
    "pause": {"pause_ground": "claims", "pause_words": "My invoices"},
    "objection": {"uses": ["surveys", "prospecting"], "situation": "I am unwell."},
    "consent": {"which": "some", "consents": ["personalisation"]},
    "name": {"name": "Ann Other"},
    "reach": {"email": ANN, "phone": ""},
    "how": {"how": "download"},
    "adjust": {"adjustments": "Large print"},
}
# What the case's page shows of it, beside what is common to all.
SHOWN = {
    Right.ACCESS: {"Where?": "Reception", "What do you want a copy of?": "Certain"},
    Right.PORTABILITY: {"Should we send it to another company?": "Other Company"},
    Right.RECTIFICATION: {
        "What is wrong?": "Anne Other",
        "What is right?": "Ann Other",
        "In which way is it wrong?": "It is out of date",
    },
    Right.ERASURE: {
        "What should we delete?": "Certain things",
        "Is there a reason you want to give?": "I take back the consent",
    },
    Right.RESTRICTION: {"Why should we pause?": "You no longer need it, but I need it"},
    Right.OBJECTION: {
        "Which uses do you object to?": "Surveys and feedback, New business",
        "What about your situation speaks against it?": "I am unwell.",
    },
    Right.WITHDRAW_CONSENT: {"Which?": "Personal communications"},
    Right.OBJECTION_DIRECT_MARKETING: {},
}


@pytest.fixture(autouse=True)
def register():
    """Put the real register in force: the questions are about what it declares."""
    register_in_force()


def walk(client: Client, *chosen: Right, **changed) -> list[str]:
    """Answer page after page, as the form leads on; return which were asked."""
    asked = []
    answers = {**ANSWERS, "what": {"rights": list(chosen)}, **changed}
    place = reverse("ask-question", args=["what"])
    while (slug := place.rstrip("/").rpartition("/")[2]) != "check":
        assert client.get(place).status_code == 200
        asked.append(slug)
        response = client.post(place, answers[slug])
        assert response.status_code == 302, (slug, errors(response))
        place = response.url
    return asked


def answered(client: Client) -> list[dict[str, str]]:
    """Return what the check page reads back of every answer."""
    return client.get(reverse("ask-check")).context["rows"]


def errors(response) -> list[str]:
    return re.findall(r'<a href="#[^"]+">([^<]+)</a>', response.content.decode())


def send(client: Client):
    page = client.get(reverse("ask-check"))
    assert page.status_code == 200
    form = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())[1]
        for name in ("token", "seen")
    }
    return client.post(reverse("ask-send"), form)


def code() -> str:
    text = Message.objects.filter(secret=True).order_by("-pk")[0].text
    return re.search(r"\b\d{6}\b", text).group()


@pytest.mark.parametrize("right", FILED)
def test_each_right_is_filed_from_the_form_to_its_case(client, right):
    walk(client, right)
    sent = send(client)
    if right in rights.AT_ONCE:
        assert sent.url == reverse("ask-done")
        receipt = client.get(sent.url)
    else:
        assert sent.url == reverse("ask-code")
        receipt = client.post(sent.url, {"code": code()}, follow=True)

    case = Case.objects.get()
    assert (case.right, case.status) == (right, CaseStatus.RECEIVED)
    assert case.reference in receipt.content.decode()
    assert rights.words_of(case).next_steps[0] in receipt.content.decode()
    told = {fact.label: fact.value for fact in asked_of(case)}
    for label, value in SHOWN[right].items():
        assert told[label].startswith(value), told


ONLY = {
    Right.ACCESS: ["scope", "sighting"],
    Right.PORTABILITY: ["scope", "sighting", "onward"],
    Right.RECTIFICATION: ["correction"],
    Right.ERASURE: ["erasure"],
    Right.RESTRICTION: ["pause"],
    Right.OBJECTION: ["objection"],
}


@pytest.mark.parametrize(("right", "own"), ONLY.items())
def test_only_what_follows_from_the_choice_is_asked(client, right, own):
    how = ["how"] if right in {Right.ACCESS, Right.PORTABILITY} else []

    assert walk(client, right) == [
        *("what", "about", *own, "name", "reach", *how, "adjust")
    ]


def test_how_many_questions_there_are_is_said_once_it_is_known(client):
    page = client.get(reverse("ask-question", args=["what"])).content.decode()
    assert '<p class="caption">Your request</p>' in page

    walk(client, Right.RECTIFICATION)
    page = client.get(reverse("ask-question", args=["what"])).content.decode()
    assert "Correct my data: question 1 of 6" in page

    client.post(reverse("ask-question", args=["what"]), {"rights": ["access"]})
    page = client.get(reverse("ask-question", args=["about"])).content.decode()
    # A copy of everything asks less than one of recordings: not known yet.
    assert '<p class="caption">Get a copy of my data</p>' in page

    asked = walk(client, Right.ACCESS)
    page = client.get(reverse("ask-question", args=["adjust"])).content.decode()
    assert f"question {len(asked)} of {len(asked)}" in page


def test_adjustment_is_asked_once_whatever_is_asked_for(client):
    asked = walk(client, *FILED)
    send(client)

    kept = json.loads(Submission.objects.get().answers)
    assert asked.count("adjust") == 1
    assert kept["adjustments"] == "Large print"


def test_acknowledgement_tells_what_was_chosen_and_no_word_of_the_persons_own(client):
    walk(client, Right.RECTIFICATION, Right.ERASURE, Right.RESTRICTION)
    client.post(send(client).url, {"code": code()})

    [mail] = Message.objects.filter(purpose="case-acknowledgement")
    for chosen in (
        "- In which way is it wrong? It is out of date",
        "- What should we delete? Certain things",
        "- Is there a reason you want to give? I take back the consent it rests on",
        "- Why should we pause? You no longer need it, but I need it for a legal claim",
        "- What you wrote yourself stands on its page",
    ):
        assert chosen in mail.text, mail.text
    for own in ("Anne Other", "My invoices", "Large print"):
        assert own not in mail.text


@pytest.mark.parametrize("ground", ["", *questions.ERASE_GROUNDS])
def test_reason_for_an_erasure_is_never_needed(client, ground):
    walk(client, Right.ERASURE, erasure={"erase": "all", "erase_ground": ground})
    send(client)

    kept = json.loads(Submission.objects.get().answers)["erasure"]
    assert kept.get("erase_ground", "") == ground


def test_who_reviews_and_who_decides_read_what_was_asked(client):
    walk(client, Right.ACCESS)
    send(client)
    case = Case.objects.get()
    intake.prove(case.submission, address=ANN, by=make_subject(ANN), at=timezone.now())

    page = staff_client().get(reverse("case-review", args=[case.reference]))

    assert "<dt>Period</dt><dd>since 2023</dd>" in page.content.decode()


def test_stopping_asks_for_no_name_no_reason_and_no_code(client):
    assert walk(client, STOP) == ["what", "reach"]
    page = client.get(send(client).url).content.decode()

    assert "It is done" in page
    assert not Message.objects.filter(secret=True).exists()


def test_all_at_once_is_one_submission_with_one_code_and_one_mail(client):
    walk(client, *FILED)
    waiting = client.get(send(client).url).content.decode()
    assert "No more marketing" in waiting  # done already, before any code
    receipt = client.post(reverse("ask-code"), {"code": code()}, follow=True)

    page = receipt.content.decode()
    assert Submission.objects.count() == 1
    for case in Case.objects.all():
        assert case.reference in page
        assert rights.words_of(case).title in page
    assert page.count("How we worked out this date") == len(FILED)
    assert Message.objects.filter(purpose="case-acknowledgement").count() == 1


def test_answers_to_questions_that_no_longer_apply_are_not_sent(client):
    walk(client, Right.ACCESS, Right.OBJECTION)
    walk(client, Right.ERASURE)
    send(client)

    kept = json.loads(Submission.objects.get().answers)
    assert set(kept) == {"erasure", "adjustments"}


@pytest.mark.parametrize(
    ("slug", "answer", "complaint"),
    [
        ("what", {}, "Choose at least one thing."),
        ("what", {"rights": ["breach"]}, "breach"),
        ("scope", {"scope": "some"}, "Tick at least one thing, or describe it below."),
        ("sighting", {**FOOTAGE, "day_year": "2099"}, "That day is still to come."),
        ("sighting", {**FOOTAGE, "day_month": "13"}, "That day does not exist."),
        ("sighting", {**FOOTAGE, "day_year": "26"}, "year with four figures"),
        ("sighting", {**FOOTAGE, "day_year": "1800"}, "That is years before today."),
        ("sighting", {**FOOTAGE, "time": "99:99"}, "There is no such time."),
        ("sighting", {**FOOTAGE, "time": ""}, "Say at about what time."),
        ("sighting", {**FOOTAGE, "where": " "}, "Say at which place."),
        ("sighting", {**FOOTAGE, "who": ""}, "Say how we recognise you."),
        ("correction", {**CORRECTION, "why_wrong": ""}, "in which way it is wrong"),
        ("correction", {**CORRECTION, "wrong": ""}, "Write what is wrong."),
        ("correction", {**CORRECTION, "why_wrong": "ugly"}, "ugly is not one of"),
        ("erasure", {}, "Choose everything or certain things."),
        ("erasure", {"erase": "some"}, "Tick at least one thing"),
        ("pause", {"pause_words": "x"}, "Choose why we should pause."),
        ("pause", {"pause_ground": "claims"}, "Write which data you mean."),
        ("objection", {"situation": "x"}, "Choose at least one use."),
        ("objection", {"uses": ["surveys"]}, "Write what in your situation"),
        (
            "objection",
            {"uses": ["goods-and-services"], "situation": "x"},
            "goods-and-services is not one of",
        ),
        ("consent", {}, "Choose all of it or some."),
        ("consent", {"which": "some"}, "Choose at least one, or all of it."),
        ("reach", {"email": "ann"}, "Write an e-mail address with an @"),
    ],
)
def test_what_is_wrong_is_said_beside_the_question_and_nothing_is_kept(
    client, slug, answer, complaint
):
    walk(client, *FILED, adjust={})
    before = answered(client)

    response = client.post(reverse("ask-question", args=[slug]), answer)

    assert response.status_code == 422
    assert any(complaint in error for error in errors(response)), errors(response)
    assert answered(client) == before


@pytest.mark.parametrize("slug", ["correction", "sighting", "nothing"])
def test_question_that_does_not_apply_is_not_there(client, slug):
    client.post(reverse("ask-question", args=["what"]), {"rights": ["erasure"]})

    assert client.get(reverse("ask-question", args=[slug])).status_code == 404


def test_way_back_shows_the_day_that_was_given(client):
    walk(client, Right.ACCESS)

    page = client.get(reverse("ask-question", args=["sighting"])).content.decode()

    assert f'value="{YESTERDAY.year}"' in page
    assert "Reception" in page


@pytest.mark.parametrize(("days", "gone"), [(30, False), (31, True)])
def test_day_before_every_recording_that_is_kept_is_read_back_with_that(
    client, days, gone
):
    day = london_day(timezone.now()) - timedelta(days=days)
    boxes = {"day_day": day.day, "day_month": day.month, "day_year": day.year}
    walk(client, Right.ACCESS, sighting={**FOOTAGE, **boxes})

    read = {row["label"]: row["value"] for row in answered(client)}
    shown = read["When you were there"]
    assert ("Recordings are kept for 30 days" in shown) == gone
    send(client)
    assert "Recordings are kept" not in Submission.objects.get().answers


@pytest.mark.parametrize(
    ("time", "is_one"),
    [
        ("about noon", True),
        ("14:20", True),
        ("between 9:00 and 24:00, floor 99", True),
        ("14.20", True),
        ("1420", True),
        ("9", True),
        ("99:99", False),
        ("about 14:60", False),
        ("25", False),
        ("2460", False),
        ("99.99", False),
    ],
)
def test_time_is_in_their_words_and_one_that_a_clock_shows(time, is_one):
    said = {**FOOTAGE, "time": time}
    form = SightingForm(said, today=london_day(timezone.now()))

    assert ("time" not in form.errors) == is_one
