"""What moves the day of a case, on the pages of staff and of the person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lumina_privacy.lib.days import LONDON
from outbox.models import Message
from requests_app import clock
from requests_app.models import Case, Letter, Sending, Submission
from requests_app.states import EventKind, Right, SendingState
from requests_app.timekeeping import Asked
from tests.factories.accounts import staff_client, subject_client
from tests.factories.cases import make_case
from tests.factories.clock import again, ask, by_post, deliver, noon, receive

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def post(client, name: str, case: Case, *args, **values):
    return client.post(reverse(name, args=[case.reference, *args]), values)


def shown_on(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_change_of_the_day_is_shown_before_it_is_confirmed():
    case = make_case()
    client = staff_client()
    said = {"ground": "complexity", "reason": "Eleven systems."}

    shown = post(client, "case-extend", case, **said)

    assert shown.status_code == 200
    text = shown_on(shown)
    assert clock.in_words(case.due_on) in text
    later = shown.context["preview"].after.due
    assert clock.in_words(later) in text
    assert "Eleven systems." in shown.context["preview"].letter
    assert case.events.count() == 2
    assert not Letter.objects.exists()
    assert not Message.objects.filter(purpose="case-extension").exists()

    changed = post(client, "case-extend", case, **said, change="yes")
    assert "preview" not in changed.context
    assert "Eleven systems." in shown_on(changed)

    done = post(client, "case-extend", case, **said, confirm="yes")
    assert done.status_code == 302
    assert case.events.filter(kind=EventKind.EXTENDED).count() == 1


def test_a_refused_act_comes_back_beside_the_form_with_what_was_typed():
    case = make_case()

    response = post(
        staff_client(),
        "case-ask",
        case,
        "identity",
        reason="the name differs",
        needed="a call to {{ number }}",
        basis="call_back",
    )

    assert response.status_code == 422
    assert "nobody filled in" in shown_on(response)
    assert "the name differs" in shown_on(response)
    assert case.events.count() == 2


def test_the_acts_that_may_not_be_say_why_on_the_page_of_the_case():
    case = make_case(right=Right.ERASURE)

    text = shown_on(staff_client().get(reverse("staff-case", args=[case.reference])))

    assert "Only a request for a copy of the data waits" in text
    assert "This site noted itself when the request was sent." in text
    assert "A fee is proposed by the Data Compliance Officer alone." in text
    assert reverse("case-extend", args=[case.reference]) in text


def test_the_whole_round_of_a_question_on_the_pages():
    case = make_case()
    client = staff_client()
    said = {"reason": "you named many years", "needed": "Which years matter to you?"}
    post(client, "case-ask", case, "clarification", **said, confirm="yes")
    asked = case.events.get(kind=EventKind.CLARIFICATION_ASKED)
    deliver(asked.happened_at)

    person = subject_client(case.submission.address)
    page = shown_on(person.get(reverse("case", args=[case.reference])))
    assert "An answer to our question" in page
    assert "Which years matter to you?" in page
    assert "Letter with a question" in shown_on(
        client.get(reverse("staff-case", args=[case.reference]))
    )
    letter = Letter.objects.get()
    printed = client.get(reverse("letter", args=[case.reference, letter.pk]))
    assert "do not count towards our month" in shown_on(printed)

    today = asked.happened_at.astimezone(LONDON).date()
    post(client, "case-received", case, asked.seq, came_on=today, confirm="yes")

    assert again(case).clock_state == "running"
    page = shown_on(person.get(reverse("case", args=[case.reference])))
    assert "An answer to our question" not in page


def test_a_letter_by_post_is_printed_and_its_posting_recorded_on_the_pages():
    case = by_post(make_case())
    client = staff_client()
    said = {"ground": "complexity", "reason": "Eleven systems."}
    post(client, "case-extend", case, **said, confirm="yes")
    letter = Letter.objects.get()
    page = client.get(reverse("letter", args=[case.reference, letter.pk]))
    assert "1 High Street" in shown_on(page)
    assert "To be posted" in shown_on(page)
    today = letter.at.astimezone(LONDON).date()

    post(client, "letter-posted", case, letter.pk, posted_on=today, method="Post")

    assert Sending.objects.get().state == SendingState.SENT
    page = client.get(reverse("letter", args=[case.reference, letter.pk]))
    assert "Posted" in shown_on(page)
    refused = post(client, "letter-again", case, letter.pk)
    assert refused.status_code == 422
    assert "Only a letter that came back" in shown_on(refused)


def test_dropping_and_correcting_on_the_pages():
    case = by_post(make_case())
    client = staff_client()
    said = {"reason": "the name differs", "needed": "a call", "basis": "call_back"}
    post(client, "case-ask", case, "identity", **said, confirm="yes")
    seq = case.events.get(kind=EventKind.ID_REQUESTED).seq

    post(client, "case-drop", case, seq, reason="They rang.", confirm="yes")
    response = post(
        client,
        "case-correct-receipt",
        case,
        received_on="2026-10-29",
        reason="The stamp says so.",
        confirm="yes",
    )

    assert response.status_code == 302
    kinds = list(case.events.order_by("seq").values_list("kind", flat=True))[2:]
    assert kinds == [
        EventKind.ID_REQUESTED,
        EventKind.NO_LONGER_ASKED,
        EventKind.RECEIPT_CORRECTED,
    ]
    text = shown_on(client.get(reverse("staff-case", args=[case.reference])))
    assert "Corrected when it came: 29 October 2026, not 2 November 2026" in text


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (Asked.CLARIFICATION, "Our month has waited for your answer since"),
        (Asked.IDENTITY, "Our month starts on the day on which we can be sure who"),
        (Asked.FEE, "Our month starts on the day on which the fee is paid."),
    ],
)
def test_person_reads_beside_the_status_since_when_the_month_waits(what, said):
    case = make_case("ann@example.org", received_at=noon("2026-11-02"))
    url = reverse("case", args=[case.reference])
    client = subject_client("ann@example.org")
    ask(case, what, at=noon("2026-11-03"))

    page = shown_on(client.get(url))

    lead = page.split(said)[1].split("</p>")[0]
    assert "Tuesday 3 November 2026" in lead
    need = page.split('id="need"')[1].split("</section>")[0]
    assert 'href="#thread"' in need


def test_month_that_runs_is_said_by_its_day_alone():
    case = make_case("ann@example.org", received_at=noon("2026-11-02"))
    url = reverse("case", args=[case.reference])
    seq = ask(case, Asked.CLARIFICATION, at=noon("2026-11-03"), sent=False)
    client = subject_client("ann@example.org")

    assert "has waited" not in shown_on(client.get(url)), "nobody was told yet"
    deliver(noon("2026-11-03"))
    receive(again(case), seq, at=noon("2026-11-05"))

    page = shown_on(client.get(url))
    assert "has waited" not in page
    assert "We answer as soon as we can" in page


def test_person_reads_the_postal_address_that_was_given():
    case = make_case("ann@example.org")
    client = subject_client("ann@example.org")
    url = reverse("case", args=[case.reference])
    before = shown_on(client.get(url))
    Submission.objects.update(postal="1 High Street\nHemel Hempstead")

    assert "Postal address we were given" not in before
    assert "1 High Street<br>Hemel Hempstead" in shown_on(client.get(url))
