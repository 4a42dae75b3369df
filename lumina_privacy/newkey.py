"""Fresh keys. Needs no settings, no database and no installed package.

`python -m lumina_privacy.newkey` prints one key for a ring; `... --folder secrets`
writes every secret that docker-compose.yml reads, and leaves those that are there.
"""

from __future__ import annotations

import argparse
import base64
import secrets
import sys
from pathlib import Path


def ring_key() -> str:
    """Return a key as LUMINA_MASTER_KEYS and LUMINA_REF_KEYS take it."""
    key_id = f"k{secrets.token_hex(3)}"
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _password() -> str:
    return secrets.token_hex(32)


def _nothing() -> str:
    # What somebody else gives us, or nothing: the mail server's password.
    return ""


MAKERS = {
    "signing-key": _password,
    "master-keys": ring_key,
    "ref-keys": ring_key,
    "postgres-password": _password,
    "database-owner-password": _password,
    "database-password": _password,
    "broker-password": _password,
    "metrics-token": _password,
    "smtp-password": _nothing,
}


def write(folder: Path) -> list[str]:
    """Write the secrets that ``folder`` lacks; return their names.

    Compose mounts a secret with the mode of its file, and the containers do not run as
    its owner: the files can be read, the folder opened by its owner alone.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    missing = [name for name in MAKERS if not (folder / name).exists()]
    for name in missing:
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(MAKERS[name](), encoding="utf-8")
        path.chmod(0o444)
    return missing


def main() -> None:
    """Print a key, or write a folder of secrets and say which are new."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, help="write what compose needs there")
    folder = parser.parse_args().folder
    if folder is None:
        sys.stdout.write(f"{ring_key()}\n")
        return
    made = write(folder)
    sys.stdout.write(f"{folder}: {', '.join(made) or 'nothing'} made.\n")


if __name__ == "__main__":
    main()
