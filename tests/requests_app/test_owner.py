"""Systems that only people can search: their owner is asked, chased, and answers."""

from __future__ import annotations

import re
import sys
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.queries import SESSION_USE
from accounts.states import SessionKey
from lumina_privacy.lib import crypto
from lumina_privacy.lib.verdict import Refused
from outbox import queries as outbox
from outbox.models import Message
from requests_app.actions import owner, search
from requests_app.models import OwnerTask
from requests_app.policies import owner as policies
from requests_app.rules import OwnerAnswer, Proof
from requests_app.states import (
    CaseStatus,
    EventKind,
    TaskState,
    TaskVerdict,
)
from requests_app.tasks.nightly import nightly
from tests.factories.accounts import make_staff
from tests.factories.cases import (
    CCTV,
    RECEIVED_AT,
    happen,
    make_case,
    make_revision,
)
from vault import actions as vault
from vault import queries as vault_queries

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(hours=1)
ADDRESS = "facilities@luminatech.example"


@pytest.fixture
def asked() -> OwnerTask:
    case = make_case("ann@example.org", revision=make_revision([CCTV]))
    search.start_search(case, by=make_staff(), at=AT)
    return OwnerTask.objects.select_related("task__case").get(task__case=case)


def owner_client(address: str = ADDRESS) -> Client:
    client = Client()
    session = client.session
    if address:
        sealed = crypto.seal(address, use=SESSION_USE)
        session[SessionKey.OWNER] = {"address": sealed}
    session.save()
    return client


def page(asked: OwnerTask, name: str = "owner-task", *args) -> str:
    return reverse(name, args=[asked.reference, *args])


def test_owner_is_asked_by_mail_before_the_case_is_due(asked):
    mail = outbox.deliveries_about(asked.task.case.about)

    assert asked.due_on == date(2026, 11, 12)
    assert asked.task.state == TaskState.WITH_OWNER
    assert [one.purpose for one in mail] == ["owner-task"]
    text = Message.objects.get(pk=mail[0].id).text
    assert page(asked) in text
    assert "ann@example.org" not in text


def test_case_whose_only_system_is_an_owners_goes_to_review_at_once(asked):
    assert asked.task.case.status == CaseStatus.IN_REVIEW


def test_page_says_whom_to_look_for_and_nothing_else_that_is_known(asked):
    asked.task.case.identifiers.create(
        kind="customer_id",
        ref="x",
        value="C-99",
        status="sure",
        route=[["crm", "c", "e"]],
    )

    text = owner_client().get(page(asked)).content.decode()

    assert "Ann Other" in text
    assert "ann@example.org" in text
    assert "C-99" not in text


def test_owner_reads_what_only_an_agent_says_is_the_persons(asked):
    asked.task.case.proved.update(proof=Proof.AGENT, level=0)

    text = owner_client().get(page(asked)).content.decode()

    assert "E-mail address, said by whoever acts for them and not proved" in text


def test_owner_has_a_list_of_what_waits_and_a_way_out(asked):
    listed = owner_client().get(reverse("owner-tasks")).content.decode()
    other = owner_client("sales@luminatech.example").get(reverse("owner-tasks"))
    task = owner_client().get(page(asked)).content.decode()

    assert page(asked) in listed
    assert "Ann Other" not in listed
    assert "Nothing waits for your answer" in other.content.decode()
    for shown in (listed, task):
        assert reverse("sign-out") in shown
    assert reverse("sign-out") not in owner_client("").get("/").content.decode()


def test_mails_about_two_tasks_of_one_system_are_told_apart_by_their_subjects(asked):
    mail = outbox.deliveries_about(asked.task.case.about)

    assert asked.reference in Message.objects.get(pk=mail[0].id).subject


@pytest.mark.parametrize("address", ["sales@luminatech.example", ""])
def test_task_of_another_owner_is_not_found(asked, address):
    response = owner_client(address).get(page(asked))

    assert response.status_code in ({404} if address else {302})


def test_owner_brings_files_of_any_type_and_sends_the_answer(asked):
    client = owner_client()
    film = SimpleUploadedFile("door.mp4", b"film" * 1000, content_type="video/mp4")
    mail = SimpleUploadedFile("mail.pst", b"post", content_type="")

    client.post(page(asked, "owner-files"), {"files": [film, mail]})
    client.post(page(asked, "owner-finish"), {"note": "Both cameras."})

    asked.refresh_from_db()
    files = list(asked.files.order_by("pk"))
    assert [vault_queries.facts(file.file).name for file in files] == [
        "door.mp4",
        "mail.pst",
    ]
    assert files[0].claimed_type == "video/mp4"
    with vault.reading(files[0].file) as stream:
        assert stream.read() == b"film" * 1000
    assert (asked.answer, asked.note) == (OwnerAnswer.FILES, "Both cameras.")
    assert asked.task.verdict == TaskVerdict.FOUND


def test_file_beyond_the_limit_is_refused_and_nothing_of_it_kept(asked, settings):
    settings.LUMINA_UPLOAD_MB = 1
    big = SimpleUploadedFile("big.zip", b"x" * (1024 * 1024 + 1))

    response = owner_client().post(page(asked, "owner-files"), {"files": [big]})

    assert response.status_code == 422
    assert "larger than 1 MB" in response.content.decode()
    assert not asked.files.exists()


def test_answer_without_a_file_is_refused(asked):
    with pytest.raises(Refused, match="Add a file first"):
        owner.finish(asked, note="", at=AT)


def test_nothing_held_with_a_file_is_refused(asked):
    owner.add_file(asked, name="a", claimed_type="", chunks=[b"a"], at=AT)

    with pytest.raises(Refused, match="You have added files"):
        owner.hold_nothing(asked, note="", at=AT)


def test_nothing_held_is_a_verdict_and_closes_the_task(asked):
    client = owner_client()

    client.post(page(asked, "owner-nothing"), {"note": "Looked on both recorders."})
    again = client.post(page(asked, "owner-nothing"))

    asked.refresh_from_db()
    assert asked.task.verdict == TaskVerdict.NOTHING_HELD
    assert again.status_code == 422
    assert "answered this already" in again.content.decode()


def test_owner_takes_an_answer_back_and_corrects_it(asked):
    client = owner_client()
    client.post(page(asked, "owner-nothing"), {"note": "Looked on one recorder."})
    assert page(asked, "owner-take-back") in client.get(page(asked)).content.decode()

    client.post(page(asked, "owner-take-back"))

    asked.refresh_from_db()
    assert (asked.task.state, asked.task.verdict) == (TaskState.WITH_OWNER, "")
    owner.add_file(asked, name="a", claimed_type="", chunks=[b"a"], at=AT)
    owner.finish(asked, note="It was on the other one.", at=AT)
    asked.task.refresh_from_db()
    assert asked.task.verdict == TaskVerdict.FOUND
    facts = [event.facts for event in asked.task.case.events.order_by("-seq")[:2]]
    assert facts[0]["files"] == 1
    assert facts[1] == {"system": "cctv", "verdict": "", "taken_back": True}


def test_files_stay_when_the_answer_is_taken_back_and_go_when_they_are_removed(asked):
    file = owner.add_file(asked, name="a", claimed_type="", chunks=[b"a"], at=AT)
    owner.finish(asked, note="", at=AT)

    owner.take_back(asked, at=AT)

    assert asked.files.get() == file
    owner.remove_file(file, at=AT)
    owner.hold_nothing(asked, note="It was somebody else.", at=AT)
    asked.task.refresh_from_db()
    assert asked.task.verdict == TaskVerdict.NOTHING_HELD


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([EventKind.DECIDED], "decided on your answer"),
        ([EventKind.DECIDED, EventKind.ANSWERED], "closed"),
    ],
)
def test_answer_that_was_decided_on_is_not_taken_back(asked, events, why):
    owner.hold_nothing(asked, note="", at=AT)
    happen(asked.task.case, *events)

    response = owner_client().post(page(asked, "owner-take-back"))

    assert response.status_code == 422
    assert why in response.content.decode()


def test_what_a_colleague_answered_and_what_nobody_did_is_not_taken_back(asked):
    with pytest.raises(Refused, match="not answered yet"):
        owner.take_back(asked, at=AT)
    owner.hold_nothing(asked, note="", at=AT)
    asked.task.verdict = TaskVerdict.REASONED
    asked.task.save(update_fields=["verdict"])

    with pytest.raises(Refused, match="A colleague"):
        owner.take_back(asked, at=AT)


def test_file_brought_by_mistake_is_destroyed(asked):
    file = owner.add_file(asked, name="a", claimed_type="", chunks=[b"a"], at=AT)

    owner_client().post(page(asked, "owner-file-remove", file.pk))

    assert not asked.files.exists()
    assert vault_queries.facts(file.file).destroyed_at is not None


@pytest.mark.parametrize("address", ["eve@evil.example", "a@sub.luminatech.example"])
def test_task_does_not_leave_the_company(asked, address):
    """The page names a person; a mistyped domain would tell a stranger."""
    assert "stays in the company" in policies.may_send_on(asked, address).reason


def test_task_sent_on_asks_the_colleague_and_leaves_the_first_link_dead(asked):
    response = owner_client().post(
        page(asked, "owner-not-mine"),
        {"on-address": "Guard@luminatech.example", "on-note": ""},
    )

    assert response.status_code == 200
    assert owner_client().get(page(asked)).status_code == 404
    assert owner_client("guard@luminatech.example").get(page(asked)).status_code == 200
    sent = Message.objects.order_by("pk").values_list("recipient", flat=True)
    assert list(sent) == [ADDRESS, "guard@luminatech.example"]


def test_needing_until_the_day_of_the_answer_is_refused(asked):
    with pytest.raises(Refused, match="too late for the answer"):
        owner.need_until(
            asked, until=asked.task.case.safe_due_on, reason="Holiday.", at=AT
        )


def test_needing_longer_moves_the_day_and_the_chasing(asked):
    until = asked.due_on + timedelta(days=4)
    owner.need_until(asked, until=until, reason="The recorder is away.", at=AT)

    chased = owner.chase(asked, by=search_actor(), at=AT + timedelta(days=11))

    asked.refresh_from_db()
    assert not chased
    assert (asked.needs_until, asked.note) == (until, "The recorder is away.")


def search_actor():
    from requests_app.actions.searching import SEARCHER

    return SEARCHER


def test_owner_is_chased_once_in_three_days_from_the_day_that_is_past(asked):
    days = [10, 11, 12, 13, 14, 15]

    chased = [
        owner.chase(asked, by=search_actor(), at=AT + timedelta(days=day))
        for day in days
    ]

    assert chased == [False, True, False, False, True, False]


def test_nightly_goes_on_after_a_job_that_fails(asked, monkeypatch):
    from audit import queries as audit

    module = sys.modules["requests_app.tasks.nightly"]

    def broken(at):
        raise ValueError("a bug")

    monkeypatch.setitem(module.JOBS, "chase-owners", broken)

    with pytest.raises(RuntimeError, match="chase-owners"):
        nightly()
    assert "forget-withdrawn" in {beat.name for beat in audit.heartbeats()}


def test_colleague_answers_for_an_owner_who_is_silent(asked):
    search.settle(asked.task, reason="The recorder was stolen.", by=make_staff(), at=AT)

    asked.refresh_from_db()
    assert asked.task.verdict == TaskVerdict.REASONED
    text = owner_client().get(page(asked)).content.decode()
    assert "A colleague has answered" in text


def ask_for_code(client, asked):
    form = {"address": ADDRESS, "next": page(asked)}
    return client.post(reverse("owner-sign-in"), form)


def newest_code():
    return re.search(r"\d{6,}", Message.objects.latest("pk").text)[0]


def test_new_code_takes_the_place_of_the_one_before(asked, client):
    ask_for_code(client, asked)
    first = newest_code()

    again = client.post(reverse("owner-code-again"), follow=True)
    second = newest_code()

    assert "We have sent a new code." in again.content.decode()
    old = client.post(reverse("owner-code"), {"code": first})
    new = client.post(reverse("owner-code"), {"code": second})
    assert (old.status_code, new.url) == (422, page(asked))


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/owner/", "/staff/", "owner/"]
)
def test_owner_who_came_from_elsewhere_lands_on_a_page_of_ours(
    asked, client, elsewhere
):
    client.post(reverse("owner-sign-in"), {"address": ADDRESS, "next": elsewhere})

    response = client.post(reverse("owner-code"), {"code": newest_code()})

    assert response.url == reverse("owner-tasks")
    assert client.get(page(asked)).status_code == 200


def test_link_in_the_mail_only_routes_and_the_code_lets_in(asked, client):
    to_sign_in = client.get(page(asked))
    assert to_sign_in.url.startswith(reverse("owner-sign-in"))
    shown = client.get(to_sign_in.url).content.decode()
    assert f'name="next" value="{page(asked)}"' in shown
    ask_for_code(client, asked)

    response = client.post(reverse("owner-code"), {"code": newest_code()})

    assert response.url == page(asked)
    assert client.get(page(asked)).status_code == 200


def test_owner_who_types_a_wrong_code_stays_outside(asked, client):
    ask_for_code(client, asked)

    response = client.post(reverse("owner-code"), {"code": "not it"})

    assert response.status_code == 422
    assert client.get(page(asked)).status_code == 302
