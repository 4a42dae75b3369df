"""A scanner that speaks clamd's INSTREAM, and takes what holds EICAR for harmful."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The industry's harmless test file, put together here: no scanner of a checkout minds.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 64 * 1024


class _Talk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert self._read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self._read(4))[0]:
            content += self._read(length)
            if len(content) > MOST:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(content)
        found = EICAR in content
        said = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if found else b"stream: OK\0"
        self.request.sendall(said)

    def _read(self, length: int) -> bytes:
        got = b""
        while len(got) < length:
            piece = self.request.recv(length - len(got))
            if not piece:
                raise ConnectionError
            got += piece
        return got


@contextmanager
def scanner() -> Iterator[tuple[str, list[bytes]]]:
    """Give the scanner's address, and what it has been shown so far."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.seen = []
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"tcp://127.0.0.1:{server.server_address[1]}", server.seen
        finally:
            server.shutdown()
