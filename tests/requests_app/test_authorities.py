"""People outside the United Kingdom find the authority of their own country."""

from __future__ import annotations

import pytest
from django.urls import reverse

from requests_app.authorities import AUTHORITIES
from tests.factories.accounts import subject_client
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db
# The European Economic Area, the Crown dependencies and Switzerland.
COUNTRIES = {
    "Austria",
    "Belgium",
    "Bulgaria",
    "Croatia",
    "Cyprus",
    "Czechia",
    "Denmark",
    "Estonia",
    "Finland",
    "France",
    "Germany",
    "Greece",
    "Hungary",
    "Iceland",
    "Ireland",
    "Italy",
    "Latvia",
    "Liechtenstein",
    "Lithuania",
    "Luxembourg",
    "Malta",
    "the Netherlands",
    "Norway",
    "Poland",
    "Portugal",
    "Romania",
    "Slovakia",
    "Slovenia",
    "Spain",
    "Sweden",
    "Guernsey",
    "Isle of Man",
    "Jersey",
    "Switzerland",
}


def test_every_country_has_its_authority_once_in_order():
    named = [one.country for one in AUTHORITIES]

    assert set(named) == COUNTRIES
    assert named == sorted(named, key=lambda one: one.removeprefix("the "))


def test_page_names_each_with_a_link_that_tells_nobody_where_one_came_from(client):
    page = client.get(reverse("authorities-abroad")).content.decode()

    for one in AUTHORITIES:
        assert f"{one.country[0].upper()}{one.country[1:]}</th>" in page
        link = f'<a href="https://{one.web}/" rel="noopener noreferrer external">'
        assert link in page


@pytest.mark.parametrize("name", ["contact", "complain"])
def test_whoever_complains_is_led_there(client, name):
    make_case()

    assert f'href="{reverse("authorities-abroad")}"' in (
        client.get(reverse(name)).content.decode()
    )


def test_the_page_of_a_request_leads_there():
    case = make_case("ann@example.org")
    page = subject_client("ann@example.org").get(reverse("case", args=[case.reference]))

    assert f'href="{reverse("authorities-abroad")}"' in page.content.decode()
