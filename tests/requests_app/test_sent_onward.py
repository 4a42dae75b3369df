"""Data to take away goes straight to another company, where that can be done."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit.models import Event
from datamap import actions as datamap
from datamap import queries as datamap_queries
from datamap.models import Disclosure
from datamap.queries import DisclosureFacts
from datamap.states import DisclosureBasis
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import files, onward
from requests_app.models import Package
from requests_app.states import EventKind, LetterKind
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case
from tests.factories.clock import again
from tests.requests_app.taken import (
    AT,
    build,
    choose,
    contact,
    decide,
    letter,
    make_found,
    release,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]
OTHER_COMPANY = "Other Company, data@other.example"


def say(case, *, feasible, words="Other Company has no way in."):
    by = make_staff()
    return onward.answer(again(case), feasible=feasible, words=words, by=by, at=AT)


def send(package, company="Other  Company", words="By SFTP."):
    by = make_staff()
    return onward.record_sent(package, company=company, words=words, by=by, at=AT)


def test_direct_transmission_is_answered_before_the_decision_and_told_in_its_letter():
    case = make_found(onward=OTHER_COMPANY)
    choose(case)
    with pytest.raises(Refused, match="Say first whether that can be done"):
        decide(case)
    with pytest.raises(Refused, match="Write it to the person"):
        say(case, feasible=False, words=" ")
    say(case, feasible=False)

    release(build(decide(case)))

    said = letter(case)
    assert "not technically feasible" in said
    assert "Other Company has no way in." in said
    package = Package.objects.get(case=case)
    with pytest.raises(Refused, match="It was not decided that it is sent"):
        onward.fetch(package, by=make_staff(), at=AT)


def test_what_is_released_is_fetched_sent_on_once_and_told():
    case = make_found(onward=OTHER_COMPANY)
    choose(case)
    say(case, feasible=True, words="By SFTP to Other Company.")
    built = build(decide(case))
    client = staff_client()
    at = [case.reference, built.reference]
    fetch, record = (
        reverse(name, args=at) for name in ("package-onward-fetch", "package-onward")
    )
    assert client.post(fetch).status_code == 422  # not released yet
    package = release(built)
    assert "write to you once more when it is sent: By SFTP" in letter(case)
    page = client.get(reverse("staff-case", args=[case.reference])).content.decode()
    assert "Fetch it for them" in page

    got = b"".join(client.post(fetch).streaming_content)
    said = {"words": "Sent to Other Company by SFTP."}
    assert client.post(record, said).status_code == 422, "no company is named"
    done = client.post(record, {**said, "company": "Other Company"})

    assert got == b"".join(files.pieces(package.file))
    assert done.status_code == 302
    assert "By SFTP" not in letter(case, LetterKind.DONE)
    assert "It is sent now" in letter(case, LetterKind.DONE)
    with pytest.raises(Refused, match="That it was sent is recorded"):
        send(package)


def test_page_shows_what_they_asked_for_and_takes_the_answer():
    case = make_found(onward=OTHER_COMPANY)
    url = reverse("case-onward", args=[case.reference])
    client = staff_client()
    assert OTHER_COMPANY in client.get(url).content.decode()
    assert client.post(url, {"words": "How"}).status_code == 422

    done = client.post(url, {"feasible": "no", "words": "No way in."})

    assert done.status_code == 302
    event = again(case).events.get(kind=EventKind.ONWARD_ANSWERED)
    assert (event.facts, event.text.body) == ({"feasible": False}, "No way in.")
    assert "No way in." in client.get(url).content.decode()


def test_only_data_to_take_away_is_sent_on():
    case = make_case()

    with pytest.raises(Refused, match="Only data to take away"):
        say(case, feasible=True)
    url = reverse("case-onward", args=[case.reference])
    assert staff_client().get(url).status_code == 404


# --- Who received it is named to the person in a later copy (Article 15(1)(c)) -----


def sent_onward(case=None) -> Package:
    case = case or make_found(contact("a"), onward=OTHER_COMPANY)
    choose(case)
    say(case, feasible=True, words="By SFTP.")
    package = release(build(decide(case)))
    send(package)
    return package


def told() -> list[DisclosureFacts]:
    return datamap_queries.disclosures_about([("email", "ann@example.org")])


def test_later_copy_names_who_received_it_and_what():
    sent_onward()

    [one] = told()
    assert (one.recipient, one.categories) == ("Other Company", ("contact",))
    assert one.disclosed_at == AT
    later = make_case("ann@example.org")
    [named] = datamap_queries.disclosures_about(later.subjects())
    assert named == one
    row = Disclosure.objects.get()
    assert (row.basis, row.tell_person) == (DisclosureBasis.PORTABILITY, True)
    assert not datamap_queries.telling_is_undecided(later.subjects(), on=AT.date()), (
        "it holds up no answer"
    )
    assert Event.objects.filter(event="datamap.disclosed").count() == 1


def test_row_for_each_thing_they_are_known_by_is_told_once():
    case = make_found(contact("a"), onward=OTHER_COMPANY)
    phone = ("phone", "+441442500890")
    for kind, value in (("email", "ann@example.org"), phone):
        case.identifiers.create(
            kind=kind, ref=value, value=value, status="sure", route=[]
        )

    sent_onward(again(case))

    assert Disclosure.objects.count() == 2
    both = [("email", "ann@example.org"), phone]
    assert len(datamap_queries.disclosures_about(both)) == 1
    assert len(datamap_queries.disclosures_about([phone])) == 1


def test_nothing_is_noted_where_it_was_not_sent():
    case = make_found(onward=OTHER_COMPANY)
    choose(case)
    say(case, feasible=True, words="By SFTP.")
    package = release(build(decide(case)))

    for said in ({"company": " "}, {"words": " "}):
        with pytest.raises(Refused, match="Write"):
            send(package, **said)

    assert told() == []


def test_same_company_is_one_recipient_however_it_is_typed():
    sent_onward()
    codes = {
        datamap.name_recipient(name, by=make_staff().actor, at=AT)
        for name in ("other company", " Other\tCompany ")
    }

    assert codes == {Disclosure.objects.get().recipient.code}
    with pytest.raises(Refused, match="Write the name"):
        datamap.name_recipient(" ", by=make_staff().actor, at=AT)
