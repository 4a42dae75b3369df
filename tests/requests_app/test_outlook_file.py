"""A mail dropped from Outlook fills the intake form; one made to harm fills nothing."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.forms.outlook_file import NoMail, read_outlook
from requests_app.models import Submission
from tests.factories.cases import make_revision
from tests.requests_app.compound import compound, fixed, outlook, when
from tests.requests_app.test_mail_file import fill

SENT = datetime(2026, 11, 3, 4, 30, tzinfo=UTC)
TEXTS = {
    "0C1A": "Édith Marlow",
    "5D01": "edith@example.org",
    "0037": "My data",
    "1000": "Please delete <all> of it.\r\n",
}


def mail(**changed) -> bytes:
    return outlook({**TEXTS, **changed.pop("texts", {})}, sent=SENT, **changed)


# --- The form ---------------------------------------------------------------------


@pytest.mark.django_db
def test_sender_day_subject_and_text_are_filled_in_and_nothing_is_taken_in():
    make_revision()
    response = fill(mail(files=("passport.pdf", "zwei.docx")))

    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="edith@example.org"' in page
    assert 'value="Édith Marlow"' in page
    assert "My data\n\nPlease delete &lt;all&gt; of it." in page
    for box, value in (("day", 3), ("month", 11), ("year", 2026)):
        assert f'name="received_on_{box}" value="{value}"' in page
    assert 'value="04:30"' in page
    assert "passport.pdf, zwei.docx" in page
    assert "The day is the one its sender wrote" in page
    assert not Submission.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", compound({"WordDocument": b"x"})]
)
def test_file_of_office_that_is_no_mail_is_refused_in_words(content):
    make_revision()
    response = fill(content)

    assert response.status_code == 422
    assert "as an .eml or .msg file" in response.content.decode()


@pytest.mark.django_db
def test_mail_without_a_sender_is_refused_in_words():
    make_revision()

    assert fill(mail(texts={"0C1A": "", "5D01": ""})).status_code == 422


# --- What is read -----------------------------------------------------------------


def test_colleague_of_exchange_has_a_name_and_no_address():
    path = "/o=Lumina/ou=Exchange/cn=edith"
    read = read_outlook(mail(texts={"5D01": "", "0C1F": path}))

    assert (read.sender, read.address) == ("Édith Marlow", "")


def test_text_in_a_code_page_of_old_is_read_in_it():
    more = {"__substg1.0_0037001E": "Zażółć gęślą".encode("cp1250")}
    texts = {tag: text for tag, text in TEXTS.items() if tag != "0037"}

    assert read_outlook(outlook(texts, page=1250, more=more)).subject == "Zażółć gęślą"
    unknown = read_outlook(outlook(texts, page=4_000_000, more=more))
    assert unknown.subject != ""


def test_body_in_html_is_found():
    more = {"__substg1.0_10130102": b"<p>Stop</p>"}
    texts = {tag: text for tag, text in TEXTS.items() if tag != "1000"}

    assert read_outlook(outlook(texts, more=more)).html == "<p>Stop</p>"


def test_mail_without_a_day_has_none_and_one_beyond_all_years_neither():
    assert read_outlook(outlook(TEXTS)).came_at is None
    beyond = {"__properties_version1.0": fixed({0x00390040: b"\xff" * 8})}

    assert read_outlook(outlook(TEXTS, more=beyond)).came_at is None


def test_day_is_that_of_our_server_and_not_of_the_senders_clock():
    came = SENT + timedelta(days=2)
    both = {0x00390040: when(SENT), 0x0E060040: when(came)}
    none = {0x00390040: when(SENT), 0x0E060040: bytes(8)}

    def read(values):
        properties = {"__properties_version1.0": fixed(values)}
        told = read_outlook(outlook(TEXTS, more=properties))
        return told.came_at, told.was_delivered

    assert read(both) == (came, True)
    assert read(none) == (SENT, False)


# --- Made to harm -----------------------------------------------------------------


def patched(content: bytes, at: int, form: str, value: int) -> bytes:
    made = bytearray(content)
    struct.pack_into(form, made, at, value)
    return bytes(made)


@pytest.mark.parametrize(
    ("at", "form", "value"),
    [
        (30, "<H", 31),  # sectors of two gigabytes
        (44, "<I", 0xFFFFFFF0),  # tables
        (64, "<I", 0xFFFFFFF0),  # tables of small streams
        (72, "<I", 0xFFFFFFF0),  # tables of tables
    ],
)
def test_header_that_counts_more_than_the_file_holds_is_refused(at, form, value):
    with pytest.raises(NoMail):
        read_outlook(patched(mail(), at, form, value))


def entry_of(content: bytes, name: str) -> int:
    return content.index(name.encode("utf-16-le"))


@pytest.mark.parametrize("name", ["Root Entry", "__substg1.0_1000001F"])
def test_stream_that_claims_gigabytes_is_refused_unread(name):
    made = mail()
    made = patched(made, entry_of(made, name) + 120, "<I", 0x7FFFFFFF)

    tracemalloc.start()
    with pytest.raises(NoMail):
        read_outlook(made)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


def shared(names: int, size: int) -> bytes:
    """Return a mail of which each file's name is the body, once more."""
    made = mail(texts={"1000": "x" * (size // 2)}, files=("a.pdf",) * names)
    start = made[(body := entry_of(made, "__substg1.0_1000001F")) + 116 : body + 128]
    at = 0
    for _ in range(names):
        at = made.index("__substg1.0_3707001F".encode("utf-16-le"), at + 1)
        made = made[: at + 116] + start + made[at + 128 :]
    return made


def test_streams_that_share_what_they_hold_are_refused_unread():
    made = shared(100, 1024 * 1024)

    tracemalloc.start()
    with pytest.raises(NoMail):
        read_outlook(made)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


def test_name_is_read_to_a_bound():
    [name] = read_outlook(mail(files=("long" * 10_000,))).attachments

    assert name == "long" * 128


def test_more_folders_than_a_mail_has_are_refused():
    streams = {"__properties_version1.0": fixed({})}

    assert read_outlook(compound(streams, empty=8_000)).subject == ""
    with pytest.raises(NoMail):
        read_outlook(compound(streams, empty=10_000))


@pytest.mark.django_db
@pytest.mark.parametrize("html", ["hello <![ > there", "<a " * 5_000 + ">"])
def test_html_made_to_harm_is_refused_in_words(html):
    make_revision()
    response = fill(mail(texts={"1000": "", "1013": html}))

    assert response.status_code == 422
    assert "This mail cannot be read" in response.content.decode()


def test_folder_that_holds_itself_ends():
    made = mail(files=("a.pdf",))
    made = patched(made, entry_of(made, "__attach") + 76, "<I", 0)

    with contextlib.suppress(NoMail):
        assert len(read_outlook(made).attachments) <= 1


def test_chain_in_a_circle_ends():
    made = mail()
    fat = made.rindex(struct.pack("<3I", 1, 2, 3))
    looped = patched(made, fat + 4, "<I", 0)

    with contextlib.suppress(NoMail):
        read_outlook(looped)


@settings(max_examples=150)
@given(data=st.data())
def test_no_change_of_a_few_bytes_brings_another_error(data):
    made = bytearray(mail(files=("a.pdf",)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(8, len(made) - 1))
        made[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(made)))

    for content in (bytes(made), bytes(made[:cut])):
        with contextlib.suppress(NoMail):
            read_outlook(content)
