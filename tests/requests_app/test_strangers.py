"""Who may not: everybody else, at every address that leads to somebody's case.

The addresses are walked: one that is new and stands in none of the lists fails the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.roles import Role
from requests_app.actions import answer, building, decision, search
from requests_app.models import (
    Case,
    CaseEvent,
    OwnerTask,
    Package,
    PassOn,
    Preservation,
)
from requests_app.states import DeliveryForm, Outcome, RowChoice
from tests.factories import reviewing
from tests.factories.accounts import (
    make_staff,
    staff_client,
    subject_client,
)
from tests.factories.cases import (
    CCTV,
    CRM,
    DESK,
    RECEIVED_AT,
    make_case,
    make_letter,
    make_revision,
)
from tests.requests_app.addresses import (
    BACK,
    OWNERS,
    ROLES,
    STAFF,
    SUBJECT,
    WITHOUT_A_CASE,
)
from tests.requests_app.test_owner import ADDRESS as OWNER
from tests.requests_app.test_owner import owner_client
from tests.requests_app.test_search import ARCHIVE_SQL, CRM_SQL, work_off
from tests.requests_app.written import written_in

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)
ANN = "ann@example.org"
# What only Ann, her caseworkers and (by name) the owner may read.
HERS = ("Ann Other", ANN, "Ann@Example.org", "500890", "at-the-door", "Filmed.")


@dataclass(frozen=True)
class Anns:
    """Everything that hangs on Ann's case."""

    case: Case
    task: OwnerTask
    package: Package
    parts: dict[str, object]

    def url(self, name: str) -> str:
        owner = name in OWNERS
        more = OWNERS[name] if owner else {**SUBJECT, **STAFF}[name]
        reference = self.task.reference if owner else self.case.reference
        return reverse(name, args=[reference, *(self.parts[part] for part in more)])


@pytest.fixture
def anns(sqlite_source) -> Anns:
    """Give a case that went all the way: searched, filmed, reviewed, released."""
    sqlite_source("TEST_CRM_URL", CRM_SQL)
    sqlite_source("TEST_ARCHIVE_URL", ARCHIVE_SQL)
    case = make_case(ANN, revision=make_revision([CRM, DESK, CCTV]))
    by = make_staff()
    search.start_search(case, by=by, at=AT)
    work_off(case, at=AT)
    task = OwnerTask.objects.get(task__case=case)
    # Its reference is that of the question, so that each address can be made alike.
    Preservation.objects.create(
        reference=task.reference,
        case=case,
        system="cctv",
        address=OWNER,
        asked_at=AT,
        due_on=AT.date(),
    )
    owner = owner_client()
    film = SimpleUploadedFile("at-the-door.mp4", b"film", content_type="video/mp4")
    owner.post(reverse("owner-files", args=[task.reference]), {"files": [film]})
    owner.post(reverse("owner-finish", args=[task.reference]), {"note": "Filmed."})
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)
    file = task.files.get()
    reviewing.choose_file(file, choice=RowChoice.RELEASE, ground="", by=by, at=AT)
    PassOn.objects.filter(case=case).update(may_name=False)
    case.checks.create(
        method="call_back", passed=True, reason="Called.", by=str(by.actor), at=AT
    )
    made = decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=by,
        at=AT,
    )
    claimed = building.claim(made.package.pk, at=AT)
    assert building.build_package(claimed, now=lambda: AT)
    package = Package.objects.get(pk=made.package.pk)
    answer.release(package, by=make_staff(Role.REVIEWER), at=AT, alone_reason="")
    known = PassOn.objects.filter(case=case).first()
    return Anns(
        Case.objects.get(pk=case.pk),
        task,
        Package.objects.get(pk=package.pk),
        {
            "package": package.reference,
            "file": file.pk,
            "system": "crm",
            "dataset": "contacts",
            "no": 0,
            "pass_on": known.pk if known else 0,
            "known": 0,
            **written_in(case, at=AT),
            "other": case.reference,
            "what": "identity",
            "asked": 1,
            "letter": make_letter(case).pk,
        },
    )


def events() -> int:
    return CaseEvent.objects.count()


def tried(client: Client, url: str):
    """Get the page and post to it, as if the form had been there."""
    return [client.get(url), client.post(url, {"choice": "release", "reason": "x"})]


def test_every_address_of_the_app_is_expected():
    names = {
        pattern.name
        for pattern in _patterns(get_resolver())
        if pattern.callback.__module__.startswith("requests_app.")
    }

    assert names == {*SUBJECT, *OWNERS, *STAFF, *WITHOUT_A_CASE}


def _patterns(resolver):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from _patterns(entry)


def assert_nothing_of_hers(response) -> None:
    streamed = response.streaming
    body = b"".join(response.streaming_content) if streamed else response.content
    told = body.decode(errors="replace")
    assert [word for word in HERS if word in told] == []
    for header in response.headers.values():
        assert [word for word in HERS if word in header] == []


def test_a_stranger_is_sent_to_sign_in_from_every_address(anns):
    before = events()
    for name in (*SUBJECT, *OWNERS, *STAFF):
        for response in tried(Client(), anns.url(name)):
            assert response.status_code == 302, name
            assert response.url.split("?")[0] in {
                "/sign-in/",
                "/owner/sign-in/",
                "/staff/sign-in/",
            }, name
            assert_nothing_of_hers(response)
    assert events() == before


OTHERS = {
    "a second person": lambda: subject_client("bob@example.org"),
    "another owner": lambda: owner_client("people@luminatech.example"),
    "the owner of this system, elsewhere": lambda: owner_client(OWNER),
    "a caseworker, at the person's own pages": lambda: staff_client(Role.CASEWORKER),
}
_OWN_PAGES = {
    "a second person": {},
    "another owner": {},
    "the owner of this system, elsewhere": OWNERS,
    "a caseworker, at the person's own pages": STAFF,
}


@pytest.mark.parametrize("who", list(OTHERS))
def test_nobody_else_finds_anything_at_any_address(anns, who):
    before = events()
    client = OTHERS[who]()
    for name in (*SUBJECT, *OWNERS, *STAFF):
        if name in _OWN_PAGES[who]:
            continue
        for response in tried(client, anns.url(name)):
            # A page that only shows answers 405 to a form, whosever case it is.
            # Who opens a form's address is sent to its page, whosever it is.
            back = {reverse("case-list"), anns.url("case"), anns.url("owner-task")}
            back.add(anns.url("acting-case"))
            if response.status_code == 302 and response.url in back:
                assert name in BACK, name
                continue
            known = {404, 405} | ({302} if "owner" in who else set())
            assert response.status_code in known, (name, response.status_code)
            if response.status_code == 302:
                assert "sign-in" in response.url, name
            assert_nothing_of_hers(response)
    assert events() == before


def test_the_person_finds_her_own_and_the_owner_his_own(anns):
    """The refusals above mean something: these addresses open to whom they belong."""
    ann, owner = subject_client(ANN), owner_client()

    assert ann.get(anns.url("case")).status_code == 200
    assert ann.get(anns.url("case-receipt")).status_code == 200
    assert ann.get(anns.url("package-download")).status_code == 200
    assert "Ann Other" in owner.get(anns.url("owner-task")).content.decode()
    caseworker = staff_client(Role.CASEWORKER)
    assert "Ann Other" in caseworker.get(anns.url("staff-case")).content.decode()
    assert "at-the-door.mp4" in caseworker.get(anns.url("case-review")).content.decode()


def test_a_download_wants_a_fresh_code_even_of_the_person(anns):
    response = subject_client(ANN).post(anns.url("package-download"), {"fetch": "1"})

    assert "application/zip" not in response.headers["Content-Type"]
    assert anns.package.downloads.count() == 0


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_is_its_own_of_a_case(anns, role):
    """The auditor reads only; operations sees systems, and nothing of a case."""
    client = staff_client(role)
    before = events()

    refused = {
        name
        for name in STAFF
        if client.get(anns.url(name)).status_code == 403
        and client.post(anns.url(name)).status_code == 403
    }

    assert refused == {name for name in STAFF if role not in ROLES[name]}
    if role in {Role.AUDITOR, Role.OPERATIONS}:
        assert events() == before
        for name in refused:
            assert_nothing_of_hers(client.get(anns.url(name)))


@pytest.mark.parametrize("name", ["system-list", "case-system-retry"])
def test_operations_sees_nothing_of_the_person_where_it_works(anns, name):
    client = staff_client(Role.OPERATIONS)
    url = reverse(name) if name == "system-list" else anns.url(name)

    for response in tried(client, url):
        assert_nothing_of_hers(response)
