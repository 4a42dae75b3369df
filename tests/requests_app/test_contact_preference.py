"""How a person wants to be answered is changed later, and letters follow it (C36)."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import (
    authority,
    complaint,
    contact_preference,
    intake,
    thread,
)
from requests_app.actions.complaint import Complaint
from requests_app.actions.intake import Agent, Filing
from requests_app.grounds import AuthorityEvidence
from requests_app.models import Sending, Submission
from requests_app.states import Channel, EventKind, Right, WhoAsks
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.authority import AGENT, filed_for
from tests.factories.cases import make_case, register_in_force
from tests.factories.clock import again, extend
from tests.requests_app.shown import text_of
from tests.requests_app.test_how_answered import ANN, AT, HOME, by_mail, wants

pytestmark = pytest.mark.django_db
SAID = "She rang: no mail any more."


def change(case, reach: str, **said):
    said = {"reason": SAID, "by": make_staff(), **said}
    return contact_preference.change(again(case), reach=reach, at=AT, **said)


def test_letters_follow_the_preference_from_then_on_and_the_event_says_so():
    case, by = wants("email"), make_staff()
    extend(case, at=AT)

    event = change(case, "post", postal=HOME, by=by)

    assert (event.kind, event.actor) == (
        EventKind.CONTACT_PREFERENCE_CHANGED,
        str(by.actor),
    )
    assert event.facts == {"was": "email", "reach": "post"}
    assert event.text.body == SAID
    thread.answer(again(case), body="Soon.", token=uuid4(), by=by, at=AT)
    assert [one.message is None for one in Sending.objects.all()] == [False, True]
    assert by_mail() == ["case-extension"]
    shown = text_of(staff_client().get(reverse("staff-case", args=[case.reference])))
    assert "By letter: print and post what is written to them." in shown
    assert "Noted that they want to be answered by letter" in shown
    theirs = subject_client(ANN).get(reverse("case", args=[case.reference]))
    assert "We noted how you want to be answered" in text_of(theirs)
    assert SAID not in text_of(theirs)


def test_letter_after_the_change_goes_the_other_way():
    case = wants("post", postal=HOME)

    change(case, "email")
    extend(again(case), at=AT)

    assert by_mail() == ["case-extension"]
    assert Sending.objects.get().message is not None


def test_another_address_takes_the_place_of_the_known_one_which_is_kept_in_words():
    case = wants("post", postal=HOME)

    event = change(case, "post", postal="2 Low Road")

    assert Submission.objects.get(pk=case.submission_id).postal == "2 Low Road"
    assert HOME in event.text.body


@pytest.mark.parametrize(
    ("reach", "problem"),
    [
        ("post", "There is no postal address that may be used"),
        ("phone", "There is no telephone number"),
        ("pigeon", "Choose how they want to be answered"),
    ],
)
def test_preference_that_cannot_be_followed_is_refused_and_changes_nothing(
    reach, problem
):
    case = wants("email")

    with pytest.raises(Refused, match=problem):
        change(case, reach)

    assert not case.events.filter(kind=EventKind.CONTACT_PREFERENCE_CHANGED).exists()
    assert again(case).submission.answers == case.submission.answers


def test_postal_address_that_is_not_to_be_used_cannot_be_followed():
    case, by = wants("email"), make_staff()
    authority.set_aside(case, kind="postal", value=HOME, said="His.", by=by, at=AT)

    with pytest.raises(Refused, match="There is no postal address that may be used"):
        change(case, "post", postal=HOME)


def test_who_may_change_it_and_of_what():
    case = wants("email", phone="+441632960014")
    with pytest.raises(Refused, match="for the people who work cases"):
        change(case, "phone", by=make_staff(Role.AUDITOR))
    with pytest.raises(Refused, match="Write how they told you"):
        change(case, "phone", reason=" ")
    with pytest.raises(Refused, match="Only who asks for themselves is called"):
        change(filed_for(case), "phone")
    with pytest.raises(Refused, match="nobody to answer"):
        change(make_case(right=Right.BREACH), "email")


FOR_HER: Final = Agent(
    "Sol",
    AGENT,
    AuthorityEvidence.SIGNED,
    "All.",
    known_by=(("email", ANN),),
    avoided=(("postal", HOME),),
)


@pytest.mark.parametrize(
    ("reach", "lacks", "problem"),
    [
        ("email", {"email": ""}, "There is no e-mail address"),
        ("phone", {"phone": ""}, "There is no telephone number"),
        ("post", {"postal": " "}, "There is no postal address"),
        ("phone", {"agent": FOR_HER}, "Only who asks for themselves is called"),
        ("post", {"agent": FOR_HER}, "There is no postal address that may be used"),
        ("pigeon", {}, "Choose how they want to be answered"),
    ],
)
def test_request_is_not_taken_in_with_a_preference_that_cannot_be_followed(
    reach, lacks, problem
):
    register_in_force()
    given = {"email": ANN, "phone": "+441632960014", "postal": HOME, **lacks}
    filing = Filing("Ann Other", answers={"reach": reach}, **given)

    with pytest.raises(Refused, match=problem):
        intake.take_in(
            filing,
            channel=Channel.POST,
            received_at=AT,
            who=WhoAsks.KNOWN,
            known_by="On file.",
            key=uuid4(),
            by=make_staff(),
            at=AT,
        )

    assert not Submission.objects.exists()


def test_what_a_visitor_sends_is_judged_too_but_a_stop_is_never_refused():
    register_in_force()
    said: dict[str, Any] = {"email": ANN, "answers": {"reach": "post"}}

    with pytest.raises(Refused, match="There is no postal address"):
        intake.submit(Filing("Ann", **said), key=uuid4(), client="1", at=AT)
    stop = Filing("", rights=(Right.OBJECTION_DIRECT_MARKETING,), **said)
    assert intake.submit(stop, key=uuid4(), client="1", at=AT).is_new


def test_complaint_is_not_received_with_a_preference_that_cannot_be_followed():
    register_in_force()
    said = Complaint(name="Cara", words="Late.", reach="phone", email=ANN)

    with pytest.raises(Refused, match="There is no telephone number"):
        complaint.complain(said, key=uuid4(), client="1", at=AT)

    assert not Submission.objects.exists()


def test_submission_is_locked_before_its_case_as_everywhere():
    case = wants("email")

    with CaptureQueriesContext(connection) as ran:
        change(case, "post", postal=HOME)

    locks = [one["sql"] for one in ran.captured_queries if "FOR " in one["sql"]]
    assert [Submission._meta.db_table in locks[0], "NO KEY" in locks[0]] == [
        True,
        False,
    ]


def test_page_of_the_case_leads_to_it():
    case, staff = wants("email"), staff_client()
    url = reverse("case-contact-preference", args=[case.reference])
    assert url in text_of(staff.get(reverse("staff-case", args=[case.reference])))

    refused = staff.post(url, {"reach": "post", "reason": SAID})
    assert "There is no postal address that may be used" in text_of(refused)
    said = {"reach": "phone", "phone": "01632 960014", "reason": SAID}
    assert staff.post(url, said).status_code == 302

    assert again(case).submission.phone == "+441632960014"
