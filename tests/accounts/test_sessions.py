"""Whose session it is: signing in by code, stepping up, signing out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import actions, queries
from accounts.models import User
from accounts.roles import Role
from accounts.states import SessionKey
from outbox.models import Message
from tests.factories.accounts import make_staff, make_subject, staff_client
from tests.ledger import events_about

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ANN = "ann@example.org"


def newest_code():
    text = Message.objects.order_by("-pk")[0].text
    return next(word for word in text.split() if word.isdigit() and len(word) == 6)


def ask_for_code(client, address=ANN, **more):
    return client.post(reverse("subject-sign-in"), {"address": address, **more})


def signed_in(client):
    return client.session.get("_auth_user_id")


@pytest.mark.django_db
def test_a_stranger_becomes_a_subject_by_proving_an_address():
    client = Client()

    asked = ask_for_code(client, " Ann@Example.org ")
    proved = client.post(reverse("subject-code"), {"code": newest_code()})

    assert (asked.url, proved.status_code) == (reverse("subject-code"), 302)
    user = User.objects.get()
    assert (user.kind, user.email, user.has_usable_password()) == (
        "subject",
        ANN,
        False,
    )
    assert EmailAddress.objects.get().verified
    assert queries.proved_addresses(user) == {ANN}
    assert signed_in(client) == str(user.pk)


@pytest.mark.django_db
def test_a_known_person_sees_what_an_unknown_one_sees():
    make_subject(ANN)
    pages = []

    for address in (ANN, "nobody@example.org"):
        client = Client()
        asked = ask_for_code(client, address)
        page = client.get(asked.url).content.decode().replace(address, "?")
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        pages.append((asked.status_code, asked.url, page))

    assert pages[0] == pages[1]


@pytest.mark.django_db
def test_the_address_is_in_no_url_no_cookie_and_no_session_in_clear():
    client = Client()

    asked = ask_for_code(client)

    stored = Session.objects.get().get_decoded()
    assert ANN not in asked.url
    assert ANN not in str(client.cookies)
    assert ANN not in str(stored)
    assert newest_code() not in str(stored)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["", "ann", "ann@", "@example.org", "ann@example", "a b@example.org"]
)
def test_what_is_no_address_is_answered_with_what_to_type(address):
    response = ask_for_code(Client(), address)

    assert response.status_code == 422
    assert "like name@example.com." in response.content.decode()
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_wrong_code_keeps_the_page_and_says_what_to_do():
    client = Client()
    ask_for_code(client)

    response = client.post(reverse("subject-code"), {"code": "abc"})

    assert response.status_code == 422
    assert "not the code we sent" in response.content.decode()
    assert signed_in(client) is None


@pytest.mark.django_db
def test_a_new_code_replaces_the_old_one():
    client = Client()
    ask_for_code(client)
    old = newest_code()
    client.post(reverse("subject-code-again"))

    refused = client.post(reverse("subject-code"), {"code": old})
    accepted = client.post(reverse("subject-code"), {"code": newest_code()})

    assert (refused.status_code, accepted.status_code) == (422, 302)


@pytest.mark.django_db
def test_a_code_sent_to_one_browser_opens_no_other():
    mine, other = Client(), Client()
    ask_for_code(mine)
    code = newest_code()
    ask_for_code(other)

    stolen = other.post(reverse("subject-code"), {"code": code})
    own = mine.post(reverse("subject-code"), {"code": code})

    assert (stolen.status_code, own.status_code) == (422, 302)


@pytest.mark.django_db
def test_asking_too_often_is_refused_in_words():
    answers = [ask_for_code(Client()).status_code for _ in range(7)]

    assert answers == [302] * 4 + [422] * 3


@pytest.mark.django_db
def test_signing_in_takes_a_new_session_key_and_keeps_a_half_filled_form():
    client = Client()
    ask_for_code(client)
    planted = client.session.session_key
    session = client.session
    session["filing"] = {"draft": 1}
    session.save()

    client.post(reverse("subject-code"), {"code": newest_code()})

    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    assert client.session["filing"] == {"draft": 1}
    assert SessionKey.PENDING not in client.session


@pytest.mark.django_db
def test_the_page_asked_for_comes_after_the_code():
    client = Client()
    ask_for_code(client, next="/cases/LP-00000-00000/")

    response = client.post(reverse("subject-code"), {"code": newest_code()})

    assert response.url == "/cases/LP-00000-00000/"


@pytest.mark.django_db
def test_a_member_of_staff_at_the_subjects_door_gets_a_subjects_session():
    officer = make_staff(Role.DCO, email=ANN)
    client = Client()
    ask_for_code(client)

    client.post(reverse("subject-code"), {"code": newest_code()})

    user = User.objects.get(pk=signed_in(client))
    assert (user.kind, user.pk != officer.pk) == ("subject", True)
    assert client.get(reverse("staff-people")).status_code == 404


@pytest.mark.django_db
def test_proving_an_address_ends_a_staff_session_in_this_browser():
    client = staff_client(Role.DCO)
    ask_for_code(client)

    client.post(reverse("subject-code"), {"code": newest_code()})

    assert "otp_device_id" not in client.session
    assert client.get(reverse("staff-people")).status_code == 404


@pytest.mark.django_db
def test_allauths_own_door_refuses_staff():
    from allauth.account.utils import perform_login

    request = request_with_session()

    with pytest.raises(PermissionDenied):
        perform_login(request, make_staff(Role.DCO))


@pytest.mark.django_db
def test_a_closed_account_does_not_open_again():
    make_subject(ANN, is_active=False)
    client = Client()
    ask_for_code(client)

    response = client.post(reverse("subject-code"), {"code": newest_code()})

    assert (response.status_code, signed_in(client)) == (403, None)


@pytest.mark.django_db
def test_signing_out_is_a_post_and_forgets_everything():
    client = Client()
    ask_for_code(client)
    client.post(reverse("subject-code"), {"code": newest_code()})

    looked = client.get(reverse("sign-out")).status_code
    still = signed_in(client)
    client.post(reverse("sign-out"))

    assert (looked, still is not None, signed_in(client)) == (302, True, None)


def request_with_session():
    """Return a request with a session and nobody in it."""
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.db import SessionStore

    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    request.session.create()
    return request


@pytest.mark.django_db
def test_step_up_is_for_one_thing_and_ten_minutes():
    request = request_with_session()
    before = request.session.session_key

    actions.step_up(request, "package:1", at=AT)

    def fresh(about, minutes):
        return queries.stepped_up(request, about, at=AT + timedelta(minutes=minutes))

    assert [fresh("package:1", 10), fresh("package:1", 11)] == [True, False]
    assert [fresh("package:2", 0), fresh("package:1", -1)] == [False, False]
    assert request.session.session_key != before


@pytest.mark.django_db
def test_an_owners_session_is_nobodys_account_and_holds_the_address_sealed():
    request = request_with_session()
    request.user = make_staff(Role.DCO)

    actions.sign_in_owner(request, "Owner@Lumina.example", at=AT)

    assert queries.owner_address(request) == "owner@lumina.example"
    assert "owner@lumina.example" not in str(dict(request.session.items()))
    assert "_auth_user_id" not in request.session


@pytest.mark.django_db
def test_an_unreadable_sealed_address_is_nobodys():
    request = request_with_session()
    request.session[SessionKey.OWNER] = {"address": "old:bm90aGluZw=="}

    assert queries.owner_address(request) is None


@pytest.mark.django_db
def test_a_mailbox_proves_nothing_for_staff():
    assert queries.proved_addresses(make_staff(Role.DCO)) == frozenset()


@pytest.mark.django_db
def test_a_sign_in_is_in_the_ledger_without_the_address():
    from audit import queries as ledger

    client = Client()
    ask_for_code(client)
    client.post(reverse("subject-code"), {"code": newest_code()})

    about = f"subject:{User.objects.get().pk}"
    assert [row.event for row in events_about(about)] == ["account.subject.signed_in"]
    assert ANN not in str(ledger.page_of_events())


@pytest.mark.django_db
def test_a_sent_code_leaves_nothing_in_the_outbox(mailoutbox):
    from django.utils import timezone

    from outbox import actions as outbox

    client = Client()
    ask_for_code(client)
    code = newest_code()

    outbox.send_due(now=timezone.now)

    kept = Message.objects.get()
    assert (len(mailoutbox), kept.text) == (1, "")
    assert code in mailoutbox[0].body
    assert code not in kept.subject
