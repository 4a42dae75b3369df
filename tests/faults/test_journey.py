"""The whole journey over HTTP, with servers started apart and two of everything."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.utils import timezone

from accounts.models import EmailCode
from accounts.roles import Role
from dev.servers import free_port
from lumina_privacy.lib.csv_out import restore
from outbox.models import Message
from outbox.states import MessageState
from requests_app.models import Case, Download, Package
from requests_app.states import CaseStatus, EventKind, PackageState
from tests.factories.accounts import make_staff, make_subject, staff_client
from tests.faults.stand import Browser, Stand, manage, until
from vault.models import StoredFile
from vault.states import FilePurpose

pytestmark = pytest.mark.fault
ANN = "ann@example.org"
WORDS = [
    '=HYPERLINK("http://bad")',
    "'quoted",
    "plain, with a comma",
    'two\nlines and "quotes"',
    "-12.50",
    "@SUM(A1)",
    "Zoë Ünal",
    " ",
    "\t=1+1",
]
SOURCE = """
    CREATE TABLE contacts (id integer PRIMARY KEY, name text, email text, sum numeric);
    INSERT INTO contacts VALUES (99, 'Bob', 'bob@example.org', 1);
"""
SYSTEM = """
system: crm
name: Customers
owner: sales@luminatech.example
location: GB
connector: sql
connection: JOURNEY_CRM_URL
datasets:
  contacts:
    name: Contacts
    table: contacts
    key: id
    find_by: {email: email}
    fields:
      id: {category: identity, purposes: [goods-and-services]}
      name: {category: identity, purposes: [goods-and-services]}
      sum: {category: identity, purposes: [goods-and-services]}
"""


class Mailbox:
    """Takes mail and gives the codes in it."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str]] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        self.mails.append((envelope.rcpt_tos[0], str(mail["Message-ID"]), text))
        return "250 delivered"

    def code(self, after: int) -> str:
        """Return the code of the first mail that came after so many."""

        def found() -> str:
            for address, _, text in self.mails[after:]:
                match = re.search(r"^\s*(\d{6})\s*$", text, re.MULTILINE)
                if address == ANN and match:
                    return match[1]
            return ""

        return str(until(found))


@pytest.fixture
def mailbox(stand) -> Iterator[Mailbox]:
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    stand.extra["LUMINA_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()


@pytest.fixture
def portal(stand: Stand, mailbox, tmp_path) -> str:
    """Start a portal on the outer servers: two webs, two workers, beat."""
    register = tmp_path / "register"
    shutil.copytree(settings.BASE_DIR / "lumina_privacy" / "register", register)
    for path in (register / "systems").iterdir():
        path.unlink()
    purposes = (register / "purposes.yaml").read_text()
    purpose = re.search(r"code: ([\w-]+)", purposes)
    assert purpose is not None
    system = SYSTEM.replace("goods-and-services", purpose[1])
    (register / "systems" / "crm.yaml").write_text(system)
    source = stand.source("JOURNEY_CRM_URL", SOURCE)
    connection = stand.servers.superuser(source)
    with connection.cursor() as cursor:
        for number, words in enumerate(WORDS, start=1):
            cursor.execute(
                "INSERT INTO contacts VALUES (%s, %s, %s, -1.50)", [number, words, ANN]
            )
    connection.close()
    stand.extra["LUMINA_REGISTER_DIR"] = str(register)
    manage(stand.environment, "setup")
    url = stand.web(workers=2)
    stand.worker(), stand.worker(), stand.beat()
    return url


def colleague(url: str, role: Role) -> Browser:
    client = staff_client(make_staff(role))
    return Browser(url, client.cookies[settings.SESSION_COOKIE_NAME].value)


def filed(visitor: Browser, mailbox: Mailbox) -> Case:
    """File a request as a person does; the last form is sent twice."""
    answers = [
        ("what", {"rights": "access"}),
        ("about", {"about": "me"}),
        ("scope", {"scope": "all"}),
        ("sighting", {"filmed": "unknown"}),  # nor when to look in footage
        ("name", {"name": "Ann Other"}),
        ("reach", {"email": ANN}),
        ("how", {"how": "download"}),
        ("adjust", {}),
    ]
    for slug, values in answers:
        visitor.get(f"/ask/{slug}/")
        visitor.post(f"/ask/{slug}/", **values)
    form = dict(re.findall(r'name="(token|seen)" value="([\w-]+)"', visitor.text))
    assert set(form) == {"token", "seen"}, visitor.text
    before = len(mailbox.mails)
    visitor.post("/ask/send/", **form)
    visitor.post("/ask/send/", **form)
    visitor.post("/ask/code/", code=mailbox.code(before))
    assert visitor.status == 200
    case = Case.objects.get()
    assert visitor.url.endswith(f"/cases/{case.reference}/receipt/")
    return case


def worked(url: str, case: Case) -> Package:
    """Search, review, check and decide as a caseworker, release as a reviewer."""
    page = f"/staff/cases/{case.reference}/"
    tom, helen = colleague(url, Role.DCO), colleague(url, Role.REVIEWER)
    tom.get(page)
    tom.post(f"{page}search/")
    until(lambda: _status(case) == CaseStatus.IN_REVIEW, 120)
    tom.get(f"{page}review/crm/contacts/")
    rows = {"choice": "release", "from": "rows", "seen": _seen(tom)}
    tom.post(f"{page}review/crm/contacts/choose/", **rows)
    assert tom.status == 200, tom.text
    tom.get(f"{page}check/")
    said = "We called the number on file."
    tom.post(f"{page}check/", method="call_back", passed="yes", reason=said)
    assert tom.status == 200, tom.text
    tom.get(f"{page}decide/")
    decided = {"outcome": "granted", "form": "download", "words": ""}
    tom.post(f"{page}decide/", **decided, seen=_seen(tom))
    assert tom.status == 200, tom.text
    package = Package.objects.get()
    until(lambda: _state(package) == PackageState.BUILT, 120)
    release = f"{page}packages/{package.reference}/release/"
    helen.get(release)
    helen.post(release, seen=_seen(helen))
    assert _state(package) == PackageState.RELEASED, helen.text
    return package


def _seen(browser: Browser) -> str:
    return str(re.findall(r'name="seen" value="(\w+)"', browser.text)[0])


def _status(case: Case) -> str:
    case.refresh_from_db()
    return case.status


def _state(package: Package) -> str:
    package.refresh_from_db()
    return package.state


def fetched(visitor: Browser, mailbox: Mailbox, package: Package) -> Browser:
    """Fetch the answer with a fresh code; the browser holds what came."""
    page = f"/cases/{package.case.reference}/answers/{package.reference}/"
    before = len(mailbox.mails)
    visitor.get(page)
    visitor.post(page, send="1")
    visitor.post(page, code=mailbox.code(before))
    visitor.post(page, fetch="1")
    return visitor


def test_journey_on_outer_servers_with_two_of_everything(portal, stand, mailbox):
    visitor = Browser(portal)
    case = filed(visitor, mailbox)
    package = worked(portal, case)
    fetched(visitor, mailbox, package)

    assert visitor.status == 200
    assert visitor.headers["Content-Type"] == "application/zip"
    _read(visitor.body, case)
    _nothing_is_doubled(case, mailbox)
    _is_refused_when_changed(portal, visitor, mailbox, package, stand)


def _read(body: bytes, case: Case) -> None:
    """Check sums, the table by RFC 4180, and both ways back to the values."""
    with zipfile.ZipFile(io.BytesIO(body)) as content:
        assert content.testzip() is None
        manifest = json.loads(content.read("manifest.json"))
        listed = {member["path"]: member for member in manifest["members"]}
        assert set(content.namelist()) == {*listed, "manifest.json"}
        for path, member in listed.items():
            data = content.read(path)
            assert len(data) == member["bytes"]
            assert hashlib.sha256(data).hexdigest() == member["sha256"]
        assert manifest["case"] == case.reference
        [table] = [path for path in listed if path.endswith(".csv")]
        rows = json.loads(content.read(table.replace(".csv", ".json")))
        raw = content.read(table)
    assert [row["name"] for row in rows] == WORDS, "JSON is lossless"
    assert raw.startswith(b"\xef\xbb\xbf"), "spreadsheets read UTF-8 by this mark"
    text = raw.decode("utf-8-sig")
    assert text.count("\r\n") == len(WORDS) + 1
    assert text.count("\n") == len(WORDS) + 2, "one line break inside a quoted cell"
    header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header == ["id", "name", "sum"]
    names = [line[1] for line in lines]
    assert [restore(name) for name in names] == WORDS, "one quote less is the value"
    for name in names:
        runs = name.lstrip()[:1] in {"=", "+", "@"} or name[:1] in {"\t", "\r"}
        assert not runs, f"a spreadsheet would run {name!r}"
    assert names[4] == "-12.50", "a negative number stays one"


def _nothing_is_doubled(case: Case, mailbox: Mailbox) -> None:
    kinds = list(case.events.values_list("kind", flat=True))
    for once in (
        EventKind.REQUEST_RECEIVED,
        EventKind.SEARCH_FINISHED,
        EventKind.PACKAGE_BUILT,
        EventKind.PACKAGE_RELEASED,
        EventKind.ANSWERED,
    ):
        assert kinds.count(once) == 1, once
    assert case.tasks.get().attempt == 1
    assert Package.objects.get().attempt == 1
    purposes = StoredFile.objects.filter(destroyed_at__isnull=True)
    assert sorted(purposes.values_list("purpose", flat=True)) == [
        FilePurpose.PACKAGE,
        FilePurpose.SPOOL,
    ]
    until(lambda: not Message.objects.exclude(state=MessageState.SENT).exists())
    ids = [message_id for _, message_id, _ in mailbox.mails]
    assert len(ids) == len(set(ids)) == Message.objects.count()
    until(lambda: Download.objects.filter(finished_at__isnull=False).count() == 1)


def _is_refused_when_changed(url, visitor, mailbox, package, stand) -> None:
    """A byte changed in the storage, then another key: a clear page, not a file."""
    path: Path = stand.data / "vault" / package.file.hex[:2] / str(package.file)
    whole = path.read_bytes()
    path.write_bytes(whole[:50] + bytes([whole[50] ^ 1]) + whole[51:])
    fetched(visitor, mailbox, package)
    assert visitor.status == 503
    assert "is not as we wrote it, so we do not send it" in visitor.text
    path.write_bytes(whole)
    key = stand.data / "keys" / str(package.file)
    other = next(p for p in key.parent.iterdir() if p != key)
    own = key.read_bytes()
    key.write_bytes(other.read_bytes())
    visitor.get(f"/cases/{package.case.reference}/answers/{package.reference}/")
    visitor.post(visitor.url, fetch="1")
    assert visitor.status == 503
    key.write_bytes(own)
    visitor.get(f"/cases/{package.case.reference}/answers/{package.reference}/")
    visitor.post(visitor.url, fetch="1")
    assert (visitor.status, len(visitor.body)) == (200, package.size_bytes)


def test_codes_are_throttled_across_two_web_processes(stand):
    """Four codes an hour to an address for one client, whichever process answers."""
    portal = stand.web(workers=2)
    statuses = []
    for _ in range(8):
        visitor = Browser(portal)
        visitor.get("/sign-in/")
        visitor.post("/sign-in/", address=ANN)
        statuses.append((visitor.status, visitor.url.endswith("/sign-in/code/")))

    assert statuses == [(200, True)] * 4 + [(422, False)] * 4
    assert EmailCode.objects.count() == 4
    visitor = Browser(portal)
    for number in range(30):
        visitor.get("/sign-in/")
        visitor.post("/sign-in/", address=f"person{number}@example.org")
    assert visitor.status == 422, "thirty an hour from one client"
    assert EmailCode.objects.count() == 26, "the four refused ones were counted too"


def test_answer_and_time_are_the_same_for_known_and_unknown_people(stand):
    portal = stand.web()
    known = [f"known{n}@example.org" for n in range(10)]
    for address in known:
        make_subject(address)
    unknown = [f"other{n}@example.org" for n in range(10)]

    def ask(address: str) -> tuple[float, str]:
        visitor = Browser(portal)
        visitor.get("/sign-in/")
        began = time.perf_counter()
        visitor.post("/sign-in/", address=address)
        took = time.perf_counter() - began
        assert visitor.url.endswith("/sign-in/code/")
        secret = re.sub(r'value="\w{64}"', "", visitor.text)
        return took, secret.replace(address, "ADDRESS")

    ask("warm@example.org")
    pairs = [(ask(one), ask(other)) for one, other in zip(known, unknown, strict=True)]

    assert len({page for pair in pairs for _, page in pair}) == 1
    # The medians of pairs asked one after the other: the machine's noise is in both.
    quotients = sorted(one[0] / other[0] for one, other in pairs)
    assert 0.5 < quotients[len(quotients) // 2] < 2
    assert timezone.now() > EmailCode.objects.latest("pk").created_at
