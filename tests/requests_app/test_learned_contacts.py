"""A contact that a record taught, and who says that it is theirs alone (decision D1).

A team's mailbox stands in Ann's record, in a column declared as a person's. The desk
knows everybody in the team by it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.roles import Role
from datamap.search import IdentifierStatus
from lumina_privacy.lib.verdict import Refused
from requests_app import spool
from requests_app.actions import decision, identifiers, search
from requests_app.models import Case
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    EventKind,
    Outcome,
    RowChoice,
    TaskState,
)
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case, make_revision
from tests.ledger import events_about
from tests.requests_app.learned import (
    CRM_SQL,
    CUSTOMERS,
    DESK,
    DESK_SQL,
    TEAM,
    TWO_SQL,
    answer,
    asked_on,
    keys,
    question,
    say,
    searched,
    team_in,
    text,
    waiting,
)
from tests.requests_app.test_portal import prove
from tests.requests_app.test_search import AT, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def case(postgres_source) -> Case:
    """Give the searched case of Ann, whose record names a second address."""
    postgres_source("TEST_CRM_URL", CRM_SQL % TEAM)
    postgres_source("TEST_DESK_URL", DESK_SQL % (TEAM, TEAM))
    # In the worst order: the desk is searched before anything is learned.
    revision = make_revision([DESK, CUSTOMERS])
    return searched(make_case("ann@firm.example", revision=revision))


def test_rows_by_a_learned_contact_alone_are_set_apart_and_say_why(case):
    assert keys(case, "tickets") == ["1", "3", "4"]
    assert keys(case, "tickets", "possible") == ["2"]
    found = case.found.get(system="desk", dataset="tickets")
    [reason] = {row.reason for row in spool.read_rows(found) if row.key == "2"}
    assert reason == (
        "Found by the e-mail address in Customers, Contacts. Nobody has said yet that "
        "it is theirs alone."
    )


def test_search_goes_on_from_no_row_that_is_set_apart(case):
    assert keys(case, "comments") == ["31"]
    assert keys(case, "comments", "possible") == []
    tickets = {one.value for one in case.identifiers.all() if one.kind == "ticket"}
    assert tickets == {"1", "3", "4"}


def test_contact_that_somebody_vouches_for_is_followed_by_the_next_search(case):
    say(case, same_person=True)

    again = searched(case)

    assert keys(again, "tickets") == ["1", "2", "3", "4"]
    assert keys(again, "comments") == ["21", "31"]
    known = team_in(again)
    assert (known.status, known.route) == ("vouched", [["crm", "contacts", "email"]])


def test_contact_that_others_use_too_stays_apart(case):
    say(case, same_person=False)

    again = searched(case)

    assert keys(again, "tickets") == ["1", "3", "4"]
    assert keys(again, "tickets", "possible") == ["2"]
    assert team_in(again).status == "not_alone"
    found = again.found.get(system="desk", dataset="tickets")
    [reason] = {row.reason for row in spool.read_rows(found) if row.key == "2"}
    assert (
        reason == "Staff said that others too use the e-mail address it was found by."
    )


def test_what_staff_call_others_too_is_nowhere_said_to_be_found_with_two_people(case):
    client = staff_client()
    answer(client, case, "no")
    case = searched(case)

    pages = [
        text(client, reverse("staff-case", args=[case.reference])),
        text(client, reverse("case-review", args=[case.reference])),
        text(client, question(case)),
    ]

    assert not [page for page in pages if "with two people" in page]
    assert "Used by others too" in pages[0]
    assert question(case) in pages[0]
    assert "Used by others too" in pages[1]
    assert "Staff said that others use south@firm.example too" in pages[2]


def test_answer_others_too_taken_back_is_theirs_alone_and_can_be_doubted(
    case, postgres_source
):
    client = staff_client()
    answer(client, case, "no")
    case = searched(case)

    assert answer(client, case, "yes").status_code == 302

    case = searched(case)
    assert team_in(case).status == "vouched"
    assert keys(case, "tickets") == ["1", "2", "3", "4"]
    postgres_source("TEST_CRM_URL", TWO_SQL)
    assert team_in(searched(case)).status == "contested"


def test_answer_theirs_alone_is_listed_and_can_be_taken_back(case):
    client = staff_client()
    answer(client, case, "yes")
    case = searched(case)
    page = text(client, reverse("staff-case", args=[case.reference]))
    assert "Followed because staff said so" in page
    assert question(case) in page
    assert "is theirs alone, so it is followed" in text(client, question(case))

    assert answer(client, case, "no").status_code == 302

    with pytest.raises(Refused, match="Search again"):
        decide_nothing(case)
    case = searched(case)
    assert keys(case, "tickets", "possible") == ["2"]
    assert keys(case, "comments") == ["31"]


def test_answer_to_a_question_that_a_search_has_changed_meanwhile_is_refused(case):
    """Whoever calls it theirs alone has not said that two people are one."""
    client, url = staff_client(), question(case)
    asked = asked_on(text(client, url))
    known = team_in(case).known
    identifiers.learn(case, [replace(known, status=IdentifierStatus.CONTESTED)])

    refused = client.post(
        url, {"asked": asked, "same_person": "yes", "reason": "She rang."}
    )

    assert refused.status_code == 422
    assert "has changed since the page was opened" in refused.content.decode()
    assert not case.identifier_rulings.exists()
    assert answer(client, case, "yes").status_code == 302
    assert case.identifier_rulings.get().learned is False


@pytest.mark.parametrize("same_person", [True, False])
def test_mailbox_proved_after_what_was_said_of_it_is_proved(case, same_person):
    """Control of a mailbox outweighs what a row says, and what was said of the row."""
    say(case, same_person=same_person)
    prove(case, "email", TEAM)

    again = searched(case)

    assert (team_in(again).status, team_in(again).route) == ("sure", [])
    assert keys(again, "tickets") == ["1", "2", "3", "4"]


def test_note_of_a_contact_does_not_outweigh_that_others_use_it(case):
    say(case, same_person=False)
    identifiers.add(
        case, kind="email", value=TEAM, reason="On file.", by=make_staff(), at=AT
    )

    again = searched(case)

    assert team_in(again).status == "not_alone"
    assert keys(again, "tickets", "possible") == ["2"]


def test_vouched_for_and_found_with_two_people_after_all(case, postgres_source):
    """Somebody said so before a colleague's record named the mailbox too."""
    say(case, same_person=True)
    searched(case)
    postgres_source("TEST_CRM_URL", TWO_SQL)

    again = searched(case)

    assert team_in(again).status == "contested"
    assert keys(again, "tickets") == ["1", "3", "4"]
    assert keys(again, "comments") == ["31"]


def answered_for(case: Case) -> Case:
    """Return the case with the desk down after a new search, and answered for."""
    task = case.tasks.get(system="desk")
    case.tasks.filter(pk=task.pk).update(state=TaskState.NEEDS_PERSON, verdict="")
    search.settle(task, reason="The desk is down.", by=make_staff(), at=AT)
    for found in case.found.all():
        reviewing.choose_dataset(
            found,
            choice=RowChoice.RELEASE,
            ground="",
            seen_rows=True,
            by=make_staff(),
            at=AT,
        )
    return case


def test_rows_of_a_system_answered_for_are_set_apart_when_their_contact_is_doubted(
    case, postgres_source
):
    say(case, same_person=True)
    answered_for(searched(case))
    both = CRM_SQL % TEAM + (
        f"INSERT INTO contacts VALUES (2, 'Bob', 'bob@firm.example', '', '{TEAM}');"
    )
    postgres_source("TEST_CRM_URL", both)

    again = searched(case)

    tickets = again.found.get(system="desk", dataset="tickets")
    assert keys(again, "tickets") == keys(again, "comments") == []
    assert keys(again, "tickets", "possible") == ["1", "2", "3", "4"]
    assert (tickets.sure, tickets.possible, tickets.choice) == (0, 4, "")
    assert tickets.reviewed_at is None
    assert "case.rows.set_apart" in [one.event for one in events_about(case.about)]


def test_rows_of_a_system_answered_for_stay_sure_when_nothing_is_doubted(case):
    say(case, same_person=True)
    answered_for(searched(case))

    again = searched(case)

    assert keys(again, "tickets") == ["1", "2", "3", "4"]
    assert again.found.get(system="desk", dataset="tickets").reviewed_at == AT


def test_system_that_is_searched_again_has_sure_rows_again(case, postgres_source):
    say(case, same_person=True)
    answered_for(searched(case))
    both = CRM_SQL % TEAM + (
        f"INSERT INTO contacts VALUES (2, 'Bob', 'bob@firm.example', '', '{TEAM}');"
    )
    postgres_source("TEST_CRM_URL", both)
    searched(case)

    search.retry(case.tasks.get(system="desk"), by=make_staff(), at=AT)
    work_off(case)

    assert keys(case, "tickets") == ["1", "3", "4"]
    assert keys(case, "tickets", "possible") == ["2"]


def test_case_is_not_decided_before_it_is_searched_by_what_was_said(case):
    say(case, same_person=True)

    with pytest.raises(Refused, match="Search again"):
        decide_nothing(case)


def decide_nothing(case: Case):
    return decision.decide(
        case,
        outcome=Outcome.NOTHING_HELD,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=make_staff(),
        at=AT,
    )


def test_what_was_said_is_in_the_ledger_without_a_word_of_it(case):
    say(case, same_person=True)

    event = case.events.get(kind=EventKind.IDENTIFIER_RULED)
    assert event.facts["learned"] is True
    entry = events_about(case.about)[-1]
    assert entry.event == "case.identifier_ruled"
    assert TEAM not in str(entry)
    assert "nobody else" not in str(entry)


def test_recipients_of_what_others_may_use_are_not_the_persons_business(case):
    assert ("email", TEAM) not in case.subjects()

    say(case, same_person=True)

    assert ("email", TEAM) in searched(case).subjects()


def test_page_shows_what_waits_and_leads_to_the_question(case):
    client, args = staff_client(), [case.reference]
    url = reverse("case-identifier-rule", args=[*args, waiting(case).pk])
    page = client.get(reverse("staff-case", args=args)).content.decode()
    review = client.get(reverse("case-review", args=args)).content.decode()
    assert url in page
    for shown in (page, review):
        assert "Whose are these?" in shown
        assert "1 row set apart" in shown
        assert "Customers, Contacts, by e-mail address" in shown
    asks = client.get(url).content.decode()
    assert "Is this e-mail address theirs alone?" in asks
    rows = reverse("case-dataset", args=[*args, "desk", "tickets"])
    assert f"{rows}?came=case" in page
    assert f"{rows}?came=case" in asks
    assert f'"{rows}"' in review
    back = client.get(f"{rows}?came=case").content.decode()
    assert f'class="back" href="{reverse("staff-case", args=args)}"' in back

    empty = client.post(url, {"asked": "alone", "same_person": "yes", "reason": ""})
    unasked = client.post(url, {"same_person": "yes", "reason": "She rang."})
    said = answer(client, case, "yes")

    assert (empty.status_code, unasked.status_code, said.status_code) == (422, 422, 302)
    assert case.identifier_rulings.get().learned is True
    after = client.get(reverse("staff-case", args=args)).content.decode()
    assert "Said whose the e-mail address is: theirs alone" in after


def test_page_says_why_nothing_can_be_said_now(case):
    case.status = CaseStatus.DECIDED
    case.save(update_fields=["status"])

    page = staff_client().get(reverse("staff-case", args=[case.reference]))

    assert "This is said before the search, or in the review." in page.content.decode()


def test_nothing_is_said_without_a_reason_or_by_somebody_who_works_no_cases(case):
    with pytest.raises(Refused, match="Write how you know"):
        say(case, same_person=True, reason=" ")
    url = reverse("case-identifier-rule", args=[case.reference, waiting(case).pk])

    refused = staff_client(Role.AUDITOR).post(url)

    assert refused.status_code == 403
    assert not case.identifier_rulings.exists()
