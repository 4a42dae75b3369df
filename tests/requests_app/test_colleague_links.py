"""Links of one team are told apart, and a form makes one (C35)."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from requests_app.models import ColleagueLink
from tests.factories.accounts import staff_client
from tests.factories.cases import register_in_force
from tests.ledger import events_about

pytestmark = pytest.mark.django_db


def make(client, form, team="Reception") -> str:
    page = client.post(reverse("colleague-links"), {"team": team, "form": form})
    return page.content.decode()


def path(page: str) -> str:
    return re.search(r"/for-colleagues/[\w-]+/", page)[0]


def test_page_that_shows_a_link_makes_no_second_one_when_it_is_loaded_again():
    register_in_force()
    client, form = staff_client(Role.DCO), str(uuid4())

    first, again = make(client, form), make(client, form)

    link = ColleagueLink.objects.get()
    assert path(first) == path(again)
    assert Client().get(path(first)).status_code == 200
    assert [one.event for one in events_about(link.about)] == ["colleagues.link.made"]
    client.post(reverse("colleague-link-end", args=[link.pk]))
    assert "This link was made before, and is ended." in make(client, form)


def test_form_of_another_colleague_or_team_makes_another_link():
    form, client = str(uuid4()), staff_client(Role.DCO)

    made = {
        path(make(client, form)),
        path(make(client, form, team="Sales")),
        path(make(staff_client(Role.DCO), form)),
    }

    assert len(made) == ColleagueLink.objects.count() == 3


def test_links_of_one_team_are_told_apart_by_number_and_time():
    client = staff_client(Role.DCO)
    shown = [make(client, str(uuid4())) for _ in range(2)]

    listed = client.get(reverse("colleague-links")).content.decode()

    for link, page in zip(ColleagueLink.objects.order_by("pk"), shown, strict=True):
        assert f"Link {link.pk}, for Reception" in page
        assert f"<small>link {link.pk}</small>" in listed
        assert f" the link of Reception, link {link.pk}, made on" in listed
    assert re.search(r"2\d{3} at \d\d:\d\d <small>", listed)
    assert 'name="form" value=' in listed
