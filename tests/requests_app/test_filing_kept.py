"""What somebody answers is sealed while they fill the form in."""

from __future__ import annotations

import base64
import json
import secrets

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from lumina_privacy.lib import crypto
from requests_app.models import Submission
from requests_app.states import FILED, Right
from tests.factories.cases import register_in_force
from tests.requests_app.test_filing_for_another import FOR_ANN
from tests.requests_app.test_filing_rights import ANSWERS, YESTERDAY, send, walk

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def register():
    register_in_force()


@pytest.fixture
def ring(settings):
    """Give the way to add a master key in front, or to leave only a new one."""
    former = settings.LUMINA_MASTER_KEYS

    def use(*, keep_old: bool):
        new = f"n1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
        settings.LUMINA_MASTER_KEYS = f"{new},{former}" if keep_old else new
        crypto.master_keys.cache_clear()

    yield use
    crypto.master_keys.cache_clear()


def stored() -> str:
    """Return all that who reads a backup finds in the table of sessions."""
    rows = [json.dumps(row.get_decoded()) for row in Session.objects.all()]
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize("changed", [{}, FOR_ANN], ids=["own", "for another"])
def test_no_answer_stands_in_clear_in_the_table_of_sessions(client, changed):
    asked = walk(client, *FILED, **changed)

    told = {**ANSWERS, **changed}
    words = {
        str(value)
        for slug in asked
        for value in told.get(slug, {}).values()
        if isinstance(value, str) and len(value) > 3
    }
    assert len(words) > 10
    assert [word for word in sorted(words) if word in stored()] == []
    assert str(YESTERDAY.date()) not in stored()
    page = client.get(reverse("ask-check")).content.decode()
    assert told["reach"]["email"] in page


def test_form_goes_on_under_a_newer_key_and_is_written_with_it(client, ring):
    walk(client, Right.ACCESS)
    ring(keep_old=True)

    client.post(reverse("ask-question", args=["name"]), {"name": "Ann Newer"})

    assert client.session["filing"].startswith("n1:")
    send(client)
    assert Submission.objects.get().name == "Ann Newer"


@pytest.mark.parametrize("lost", ["key", "session"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["name", "check"])
def test_form_that_cannot_be_opened_is_over_as_one_whose_session_ended(
    client, ring, lost, method, page
):
    walk(client, Right.ACCESS)
    token = client.get(reverse("ask-check")).context["token"]
    if lost == "key":
        ring(keep_old=False)
    else:
        Session.objects.all().delete()
    posted = reverse("ask-send") if page == "check" else ""
    opened = reverse("ask-check") if page == "check" else ""
    url = (posted if method == "post" else opened) or reverse(
        "ask-question", args=["name"]
    )

    answer = getattr(client, method)(url, {"name": "Ann", "token": token}, follow=True)

    assert answer.redirect_chain == [(reverse("ask-start"), 302)]
    assert "the form had been open for too long" in answer.content.decode()
    assert Submission.objects.count() == 0
    walk(client, Right.ACCESS)
    send(client)
    assert Submission.objects.count() == 1


def of_another_release(client, change):
    """Put what ``change`` makes of the kept form back into the session."""
    session = client.session
    use = "requests_app.session.filing"
    said = json.loads(crypto.unseal(session["filing"], use=use))
    session["filing"] = crypto.seal(json.dumps(change(said)), use=use)
    session.save()


def test_form_with_more_than_this_release_keeps_goes_on_without_it(client):
    def change(said):
        more = {page: {**told, "later": "x"} for page, told in said["answers"].items()}
        more["what"]["rights"].append("a-later-right")
        return {**said, "begun": "today", "answers": {**more, "later": {"a": "b"}}}

    walk(client, Right.ACCESS)
    of_another_release(client, change)

    page = client.get(reverse("ask-check"))
    assert page.status_code == 200
    send(client)
    sent = Submission.objects.get()
    assert sent.cases.get().right == Right.ACCESS
    assert "later" not in sent.answers


def test_page_with_an_answer_that_another_release_did_not_ask_is_asked_anew(client):
    def change(said):
        del said["answers"]["reach"]["phone"]
        said["answers"]["name"] = "Ann"
        return said

    walk(client, Right.ACCESS)
    of_another_release(client, change)

    answer = client.get(reverse("ask-check"))
    assert answer.url == reverse("ask-question", args=["name"])
    client.post(answer.url, ANSWERS["name"])
    answer = client.get(reverse("ask-check"))
    assert answer.url == reverse("ask-question", args=["reach"])


@pytest.mark.parametrize(
    "said",
    [
        [],
        None,
        {"answers": {"name": {"name": "Ann"}}},
        {"token": "x", "answers": {}},
        {"token": "00000000-0000-0000-0000-000000000001", "answers": []},
        {"token": 7, "answers": {}},
    ],
)
@pytest.mark.parametrize("page", ["ask-check", "ask-send"])
def test_form_that_this_release_cannot_read_is_over_and_can_be_begun(
    client, said, page
):
    walk(client, Right.ACCESS)
    of_another_release(client, lambda _: said)

    do = client.post if page == "ask-send" else client.get
    answer = do(reverse(page), follow=True)

    assert answer.redirect_chain == [(reverse("ask-start"), 302)]
    assert "the form had been open for too long" in answer.content.decode()
    walk(client, Right.ACCESS)
    send(client)
    assert Submission.objects.count() == 1
