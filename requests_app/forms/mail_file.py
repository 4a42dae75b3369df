"""A mail as it was saved from a mail program, read to fill the intake form.

As the standard has it (.eml), or as Outlook does (.msg).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import strip_tags

from lumina_privacy.lib.days import LONDON
from requests_app.forms.outlook_file import MAGIC, OutlookMail, read_outlook
from requests_app.states import Channel

MOST_BYTES: Final = 25 * 1024 * 1024
_MOST_SIGNS: Final = 4_000
_NO_MAIL: Final = (
    "This is not a saved mail. Save it from your mail program as an .eml or .msg file."
)


@dataclass(frozen=True, slots=True)
class MailRead:
    """What a mail tells for the form, and what it has beside."""

    initial: dict[str, Any]
    attachments: tuple[str, ...]
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
            return _read(message_from_bytes(content, policy=default))
        except (
            LookupError,
            ValueError,
            AttributeError,
            OverflowError,  # a date beyond the last year
            RecursionError,  # parts in parts in parts
        ) as error:
            # What a stranger wrote may be malformed in ways the parser cannot mend.
            raise ValidationError(_NO_MAIL) from error


def _read(mail: EmailMessage) -> MailRead:
    if not mail["From"]:
        raise ValidationError(_NO_MAIL)
    [sender, *_] = mail["From"].addresses
    body = mail.get_body(preferencelist=("plain", "html"))
    text = str(body.get_content()) if body else ""
    if body and body.get_content_subtype() == "html":
        text = strip_tags(text)
    names = tuple(
        part.get_filename() or part.get_content_type()
        for part in mail.iter_attachments()
    )
    return _filled(
        (sender.display_name, sender.addr_spec),
        str(mail["Subject"] or ""),
        text,
        _sent_at(mail),
        names,
    )


def _read_outlook(mail: OutlookMail) -> MailRead:
    if not (mail.address or mail.sender):
        raise ValidationError(_NO_MAIL)
    text = mail.text or strip_tags(mail.html)
    sender = (mail.sender, mail.address)
    return _filled(sender, mail.subject, text, mail.came_at, mail.attachments)


def _filled(
    sender: tuple[str, str],
    subject: str,
    text: str,
    sent: datetime | None,
    attachments: tuple[str, ...],
) -> MailRead:
    """Return what fills the form; ``sender`` is a name and an address."""
    words = "\n\n".join(part for part in (subject.strip(), text.strip()) if part)
    initial: dict[str, Any] = {
        "channel": Channel.EMAIL.value,
        "name": sender[0],
        "email": sender[1],
        "words": words[:_MOST_SIGNS],
    }
    if sent:
        local = sent.astimezone(LONDON)
        initial |= {
            "received_on": local.date(),
            "received_time": f"{local:%H:%M}",
        }
    return MailRead(initial, attachments, was_cut=len(words) > _MOST_SIGNS)


def _sent_at(mail: EmailMessage) -> datetime | None:
    """Return when it was sent; a date without a zone is read as UTC (RFC 5322)."""
    sent: datetime | None = mail["Date"].datetime if mail["Date"] else None
    if sent is None:
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)
