"""Two requests of one person become one, because a person says so (decision C33)."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import disposal, identifiers, merging
from requests_app.models import (
    Case,
    CaseIdentifier,
    CaseText,
    OwnerFile,
    OwnerTask,
    ProvedIdentifier,
)
from requests_app.queries import owner as owner_queries
from requests_app.queries.same_person import same_person
from requests_app.queries.subject import story_of
from requests_app.rules import WhoseQuestion
from requests_app.states import CaseStatus, ClockState, EventKind, Right
from requests_app.timekeeping import Asked
from retention.models import Hold
from tests.factories.accounts import make_staff, subject_client
from tests.factories.authority import make_authority
from tests.factories.cases import (
    CCTV,
    CRM,
    RECEIVED_AT,
    happen,
    make_case,
    make_found,
    make_revision,
    make_task,
)
from tests.factories.clock import ask, extend
from tests.requests_app.test_portal import prove, take_in

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=3)
ANN = "ann@example.org"


@pytest.fixture
def revision():
    return make_revision([CRM, CCTV])


@pytest.fixture
def earlier(revision) -> Case:
    return make_case(ANN, revision=revision)


@pytest.fixture
def later(revision) -> Case:
    return make_case(
        ANN, revision=revision, received_at=RECEIVED_AT + timedelta(days=2)
    )


def merge(later: Case, into: Case, *, reason="Both from her mailbox.", by=None):
    return merging.merge(later, into=into, reason=reason, by=by or make_staff(), at=AT)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_earlier_request_goes_on_by_its_own_day_and_the_later_one_ends(earlier, later):
    due = earlier.due_on

    merge(later, earlier)

    earlier, later = again(earlier), again(later)
    assert (earlier.status, earlier.due_on) == (CaseStatus.RECEIVED, due)
    assert (later.status, later.related) == (CaseStatus.MERGED, earlier)
    assert later.closed_at == AT
    # Its own day stays what it was: later than the one that counts for both.
    assert (later.clock_state, later.due_on > due) == (ClockState.RUNNING, True)
    assert [case.events.latest("seq").kind for case in (later, earlier)] == [
        EventKind.MERGED,
        EventKind.JOINED,
    ]
    reasons = [text.body for text in CaseText.objects.all()]
    assert reasons == ["Both from her mailbox."] * 2


def test_person_is_told_what_goes_on_and_by_when(earlier, later):
    merge(later, earlier)

    mail = Message.objects.get(purpose="case-merged")
    assert mail.recipient == ANN
    for said in (later.reference, earlier.reference, "2 December 2026"):
        assert said in mail.text
    assert "3 December" not in mail.text
    page = subject_client(ANN).get(reverse("case", args=[later.reference])).content
    assert reverse("case", args=[earlier.reference]) in page.decode()
    assert "Goes on with an earlier request" in page.decode()
    assert story_of(again(earlier))[-1].title.startswith("Your later request")


def test_what_the_later_was_proved_by_is_searched_for_and_lets_nobody_in(
    earlier, later
):
    """A request searched with less than is known finds too little."""
    prove(later, "phone", "+441632960014")
    identifiers.add(
        later, kind="email", value="ann@old.example", reason="x", by=make_staff(), at=AT
    )

    merge(again(later), earlier)

    known = {(one.kind, one.value, one.level) for one in earlier.proved.all()}
    assert known == {
        ("email", ANN, 1),
        ("phone", "+441632960014", 0),
        ("email", "ann@old.example", 0),
    }
    identifiers.begin_with_proved(earlier)
    # What nobody proved in the later one is not surely hers here (D1).
    followed = {one.value: one.status for one in earlier.identifiers.all()}
    assert followed == {
        ANN: "sure",
        "+441632960014": "sure",
        "ann@old.example": "contested",
    }
    assert earlier.events.latest("seq").kind == EventKind.IDENTIFIER_ADDED


def test_hold_of_the_earlier_covers_what_the_later_was_known_by():
    make_revision()
    into = take_in("Ann", email=ANN)
    later = take_in("Ann", email=ANN, phone="01632 960014")

    merge(later, into)

    holds = {hold.placed_for: hold for hold in Hold.objects.all()}
    kept, ended = holds[into.about], holds[later.about]
    assert {one.kind for one in kept.identifiers.all()} == {"email", "phone"}
    assert kept.released_at is None
    assert ended.released_at == AT


def test_what_was_gathered_for_the_later_goes_that_night(earlier, later):
    happen(later, EventKind.SEARCH_STARTED, EventKind.SEARCH_FINISHED)
    make_task(later, "crm")
    make_found(later)
    merge(again(later), earlier)

    disposal.forget_found(again(later), by=make_staff().actor, at=AT)

    assert not disposal.still_holding(Case.objects.filter(pk=later.pk)).exists()


def test_owner_of_the_cameras_reads_what_either_request_says(earlier, later):
    later.submission.answers = json.dumps({"cctv": {"when": "On Monday"}})
    later.submission.save()
    merge(later, earlier)
    asked = asked_owner(earlier)

    page = owner_queries.page_of(asked)

    assert page.details == (("Filmed when", "On Monday"),)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        ("decided", "is decided"),
        ("unproved", "may be a stranger"),
        ("earlier_unproved", "may be a stranger"),
        ("earlier_withdrawn", "is closed"),
        ("other_right", "different things"),
        ("filmed", "when and where they were filmed"),
        ("answered_in_part", "in part already"),
        ("files_brought", "would be lost"),
        ("somebody_acts", "Somebody acts for the person"),
        ("other_person", "Nothing that was proved"),
        ("one_address_more", "would not reach it"),
        ("another_letter_box", "would not reach it"),
        ("one_role_mailbox", "No mailbox of one person alone"),
        ("one_telephone", "No mailbox of one person alone"),
        ("found_with_two", "No mailbox of one person alone"),
        ("ruled_to_be_two", "No mailbox of one person alone"),
        ("vouched_for_before", "No mailbox of one person alone"),
        ("earlier_waits", "waits for the person and has no day"),
        ("earlier_extended", "would wait longer"),
        ("later_asked", "asked something"),
    ],
)
def test_merging_is_refused_and_changes_nothing(earlier, later, spoil, complaint):
    SPOILED[spoil](earlier, later)
    before = (again(earlier).status, again(later).status)

    with pytest.raises(Refused, match=complaint):
        merge(again(later), again(earlier))

    assert (again(earlier).status, again(later).status) == before
    assert not Message.objects.filter(purpose="case-merged").exists()


def change(case: Case, **fields) -> None:
    Case.objects.filter(pk=case.pk).update(**fields)


def filmed(earlier: Case, later: Case) -> None:
    happen(earlier, EventKind.SEARCH_STARTED)
    later.submission.answers = json.dumps({"cctv": {"when": "On Monday"}})
    later.submission.save()


def other_person(_earlier: Case, later: Case) -> None:
    ProvedIdentifier.objects.filter(case=later).delete()
    prove(later, "email", "ben@example.org")


def one_role_mailbox(earlier: Case, later: Case) -> None:
    """Ann and Ben both read info@, and Ben gave his own number."""
    for case in (earlier, later):
        case.proved.all().delete()
        prove(case, "email", "info@client.example")
    prove(later, "phone", "+441632960014")


def one_telephone(earlier: Case, later: Case) -> None:
    """Ann and Ben share a landline, and each wrote from home."""
    for case, postal in ((earlier, "1 High Street"), (later, "99 Low Road")):
        case.proved.all().delete()
        prove(case, "phone", "+441632960014")
        prove(case, "postal", postal)


def found_with_two(earlier: Case, _later: Case) -> None:
    CaseIdentifier.objects.create(
        case=earlier, kind="email", ref="x", value=ANN, status="contested"
    )


def ruled_to_be_two(earlier: Case, later: Case) -> None:
    found_with_two(earlier, later)
    rule(earlier, same_person=False)


def rule(case: Case, *, same_person: bool, asked=WhoseQuestion.SHARED) -> None:
    [contested] = case.identifiers.all()
    identifiers.rule(
        contested,
        asked=asked,
        shown=contested.shown,
        same_person=same_person,
        reason="Asked.",
        by=make_staff(),
        at=AT,
    )


def vouched_for_before(earlier: Case, later: Case) -> None:
    """Somebody called the contact theirs alone, and a search found it with two."""
    found_with_two(earlier, later)
    earlier.identifiers.update(status="vouched")
    rule(earlier, same_person=True, asked=WhoseQuestion.ALONE)
    earlier.identifiers.update(status="contested")


def somebody_acts(_earlier: Case, later: Case) -> None:
    make_authority(later)


def another_letter_box(earlier: Case, later: Case) -> None:
    prove(earlier, "postal", "1 High Street")
    prove(later, "postal", "99 Low Road")


SPOILED = {
    "one_role_mailbox": one_role_mailbox,
    "one_telephone": one_telephone,
    "found_with_two": found_with_two,
    "somebody_acts": somebody_acts,
    "ruled_to_be_two": ruled_to_be_two,
    "vouched_for_before": vouched_for_before,
    "another_letter_box": another_letter_box,
    "earlier_waits": lambda one, _: ask(one, Asked.CLARIFICATION, at=RECEIVED_AT),
    "earlier_extended": lambda one, _: extend(one, at=RECEIVED_AT),
    "later_asked": lambda _, later: ask(later, Asked.IDENTITY, at=AT, sent=False),
    "decided": lambda _, later: change(later, status=CaseStatus.DECIDED),
    "unproved": lambda _, later: change(later, status=CaseStatus.UNPROVED),
    "earlier_unproved": lambda one, _: change(one, status=CaseStatus.UNPROVED),
    "earlier_withdrawn": lambda one, _: happen(one, EventKind.WITHDRAWN),
    "other_right": lambda _, later: change(later, right=Right.ERASURE),
    "filmed": filmed,
    "answered_in_part": lambda _, later: happen(later, EventKind.ANSWERED_IN_PART),
    "files_brought": lambda _, later: OwnerFile.objects.create(
        task=asked_owner(later), file=uuid4(), at=AT
    ),
    "other_person": other_person,
    "one_address_more": lambda _, later: prove(later, "email", "ann@home.example"),
}


def asked_owner(case: Case) -> OwnerTask:
    return OwnerTask.objects.create(
        reference=new_reference(),
        task=make_task(case, "cctv"),
        address="facilities@luminatech.example",
        due_on=AT.date(),
        asked_at=AT,
    )


def test_request_received_first_is_never_the_one_that_ends(earlier, later):
    with pytest.raises(Refused, match="was received first"):
        merge(earlier, later)
    with pytest.raises(Refused, match="the same request"):
        merge(earlier, earlier)


def test_merging_needs_its_reason(earlier, later):
    with pytest.raises(Refused, match="Write how you know"):
        merge(later, earlier, reason=" ")


def test_nobody_but_a_caseworker_merges(earlier, later):
    with pytest.raises(Refused, match="people who work cases"):
        merge(later, earlier, by=make_staff(Role.AUDITOR))


def test_value_that_two_share_counts_once_a_person_said_they_are_one(earlier, later):
    found_with_two(earlier, later)
    rule(earlier, same_person=True)
    earlier.identifiers.update(status="contested", holders="who-came-later")
    with pytest.raises(Refused, match="No mailbox of one person alone"):
        merge(later, earlier)
    earlier.identifiers.update(holders="")

    merge(later, earlier)

    assert again(later).status == CaseStatus.MERGED


# --- What staff see ---------------------------------------------------------------


def test_strangers_request_under_the_same_address_is_not_among_the_persons(earlier):
    make_case(ANN, proved=False, name="Stranger")
    prove(make_case("eve@example.org"), "email", ANN, level=0)

    assert same_person(earlier).others == ()


def test_other_requests_are_found_after_a_new_key_too(earlier, new_key, revision):
    new_key()
    later = make_case(ANN, revision=revision, received_at=AT)

    [other] = same_person(later).others

    assert (other.reference, other.is_earlier, other.how) == (
        earlier.reference,
        True,
        "Proved by the same e-mail address.",
    )


def test_callers_without_a_mailbox_are_found_by_their_number():
    make_revision()
    first, second = (take_in("Ann", phone="01632 960014") for _ in range(2))

    [other] = same_person(first).others

    assert other.reference == second.reference
    assert other.how == "Proved by the same telephone number."


@pytest.mark.parametrize("how_many", [1, 3])
def test_cost_of_other_requests_does_not_grow(
    earlier, how_many, django_assert_num_queries
):
    for _ in range(how_many):
        make_case(ANN, received_at=AT)
    merge(make_case(ANN, received_at=AT), earlier)
    case = again(earlier)
    case.submission  # noqa: B018 (read before the count)
    same_person(case)

    with django_assert_num_queries(6):
        assert len(same_person(case).others) == how_many


def test_proof_is_one_of_the_known_ways(earlier):
    with pytest.raises(IntegrityError, match="proved_proof_known"):
        earlier.proved.update(proof="hearsay")
