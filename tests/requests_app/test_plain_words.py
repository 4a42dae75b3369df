"""What a form and a mail say is true of whoever reads it, on the day they read it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from outbox.models import Message
from requests_app import emails
from requests_app.forms.review import DatasetForm, RowForm, RowsForm
from requests_app.forms.ruling import RulingForm
from requests_app.queries.rights import OFFERED
from requests_app.states import PackageState, Right
from tests.factories.cases import RECEIVED_AT, make_case, register_in_force
from tests.requests_app.kept import make_package

LATE = "The day by which the law wanted our answer, {}, has passed. We are sorry"
DUE = "and by {} at the latest"


@pytest.mark.django_db
def test_each_right_that_can_be_chosen_is_explained_with_its_legal_name():
    register_in_force()

    page = Client().get(reverse("ask-question", args=["what"])).content.decode()

    labels = [
        unescape(one) for one in re.findall(r"<label.*?</label>", page, re.DOTALL)
    ]
    for right in OFFERED:
        [label] = [one for one in labels if f">{right.name}<" in one]
        assert f"<small>{right.text} {right.law}.</small>" in label


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "said"), [(1, DUE), (41, LATE)])
def test_acknowledgement_that_goes_when_the_day_is_over_promises_none(days, said):
    case = make_case("ann@example.org")

    emails.acknowledgement(case.submission, at=RECEIVED_AT + timedelta(days=days))

    text = " ".join(Message.objects.get(about=case.submission.about).text.split())
    day = "Wednesday 2 December 2026"
    assert said.format(day) in text
    assert sum(one.format(day) in text for one in (DUE, LATE)) == 1


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (DatasetForm(right=Right.ACCESS), "ground"),
        (RowsForm(right=Right.ACCESS), "ground"),
        (RowForm(columns=[], right=Right.ACCESS, set_apart=True), "ground"),
        (RowForm(columns=[], right=Right.ACCESS, set_apart=True), "cut_ground"),
        (RowForm(columns=[], right=Right.ACCESS, set_apart=True), "reason"),
    ],
)
def test_what_some_choices_need_is_not_called_optional(form, name):
    said = render_to_string("components/field.html", {"field": form[name]})

    assert "optional" not in said
    assert name == "reason" or "if" in said or "For “release" in said


def test_day_until_which_a_thing_is_kept_is_not_called_optional():
    assert RulingForm.conditional == ("until",)
    assert "Needed if it is kept." in RulingForm.base_fields["until"].help_text


@pytest.mark.django_db
def test_mail_of_an_answer_announces_both_codes():
    released = make_package(make_case("ann@example.org"), PackageState.RELEASED)

    emails.answer_ready(released.case, released, at=RECEIVED_AT)

    text = Message.objects.get(about=released.case.about).text
    assert "two codes that we send to this address" in text


@pytest.mark.django_db
def test_staff_may_have_an_app_in_the_place_of_a_key():
    page = Client().get(reverse("staff-sign-in")).content.decode()

    assert "or for the code that your authenticator app shows" in page
