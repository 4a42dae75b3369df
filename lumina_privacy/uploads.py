"""Files on their way in: nameless on the disk, and only from whom a page asked for one.

Django reads a form before any view is asked (the CSRF check needs its token). Without a
bound here a stranger could fill the disk through any page.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from accounts import queries as accounts
from requests_app.queries import colleagues

MB: Final = 1024 * 1024
# Each file is measured again as it is read: the page says which was too large.
_FILES_OF_AN_OWNER: Final = 10
# Above five files of ten megabytes, and above a mail taken in with all it carries.
# A proxy in front must let it pass (docs/deployment.md).
MOST_OF_A_MESSAGE: Final = 64 * MB
# One file of ten megabytes, and what is written beside it.
MOST_OF_A_COLLEAGUE: Final = 12 * MB


class NamelessUploadHandler(FileUploadHandler):
    """Spools a large upload to a file without a name, which no kill leaves behind."""

    file: IO[bytes]

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 (Django's word)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raise RequestDataTooBig, before reading it, for more than is asked."""
        if content_length > _most(self.request):
            raise RequestDataTooBig("a larger form than a page asks of its sender")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file beside the encrypted ones, not in memory (/tmp may be that)."""
        super().new_file(*args, **kwargs)
        folder = Path(settings.DATA_DIR) / "tmp"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (lives on)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece."""
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """Return the file as views know it."""
        self.file.seek(0)
        return UploadedFile(
            self.file,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )


def most_of_an_owner() -> int:
    """Return how many bytes all the files may have that an owner sends at once."""
    return _FILES_OF_AN_OWNER * settings.LUMINA_UPLOAD_MB * MB


def _most(request: HttpRequest | None) -> int:
    """Return how many bytes the sender's form may have.

    An owner of a system brings whole mailboxes; who has signed in sends a few files
    with a message; who has a link of colleagues that works, one. Nobody else is shown a
    page with a file field.
    """
    if request is not None and accounts.owner_address(request) is not None:
        return most_of_an_owner()
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return MOST_OF_A_MESSAGE
    if request is not None and _has_link_of_colleagues(request):
        return MOST_OF_A_COLLEAGUE
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def _has_link_of_colleagues(request: HttpRequest) -> bool:
    """Whether the form comes from the page of a link that works (C35)."""
    match = request.resolver_match
    if match is None or match.url_name != "colleague-note":
        return False
    link = colleagues.link_of(match.kwargs["token"])
    return link is not None and link.revoked_at is None
