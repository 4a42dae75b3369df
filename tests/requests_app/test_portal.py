"""What the portal keeps about a person's own requests is found, and only theirs."""

from __future__ import annotations

from uuid import uuid4

import pytest

from datamap.connectors.django import DjangoConnector
from datamap.search import IdentifierStatus, KnownIdentifier, RowStanding, Step
from lumina_privacy.lib import ports
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.subject_ref import canonical, canonical_phone, subject_ref
from requests_app.actions import intake
from requests_app.actions.intake import Filing
from requests_app.models import (
    CaseEvent,
    CaseText,
    Decision,
    Dispatch,
    Download,
    FurtherCheck,
    ProvedIdentifier,
    Ruling,
)
from requests_app.states import (
    Channel,
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    Right,
    WhoAsks,
)
from retention.actions import place_hold
from retention.rules import HoldKind
from tests.datamap.worlds import LUMINA, search
from tests.factories.accounts import make_staff
from tests.factories.cases import (
    RECEIVED_AT,
    happen,
    make_case,
    make_letter,
    make_revision,
)
from tests.requests_app.kept import make_package

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT
PORTAL = LUMINA.system("portal")
OURS = [name for name in PORTAL.datasets if name.startswith("request")]
NUMBER = "01632 960099"
ANN = {"email": frozenset({"ann@example.org"})}
AGENT = {"email": frozenset({"sol@example.org"})}


def find(name, known=ANN):
    [offered] = [d for d in ports.wired().portal_datasets if d.name == name]
    return list(offered.find(known))


def prove(case, kind, value, level=1):
    ProvedIdentifier.objects.create(
        case=case,
        kind=kind,
        ref=subject_ref(kind, value),
        value=value,
        proof="staff",
        level=level,
        at=AT,
    )


@pytest.fixture
def earlier():
    """A case of hers to which everything has happened that leaves a row."""
    case = make_case("ann@example.org")
    case.submission.phone, case.submission.answers = "+441442500890", '{"scope":"all"}'
    case.submission.save()
    happen(case, EventKind.SEARCH_STARTED, EventKind.ASSIGNED)
    event = CaseEvent.objects.filter(case=case, kind=EventKind.ADDRESS_PROVED).get()
    CaseText.objects.create(event=event, body="She rang from the number on file.")
    FurtherCheck.objects.create(
        case=case, method="fact", passed=True, reason="Knew it.", by="staff:1", at=AT
    )
    make_letter(case, at=AT)
    case.issues.create(words="Too late.", noted_by="staff:1", noted_at=AT)
    case.shown.create(
        asked=1, file=uuid4(), is_ready=True, given_by="subject:1", given_at=AT
    )
    case.authorities.create(
        agent="Sol & Co",
        agent_email="sol@example.org",
        agent_email_ref=subject_ref("email", "sol@example.org"),
        agent_reach="",
        acts_for="Ann Other",
        evidence="solicitor",
        scope="All.",
        recorded_by="staff:1",
        recorded_at=AT,
    )
    acts = case.authorities.get()
    told = case.letters.create(
        event=event, kind="authority", body="x", authority=acts, at=AT
    )
    told.sendings.create(state="waiting", at=AT)
    for sender in ("person", "note", "agent"):
        happen(case, EventKind.NOTE_WRITTEN)
        event = case.events.latest("seq")
        case.messages.create(
            event=event,
            token=uuid4(),
            sender=sender,
            authority=acts if sender == "agent" else None,
            body="Hello.",
            by="staff:1",
            at=AT,
        )
    ruling = Ruling.objects.create(
        case=case,
        what="keep",
        ground="legal_duty",
        words="Tax law.",
        until=AT.date(),
        by="staff:1",
        at=AT,
    )
    Decision.objects.create(
        case=case,
        outcome=Outcome.PARTLY,
        form=DeliveryForm.DOWNLOAD,
        by="staff:1",
        reviewed={"rulings": {str(ruling.pk): "keep"}},
        at=AT,
    )
    package = make_package(case, PackageState.RELEASED)
    Download.objects.create(package=package, by="subject:1", at=AT, bytes_sent=7)
    Dispatch.objects.create(
        package=package, method="post", to="1 Mark Road", by="staff:1", at=AT
    )
    return case


def test_every_dataset_is_offered_and_declared_with_the_fields_it_has(earlier):
    assert DjangoConnector().check(PORTAL) == []
    assert len(OURS) == 18
    for name in OURS:
        [row, *_] = find(name, AGENT if "acting" in name else ANN)
        assert set(row.values) == set(PORTAL.datasets[name].declared), name


def test_earlier_request_as_its_person_wrote_it(earlier):
    [row] = find("requests")

    assert (row.key, row.matched_kind, row.matched_value) == (
        str(earlier.pk),
        "email",
        "ann@example.org",
    )
    assert row.values["name"] == "Ann Other"
    assert row.values["phone"] == "+441442500890"
    assert (
        row.values["answers"]
        == "What do you want a copy of? Everything you hold about me"
    )
    assert row.values["state"] == "Being searched"


def test_events_are_in_plain_words_and_our_own_steps_are_left_out(earlier):
    assert [row.values["what"] for row in find("request_events")] == [
        "We received your request",
        "Your address was proved",
        "We are searching our systems",
    ]


def test_stranger_who_types_her_address_does_not_become_her():
    """Neither their name nor their post reaches her, nor hers reaches them."""
    stranger = make_case("ann@example.org", proved=False, name="Stranger")
    stranger.submission.postal = "9 Elsewhere"
    stranger.submission.save()
    prover = make_case("eve@example.org", name="Eve")
    prover.submission.phone, prover.submission.postal = "+441442500890", "1 Mark Road"
    prover.submission.save()
    happen(stranger, EventKind.LAPSED)
    hers = {
        **ANN,
        "phone": frozenset({"+441442500890"}),
        "postal": frozenset({"1 mark road"}),
    }

    assert [find(name, hers) for name in OURS] == [[]] * len(OURS)


def test_identifier_that_staff_only_state_leads_to_no_request():
    prove(make_case("new@example.org"), "email", "ann@example.org", level=0)

    assert find("requests") == []


def test_case_proved_by_two_identifiers_is_one_row_found_by_the_address():
    case = make_case("ann@example.org")
    prove(case, "phone", "+441442500890")
    known = {**ANN, "phone": frozenset({"+441442500890"})}

    [row] = find("requests", known)

    assert row.matched_kind == "email"
    assert [r.key for r in find("requests", {"phone": known["phone"]})] == [row.key]
    assert len(find("request_events", known)) == 2


def test_breach_about_her_is_not_among_her_requests(earlier):
    breach = make_case("x@example.org", right=Right.BREACH, related=earlier)
    breach.proved.all().delete()

    assert [row.key for row in find("requests")] == [str(earlier.pk)]


def test_rows_come_in_the_order_of_their_key():
    cases = [make_case("ann@example.org") for _ in range(3)]
    Decision.objects.bulk_create(
        Decision(
            case=case,
            outcome=Outcome.GRANTED,
            form=DeliveryForm.DOWNLOAD,
            words="Here it is.",
            by="staff:1",
            at=AT,
        )
        for case in reversed(cases)
    )

    keys = [int(row.key) for row in find("request_decisions")]

    assert keys == sorted(keys)
    assert len(keys) == 3


# --- A telephone or a postal address that two people share -----------------------


def take_in(name, **given):
    """Take in a caller whom staff know by what is ``given``."""
    sent = intake.take_in(
        Filing(name=name, **given),
        channel=Channel.PHONE,
        received_at=AT,
        who=WhoAsks.KNOWN,
        known_by="Rang from the number on file.",
        key=uuid4(),
        by=make_staff(),
        at=AT,
    )
    return sent.cases.get()


def search_portal(*known):
    """Search the portal; return by standing which rows are found, and the doubts."""
    result, found = search(LUMINA, "portal", *(KnownIdentifier(*one) for one in known))
    return (
        {
            standing: {
                dataset: [row for row in rows if row.standing is standing]
                for dataset, rows in found.rows.items()
            }
            for standing in RowStanding
        },
        {one.pair for one in result.contested},
    )


def test_caller_from_a_shared_number_is_not_given_a_colleagues_requests():
    make_revision()
    take_in("Bob Private", email="bob@firm.example", phone=NUMBER)
    hers = take_in("Alice Caller", email="alice@firm.example", phone=NUMBER)

    found, contested = search_portal(
        ("email", "alice@firm.example"), ("phone", canonical_phone(NUMBER))
    )

    sure = found[RowStanding.SURE]
    assert [row.key for row in sure["requests"]] == [str(hers.pk)]
    assert "Bob Private" not in str(sure)
    assert "bob@firm.example" not in str(sure)
    assert len(found[RowStanding.POSSIBLE]["requests"]) == 1
    # Two people have proved it: no system follows it before somebody has ruled (D1).
    assert contested == {("phone", canonical_phone(NUMBER))}


def test_own_number_stays_the_callers_in_other_systems():
    """That the portal wrote it down is no sign that it is a household's (C36)."""
    make_revision()
    hers = take_in("Alice Caller", phone=NUMBER)

    found, contested = search_portal(("phone", canonical_phone(NUMBER)))

    assert [r.key for r in found[RowStanding.POSSIBLE]["requests"]] == [str(hers.pk)]
    assert contested == set()


def test_hold_for_her_request_is_hers_and_one_row_whatever_else_it_covers():
    """By the mailbox she proved, although her number and another's lead there too."""
    learned = (Step("crm", "contacts", "email"),)
    known = [
        KnownIdentifier("email", "ann@example.org"),
        KnownIdentifier("email", "info@example.org", route=learned),
        KnownIdentifier("phone", canonical_phone(NUMBER), route=learned),
    ]
    place_hold(
        kind=HoldKind.REQUEST,
        placed_for="case:1",
        identifiers=[one.pair for one in known],
        ground="a request is being answered",
        by=system("test"),
        at=AT,
    )

    _, found = search(LUMINA, "portal", *known)

    [row] = found.rows["holds"]
    assert row.standing is RowStanding.SURE
    assert row.route == (Step("portal", "holds", "email"),)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (IdentifierStatus.SURE, "not yet known to be theirs alone."),
        (IdentifierStatus.VOUCHED, "which may stand for others too where it was found"),
    ],
)
def test_number_of_her_own_record_alone_is_not_called_one_that_others_share(
    status, reason
):
    make_revision()
    take_in("Alice Caller", phone=NUMBER)
    number = KnownIdentifier("phone", canonical_phone(NUMBER), status)

    _, found = search(LUMINA, "portal", number)

    [row] = found.rows["holds"]
    assert row.standing is RowStanding.POSSIBLE
    assert row.reason.startswith("Found only through the telephone number, " + reason)


@pytest.mark.parametrize("shared", [{"phone": NUMBER}, {"postal": "1 Mark Road"}])
def test_one_of_a_household_is_not_given_what_happened_to_the_other(shared):
    make_revision()
    take_in("Bob", **shared)
    take_in("Alice", **shared)
    [(kind, value)] = shared.items()

    found, _ = search_portal((kind, canonical(kind, value)))

    assert {name: rows for name, rows in found[RowStanding.SURE].items() if rows} == {}
    assert len(found[RowStanding.POSSIBLE]["requests"]) == 2
    assert found[RowStanding.POSSIBLE]["audit_events"] != []
