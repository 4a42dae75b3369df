"""Colleagues without an account write down what was said, by a team's link (C35)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Event
from consent import queries as consent
from consent.rules import Channel as Way
from lumina_privacy.lib.throttle import hit
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import colleagues
from requests_app.models import Case, ColleagueLink, Submission
from requests_app.queries import colleagues as queries
from requests_app.states import CaseStatus, Channel, Right
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import register_in_force
from tests.ledger import events_about

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LIST_QUERIES = 2
ANN = "ann@example.org"
SAID = {
    "channel": "phone",
    "received_on_day": "2",
    "received_on_month": "11",
    "received_on_year": "2026",
    "received_time": "16:40",
    "email": ANN,
    "phone": "",
    "postal": "",
}
ASKED = {
    **SAID,
    "words": "What do you have on me? And why did Bob call?",
    "name": "Ann Lee",
    "colleague": "Rita Reception",
}


@pytest.fixture(autouse=True)
def register():
    """Put the real register in force: a case pins it."""
    register_in_force()


@pytest.fixture
def link() -> str:
    """Give the path of a link for the reception, as it was shown once."""
    return path(colleagues.make(team="Reception", by=dco(), at=timezone.now()))


def dco():
    return make_staff(Role.DCO)


def path(address: str) -> str:
    return re.search(r"/for-colleagues/[\w-]+/", address)[0]


def stop(link, *, client=None, **changes):
    form = {"token": str(uuid4()), **SAID, **changes}
    return (client or Client()).post(f"{link}stop/", form)


def ask(link, **changes):
    return Client().post(f"{link}request/", {"token": str(uuid4()), **ASKED, **changes})


def verdict(address=ANN):
    return consent.may_send(
        address=address, purpose="marketing-electronic", channel=Way.EMAIL
    )


def text_of(page) -> str:
    return unescape(page.content.decode())


def test_stop_is_in_force_at_once_from_when_it_was_said(link):
    done = stop(link)

    case = Case.objects.get()
    assert done.url == f"{link}?noted=stop"
    assert "Marketing to them has stopped." in text_of(Client().get(done.url))
    assert (case.right, case.status) == (
        Right.OBJECTION_DIRECT_MARKETING,
        CaseStatus.RECEIVED,
    )
    sent = case.submission
    assert (sent.channel, sent.received_at) == (
        "phone",
        datetime(2026, 11, 2, 16, 40, tzinfo=UTC),
    )
    assert verdict().reason == "the person has asked us to stop"
    assert Message.objects.get(purpose="case-acknowledgement").recipient == ANN
    assert not case.proved.really_proved().exists()


def test_request_waits_to_be_read_and_counts_from_when_it_was_said(link):
    done = ask(link)

    case = Case.objects.get()
    assert done.url == f"{link}?noted=request"
    assert (case.right, case.status) == (Right.NOT_YET_KNOWN, CaseStatus.RECEIVED)
    assert case.submission.received_at == datetime(2026, 11, 2, 16, 40, tzinfo=UTC)
    assert str(case.due_on) == "2026-12-02"
    assert not case.proved.really_proved().exists()
    mail = Message.objects.get(purpose="case-acknowledgement").text
    assert "You told us by telephone; this is our note of it in writing." in mail
    page = text_of(staff_client().get(reverse("staff-case", args=[case.reference])))
    assert "What do you have on me?" in page
    assert "Reception, by link" in page
    assert "Written down by Rita Reception." in page


def test_person_reads_what_was_written_down_and_not_by_which_team(link):
    ask(link)

    mail = Message.objects.get().text

    assert "Reception" not in mail


def test_page_answers_the_same_whoever_is_named(link):
    stop(link, email="known@example.org")
    pages = {
        text_of(Client().get(stop(link, email=address).url))
        for address in ("known@example.org", "stranger@example.org")
    }

    assert len({re.sub(r"[\w-]{43}", "", page) for page in pages}) == 1
    assert not any("known@" in page or "stranger@" in page for page in pages)


@pytest.mark.parametrize("press", [stop, ask])
def test_form_pressed_twice_is_one_case_and_one_use(link, press):
    token = str(uuid4())
    answers = [press(link, token=token).url for _ in range(2)]

    assert len(set(answers)) == 1
    assert Submission.objects.get().times_sent == 2
    assert ColleagueLink.objects.get().uses == 1


@pytest.mark.parametrize("press", [stop, ask])
def test_form_that_went_back_and_names_somebody_else_is_not_lost_as_noted(link, press):
    token = str(uuid4())
    press(link, token=token)

    again = press(link, token=token, email="bob@example.org")

    assert again.status_code == 422
    assert "this was not noted" in text_of(again)
    assert Submission.objects.get().address == ANN


@pytest.mark.parametrize(
    ("press", "changes", "said"),
    [
        (stop, {"email": ""}, "Write at least one of e-mail, telephone and postal"),
        (stop, {"email": "ann"}, "Write an e-mail address with an @"),
        (stop, {"channel": ""}, "Choose how it came."),
        (stop, {"received_on_year": "2036"}, "That is still to come."),
        (ask, {"received_on_year": "1999"}, "That is years before today."),
        (ask, {"words": "  "}, "Write what they said, in their words."),
        (ask, {"colleague": ""}, "Write your name."),
        (ask, {"phone": "twelve"}, "Write a telephone number"),
    ],
)
def test_form_says_what_to_write_and_takes_in_nothing(link, press, changes, said):
    page = press(link, **changes)

    assert page.status_code == 422
    assert said in text_of(page)
    assert not Case.objects.exists()
    assert ColleagueLink.objects.get().uses == 0


def test_telephone_and_post_are_stopped_alone_and_nobody_need_be_named(link):
    stop(link, email="", phone="01442 500890", postal="14 Orchard Close")
    ask(link, email="", name="")

    stopped, asked = Case.objects.order_by("pk")
    assert {one.kind for one in stopped.proved.all()} == {"phone", "postal"}
    assert stopped.events.get(kind="stopped_at_once").facts["entries"]
    assert asked.right == Right.NOT_YET_KNOWN


@pytest.mark.parametrize("ended", [True, False])
def test_wrong_link_and_one_that_was_ended_say_the_same(link, ended):
    if ended:
        colleagues.revoke(ColleagueLink.objects.get(), by=dco(), at=timezone.now())
    bad = link if ended else "/for-colleagues/nonsense/"

    for page in (Client().get(bad), stop(bad), ask(bad), Client().get(f"{bad}x/")):
        assert page.status_code == 404
        text = text_of(page)
        assert "This link does not work" in text
        assert "Reception" not in text
        assert "dco@example.org" in text
    assert not Case.objects.exists()


def test_page_is_kept_by_no_cache_listed_nowhere_and_looking_changes_nothing(link):
    client = Client()
    for url in (link, f"{link}stop/", f"{link}request/"):
        for page in (client.get(url), client.head(url)):
            assert page.status_code == 200
            assert page["Cache-Control"] == "no-store, private"
            assert page["X-Robots-Tag"] == "noindex, nofollow"
            assert page["Referrer-Policy"] == "same-origin"
            assert "<script" not in page.content.decode()
    assert client.post(link).status_code == 405

    one = ColleagueLink.objects.get()
    assert (one.uses, one.used_on) == (0, None)


def test_secret_is_kept_nowhere_and_the_ledger_names_nobody(link):
    token = link.split("/")[2]
    stop(link)
    colleagues.revoke(ColleagueLink.objects.get(), by=dco(), at=timezone.now())

    one = ColleagueLink.objects.get()
    assert token not in str(vars(one))
    rows = events_about(one.about)
    assert [row.event for row in rows] == [
        "colleagues.link.made",
        "colleagues.link.used",
        "colleagues.link.revoked",
    ]
    assert rows[1].actor == f"colleague:{one.pk}"
    assert dict(rows[1].details) == {"what": "stop"}
    written = str(list(Event.objects.values()))
    assert token not in written
    assert "Reception" not in written


def test_stop_is_never_refused_and_floods_no_mailbox(link):
    most = int(colleagues.STOPPED_PER_ADDRESS.rate.split()[0])
    for _ in range(most + 2):
        assert stop(link).status_code == 302

    assert Case.objects.count() == most + 2
    assert Message.objects.filter(purpose="case-acknowledgement").count() == most


def test_request_is_never_refused_for_its_mailbox_and_floods_none(link):
    for _ in range(7):
        assert ask(link).status_code == 302

    assert Case.objects.filter(status=CaseStatus.RECEIVED).count() == 7
    assert Message.objects.filter(purpose="case-acknowledgement").count() == 5


def test_more_than_a_team_writes_in_an_hour_is_told_to_the_officer(link):
    ask(link)
    while hit(colleagues.PER_LINK, ColleagueLink.objects.get().about):
        pass
    page = ask(link)

    assert page.status_code == 422
    assert colleagues.TOO_MANY in text_of(page)
    assert Case.objects.count() == 1
    assert stop(link, email="bob@example.org").status_code == 302
    assert verdict("bob@example.org").reason == "the person has asked us to stop"


def test_officer_makes_a_link_sees_its_use_and_ends_it():
    client = staff_client(Role.DCO)
    url = reverse("colleague-links")
    assert "No link was made yet." in text_of(client.get(url))

    shown = text_of(client.post(url, {"team": " Helpdesk "}))
    stop(path(shown))
    again = text_of(client.post(url, {"team": "Helpdesk"}))

    listed = client.get(url)
    assert path(shown) != path(again)
    assert path(shown).split("/")[2] not in text_of(listed)
    first = ColleagueLink.objects.order_by("pk").first()
    assert (first.team, first.uses) == ("Helpdesk", 1)
    assert listed["Cache-Control"] == "no-store, private"
    end = reverse("colleague-link-end", args=[first.pk])
    assert client.get(end).url == url
    assert client.post(end).url == url
    assert "The link of Helpdesk is ended." in text_of(client.get(url))
    assert "This link was ended already." in text_of(client.post(end))
    assert Client().get(path(shown)).status_code == 404
    assert Client().get(path(again)).status_code == 200
    assert client.post(reverse("colleague-link-end", args=[0])).status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_list_costs_the_same_however_many_links_there_are(
    how_many, django_assert_num_queries
):
    by = dco()
    for _ in range(how_many):
        colleagues.make(team="Sales", by=by, at=timezone.now())

    with django_assert_num_queries(LIST_QUERIES):
        listed = queries.links()

    assert len(listed) == how_many


def test_link_is_for_a_team():
    page = staff_client(Role.DCO).post(reverse("colleague-links"), {"team": " "})

    assert page.status_code == 422
    assert "Write for which team it is." in text_of(page)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DCO])
def test_links_are_the_officers(role, link):
    client = staff_client(role)
    by, one = make_staff(role), ColleagueLink.objects.get()

    assert client.get(reverse("colleague-links")).status_code == 403
    with pytest.raises(Refused, match="for the Data Compliance Officer"):
        colleagues.make(team="Sales", by=by, at=timezone.now())
    with pytest.raises(Refused, match="for the Data Compliance Officer"):
        colleagues.revoke(one, by=by, at=timezone.now())


def test_form_that_was_open_when_the_link_ended_takes_in_nothing(link):
    one = ColleagueLink.objects.get()
    colleagues.revoke(one, by=dco(), at=timezone.now())

    with pytest.raises(Refused, match="This link was ended"):
        colleagues.note_stop(
            one,
            colleagues.Filing("", email=ANN),
            channel=Channel.PHONE,
            received_at=timezone.now(),
            key=uuid4(),
            at=timezone.now(),
        )

    assert verdict().reason != "the person has asked us to stop"
    assert not Case.objects.exists()


@pytest.mark.parametrize("act", [colleagues.note_stop, colleagues.note_request])
@pytest.mark.parametrize(
    ("after", "why"), [(1, "received in the future"), (-800, "Look at the year")]
)
def test_nothing_is_noted_of_a_day_that_cannot_be(link, act, after, why):
    at = timezone.now()

    with pytest.raises(Refused, match=why):
        act(
            ColleagueLink.objects.get(),
            colleagues.Filing("", email=ANN, answers={"words": "What do you have?"}),
            channel=Channel.PHONE,
            received_at=at + timedelta(days=after),
            key=uuid4(),
            at=at,
        )

    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("colleague_link_made_by_staff_for_a_team", {"team": ""}),
        ("colleague_link_made_by_staff_for_a_team", {"made_by": "system:x"}),
        ("colleague_link_used_on_a_day", {"uses": 1}),
        ("colleague_link_used_on_a_day", {"used_on": datetime(2026, 11, 2).date()}),  # noqa: DTZ001 (a day)
        ("colleague_link_revoked_by_staff", {"revoked_by": "staff:7"}),
        (
            "colleague_link_revoked_by_staff",
            {"revoked_at": timezone.now(), "revoked_by": "colleague:1"},
        ),
    ],
)
def test_database_refuses_a_link_that_says_half(name, changes):
    row = {
        "team": "Sales",
        "token_hash": "x",
        "made_by": "staff:7",
        "made_at": timezone.now(),
    }
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ColleagueLink.objects.create(**{**row, **changes})
