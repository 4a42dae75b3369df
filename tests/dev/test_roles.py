"""Each database role of `./run` has a password of its own, known to who needs it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from dev import roles
from dev.supervisor import Portal

URLS = {
    roles.OWNER: os.environ[roles.OWNERS],
    roles.APPLICATION: os.environ["DATABASE_URL"],
    roles.DEMO: os.environ[roles.variable("crm")],
}


def portal(folder: Path, **variables: str) -> Portal:
    return Portal(folder, 0, quiet=True, variables=variables)


def test_roles_have_passwords_of_their_own():
    parts = {role: urlsplit(url) for role, url in URLS.items()}

    assert {role: part.username for role, part in parts.items()} == {
        role: role for role in URLS
    }
    assert len({part.password for part in parts.values()}) == len(URLS)


@pytest.mark.parametrize("role", [roles.OWNER, roles.DEMO, "postgres"])
def test_password_of_the_application_opens_no_other_role(role):
    parts = urlsplit(URLS[roles.APPLICATION])
    tried = parts._replace(
        netloc=f"{role}:{parts.password}@{parts.netloc.split('@')[1]}"
    )
    psycopg2.connect(URLS[roles.APPLICATION]).close()

    with pytest.raises(psycopg2.OperationalError, match="password authentication"):
        psycopg2.connect(tried.geturl())


def test_what_serves_does_not_know_the_owners_url(tmp_path, monkeypatch):
    """Nor when the caller brings it, for servers of their own."""
    monkeypatch.setenv(roles.OWNERS, "postgresql://owner:brought@db/x")
    made = portal(tmp_path, DATABASE_URL="postgresql://app:a@db/x")
    (tmp_path / "secrets").mkdir()

    serving, migrating = made.environment(), made.environment(as_owner=True)
    made.variables[roles.OWNERS] = "postgresql://owner:made@db/x"
    made.keep_environment()

    assert roles.OWNERS not in serving
    assert "owner" not in serving["DATABASE_URL"]
    assert migrating[roles.OWNERS] == "postgresql://owner:brought@db/x"
    assert roles.OWNERS not in made.environment()
    kept = (tmp_path / "secrets" / "environment.json").read_text()
    assert "owner" not in kept
    assert "DATABASE_URL" in kept
