"""Footage that is asked for is kept the same day: its owner is asked at once (C5)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import intake, preserving
from requests_app.grounds import AuthorityEvidence
from requests_app.models import Case, Preservation
from requests_app.rules import KeepOutcome
from requests_app.states import Channel, EventKind, Right, WhoAsks
from requests_app.tasks.jobs import chase_keeping
from tests.factories.accounts import make_staff, make_subject, staff_client
from tests.factories.cases import happen, register_in_force
from tests.ledger import events_about
from tests.requests_app.shown import text_of
from tests.requests_app.test_owner import owner_client

pytestmark = [pytest.mark.django_db, pytest.mark.long]
NOW = timezone.now()
ANN = "ann@example.org"
OWNER = "facilities@luminatech.example"
SEEN = {"when": "Monday, about noon", "where": "Reception", "who": "A red coat"}
FILMED: dict[str, object] = {"scope": "some", "categories": ["cctv"], "cctv": SEEN}


@pytest.fixture(autouse=True)
def register():
    """Put Lumina's register in force: it says that the cameras overwrite themselves."""
    register_in_force()


def asked(answers=FILMED, *, rights=(Right.ACCESS,), address=ANN, at=NOW) -> Case:
    """Send the public form; return its case, which nobody has proved."""
    filing = intake.Filing("Ann Other", email=address, answers=answers, rights=rights)
    receipt = intake.submit(filing, key=uuid4(), client="test", at=at)
    return receipt.submission.cases.get()


def proved(case: Case, *, at=NOW) -> Case:
    by = make_subject(f"{uuid4().hex}@example.org")  # the action takes the address
    intake.prove(case.submission, address=case.submission.address, by=by, at=at)
    return Case.objects.get(pk=case.pk)


def mails(*, about: Case) -> list[Message]:
    return [
        mail
        for mail in Message.objects.order_by("pk").filter(about=about.about)
        if mail.recipient == OWNER
    ]


def test_owner_is_asked_the_same_day_and_the_mail_names_nobody():
    case = asked()

    task = Preservation.objects.get()
    assert (task.case, task.system, task.due_on) == (case, "cctv", NOW.date())
    [mail] = mails(about=case)
    assert mail.subject == "Please keep something in CCTV today"
    assert reverse("owner-keep", args=[task.reference]) in mail.text
    assert "Nobody has proved yet who asks" in mail.text
    for private in ("Ann", ANN, "Reception", "red coat", case.reference):
        assert private not in mail.text
    assert "case.keep.asked" in [one.event for one in events_about(case.about)]


@pytest.mark.parametrize(
    ("answers", "rights", "is_asked"),
    [
        ({"scope": "all"}, (Right.ACCESS,), False),
        ({"scope": "all", "cctv": SEEN}, (Right.ACCESS,), True),
        ({"scope": "some", "categories": ["identity"]}, (Right.ACCESS,), False),
        ({"scope": "some", "categories": ["cctv"]}, (Right.PORTABILITY,), True),
        ({"erasure": {"erase": "some"}}, (Right.ERASURE,), False),
    ],
)
def test_owner_is_asked_only_for_footage_that_is_asked_for(answers, rights, is_asked):
    asked(answers, rights=rights)

    assert Preservation.objects.exists() is is_asked


def test_second_unproved_request_asks_for_nothing_more_until_it_is_proved():
    first, second = asked(), asked()
    assert [task.case for task in Preservation.objects.all()] == [first]

    proved(second)

    assert Preservation.objects.filter(case=second).count() == 1
    assert "Nobody has proved" not in mails(about=second)[0].text


def test_somebody_elses_unproved_request_stands_in_nobodys_way():
    asked(address="eve@example.org")

    assert asked().preservations.count() == 1


def test_footage_of_two_clients_of_one_solicitor_is_kept_for_both():
    def of(name: str) -> Case:
        agent = intake.Agent(
            name="Jo",
            email="jo@solicitors.example",
            evidence=AuthorityEvidence.SOLICITOR,
            scope="All of it.",
            known_by=(("phone", "01632 960001"),),
        )
        filing = intake.Filing(
            name=name, email="", answers=FILMED, rights=(Right.ACCESS,), agent=agent
        )
        sent = intake.submit(filing, key=uuid4(), client="1.1.1.1", at=NOW)
        return sent.submission.cases.get()

    kept = [of(name).preservations.count() for name in ("Ann", "Bea", " ann")]

    assert kept == [1, 1, 0]


def test_proof_makes_it_last_and_tells_the_owner():
    case = proved(asked())

    subjects = [mail.subject for mail in mails(about=case)]
    assert subjects[1:] == ["CCTV: keep it until we write again"]
    assert Preservation.objects.count() == 1


def test_request_taken_in_by_staff_is_proved_already():
    submission = intake.take_in(
        intake.Filing("Ann Other", email=ANN, answers=FILMED),
        channel=Channel.POST,
        received_at=NOW - timedelta(days=2),
        who=WhoAsks.KNOWN,
        known_by="On file.",
        key=uuid4(),
        by=make_staff(),
        at=NOW,
    )

    task = Preservation.objects.get(case__submission=submission)
    assert task.due_on == NOW.date()  # of the day we know of it


def page(task, client=None, **form):
    url = reverse("owner-keep", args=[task.reference])
    client = client or owner_client(OWNER)
    return client.post(url, form) if form else client.get(url)


def test_owner_reads_what_to_keep_and_says_that_it_is_kept():
    case = proved(asked())
    task = case.preservations.get()

    shown = page(task).content.decode()
    for wanted in ("Ann Other", *SEEN.values(), "after 30 days"):
        assert wanted in shown
    assert ANN not in shown
    assert page(task, outcome="kept", note="").status_code == 302

    task.refresh_from_db()
    assert task.outcome == KeepOutcome.KEPT
    assert "It is kept." in page(task).content.decode()


def test_page_is_that_of_the_owner_who_was_asked_and_of_nobody_else():
    task = asked().preservations.get()

    assert page(task, owner_client("people@luminatech.example")).status_code == 404


@pytest.mark.parametrize("outcome", ["overwritten", "not_there"])
def test_what_is_not_kept_needs_a_word_and_can_be_put_right(outcome):
    task = asked().preservations.get()

    refused = page(task, outcome=outcome, note=" ")
    assert refused.status_code == 422
    assert "Write what you looked for" in refused.content.decode()

    page(task, outcome=outcome, note="Camera 3, from 11 to 13.")
    page(task, outcome="kept", note="Found it on camera 4.")
    task.refresh_from_db()
    assert (task.outcome, task.note) == ("kept", "Found it on camera 4.")


def test_queue_and_case_show_it_and_the_day_after_it_is_an_alarm():
    case = proved(asked())
    client = staff_client()
    queue, shown = reverse("case-queue"), reverse("staff-case", args=[case.reference])

    listed = text_of(client.get(queue))
    assert "To be kept today: CCTV." in listed
    assert "Start the search" in listed, "the owner's duty hides no step of ours"
    assert "The owner has not said yet that it is kept" in (
        client.get(shown).content.decode()
    )

    case.preservations.update(due_on=NOW.date() - timedelta(days=1))
    assert "Alarm: not known to be kept" in client.get(queue).content.decode()
    assert "Call the owner" in client.get(shown).content.decode()

    preserving.answer(
        case.preservations.get(), outcome=KeepOutcome.KEPT, note="", at=NOW
    )
    assert "kept today" not in client.get(queue).content.decode()
    assert "It is kept" in client.get(shown).content.decode()


def test_tray_shows_what_is_not_kept_for_a_request_that_nobody_proved():
    asked()

    tray = staff_client(Role.DCO).get(reverse("case-tray")).content.decode()

    assert "To be kept today: CCTV" in tray


def test_owner_is_reminded_each_day_after_the_day_until_they_answer():
    case = asked()
    task = case.preservations.get()
    for days in (0, 1, 1, 2):
        chase_keeping(NOW + timedelta(days=days))
    overdue = [mail for mail in mails(about=case) if "Overdue" in mail.subject]
    assert len(overdue) == 2

    preserving.answer(task, outcome=KeepOutcome.KEPT, note="", at=NOW)
    chase_keeping(NOW + timedelta(days=3))
    assert len(mails(about=case)) == 3


def test_end_of_the_case_lets_it_go_and_its_owner_is_told():
    case = proved(asked())

    happen(case, EventKind.WITHDRAWN, at=NOW)

    task = case.preservations.get()
    assert task.let_go_at == NOW
    assert mails(about=case)[-1].subject == "CCTV: it need not be kept any longer"
    with pytest.raises(Refused, match="need not be kept any longer"):
        preserving.answer(task, outcome=KeepOutcome.KEPT, note="", at=NOW)


def test_what_a_merged_request_had_kept_stays_until_the_one_that_goes_on_ends():
    into, later = proved(asked({"scope": "all"})), proved(asked())
    later.related = into
    later.save()
    happen(later, EventKind.MERGED, at=NOW)
    assert later.preservations.get().let_go_at is None

    happen(into, EventKind.WITHDRAWN, at=NOW)

    assert later.preservations.get().let_go_at == NOW


def test_case_that_is_opened_again_asks_again():
    case = proved(asked())
    task = case.preservations.get()
    preserving.answer(task, outcome=KeepOutcome.KEPT, note="", at=NOW)
    preserving.let_go(case, by=system("test"), at=NOW)

    preserving.ask_owners(case, by=system("test"), at=NOW + timedelta(days=1))

    task.refresh_from_db()
    assert (task.outcome, task.let_go_at) == ("", None)
    assert task.due_on == NOW.date() + timedelta(days=1)


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({}, "Say whether you were filmed, or that you do not know."),
        ({"filmed": "no"}, ""),
        ({"filmed": "unknown"}, ""),
        ({"filmed": "yes"}, "Say on which day."),
        ({"filmed": "unknown", "time": "noon"}, "Say at which place."),
        (
            {"filmed": "yes", "where": "Reception", "who": "A red coat"},
            "Say on which day.",
        ),
    ],
)
def test_who_wants_everything_may_say_where_they_were_filmed(client, told, complaint):
    client.post(reverse("ask-question", args=["what"]), {"rights": ["access"]})
    client.post(reverse("ask-question", args=["scope"]), {"scope": "all"})
    url = reverse("ask-question", args=["sighting"])
    assert "Recordings are kept for 30 days." in client.get(url).content.decode()

    answered = client.post(url, told)

    assert answered.status_code == (422 if complaint else 302)
    assert complaint in answered.content.decode()
