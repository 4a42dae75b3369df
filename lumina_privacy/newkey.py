"""`python -m lumina_privacy.newkey`: one fresh key for a ring. Needs no settings."""

from __future__ import annotations

import base64
import secrets
import sys


def main() -> None:
    """Print a key as LUMINA_MASTER_KEYS and LUMINA_REF_KEYS take it."""
    key_id = f"k{secrets.token_hex(3)}"
    sys.stdout.write(f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode()}\n")


if __name__ == "__main__":
    main()
