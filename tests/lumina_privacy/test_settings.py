"""Settings are read in a process of their own: the environment is all they see."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import Any

import pytest

from lumina_privacy.newkey import ring_key
from tests.deploy.compose import ROOT

SHOW = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name, None) for name in %r}, default=str))
"""
TEN_A = base64.b64encode(b"a" * 32).decode()


def environment(**more: str | None) -> dict[str, str]:
    values: dict[str, str | None] = {
        "DJANGO_SETTINGS_MODULE": "lumina_privacy.settings",
        "LUMINA_SIGNING_KEY": "s" * 64,
        "LUMINA_MASTER_KEYS": ring_key(),
        "LUMINA_REF_KEYS": ring_key(),
        "LUMINA_ORIGIN": "https://privacy.example.org",
        "LUMINA_SMTP_URL": "smtp://mail.example.org",
        "LUMINA_MAIL_FROM": "privacy@example.org",
        "DATABASE_URL": "postgresql://app@db.example.org/lumina",
        "REDIS_URL": "redis://broker.example.org/0",
        **more,
    }
    return {name: value for name, value in values.items() if value is not None}


def read(*names: str, **more: str | None) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", SHOW % (names,)],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=True,
    )
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def complaint(**more: str | None) -> str:
    """The one line that `manage.py` stops with."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_https_switches_everything_on_that_https_needs():
    values = read(
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SECURE_PROXY_SSL_HEADER",
        "ALLOWED_HOSTS",
        "DEBUG",
    )
    assert values == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 63_072_000,
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SECURE_PROXY_SSL_HEADER": None,
        "ALLOWED_HOSTS": ["privacy.example.org"],
        "DEBUG": False,
    }


def test_a_header_says_https_only_when_a_proxy_of_ours_is_declared():
    values = read("SECURE_PROXY_SSL_HEADER", LUMINA_PROXIES="1")
    assert values["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_a_password_may_stand_in_a_file_beside_the_url(tmp_path):
    for name, word in (("database", "p@ss/word"), ("broker", "b:r"), ("smtp", "m")):
        (tmp_path / name).write_text(f"{word}\n")
    values = read(
        "DATABASES",
        "REDIS_URL",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_PORT",
        "EMAIL_USE_TLS",
        LUMINA_DATABASE_PASSWORD_FILE=str(tmp_path / "database"),
        LUMINA_BROKER_PASSWORD_FILE=str(tmp_path / "broker"),
        LUMINA_SMTP_URL="smtp+tls://portal@mail.example.org",
        LUMINA_SMTP_PASSWORD_FILE=str(tmp_path / "smtp"),
    )
    database = values["DATABASES"]["default"]
    assert (database["USER"], database["PASSWORD"]) == ("app", "p@ss/word")
    assert values["REDIS_URL"] == "redis://:b%3Ar@broker.example.org/0"
    assert (values["EMAIL_HOST_USER"], values["EMAIL_HOST_PASSWORD"]) == ("portal", "m")
    assert (values["EMAIL_PORT"], values["EMAIL_USE_TLS"]) == (587, True)


def test_a_password_in_the_url_wins_and_an_owner_is_an_owner_only_when_asked():
    given = {
        "DATABASE_URL": "postgresql://app:own@db.example.org/lumina?sslmode=require",
        "LUMINA_DATABASE_PASSWORD": "other",
        "DATABASE_OWNER_URL": "postgresql://owner@db.example.org/lumina",
        "LUMINA_DATABASE_OWNER_PASSWORD": "owners",
    }
    plain = read("DATABASES", **given)["DATABASES"]["default"]
    assert (plain["USER"], plain["PASSWORD"]) == ("app", "own")
    assert plain["OPTIONS"]["sslmode"] == "require"
    owner = read("DATABASES", **given, LUMINA_AS_OWNER="1")["DATABASES"]["default"]
    assert (owner["USER"], owner["PASSWORD"]) == ("owner", "owners")


def test_files_and_their_keys_go_to_two_buckets():
    values = read(
        "STORAGES",
        LUMINA_VAULT_STORE="s3",
        LUMINA_VAULT_BUCKET="files",
        LUMINA_KEY_BUCKET="file-keys",
        LUMINA_S3_ENDPOINT="https://s3.example.org",
    )["STORAGES"]
    assert values["vault"]["OPTIONS"]["bucket_name"] == "files"
    assert values["keys"]["OPTIONS"]["bucket_name"] == "file-keys"
    assert values["keys"]["OPTIONS"]["endpoint_url"] == "https://s3.example.org"
    assert values["keys"]["BACKEND"] == "storages.backends.s3.S3Storage"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"LUMINA_SIGNING_KEY": None}, "LUMINA_SIGNING_KEY is not set."),
        ({"LUMINA_SIGNING_KEY": "short"}, "LUMINA_SIGNING_KEY is shorter than 40"),
        ({"LUMINA_MASTER_KEYS": "k1:abc"}, "LUMINA_MASTER_KEYS must be id:key"),
        (
            {"LUMINA_MASTER_KEYS": f"k1:{TEN_A}", "LUMINA_REF_KEYS": f"k2:{TEN_A}"},
            "must be three different keys",
        ),
        ({"LUMINA_REF_KEYS": None}, "LUMINA_REF_KEYS is not set."),
        ({"LUMINA_ORIGIN": "privacy.example.org"}, "LUMINA_ORIGIN is 'privacy"),
        ({"DATABASE_URL": "mysql://a@b/c"}, "DATABASE_URL must be postgresql://"),
        ({"DATABASE_URL": "postgresql://a@b:x/c"}, "DATABASE_URL: the port must"),
        ({"REDIS_URL": "amqp://b"}, "REDIS_URL must begin with redis://"),
        ({"LUMINA_SMTP_URL": "mail.example.org"}, "LUMINA_SMTP_URL must be smtp://"),
        ({"LUMINA_MAIL_FROM": None}, "LUMINA_MAIL_FROM is not set. Write the address"),
        ({"LUMINA_MAIL_FROM": "privacy"}, "LUMINA_MAIL_FROM is 'privacy'. Write the"),
        ({"LUMINA_TWO_PERSON_ROLES": "on"}, "LUMINA_TWO_PERSON_ROLES is 'on'"),
        ({"LUMINA_LOG_LEVEL": "LOUD"}, "LUMINA_LOG_LEVEL is 'LOUD'"),
        ({"LUMINA_LOGLEVEL": "INFO"}, "LUMINA_LOGLEVEL: no setting of this name"),
        ({"LUMINA_MAILFROM": "x@y"}, "Did you mean LUMINA_MAIL_FROM?"),
        # Only secrets are read from files: this one would be passed over in silence.
        ({"LUMINA_ORIGIN_FILE": "/dev/null"}, "LUMINA_ORIGIN_FILE: no setting of"),
        ({"LUMINA_VAULT_STORE": "s3"}, "must name two buckets"),
        (
            {
                "LUMINA_VAULT_STORE": "s3",
                "LUMINA_VAULT_BUCKET": "one",
                "LUMINA_KEY_BUCKET": "one",
            },
            "must name two buckets",
        ),
        (
            {"LUMINA_REF_KEYS": None, "LUMINA_REF_KEYS_FILE": "/nowhere/ref-keys"},
            "LUMINA_REF_KEYS_FILE names /nowhere/ref-keys, which cannot be read",
        ),
        (
            {"LUMINA_REF_KEYS": None, "LUMINA_REF_KEYS_FILE": "/dev/null"},
            "LUMINA_REF_KEYS_FILE names /dev/null, which is empty.",
        ),
        (
            {"LUMINA_REF_KEYS_FILE": "/dev/null"},
            "LUMINA_REF_KEYS and LUMINA_REF_KEYS_FILE are both set",
        ),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_variable(given, sentence):
    assert sentence in complaint(**given)


def test_celery_takes_json_only_and_keeps_no_result():
    values = read(
        "CELERY_ACCEPT_CONTENT",
        "CELERY_TASK_SERIALIZER",
        "CELERY_TASK_IGNORE_RESULT",
        "CELERY_RESULT_BACKEND",
        "CELERY_TASK_ACKS_LATE",
        "CELERY_TASK_REJECT_ON_WORKER_LOST",
        "CELERY_WORKER_PREFETCH_MULTIPLIER",
        "CELERY_TASK_TIME_LIMIT",
    )
    assert values == {
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_RESULT_BACKEND": None,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_TASK_TIME_LIMIT": 6 * 3600,
    }


def test_days_of_reminders_are_whole_numbers_the_most_first():
    names = ("LUMINA_REMIND_DAYS", "LUMINA_ESCALATE_DAYS")
    assert read(*names) == {names[0]: [7, 3], names[1]: [2, 0]}
    assert read(names[0], LUMINA_REMIND_DAYS="1, 5,5") == {names[0]: [5, 1]}
    # Set and empty is not set: a slip leaves nobody without a reminder.
    assert read(names[0], LUMINA_REMIND_DAYS="") == {names[0]: [7, 3]}


@pytest.mark.parametrize("said", ["a week", "-1", "1.5", "\u0663"])
def test_days_that_are_no_whole_numbers_stop_the_start(said):
    told = complaint(LUMINA_ESCALATE_DAYS=said)
    assert "LUMINA_ESCALATE_DAYS is" in told
    assert "write whole numbers of days, as 7,3" in told
