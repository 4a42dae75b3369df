"""Every setting, from the environment. docs/settings.md explains each variable."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from lumina_privacy.lib.env import (
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_secret,
    env_str,
    refuse_unknown,
)

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env_str("DATA_DIR", default=str(BASE_DIR / ".state"))).resolve()

# --- Keys: three different things, none with a default --------------------------------
_NEWKEY = "`python -m lumina_privacy.newkey` prints one; `./run` makes its own."
SECRET_KEY = env_secret("LUMINA_SIGNING_KEY", remedy=_NEWKEY)
SECRET_KEY_FALLBACKS = [
    key for key in [env_secret("LUMINA_SIGNING_KEY_OLD", default="")] if key
]
LUMINA_MASTER_KEYS = env_secret("LUMINA_MASTER_KEYS", remedy=_NEWKEY)
LUMINA_REF_KEYS = env_secret("LUMINA_REF_KEYS", remedy=_NEWKEY)

# --- Where we are ---------------------------------------------------------------------
DEBUG = env_bool("LUMINA_DEBUG", default=False)
LUMINA_ORIGIN = env_str(
    "LUMINA_ORIGIN", remedy="Write https://privacy.example.org."
).rstrip("/")
_origin = urlsplit(LUMINA_ORIGIN)
if _origin.scheme not in {"http", "https"} or not _origin.hostname or _origin.path:
    raise ImproperlyConfigured(
        f"LUMINA_ORIGIN is {LUMINA_ORIGIN!r}; write scheme and host, as https://privacy.example.org."
    )
LUMINA_HTTPS = _origin.scheme == "https"
ALLOWED_HOSTS = [_origin.hostname, *env_list("LUMINA_EXTRA_HOSTS")]
CSRF_TRUSTED_ORIGINS = [LUMINA_ORIGIN]
# How many proxies of ours stand in front; their X-Forwarded-For entries are believed.
LUMINA_PROXIES = env_int("LUMINA_PROXIES", default=0)
# The demonstration: named people, a banner, generated systems. Never in production.
LUMINA_DEMO = env_bool("LUMINA_DEMO", default=False)
# Separates throttles and cache entries of several portals on one Redis.
LUMINA_NAMESPACE = env_str("LUMINA_NAMESPACE", default="lumina")


def _database(url: str, name: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} must be postgresql://user:password@host:5432/name; the "
            "portal's own database is PostgreSQL only."
        )
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = unquote(options.pop("host", "")) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **options},
    }


_DATABASE_REMEDY = (
    "Write postgresql://user:password@host:5432/name, or start with ./run."
)
DATABASE_URL = env_secret("DATABASE_URL", remedy=_DATABASE_REMEDY)
# Migrations need an owner; the portal itself runs without DDL or TRUNCATE (E11).
DATABASE_OWNER_URL = env_secret("DATABASE_OWNER_URL", default=DATABASE_URL)
_as_owner = env_bool("LUMINA_AS_OWNER", default=False)
DATABASES = {
    "default": _database(
        DATABASE_OWNER_URL if _as_owner else DATABASE_URL,
        "DATABASE_OWNER_URL" if _as_owner else "DATABASE_URL",
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_secret(
    "REDIS_URL", remedy="Write redis://host:6379/0, or start with ./run."
)
if urlsplit(REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
    raise ImproperlyConfigured(
        "REDIS_URL must begin with redis://, rediss:// or unix://."
    )
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": LUMINA_NAMESPACE,
    }
}

# --- Apps -----------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_otp",
    "django_otp_webauthn",
    "csp",
    "template_partials",
    "django_prometheus",
    "audit",
    "outbox",
    "vault",
    "accounts",
    "datamap",
    "retention",
    "consent",
    "requests_app",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.DoorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "lumina_privacy.urls"
WSGI_APPLICATION = "lumina_privacy.wsgi.application"
LUMINA_WIRING = "lumina_privacy.wiring.collect"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lumina_privacy.context.portal",
            ],
        },
    }
]

# --- Time, language -------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# --- People ---------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.StaffBackend",
    "accounts.backends.SubjectBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator"
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "subject-sign-in"
ACCOUNT_ADAPTER = "accounts.adapters.SubjectAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# WebAuthn security keys are the default; TOTP puts promise LUM-27 at risk (C27).
LUMINA_STAFF_TOTP = env_bool("LUMINA_STAFF_TOTP", default=False)
OTP_WEBAUTHN_RP_NAME = "Lumina Privacy"
OTP_WEBAUTHN_RP_ID = _origin.hostname
OTP_WEBAUTHN_ALLOWED_ORIGINS = [LUMINA_ORIGIN]
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
OTP_WEBAUTHN_HELPER_CLASS = "accounts.adapters.KeyHelper"

# --- Sessions, cookies, transport -----------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# accounts.middleware ends sessions by whose they are; the cookie has to outlast it.
LUMINA_STAFF_IDLE_MINUTES = env_int("LUMINA_STAFF_IDLE_MINUTES", default=30, at_least=1)
LUMINA_STAFF_SESSION_HOURS = env_int(
    "LUMINA_STAFF_SESSION_HOURS", default=10, at_least=1
)
LUMINA_SUBJECT_IDLE_MINUTES = env_int(
    "LUMINA_SUBJECT_IDLE_MINUTES", default=60, at_least=1
)
LUMINA_SUBJECT_SESSION_HOURS = env_int(
    "LUMINA_SUBJECT_SESSION_HOURS", default=8, at_least=1
)
SESSION_COOKIE_AGE = (
    max(LUMINA_STAFF_SESSION_HOURS, LUMINA_SUBJECT_SESSION_HOURS) * 3600
)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = LUMINA_HTTPS
CSRF_COOKIE_SECURE = LUMINA_HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = LUMINA_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000 if LUMINA_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = LUMINA_HTTPS
SECURE_HSTS_PRELOAD = LUMINA_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if LUMINA_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env_str("LUMINA_STATIC_ROOT", default=str(DATA_DIR / "static")))
VAULT_DIR = Path(env_str("LUMINA_VAULT_DIR", default=str(DATA_DIR / "vault")))
# The key store is left out of the ordinary backup (D8); put it on a volume of its own.
KEY_DIR = Path(env_str("LUMINA_KEY_DIR", default=str(DATA_DIR / "keys")))
# The effects ledger and the audit heads, outside the database (D12, E11, E15).
JOURNAL_DIR = Path(env_str("LUMINA_JOURNAL_DIR", default=str(DATA_DIR / "journal")))
_VAULT_STORE = env_choice("LUMINA_VAULT_STORE", ("disk", "s3"), default="disk")


def _store(directory: Path, bucket_variable: str) -> dict[str, Any]:
    if _VAULT_STORE == "s3":
        bucket = env_str(
            bucket_variable, remedy="Name the bucket, or LUMINA_VAULT_STORE=disk."
        )
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {"bucket_name": bucket, "file_overwrite": False},
        }
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(directory),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


STORAGES = {
    "default": _store(VAULT_DIR, "LUMINA_VAULT_BUCKET"),
    "vault": _store(VAULT_DIR, "LUMINA_VAULT_BUCKET"),
    "keys": _store(KEY_DIR, "LUMINA_KEY_BUCKET"),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# The largest file an owner may answer a task with (C47: mailboxes and video).
LUMINA_UPLOAD_MB = env_int("LUMINA_UPLOAD_MB", default=4096, at_least=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Mail -----------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
_smtp = urlsplit(
    env_secret(
        "LUMINA_SMTP_URL",
        remedy="Write smtp://user:password@host:25 (smtps:// for TLS).",
    )
)
if _smtp.scheme not in {"smtp", "smtps", "smtp+tls"} or not _smtp.hostname:
    raise ImproperlyConfigured(
        "LUMINA_SMTP_URL must be smtp://, smtp+tls:// or smtps://host:port."
    )
EMAIL_HOST = _smtp.hostname
EMAIL_PORT = _smtp.port or 25
EMAIL_HOST_USER = unquote(_smtp.username or "")
EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
EMAIL_USE_SSL = _smtp.scheme == "smtps"
EMAIL_USE_TLS = _smtp.scheme == "smtp+tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_str("LUMINA_MAIL_FROM", default="privacy@luminatech.example")
# The embedded or configured mailbox where delivered mail can be read; shown by ./run.
LUMINA_MAILBOX_URL = env_str("LUMINA_MAILBOX_URL", default="")

# --- The register ---------------------------------------------------------------------
LUMINA_REGISTER_DIR = Path(
    env_str(
        "LUMINA_REGISTER_DIR", default=str(BASE_DIR / "lumina_privacy" / "register")
    )
)

# --- Casework -------------------------------------------------------------------------
# off | before | after (C19).
LUMINA_TWO_PERSON_RELEASE = env_choice(
    "LUMINA_TWO_PERSON_RELEASE", ("off", "before", "after"), default="before"
)
# C16: destroyed this long after collection, or after release if never collected.
LUMINA_PACKAGE_DAYS_COLLECTED = env_int(
    "LUMINA_PACKAGE_DAYS_COLLECTED", default=30, at_least=1
)
LUMINA_PACKAGE_DAYS = env_int("LUMINA_PACKAGE_DAYS", default=90, at_least=1)

# Tries of an unreachable system until a person is asked; each wait is longer.
LUMINA_SEARCH_TRIES = env_int("LUMINA_SEARCH_TRIES", default=8, at_least=1)
# Work of a worker that died is taken up this long after its last sign of life (E13).
LUMINA_LEASE_SECONDS = env_int("LUMINA_LEASE_SECONDS", default=60, at_least=2)
# The queue warns this many days before the safe day.
LUMINA_WARN_DAYS = env_int("LUMINA_WARN_DAYS", default=7)

# --- Celery ---------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = LUMINA_NAMESPACE
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "global_keyprefix": f"{LUMINA_NAMESPACE}:",
    # A broker that does not answer must not hold up a page: the row is written, and
    # the sweep finds it.
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: a worker that gives up is a night without work.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_DB_REUSE_MAX = 100
CELERY_TIMEZONE = "Europe/London"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# One entry a job: one failure must not stop the others.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox-send": {"task": "outbox.send_due", "schedule": 5.0},
    "audit-seal": {"task": "audit.seal", "schedule": 10.0},
    "audit-publish-head": {
        "task": "audit.publish_head",
        "schedule": crontab(hour="0", minute="5"),
    },
    "case-search-sweep": {"task": "requests_app.sweep_searches", "schedule": 15.0},
    "case-package-sweep": {"task": "requests_app.sweep_packages", "schedule": 15.0},
    "nightly": {
        "task": "requests_app.nightly",
        "schedule": crontab(hour="2", minute="10"),
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- Logs: events, no query strings, no personal data ---------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {
        "handlers": ["console"],
        "level": env_str("LUMINA_LOG_LEVEL", default="INFO"),
    },
}

refuse_unknown(os.environ)
