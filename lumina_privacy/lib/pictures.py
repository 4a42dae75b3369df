"""Pictures from outside, written anew: what is kept is what can be seen, no more.

Where it was taken, by which device and by whom go with the metadata; so does whatever
a picture or a PDF hides or does. Of a PDF the pages are kept, as pictures.
"""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageOps

MOST_PAGES: Final = 6
_MOST_PIXELS: Final = 50_000_000
_LONGEST_SIDE: Final = 2400
_FORMATS: Final = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
KINDS: Final = frozenset({*_FORMATS, "pdf"})
# What a PDF does when it is opened, or carries along.
_ACTIVE: Final = (b"/JavaScript", b"/Launch", b"/RichMedia", b"/EmbeddedFile", b"/XFA")
# Read before a picture is decoded, by ourselves and for every file (below).
Image.MAX_IMAGE_PIXELS = None
_pdfium = threading.Lock()  # the library is not safe in threads


class Unusable(Exception):
    """A picture that cannot be shown safely; its text is the reason, for the sender."""


def written_anew(content: bytes, kind: str) -> list[bytes]:
    """Return what can be seen of a file, as JPEG pictures without metadata.

    ``kind`` is one of KINDS, told by the content. Raises Unusable.
    """
    if kind == "pdf":
        return _pages(content)
    try:
        with Image.open(BytesIO(content), formats=[_FORMATS[kind]]) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise Unusable("the picture is too large: send a smaller one")
            return [_written(ImageOps.exif_transpose(picture))]
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Unusable(
            "the picture is damaged: take it again, or choose another"
        ) from error


def _written(picture: Image.Image) -> bytes:
    """Return a picture as JPEG; what shines through stands on white."""
    seen = picture.convert("RGBA")
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen.getchannel("A"))
    plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    out = BytesIO()
    plain.save(out, "JPEG", quality=85)
    return out.getvalue()


def _pages(content: bytes) -> list[bytes]:
    if any(sign in content for sign in _ACTIVE):
        raise Unusable(
            "the PDF runs something or carries another file: send a picture of it"
        )
    with _pdfium:
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            raise Unusable(
                "the PDF is locked with a password, or damaged: send a picture of it"
            ) from error
        try:
            return _drawn(document)
        except pdfium.PdfiumError as error:
            raise Unusable("the PDF is damaged: send a picture of it") from error
        finally:
            document.close()


def _drawn(document: pdfium.PdfDocument) -> list[bytes]:
    if pdfium_c.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
        raise Unusable("the PDF is locked: send a picture of it")
    runs = pdfium_c.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0
    carries = pdfium_c.FPDFDoc_GetAttachmentCount(document.raw) > 0
    if runs or carries:
        raise Unusable(
            "the PDF runs something or carries another file: send a picture of it"
        )
    if not 0 < len(document) <= MOST_PAGES:
        raise Unusable(f"a PDF may have {MOST_PAGES} pages: send only those we need")
    return [_written(_drawn_page(document[number])) for number in range(len(document))]


def _drawn_page(page: pdfium.PdfPage) -> Image.Image:
    """Return a page as a picture, at 144 dots an inch or as large as is kept."""
    scale = min(2.0, _LONGEST_SIDE / max(page.get_size()))
    drawn: Image.Image = page.render(scale=scale).to_pil()
    return drawn
