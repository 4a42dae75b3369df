"""Who acts for somebody asks for a copy of their own data: theirs, and no client's."""

from __future__ import annotations

from uuid import uuid4

import pytest

from lumina_privacy.lib import ports
from outbox import portal as outbox
from requests_app.actions import authority, letters, thread
from requests_app.grounds import Party
from requests_app.models import Authority, Case
from requests_app.states import LetterKind, Right
from requests_app.timekeeping import Asked
from tests.datamap.worlds import LUMINA
from tests.factories.accounts import make_staff, make_subject
from tests.factories.authority import AGENT, filed_for, make_authority, make_verified
from tests.factories.cases import RECEIVED_AT, make_case, register_in_force
from tests.factories.clock import again, ask
from tests.requests_app.test_filing_for_another import FOR_ANN, filed
from tests.requests_app.test_filing_rights import send, walk

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT
ANN = "ann@example.org"
SECRETS = ("Ann Other", ANN, "ann@", "shoe size", "all her data")
# Each is for the agent to have, once a person has looked at what names others.
ACTING = ("request_acting", "request_acting_letters", "request_acting_messages")


def found(address: str = AGENT) -> dict[str, list[dict[str, object]]]:
    """Return all that the portal finds about who reads at that mailbox."""
    known = {"email": frozenset({address})}
    rows = {
        one.name: [dict(row.values) for row in one.find(known)]
        for one in ports.wired().portal_datasets
    }
    return {name: values for name, values in rows.items() if values}


@pytest.fixture
def case() -> Case:
    """Give a case of Ann's in which a firm acted, wrote and was written to."""
    case = filed_for(make_case(ANN))
    ask(case, Asked.AUTHORITY, at=AT)
    one = make_verified(case)
    agent = make_subject(AGENT)
    thread.write_to_us(
        again(case),
        body="Here is our authority.",
        token=uuid4(),
        by=agent,
        at=AT,
        acting=one,
    )
    thread.answer(
        again(case),
        body="Her shoe size is 38.",
        to=Party.AGENT,
        token=uuid4(),
        by=make_staff(),
        at=AT,
    )
    event = case.events.first()
    by = make_staff().actor
    letters.send(
        again(case), event, LetterKind.MESSAGE, {"words": "shoe size"}, by=by, at=AT
    )
    return case


def test_agent_finds_where_they_act_and_what_they_wrote(case):
    mine = found()

    acting = mine["request_acting"][-1]
    assert acting["reference"] == case.reference
    assert acting["agent_email"] == AGENT
    assert acting["standing"] == "Verified"
    assert [one["text"] for one in mine["request_acting_messages"]] == [
        "Here is our authority."
    ]
    told = {one["what"] for one in mine["request_acting_letters"]}
    assert "Word that there is a message" in told
    assert mine["accounts"][0]["email"] == AGENT


def test_agent_finds_nothing_of_the_client_before_or_after_they_left(case):
    for left in (False, True):
        if left:
            one = Authority.objects.latest("pk")
            authority.revoke(one, reason="She rang.", by=make_staff(), at=AT)
        mine = found()

        shown = str(mine)
        assert [one for one in SECRETS if one in shown] == []
        ours = {name for name in mine if name.startswith("request")}
        assert ours == set(ACTING), "nothing of the case itself"
        assert {one["text"] for one in mine["messages"]} == {outbox.OF_ANOTHER}


def test_client_still_finds_the_case_and_whom_it_went_to(case):
    case.proved.update(level=1)

    hers = found(ANN)

    assert hers["requests"][0]["name"] == "Ann Other"
    assert "request_authorities" in hers
    assert not set(ACTING) & set(hers)


def test_own_request_of_who_acts_for_others_is_theirs_whole(case):
    own = make_case(AGENT, name="Jo Harris")
    ask(own, Asked.IDENTITY, at=AT)

    mine = found()

    assert [one["reference"] for one in mine["requests"]] == [own.reference]
    texts = [str(one["text"]) for one in mine["messages"]]
    assert outbox.OF_ANOTHER in texts
    assert any("You do not need to send a passport" in text for text in texts)
    assert [one for one in SECRETS if one in str(mine)] == []


def test_filing_that_nobody_proved_says_nothing_about_its_mailbox(client):
    register_in_force()
    walk(client, Right.ACCESS, **FOR_ANN)
    send(client)
    assert Authority.objects.exists()

    assert not set(ACTING) & set(found())


def test_filing_that_the_agent_proved_is_found(client):
    register_in_force()
    [case] = filed(client)

    mine = found()

    assert [one["reference"] for one in mine["request_acting"]] == [case.reference]
    assert [one for one in SECRETS if one in str(mine)] == []


def test_what_staff_recorded_is_found_by_the_mailbox_alone():
    make_authority(make_case(ANN))
    assert len(found()["request_acting"]) == 1
    assert "request_acting" not in found("jo@harris.example")


def test_person_looks_at_each_row_that_names_others_before_it_goes_out():
    portal = LUMINA.system("portal")
    acting = portal.datasets["request_acting"].declared
    assert acting["agent"].third_party
    assert acting["agent_reach"].third_party
    assert portal.datasets["request_acting_messages"].declared["text"].third_party
