"""A wrong recipient: stopped at once, and the case of the breach to its end (C40)."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, breach
from requests_app.models import Decision, Package
from requests_app.queries.subject import Answer
from requests_app.states import CaseStatus, EventKind, PackageState, RevokedWhy
from requests_app.views import public_download
from requests_app.views.public_case import SubjectRequest
from tests.factories.accounts import make_staff, make_subject, staff_client
from tests.factories.cases import RECEIVED_AT, happen, make_case, make_reviewed
from vault import actions as vault
from vault.states import FilePurpose

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
MIB = 1 << 20


def make_released(*, mib: int = 0, received_at=RECEIVED_AT, **fields) -> Package:
    """Return a package that was released in an answered case."""
    case = make_reviewed(received_at=received_at)
    happen(case, EventKind.DECIDED, EventKind.ANSWERED)
    with vault.writing(
        purpose=FilePurpose.PACKAGE, about=case.about, name="a", by=system("t"), at=AT
    ) as sink:
        sink.write(b"z" * max(mib * MIB, 10))
    known = {
        "state": PackageState.RELEASED,
        "file": sink.file_id,
        "size_bytes": sink.size,
        "released_at": AT,
        "released_by": "staff:1",
        "expires_at": AT + timedelta(days=3650),
    }
    decision = Decision.objects.create(
        case=case, outcome="granted", form="download", by="staff:2", at=AT
    )
    return Package.objects.create(
        reference="PACKAGE-1", case=case, decision=decision, **{**known, **fields}
    )


def fetch(package):
    """Return the running download of a package, as its page sends it."""
    request = RequestFactory().post("/")
    request.user = make_subject(package.case.proved.get().value)
    asked = cast("SubjectRequest", request)
    return public_download._stream(asked, Answer(package, True, ""), at=AT)


def revoke(package, at=AT):
    return answer.revoke(package, reason="Her brother.", by=make_staff(), at=at)


# --- Stopped ----------------------------------------------------------------------


def test_package_that_is_destroyed_by_now_is_revoked_and_opens_a_breach():
    package = make_released(state=PackageState.DESTROYED)

    opened = revoke(package)

    package.refresh_from_db()
    package.case.refresh_from_db()
    assert package.state == PackageState.REVOKED
    assert package.case.status == CaseStatus.IN_REVIEW
    assert opened.related == package.case


def test_package_that_never_went_out_is_not_revoked():
    package = make_released(
        state=PackageState.DESTROYED, released_at=None, released_by=""
    )

    with pytest.raises(Refused, match="nothing to revoke"):
        revoke(package)


def test_download_that_runs_stops_when_the_answer_is_revoked():
    package = make_released(mib=4)
    response = fetch(package)
    chunks = iter(response.streaming_content)
    sent = sum(len(next(chunks)) for _ in range(5))
    revoke(package)

    with pytest.raises(public_download.Stopped):
        sent += sum(len(chunk) for chunk in chunks)

    download = package.downloads.get()
    assert sent < 4 * MIB
    assert download.bytes_sent > MIB
    assert download.finished_at is None


def test_bytes_are_counted_while_they_leave():
    package = make_released(mib=4)
    response = fetch(package)
    chunks = iter(response.streaming_content)
    for _ in range(6):
        next(chunks)

    revoke(package)

    event = package.case.events.get(kind=EventKind.PACKAGE_REVOKED)
    assert event.facts["bytes"] >= MIB
    response.close()


# --- Closed -----------------------------------------------------------------------

SAID = {"reason": "A wrong address. She was told.", "told_at": None, "why_not": ""}


def close(opened, *, by=None, at=AT + timedelta(hours=5), **said):
    return breach.close_breach(opened, **{**SAID, **said}, by=by or make_staff(), at=at)


def test_breach_is_closed_with_the_instant_at_which_the_regulator_was_told():
    opened, told_at = revoke(make_released()), AT + timedelta(hours=2)

    closed = close(opened, told_at=told_at)

    assert closed.status == CaseStatus.DONE
    event = closed.events.get(kind=EventKind.CLOSED)
    assert event.facts == {"regulator_told_at": told_at.isoformat()}
    assert event.text.body == SAID["reason"]


def test_breach_that_is_no_risk_is_closed_with_the_reason_why_nobody_was_told():
    closed = close(revoke(make_released()), why_not="Encrypted; nobody opened it.")

    event = closed.events.get(kind=EventKind.CLOSED)
    assert event.facts == {"regulator_told_at": ""}
    assert "Encrypted; nobody opened it." in event.text.body


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "when the regulator was told, or why not"),
        ({"why_not": "No risk.", "told_at": AT}, "when the regulator was told, or why"),
        ({"why_not": "No risk.", "reason": " "}, "what was done"),
        ({"told_at": AT - timedelta(hours=1)}, "after the breach was found"),
        ({"told_at": AT + timedelta(days=9)}, "after the breach was found"),
    ],
)
def test_breach_is_not_closed_with_less(said, why):
    opened = revoke(make_released())

    with pytest.raises(Refused, match=why):
        close(opened, **said)


def test_breach_is_closed_by_a_decider_only():
    with pytest.raises(Refused, match="for a decider"):
        close(revoke(make_released()), why_not="No risk.", by=make_staff(Role.AUDITOR))


def test_another_case_is_not_closed_as_a_breach():
    with pytest.raises(Refused, match="Only the case of a breach"):
        close(make_case(), why_not="No risk.")


def test_breach_is_closed_on_its_page():
    opened = revoke(make_released())
    client = staff_client(Role.DCO)
    at = [opened.reference]
    page = client.get(reverse("staff-case", args=at))
    url = reverse("breach-close", args=at)
    assert url in page.content.decode()

    refused = client.post(url, {"reason": "Wrong address."})
    done = client.post(
        url, {"reason": "Wrong address.", "told_at": f"{AT:%Y-%m-%dT%H:%M}"}
    )

    assert (refused.status_code, done.status_code) == (422, 302)
    opened.refresh_from_db()
    assert opened.status == CaseStatus.DONE
    page = client.get(reverse("staff-case", args=at))
    assert "the regulator was told on 3 November 2026 at 10:00" in page.content.decode()


def test_page_of_a_breach_counts_the_72_hours_and_names_the_case_it_comes_from():
    package = make_released()
    opened = answer.revoke(
        package,
        reason="Her brother.",
        why=RevokedWhy.WRONG_PERSON,
        by=make_staff(),
        at=AT,
    )

    page = staff_client().get(reverse("staff-case", args=[opened.reference]))

    text = page.content.decode()
    assert "6 November 2026 at 10:00" in text
    assert "December 2026" not in text
    assert f">{package.case.reference}</a>" in text
    assert "Who asks" not in text
    assert "Breach (72 hours)</h1>" in text
