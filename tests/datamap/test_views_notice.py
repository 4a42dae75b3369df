"""The notice's pages: the published text, whole, for anybody."""

from __future__ import annotations

import html
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.datamap.test_register_seed import SEED, normal
from tests.datamap.worlds import LUMINA

pytestmark = pytest.mark.django_db
[NOTICE] = LUMINA.notices


@pytest.fixture(autouse=True)
def _register():
    call_command("setup")


def words(page: str) -> str:
    """Return what a reader reads in an article."""
    [article] = re.findall(r"<article.*?</article>", page, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", article)).split())


def test_notice_shows_every_block_in_the_order_of_the_text(client):
    article = words(client.get(reverse("notice")).content.decode())

    place = 0
    for line in NOTICE.text().splitlines()[1:]:
        place = article.index(" ".join(line.split()), place)


def test_notice_links_each_heading_from_its_contents(client):
    page = client.get(reverse("notice")).content.decode()

    anchors = re.findall(r'<li><a href="#([\w-]+)">', page)
    headings = [s.heading for s in NOTICE.sections if s.heading and not s.beside]
    assert len(anchors) == len(headings)
    assert [f'id="{anchor}"' in page for anchor in anchors] == [True] * len(anchors)


def test_plain_text_is_the_published_text(client):
    response = client.get(reverse("notice-text", args=[1]))

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    published = normal(SEED.read_text(encoding="utf-8"))
    assert normal(response.content.decode()) == published


def test_version_keeps_its_address_and_an_unknown_one_is_none(client):
    assert client.get(reverse("notice-version", args=[1])).status_code == 200
    assert client.get(reverse("notice-version", args=[2])).status_code == 404
    assert client.get(reverse("notice-text", args=[2])).status_code == 404


def test_holdings_names_every_category_and_marks_proposed_periods(client):
    page = client.get(reverse("notice-holdings")).content.decode()

    assert re.findall(r'<th scope="row">(.*?)<br>', page) == [
        category.name for category in LUMINA.categories
    ]
    assert "6 years" in page
    assert "(proposed)" in page
    owners = [system.owner for system in LUMINA.systems]
    assert [owner for owner in owners if owner in page.split("<footer")[0]] == []


@pytest.mark.parametrize("name", ["notice", "notice-holdings"])
def test_reading_the_notice_costs_few_queries(
    client, name, django_assert_max_num_queries
):
    client.get(reverse(name))

    with django_assert_max_num_queries(6):
        client.get(reverse(name))
