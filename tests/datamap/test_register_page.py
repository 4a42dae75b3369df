"""A revision comes into force by the DCO's approval, read and understood (C28)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.roles import Role
from datamap import actions, queries
from datamap.connectors.base import Problem
from datamap.models import Finding
from datamap.registry.diff import ChangeKind, differences
from datamap.registry.schema import Register
from lumina_privacy.lib.actor import system
from requests_app.tasks import jobs
from tests.datamap.worlds import LUMINA
from tests.factories.accounts import make_staff, staff_client
from tests.ledger import events_about

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
BY = system("test")


def changed(change) -> Register:
    content = LUMINA.model_dump(mode="json")
    systems = {one["id"]: one for one in content["systems"]}
    change(content, systems)
    return Register.model_validate(content)


def told(change) -> list[str]:
    return [str(one) for one in differences(LUMINA, changed(change))]


# --- The difference -------------------------------------------------------------------


def test_the_same_register_differs_in_nothing():
    assert differences(LUMINA, changed(lambda *_: None)) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda content, systems: content["systems"].remove(systems["cctv"]),
            "removed: system cctv",
        ),
        (
            lambda content, systems: content["systems"].append(
                {**systems["cctv"], "id": "doors"}
            ),
            "added: system doors",
        ),
        (
            lambda _, systems: systems["crm"]["datasets"].pop("preferences"),
            "removed: system crm, dataset preferences",
        ),
        (
            lambda _, systems: systems["crm"]["datasets"]["contacts"]["fields"].update(
                fax={"category": "contact", "purposes": ["goods-and-services"]}
            ),
            "added: system crm, dataset contacts, field fax",
        ),
        (
            lambda _, systems: systems["crm"]["datasets"]["contacts"]["fields"][
                "note"
            ].update(free_text=False),
            "changed: system crm, dataset contacts, field note, free text: yes -> no",
        ),
        (
            lambda _, systems: systems["crm"].update(location="IE"),
            "changed: system crm, location: GB -> IE",
        ),
        (
            lambda content, _: content["portal"]["tables"]["accounts.User"][
                "columns"
            ].pop("name"),
            "removed: portal table accounts.User, column name",
        ),
        (
            lambda content, _: content["purposes"][0].update(name="Trade"),
            "changed: purpose goods-and-services, name: Goods and services -> Trade",
        ),
    ],
)
def test_one_change_is_one_line(change, said):
    assert told(change) == [said]


def test_order_of_entries_is_no_difference():
    assert told(lambda content, _: content["systems"].reverse()) == []


def test_retention_that_appears_is_said_in_words():
    lines = told(
        lambda _, systems: systems["crm"]["datasets"]["contacts"].update(retention=None)
    )

    [line] = lines
    assert line == (
        "changed: system crm, dataset contacts, retention: line: customers; "
        "trigger: last_contact -> nothing"
    )


@pytest.mark.django_db
def test_command_prints_what_the_files_would_change():
    without = changed(lambda content, _: content["systems"].pop())
    actions.approve(actions.propose(without, by=BY, at=AT), by=BY, at=AT)
    out = StringIO()

    call_command("datamap", "diff", stdout=out)

    assert out.getvalue() == f"added: system {LUMINA.systems[-1].id}\n"


# --- The page -------------------------------------------------------------------------


@pytest.fixture
def revisions(db):
    """One in force, and one that waits with a change."""
    first = actions.propose(LUMINA, by=BY, at=AT)
    actions.approve(first, by=BY, at=AT)
    later = changed(lambda _, systems: systems["crm"].update(location="IE"))
    return first, actions.propose(later, by=BY, at=AT)


def test_dco_reads_what_changes_and_puts_it_in_force(revisions):
    _, waiting = revisions
    officer = make_staff(Role.DCO)
    client = staff_client(officer)

    text = client.get(reverse("register")).content.decode()
    approved = client.post(reverse("register-approve", args=[waiting.pk]))

    assert "system crm" in text
    assert [word in text for word in ("location", ">GB<", ">IE<")] == [True] * 3
    assert approved.url == reverse("register")
    assert queries.active_revision_id() == waiting.pk
    event = events_about(f"revision:{waiting.pk}")[-1]
    assert (event.event, event.actor) == (
        "datamap.revision.approved",
        str(officer.actor),
    )
    assert "No revision waits" in client.get(reverse("register")).content.decode()
    again = client.post(reverse("register-approve", args=[waiting.pk]))
    assert again.status_code == 422
    assert "approved already" in again.content.decode()
    assert client.post(reverse("register-approve", args=[0])).status_code == 404


def test_nothing_comes_into_force_by_looking(revisions):
    first, waiting = revisions
    client = staff_client(Role.DCO)

    client.get(reverse("register"))
    looked = client.get(reverse("register-approve", args=[waiting.pk]))

    assert looked.status_code == 405
    assert queries.active_revision_id() == first.pk


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DCO])
def test_register_and_schedule_are_for_the_dco(role, revisions):
    _, waiting = revisions
    client = staff_client(role)
    finding = raised()

    asked = [
        client.get(reverse("register")),
        client.post(reverse("register-approve", args=[waiting.pk])),
        client.post(reverse("finding-settle", args=[finding.pk]), {"reason": "x"}),
        client.get(reverse("schedule")),
        client.post(reverse("schedule-approve", args=[1]), {"reason": "x"}),
    ]

    assert [answer.status_code for answer in asked] == [403] * 5
    waiting.refresh_from_db()
    finding.refresh_from_db()
    assert (waiting.approved_at, finding.settled_at) == (None, None)


def raised() -> Finding:
    problem = Problem("crm", "contacts", "undeclared", "column fax is not declared")
    actions.raise_findings([problem], by=BY, at=AT)
    return Finding.objects.get()


def test_finding_is_settled_once_with_a_reason(revisions):
    finding, client = raised(), staff_client(Role.DCO)
    page = reverse("finding-settle", args=[finding.pk])

    shown = client.get(reverse("register")).content.decode()
    blank = client.post(page, {"reason": " "})
    done = client.post(page, {"reason": "It is always empty."})

    assert "column fax is not declared" in shown
    assert (blank.status_code, done.status_code) == (422, 302)
    assert "Say why this is settled." in blank.content.decode()
    finding.refresh_from_db()
    assert finding.reason == "It is always empty."
    after = client.get(reverse("register")).content.decode()
    assert "column fax" not in after.partition("Settled findings")[0]
    assert client.post(page, {"reason": "x"}).status_code == 422


# --- The night ------------------------------------------------------------------------


def test_night_raises_what_lasts_and_not_what_passes(revisions, monkeypatch, tmp_path):
    """No source answers here: every sql system is away. The portal's own differs."""
    for name in ("CRM", "BILLING", "SERVICE_DESK"):
        monkeypatch.setenv(f"{name}_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/x")
    less = changed(lambda _, systems: systems["portal"]["datasets"].pop("codes"))
    later = AT + timedelta(hours=1)
    actions.approve(actions.propose(less, by=BY, at=later), by=BY, at=later)

    jobs.check_register(AT)
    jobs.check_register(AT)

    [finding] = Finding.objects.all()
    assert (finding.system, finding.dataset, finding.code) == (
        "portal",
        "codes",
        "dataset-undeclared",
    )


def test_kinds_of_change_are_three_words():
    assert [kind.value for kind in ChangeKind] == ["added", "removed", "changed"]


@pytest.mark.django_db
def test_settled_finding_is_shown_with_who_and_why():
    actions.raise_findings(
        [Problem("crm", "contacts", "undeclared", "column x")], by=BY, at=AT
    )
    officer = make_staff(Role.DCO)
    client = staff_client(officer)
    actions.settle(Finding.objects.get(), reason="A test.", by=officer.actor, at=AT)

    page = client.get(reverse("register")).content.decode()

    assert "Settled findings" in page
    assert "A test." in page
    assert officer.name in page


@pytest.mark.django_db
@pytest.mark.parametrize("how_many", [1, 3])
def test_settled_findings_cost_the_same_for_one_and_for_three(
    how_many, django_assert_num_queries
):
    problems = [
        Problem("crm", "contacts", "undeclared", f"column {no}")
        for no in range(how_many)
    ]
    actions.raise_findings(problems, by=BY, at=AT)
    for finding in Finding.objects.all():
        by = make_staff(Role.DCO).actor
        actions.settle(finding, reason="A test.", by=by, at=AT)

    with django_assert_num_queries(2):
        assert len(queries.settled_findings()) == how_many
