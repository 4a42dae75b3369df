"""A mail server that delivers into a folder, and a page to read what was delivered.

`python -m dev.mailbox FOLDER SMTP_PORT PAGE_PORT`. Refuses recipients at bounce.example
for good, so that bounces can be seen.
"""

from __future__ import annotations

import email
import sys
import time
from email.message import EmailMessage
from email.policy import default
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;"
    "padding:0 1rem;color:#1b2430;background:#fdfdfb}"
    "article{border-top:1px solid #ccd;padding:1rem 0}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f3f3ee;padding:1rem}"
    "@media(prefers-color-scheme:dark){body{color:#e8ebef;background:#14181d}"
    "pre{background:#1f252c}}"
)


class Delivery:
    """Takes what the portal sends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name and signature)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse what is meant to bounce."""
        if address.lower().endswith("@bounce.example"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail as one file, complete or not at all."""
        name = f"{time.time_ns()}.eml"
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        partial_file = self._folder / f".{name}"
        partial_file.write_bytes(data)
        partial_file.rename(self._folder / name)
        return "250 delivered"


def delivered(folder: Path) -> list[EmailMessage]:
    """Return the mails that were delivered, newest first."""
    files = sorted(folder.glob("[0-9]*.eml"), reverse=True)
    return [
        email.message_from_bytes(path.read_bytes(), policy=default)
        for path in files[:200]
    ]


def text_of(message: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = message.get_body(("plain",))
    return body.get_content() if body is not None else ""


def subject_of(message: EmailMessage) -> str:
    """Return the subject in one line: a folded header begins with a blank."""
    return " ".join(str(message["Subject"] or "").split())


class _Page(BaseHTTPRequestHandler):
    def __init__(self, folder: Path, *args: object) -> None:
        self._folder = folder
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        mails = "".join(
            f"<article><h2>{escape(subject_of(mail))}</h2><p>To "
            f"{escape(str(mail['To']))}, {escape(str(mail['Date']))}</p>"
            f"<pre>{escape(text_of(mail))}</pre></article>"
            for mail in delivered(self._folder)
        )
        page = (
            '<!doctype html><html lang="en-GB"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            "<title>Delivered mail</title>"
            f"<style>{_STYLE}</style><h1>Delivered mail</h1>"
            "<p>Newest first. Reload for more.</p>"
            f"{mails or '<p>Nothing yet.</p>'}</html>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args: object) -> None:
        """Say nothing: addresses do not belong in logs."""


def main() -> None:
    """Serve until told to stop."""
    folder, smtp_port, page_port = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(Delivery(folder), hostname="127.0.0.1", port=smtp_port)
    controller.start()
    page = ThreadingHTTPServer(("127.0.0.1", page_port), partial(_Page, folder))
    try:
        page.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        controller.stop()


if __name__ == "__main__":
    main()
