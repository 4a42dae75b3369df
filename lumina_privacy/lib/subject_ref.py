"""A keyed hash stands for a person's identifier wherever rows are joined.

``"<key id>:" + HMAC-SHA256(key, kind NUL canonical value)``: one per identifier, never
a table of people. Look-ups ask for every live key, so that keys can be rotated.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final, NewType

import idna
import phonenumbers

from lumina_privacy.lib import crypto

SubjectRef = NewType("SubjectRef", str)

# How a reference looks, for CHECK constraints: no table takes an address instead.
KEYED_HASH = "^[A-Za-z0-9]+:[0-9a-f]{64}$"
_USE = "subject-ref"
# How a number may begin, and what may stand before its extension.
_TEL: Final = re.compile(r"^tel:", re.IGNORECASE)
_EXTENSION: Final = re.compile(
    r"(?<!/)[\s,;]*(?:extension|extn?|xtn?|x)(?=[\s:.=-]*\d{1,9}#?$)", re.IGNORECASE
)


class IdentifierKind(StrEnum):
    """Identifiers that a person may prove. Systems may declare more of their own."""

    EMAIL = "email"
    PHONE = "phone"
    POSTAL = "postal"


def canonical_email(address: str) -> str:
    """Return the address in lower case, NFC, its domain in IDNA ASCII.

    Plus-tags and dots stay: they fold only for near matches, never for identity.
    Raises ValueError when it is no address.

    >>> canonical_email(" Ann@Bücher.example "), canonical_email("a@faß.example")
    ('ann@xn--bcher-kva.example', 'a@xn--fa-hia.example')
    """
    text = unicodedata.normalize("NFC", address.strip().lower())
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or any(c.isspace() for c in text):
        raise ValueError("not an e-mail address")
    try:
        return f"{local}@{_ascii_domain(domain)}"
    except UnicodeError as error:
        raise ValueError("not an e-mail address") from error


def _ascii_domain(domain: str) -> str:
    # Python's own codec knows the rules of 2003 only: it takes faß.example for
    # fass.example, which is another's.
    if domain.isascii():
        return domain.encode("idna").decode("ascii")
    return idna.encode(domain, uts46=True, transitional=False).decode("ascii")


def canonical_phone(number: str) -> str:
    """Return the number as E.164, read as British when it has no country code.

    An extension is part of it: colleagues share what stands before it. Raises
    ValueError when it is no possible number, and when other words or another number
    stand with it: those may say whose it is.

    >>> canonical_phone("(01442) 500890"), canonical_phone("01442 500890 ext 23")
    ('+441442500890', '+441442500890;ext=23')
    """
    text = " ".join(_visible(number).split())
    text = _TEL.sub("", text)
    if not _is_bare(text):
        raise ValueError("not a telephone number")
    try:
        parsed = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a telephone number") from error
    if not phonenumbers.is_possible_number(parsed):
        raise ValueError("not a telephone number")
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return f"{number};ext={parsed.extension}" if parsed.extension else number


def _visible(text: str) -> str:
    """Drop what nobody sees: marks of direction come with numbers that are copied."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _is_bare(text: str) -> bool:
    """Whether nothing but one number and its extension stands in a text.

    >>> [_is_bare(text) for text in ("07700 900177, ext. 2", "07700 900177 x2 Bob")]
    [True, False]
    """
    rest = _EXTENSION.sub("", text)
    return not any(c.isalpha() or c in ",;|&" for c in rest)


def written(kind: str, value: str) -> str:
    """Return an identifier as people write it: numbers in groups, the rest as it is.

    >>> written("phone", "+441442500890"), written("postal", "37 Mark Road")
    ('+44 1442 500890', '37 Mark Road')
    """
    if kind != IdentifierKind.PHONE:
        return value
    try:
        parsed = phonenumbers.parse(canonical_phone(value))
    except (ValueError, phonenumbers.NumberParseException):
        return value
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def canonical_text(value: str) -> str:
    """Return the value in NFC and lower case with single blanks.

    >>> canonical_text("  37  Mark Road ")
    '37 mark road'
    """
    return " ".join(unicodedata.normalize("NFC", value).lower().split())


def canonical(kind: str, value: str) -> str:
    """Return the one spelling of ``value`` under which it is hashed and compared.

    Raises ValueError when the value is not of its kind.
    """
    if kind == IdentifierKind.EMAIL:
        return canonical_email(value)
    if kind == IdentifierKind.PHONE:
        return canonical_phone(value)
    return canonical_text(value)


def subject_ref(kind: str, value: str) -> SubjectRef:
    """Return the reference under the newest key, to be written."""
    key_id, key = crypto.ref_keys().newest
    return _ref(key_id, key, kind, canonical(kind, value))


def all_refs(kind: str, value: str) -> tuple[SubjectRef, ...]:
    """Return the references under every live key, to be looked up."""
    known = canonical(kind, value)
    return tuple(_ref(key_id, key, kind, known) for key_id, key in crypto.ref_keys())


def _ref(key_id: str, key: bytes, kind: str, known: str) -> SubjectRef:
    return SubjectRef(f"{key_id}:{crypto.keyed_hash(key, _USE, kind, known)}")
