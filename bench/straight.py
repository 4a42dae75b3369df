"""What the portal is compared with: the same file, written as straight as can be.

No case, no review, no spool, no lease; it knows the table's columns by heart. It reads
the rows through a server-side cursor, once for each of the two members, and writes the
members that the portal writes: the same bytes, ZIP level 1, SHA-256, the same cipher.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson
import psycopg2
import tink
from tink import streaming_aead

from bench.source import COLUMNS, PERSON
from lumina_privacy.lib.csv_out import neutralise

_BATCH: Final = 2_000
STEM: Final = "data/product/shop-orders"
_QUERY: Final = (
    f"SELECT {', '.join(COLUMNS)} FROM orders WHERE email = '{PERSON}' ORDER BY id"
)


def script(url: str, folder: Path) -> dict[str, str]:
    """Write the encrypted package into ``folder``; return the members' sums."""
    streaming_aead.register()
    handle = tink.new_keyset_handle(
        streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
    )
    cipher = handle.primitive(streaming_aead.StreamingAead)
    sums = {}
    with (
        (folder / "script.zip.enc").open("wb") as target,
        cipher.new_encrypting_stream(target, b"script") as sink,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
    ):
        for suffix, lines in (("json", _json(url)), ("csv", _csv(url))):
            total = sha256()
            with package.open(f"{STEM}.{suffix}", "w", force_zip64=True) as member:
                for chunk in lines:
                    total.update(chunk)
                    member.write(chunk)
            sums[f"{STEM}.{suffix}"] = total.hexdigest()
    return sums


def _rows(url: str) -> Iterator[list[tuple]]:
    connection = psycopg2.connect(url)
    with connection.cursor("export") as cursor:
        cursor.execute(_QUERY)
        while rows := cursor.fetchmany(_BATCH):
            yield rows
    connection.close()


def _json(url: str) -> Iterator[bytes]:
    yield b"["
    between = b"\n"
    for rows in _rows(url):
        objects = [
            orjson.dumps(
                {
                    "id": row[0],
                    "email": row[1],
                    "placed_at": row[2].isoformat(),
                    "delivered_on": row[3].isoformat() if row[3] else None,
                    "quantity": row[4],
                    "price": str(row[5]),
                    "paid": row[6],
                    "product": row[7],
                    "note": row[8],
                    "delivery": row[9],
                }
            )
            for row in rows
        ]
        yield between + b",\n".join(objects)
        between = b",\n"
    yield b"\n]\n"


def _csv(url: str) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    yield "\ufeff".encode()
    writer.writerow(COLUMNS)
    for rows in _rows(url):
        writer.writerows(
            [
                row[0],
                neutralise(row[1]),
                row[2].isoformat(),
                row[3].isoformat() if row[3] else None,
                row[4],
                str(row[5]),
                "true" if row[6] else "false",
                neutralise(row[7]),
                neutralise(row[8]) if row[8] else row[8],
                row[9],
            ]
            for row in rows
        )
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()


def copied(url: str, folder: Path) -> dict[str, str]:
    """Have the database write its own CSV into a ZIP: fast, and not what is owed."""
    connection = psycopg2.connect(url)
    with (
        zipfile.ZipFile(
            folder / "copy.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as package,
        package.open("orders.csv", "w", force_zip64=True) as member,
        # The driver hands over row by row; gathered, it is a quarter faster.
        io.BufferedWriter(member, 1 << 20) as sink,  # type: ignore[arg-type]
        connection.cursor() as cursor,
    ):
        cursor.copy_expert(f"COPY ({_QUERY}) TO STDOUT (FORMAT csv, HEADER)", sink)
    connection.close()
    return {}
