"""Ask ClamAV whether a file is harmful: INSTREAM to its daemon, clamd(8).

Nothing is written to disk for it: what is asked about goes through the line in pieces.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 120
_MOST_OF_AN_ANSWER: Final = 4096
_PORT: Final = 3310


class Away(Exception):
    """The scanner does not answer, or not in a way that says anything of the file."""


class TooLarge(Exception):
    """The scanner takes no file of this size (its StreamMaxLength)."""


def check_clamd(url: str) -> str:
    """Return ``url`` if a scanner may stand there, or "".

    >>> check_clamd("unix:///run/clamav/clamd.sock")
    'unix:///run/clamav/clamd.sock'
    """
    parts = urlsplit(url)
    is_tcp = parts.scheme == "tcp" and bool(parts.hostname)
    if url and not is_tcp and not (parts.scheme == "unix" and parts.path):
        raise ImproperlyConfigured(
            "LUMINA_CLAMD_URL must be tcp://host:3310 or unix:///path."
        )
    return url


def scan(pieces: Iterable[bytes], *, url: str) -> str:
    """Return what was found in the file, by the scanner's name for it; "" for nothing.

    Raises Away and TooLarge.
    """
    try:
        with _connected(url) as line:
            # The scanner may hang up in the middle and say why: read that first.
            with suppress(BrokenPipeError, ConnectionResetError):
                _send(line, pieces)
            return _said(_answer(line))
    except OSError as error:
        raise Away(f"the scanner does not answer: {type(error).__name__}") from error


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(_CONNECT_SECONDS)
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
    else:
        place = (parts.hostname or "", parts.port or _PORT)
        line = socket.create_connection(place, timeout=_CONNECT_SECONDS)
    line.settimeout(_ANSWER_SECONDS)
    return line


def _send(line: socket.socket, pieces: Iterable[bytes]) -> None:
    line.sendall(b"zINSTREAM\0")
    for piece in pieces:
        if piece:
            line.sendall(struct.pack("!L", len(piece)) + piece)
    line.sendall(struct.pack("!L", 0))


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _MOST_OF_AN_ANSWER:
        piece = line.recv(_MOST_OF_AN_ANSWER)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()


def _said(answer: str) -> str:
    r"""Return what an answer says was found.

    >>> _said("stream: OK"), _said("stream: Win.Test.EICAR_HDB-1 FOUND")
    ('', 'Win.Test.EICAR_HDB-1')
    """
    if answer == "stream: OK":
        return ""
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if "size limit exceeded" in answer:
        raise TooLarge
    raise Away(f"the scanner says {answer[:80]!r}")
