"""A mail as it was saved from a mail program, read to fill the intake form.

As the standard has it (.eml), or as Outlook does (.msg). Whoever made it may be a
stranger: how much of it is parsed is bounded before any of it is.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final

from django import forms
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import strip_tags

from lumina_privacy.lib.days import LONDON
from requests_app.forms.outlook_file import MAGIC, OutlookMail, read_outlook
from requests_app.states import Channel

MOST_BYTES: Final = 25 * 1024 * 1024
_MOST_SIGNS: Final = 4_000
# The parser's work grows with the square of these: a header; all that are looked at;
# the lines, and the parts in parts that each line is compared with.
_MOST_IN_A_HEADER: Final = 2_000
_MOST_IN_HEADERS: Final = 200_000
_MOST_LINES: Final = 500_000
_MOST_PARTS: Final = 2_000
_MOST_TYPES_OF_PARTS: Final = 200  # each is asked for some five times
# Signs of a body, or its bytes, that are looked at.
_MOST_OF_A_BODY: Final = 200_000
# Python has them among its codecs; they are for names of hosts, and slow.
_NO_CHARSETS: Final = frozenset({"punycode", "idna"})
_NO_MAIL: Final = (
    "This is not a saved mail. Save it from your mail program as an .eml or .msg file."
)
_UNREADABLE: Final = (
    "This mail cannot be read: it is not made as mail programs make one. Fill in the "
    "form by hand."
)


class _TooMuch(Exception):
    """More to parse than a mail of a person has."""


class DayFrom(StrEnum):
    """Who says on which day a mail came."""

    SERVER = "server"  # the last one that took it in
    SENDER = "sender"  # whose clock may say anything
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class MailRead:
    """What a mail tells for the form, and what it has beside."""

    initial: dict[str, Any]
    attachments: tuple[str, ...]
    day_from: DayFrom
    was_cut: bool


class MailFileForm(forms.Form):
    """A saved mail to fill the form from."""

    mail = forms.FileField(
        label="Fill the form from a saved mail",
        help_text="An .eml file, or Outlook’s .msg. Its sender, day, subject and text "
        "are filled in from it; check them. Nothing is kept of the file.",
        widget=forms.ClearableFileInput(attrs={"accept": ".eml,.msg,message/rfc822"}),
        error_messages={
            "required": "Choose the file of the mail.",
            "empty": _NO_MAIL,
        },
    )

    def clean_mail(self) -> MailRead:
        """Return what the mail tells. Raises ValidationError for what is no mail."""
        file: UploadedFile[bytes] = self.cleaned_data["mail"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError("This mail is larger than 25 MB. Fill in by hand.")
        try:
            content = file.read()
            if content.startswith(MAGIC):
                return _read_outlook(read_outlook(content))
            return _read(_parsed(content))
        except (
            _TooMuch,
            AssertionError,  # a declaration in HTML that is none
            SuspiciousOperation,  # marks in HTML that never end
        ) as error:
            raise ValidationError(_UNREADABLE) from error
        except (
            LookupError,
            ValueError,
            AttributeError,
            OverflowError,  # a date beyond the last year
            RecursionError,  # parts in parts in parts
        ) as error:
            # What a stranger wrote may be malformed in ways the parser cannot mend.
            raise ValidationError(_NO_MAIL) from error


class _Headers:
    """The headers of one mail, parsed as they are asked for, up to a bound."""

    def __init__(self) -> None:
        self._parse = HeaderRegistry()
        self._left = _MOST_IN_HEADERS
        self._parts_left = _MOST_TYPES_OF_PARTS

    def __call__(self, name: str, value: str) -> BaseHeader:
        self._left -= len(value)
        if len(value) > _MOST_IN_A_HEADER or self._left < 0:
            raise _TooMuch
        header = self._parse(name, value)
        if getattr(header, "maintype", "") == "multipart":
            self._parts_left -= 1
            if self._parts_left < 0:
                raise _TooMuch
        return header


def _parsed(content: bytes) -> EmailMessage:
    lines = content.count(b"\n") + content.count(b"\r")
    parts = content.count(b"\n--") + content.count(b"\r--")
    if lines > 2 * _MOST_LINES or parts > _MOST_PARTS:
        raise _TooMuch
    return message_from_bytes(content, policy=default.clone(header_factory=_Headers()))


def _read(mail: EmailMessage) -> MailRead:
    if not mail["From"]:
        raise ValidationError(_NO_MAIL)
    [sender, *_] = mail["From"].addresses
    body = mail.get_body(preferencelist=("plain", "html"))
    text, was_cut = _body(body) if body else ("", False)
    names = tuple(
        part.get_filename() or part.get_content_type()
        for part in mail.iter_attachments()
    )
    return _filled(
        (sender.display_name, sender.addr_spec),
        str(mail["Subject"] or ""),
        text,
        _came_at(mail),
        names,
        was_cut=was_cut,
    )


def _body(part: MIMEPart) -> tuple[str, bool]:
    """Return the text of a part, and whether it was cut."""
    content = part.get_payload(decode=True)
    charset = str(part.get_param("charset", "ASCII"))
    if not isinstance(content, bytes) or codecs.lookup(charset).name in _NO_CHARSETS:
        raise LookupError(charset)
    text = content[:_MOST_OF_A_BODY].decode(charset, "replace")
    if part.get_content_subtype() == "html":
        text = strip_tags(text)
    return text, len(content) > _MOST_OF_A_BODY


def _read_outlook(mail: OutlookMail) -> MailRead:
    if not (mail.address or mail.sender):
        raise ValidationError(_NO_MAIL)
    text = mail.text or strip_tags(mail.html[:_MOST_OF_A_BODY])
    was_cut = not mail.text and len(mail.html) > _MOST_OF_A_BODY
    return _filled(
        (mail.sender, mail.address),
        mail.subject,
        text,
        (mail.came_at, DayFrom.SERVER if mail.was_delivered else DayFrom.SENDER),
        mail.attachments,
        was_cut=was_cut,
    )


def _filled(
    sender: tuple[str, str],
    subject: str,
    text: str,
    came: tuple[datetime | None, DayFrom],
    attachments: tuple[str, ...],
    *,
    was_cut: bool,
) -> MailRead:
    """Return what fills the form; ``sender`` is a name and an address."""
    at, day_from = came
    words = "\n\n".join(part for part in (subject.strip(), text.strip()) if part)
    initial: dict[str, Any] = {
        "channel": Channel.EMAIL.value,
        "name": sender[0],
        "email": sender[1],
        "words": words[:_MOST_SIGNS],
    }
    if at:
        local = at.astimezone(LONDON)
        initial |= {
            "received_on": local.date(),
            "received_time": f"{local:%H:%M}",
        }
    return MailRead(
        initial,
        attachments,
        day_from if at else DayFrom.NOBODY,
        was_cut=was_cut or len(words) > _MOST_SIGNS,
    )


def _came_at(mail: EmailMessage) -> tuple[datetime | None, DayFrom]:
    """Return when it came by the clock of a server, else of its sender.

    Each server writes its line above those of the ones before it (RFC 5321, 4.4): the
    topmost is the last one's. What stands below it a stranger may have written.
    """
    _, _, written = str(mail["Received"] or "").rpartition(";")
    try:
        return _in_utc(parsedate_to_datetime(written)), DayFrom.SERVER
    except ValueError:
        return _sent_at(mail), DayFrom.SENDER


def _sent_at(mail: EmailMessage) -> datetime | None:
    sent: datetime | None = mail["Date"].datetime if mail["Date"] else None
    return _in_utc(sent) if sent else None


def _in_utc(at: datetime) -> datetime:
    """Return it with a zone; a date without one is read as UTC (RFC 5322)."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
