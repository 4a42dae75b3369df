"""Keys from the environment: one ring per use, and what they may do."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SHORTEST_SIGNING_KEY: Final = 40


class Undecryptable(Exception):
    """The text was not written with any key of this ring, or has been changed."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Named keys, the newest first: the first one writes, all of them read."""

    keys: tuple[tuple[str, bytes], ...]

    @classmethod
    def parse(cls, text: str, *, name: str) -> Keyring:
        """Return the ring of ``id:base64key,id:base64key``. Names ``name`` on error."""
        keys = tuple(
            _parse_key(part.strip(), name) for part in text.split(",") if part.strip()
        )
        ids = [key_id for key_id, _ in keys]
        if not keys or len(set(ids)) != len(ids):
            raise ImproperlyConfigured(
                f"{name} needs one or more keys with different ids."
            )
        return cls(keys)

    @property
    def newest(self) -> tuple[str, bytes]:
        """The id and bytes of the key that writes."""
        return self.keys[0]

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return iter(self.keys)

    def key(self, key_id: str) -> bytes:
        """Return the key named ``key_id``. Raises Undecryptable when it is gone."""
        for known, key in self.keys:
            if known == key_id:
                return key
        raise Undecryptable(f"no key named {key_id}")


def _parse_key(part: str, name: str) -> tuple[str, bytes]:
    key_id, _, encoded = part.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if not key_id.isalnum() or len(key) != _KEY_BYTES:
        raise ImproperlyConfigured(
            f"{name} must be id:key[,id:key], each key 32 bytes in base64; "
            "`python -m lumina_privacy.newkey` prints one."
        )
    return key_id, key


def check_keys(signing: str, master: str, ref: str) -> None:
    """Raise ImproperlyConfigured unless these are three good and different secrets.

    Called by the settings, so that a portal with a bad key does not start.
    """
    if len(signing) < _SHORTEST_SIGNING_KEY:
        raise ImproperlyConfigured(
            f"LUMINA_SIGNING_KEY is shorter than {_SHORTEST_SIGNING_KEY} characters; "
            "`python -m lumina_privacy.newkey` prints one."
        )
    rings = {
        "LUMINA_MASTER_KEYS": Keyring.parse(master, name="LUMINA_MASTER_KEYS"),
        "LUMINA_REF_KEYS": Keyring.parse(ref, name="LUMINA_REF_KEYS"),
    }
    first, second = ({key for _, key in ring} for ring in rings.values())
    if first & second or signing in {master, ref}:
        raise ImproperlyConfigured(
            "LUMINA_SIGNING_KEY, LUMINA_MASTER_KEYS and LUMINA_REF_KEYS must be three "
            "different keys: who learns one must not hold the others."
        )


@cache
def master_keys() -> Keyring:
    """Return the ring that wraps file keys and encrypts columns."""
    return Keyring.parse(settings.LUMINA_MASTER_KEYS, name="LUMINA_MASTER_KEYS")


@cache
def ref_keys() -> Keyring:
    """Return the ring of the keyed hashes that stand for people."""
    return Keyring.parse(settings.LUMINA_REF_KEYS, name="LUMINA_REF_KEYS")


def _derived(key: bytes, use: str) -> bytes:
    return hmac.digest(key, b"lumina:" + use.encode(), sha256)


def keyed_hash(key: bytes, use: str, *parts: str) -> str:
    """Return HMAC-SHA256 of the NUL-joined parts in hex; ``use`` separates purposes."""
    return hmac.digest(_derived(key, use), "\0".join(parts).encode(), sha256).hex()


def seal(text: str, *, use: str) -> str:
    """Return ``text`` encrypted under the newest master key, bound to ``use``."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    key_id, key = master_keys().newest
    box = AESGCM(_derived(key, use)).encrypt(nonce, text.encode(), use.encode())
    return f"{key_id}:{base64.b64encode(nonce + box).decode()}"


def unseal(sealed: str, *, use: str) -> str:
    """Return the text that ``seal`` was given. Raises Undecryptable."""
    key_id, _, encoded = sealed.partition(":")
    key = master_keys().key(key_id)
    try:
        raw = base64.b64decode(encoded, validate=True)
        box = AESGCM(_derived(key, use))
        return box.decrypt(
            raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], use.encode()
        ).decode()
    except (ValueError, InvalidTag) as error:
        raise Undecryptable(
            "the stored text cannot be read with the keys at hand"
        ) from error
