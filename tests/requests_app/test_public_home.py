"""The front door."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone

from datamap import actions as datamap_actions
from datamap.models import Revision
from datamap.registry.load import load_register
from lumina_privacy.lib.actor import system

REGISTER = Path(settings.BASE_DIR) / "lumina_privacy" / "register"
PAGE_BUDGET_BYTES = 100_000
CONTACTS = {
    "dco_title": "Data Compliance Officer",
    "dco_email": "dco@example.org",
    "dco_phone": "+44 (0)1442 500890",
    "dco_post": "37 Mark Road",
    "regulator_name": "The Regulator",
    "regulator_web": "www.regulator.example/concerns",
    "regulator_phone": "0303 123 1113",
    "regulator_post": "",
}


@pytest.fixture
def register(db):
    at, by = timezone.now(), system("test")
    revision = datamap_actions.propose(load_register(REGISTER), by=by, at=at)
    datamap_actions.approve(Revision.objects.get(pk=revision.pk), by=by, at=at)
    datamap_actions.seed_contacts(CONTACTS, by=by, at=at)


def _weight(page: str) -> int:
    """Return the bytes of a first visit: the page and each file it names, unpacked."""
    wanted = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    seen: set[str] = set()
    total = len(page.encode())
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        content = Path(finders.find(name)).read_text()
        total += len(content.encode())
        if name.endswith(".css"):
            base = Path(name).parent
            wanted += [
                str(base / found) for found in re.findall(r'url\("([^"]+)"\)', content)
            ]
    return total


@pytest.mark.parametrize("path", ["/", "/contact/"])
def test_public_page_is_light_and_has_no_script(client, register, path):
    page = client.get(path).content.decode()
    assert _weight(page) < PAGE_BUDGET_BYTES
    assert "<script" not in page


@pytest.mark.parametrize("path", ["/", "/contact/"])
def test_page_names_everyone_one_may_write_to(client, register, path):
    page = client.get(path).content.decode()
    for value in (
        "dco@example.org",
        "+44 (0)1442 500890",
        "37 Mark Road",
        "The Regulator",
    ):
        assert value in page
    assert 'href="tel:+441442500890"' in page


def test_home_offers_every_right_and_the_complaint(client, register):
    page = client.get("/").content.decode()
    for article in ("15", "16", "17", "18", "20", "21(1)", "21(2)", "7(3)"):
        assert f"Article {article}." in page
    assert "section 164A" in page


def test_home_leads_on_from_every_right_by_its_name(client, register):
    page = client.get("/").content.decode()
    rights = re.findall(r'<div class="right">\s*<h3><a href="([^"]+)">([^<]+)<', page)
    assert len(rights) == 9
    for href, name in rights[:-1]:
        asked = client.get(href).content.decode()
        if name == "Stop marketing to me":
            assert "no account, no code and no reason" in asked
            continue
        [ticked] = re.findall(r"checked>\s*<label[^>]*>([^<]+)<", asked)
        assert ticked == name
    assert rights[-1][1] == "Complain"


def test_home_has_no_dead_link(client, register):
    page = client.get("/").content.decode()
    for href in set(re.findall(r'href="(/[^"#]*)', page)):
        if not href.startswith("/static/"):
            assert client.get(href).status_code in {200, 302}, href


def test_home_costs_the_contact_points_and_nothing_else(
    client, register, django_assert_num_queries
):
    client.get("/")
    with django_assert_num_queries(2):
        client.get("/")


def test_home_opens_before_a_register_is_loaded(client, db):
    response = client.get("/")
    assert response.status_code == 200
    assert "mailto:" not in response.content.decode()


def test_component_gallery_is_closed_in_production(client, db, settings):
    settings.LUMINA_DEMO = settings.DEBUG = False
    assert client.get("/staff/components/").status_code == 404


def test_component_gallery_shows_a_refusal_with_its_reason(client, register, settings):
    settings.LUMINA_DEMO = True
    page = client.get("/staff/components/").content.decode()
    assert "disabled>Decide</button>" in page
    assert "Two systems have no verdict yet" in page
    assert 'href="#id_on_0"' in page
