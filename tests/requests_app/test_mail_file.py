"""A saved mail fills the intake form, and its sender decides nothing more."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from requests_app.models import Submission
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case, make_revision

pytestmark = pytest.mark.django_db
# Seconds of work, on a slow machine: they took up to minutes before there were bounds.
SOON = 6


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision()


def mail(**changed) -> EmailMessage:
    made = EmailMessage()
    headers = {
        "From": "Édith Marlow <edith@example.org>",
        "Date": "Mon, 02 Nov 2026 23:30:00 -0500",
        "Subject": "My data",
        **changed,
    }
    for name, value in headers.items():
        if value:
            made[name] = value
    made.set_content("Please delete <all> of it.\n")
    return made


def fill(content: bytes, client=None):
    client = client or staff_client()
    file = SimpleUploadedFile("request.eml", content)
    return client.post(reverse("case-take-in"), {"fill": "", "mail": file})


def test_sender_day_subject_and_text_are_filled_in_and_nothing_is_taken_in():
    response = fill(mail().as_bytes())

    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="edith@example.org"' in page
    assert 'value="Édith Marlow"' in page
    assert "My data\n\nPlease delete &lt;all&gt; of it." in page
    # Sent on Monday evening in New York: on Tuesday in London.
    for box, value in (("day", 3), ("month", 11), ("year", 2026)):
        assert f'name="received_on_{box}" value="{value}"' in page
    assert 'value="04:30"' in page
    assert "The day is the one its sender wrote" in page
    assert not Submission.objects.exists()


RECEIVED = "from mx.example by mx.lumina.example; {} (GMT)"


def test_day_is_that_of_the_last_server_and_not_of_the_senders_clock():
    made = mail(Date="Mon, 05 Oct 2026 09:00:00 +0000")
    made["Received"] = RECEIVED.format("Fri, 6 Nov 2026 10:15:00 +0000")
    made["Received"] = RECEIVED.format("Thu, 1 Oct 2026 10:15:00 +0000")

    page = fill(made.as_bytes()).content.decode()

    for box, value in (("day", 6), ("month", 11), ("year", 2026)):
        assert f'name="received_on_{box}" value="{value}"' in page
    assert 'value="10:15"' in page
    assert "the last mail server took it in" in page


@pytest.mark.parametrize("line", ["by mx.lumina.example", RECEIVED.format("soon"), ";"])
def test_day_is_the_senders_where_no_server_names_one(line):
    page = fill(mail(Received=line).as_bytes()).content.decode()

    assert 'name="received_on_day" value="3"' in page
    assert "The day is the one its sender wrote" in page


def test_mail_without_any_day_asks_for_it():
    page = fill(mail(Date="").as_bytes()).content.decode()

    assert "The mail names no day" in page


def test_text_of_a_mail_in_html_is_read_without_its_marks():
    made = mail()
    made.set_content("<p>Stop <b>writing</b></p><script>x()</script>", subtype="html")

    page = fill(made.as_bytes()).content.decode()

    assert "Stop writing" in page
    assert "<script>x()" not in page


def test_files_that_came_with_it_are_named():
    made = mail()
    made.add_attachment(
        b"%PDF", maintype="application", subtype="pdf", filename="a.pdf"
    )

    assert "not taken over: a.pdf" in fill(made.as_bytes()).content.decode()


def test_long_text_is_cut_and_the_page_says_so():
    made = mail()
    made.set_content("word " * 2_000)

    assert "longer than fits" in fill(made.as_bytes()).content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"just text",
        b"From:\r\n\r\nx",
        b"",
        mail(From="").as_bytes(),
    ],
)
def test_what_is_no_mail_is_refused_in_words(content):
    response = fill(content)

    assert response.status_code == 422
    assert "This is not a saved mail." in response.content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"Date": ""},
        {"Date": "yesterday"},
        {"Subject": ""},
        {"Content-Type": "text/plain; charset=no-such"},
    ],
)
def test_mail_with_something_missing_fills_the_rest(changed):
    content = mail(**{k: v for k, v in changed.items() if k != "Content-Type"})
    raw = content.as_bytes()
    if "Content-Type" in changed:
        raw = raw.replace(b'charset="utf-8"', b"charset=no-such")

    response = fill(raw)

    assert response.status_code in {200, 422}
    assert not Submission.objects.exists()


def test_earlier_and_open_requests_of_the_person_are_shown_and_block_nothing():
    client = staff_client(make_staff())
    make_case("edith@example.org")
    form = {
        "token": "00000000-0000-0000-0000-000000000001",
        "channel": "email",
        "rights": ["erasure", "access"],
        "shown": ["scope", "sighting", "erasure"],
        "received_on_day": "3",
        "received_on_month": "11",
        "received_on_year": "2026",
        "name": "Edith Marlow",
        "email": "edith@example.org",
        "how": "download",
        "known": "known",
        "known_by": "From the address on file.",
    }

    page = client.post(reverse("case-take-in"), form, follow=True).content.decode()

    assert "This person has asked before" in page
    assert Submission.objects.latest("pk").cases.count() == 2


def nested(parts: int) -> bytes:
    """Return a mail whose parts hold parts that hold parts."""
    head = "Content-Type: multipart/mixed; boundary=x{}\r\n\r\n"
    deep = "".join(f"--x{n}\r\n{head.format(n + 1)}" for n in range(parts))
    return f"From: a@b.example\r\n{head.format(0)}{deep}--x{parts}\r\n\r\nhi".encode()


@pytest.mark.parametrize("header", ["Date", "Received"])
def test_mail_of_a_day_beyond_the_last_year_is_refused_in_words(header):
    far = "Fri, 31 Dec 9999 23:59:59 -1200"
    changed = {header: far if header == "Date" else f"by mx; {far}"}
    response = fill(mail(**changed).as_bytes())

    assert response.status_code == 422
    assert "This is not a saved mail" in response.content.decode()


def written(body: bytes = b"x", headers: bytes = b"Subject: My data", sender=b"a@b.c"):
    return b"From: %b\r\n%b\r\n\r\n%b\r\n" % (sender, headers, body)


HTML = b"Content-Type: text/html"
CONTENT_TYPE = b"Content-Type: text/plain; charset="
MIXED = b"Content-Type: multipart/mixed; boundary=x"


@pytest.mark.parametrize(
    "content",
    [
        written(b"hello <![ > there", HTML),
        written(b"<a " * 5_000 + b">", HTML),
        written(headers=b"Subject: " + b"=?utf-8?q?a?= " * 20_000),
        written(sender=b"a." * 20_000),
        written(headers=b"Date: " + b"1 " * 100_000),
        written(headers=CONTENT_TYPE + b"a" * 100_000),
        written(b"--x\r\n\r\n" * 5_000, MIXED),
        written(b"\r\n" * 1_500_000),
        nested(1500),
        nested(60),
        written(
            b"".join(
                b"--x\r\nContent-Type: text/plain; name=%b\r\n\r\n" % (b"a" * 1_800)
                for _ in range(500)
            ),
            MIXED,
        ),
    ],
    ids=[
        "a declaration that is none",
        "marks without an end",
        "words in code",
        "a sender",
        "a day",
        "a type",
        "parts",
        "lines",
        "parts in parts, past all depth",
        "parts in parts",
        "long headers of parts",
    ],
)
def test_mail_made_to_harm_is_refused_soon_and_in_words(content):
    begun = time.process_time()
    response = fill(content)

    assert response.status_code == 422
    assert "This mail cannot be read" in response.content.decode()
    assert time.process_time() - begun < SOON


def test_body_of_megabytes_is_read_to_a_bound_and_the_page_says_so():
    begun = time.process_time()
    page = fill(written(b"<a><" * 1_000_000, HTML)).content.decode()

    assert "The text was longer than fits" in page
    assert time.process_time() - begun < SOON


@pytest.mark.parametrize("charset", [b"punycode", b"idna"])
def test_body_in_what_is_no_charset_is_refused_in_words(charset):
    response = fill(written(b"a" * 100_000, CONTENT_TYPE + charset))

    assert response.status_code == 422
    assert "This is not a saved mail" in response.content.decode()
