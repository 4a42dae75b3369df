"""Pictures and PDFs for tests: with what they should not carry along."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

SERIAL = "SN-4711"


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a photograph that says where it was made, and by which device."""
    picture = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x0110] = f"Ann's phone {SERIAL}"
    exif[0x0112] = 6  # turned: a phone held upright
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 45.0, 0.0)})
    out = BytesIO()
    picture.save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def pdf(*, pages: int = 1, catalogue: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a PDF of empty pages; what is added makes it run or lock something."""
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>"] * pages,
    ]
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, rows)
        + b"trailer<</Size %d/Root 1 0 R%s>>\n" % (size, trailer)
        + b"startxref\n%d\n%%%%EOF\n" % len(body)
    )


LOCKED = pdf(
    trailer=b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>"
    % (b"11" * 32, b"22" * 32)
)
RUNS = pdf(catalogue=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")
