"""Mails are plain text: what stands in them is what was written."""

from __future__ import annotations

from datetime import date

from lumina_privacy.lib.mail import render

DOORS = "Doors & <cameras>, Ann's"


def test_plain_mail_escapes_nothing():
    mail = render(
        "requests_app/emails/owner_asked",
        {
            "system": DOORS,
            "reference": "K7",
            "due_on": date(2026, 12, 1),
            "link": "https://x/?a=1&b=2",
        },
    )

    assert mail.subject == f"Please look in {DOORS} by Tuesday 1 December 2026 (K7)"
    assert f"you answer for {DOORS}." in mail.text
    assert "https://x/?a=1&b=2\n" in mail.text


def test_subject_is_one_line_whatever_stands_in_it():
    mail = render(
        "requests_app/emails/owner_asked",
        {
            "system": "Doors\r\nBcc: eve@example.org",
            "due_on": date(2026, 12, 1),
            "reference": "LP-4GFR6-NYPQB",
            "link": "https://x/1",
        },
    )

    assert "\n" not in mail.subject
    assert mail.subject.startswith("Please look in Doors Bcc:")
