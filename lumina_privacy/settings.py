"""Every setting, from the environment. docs/settings.md explains each variable."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from lumina_privacy.lib.clamd import check_clamd
from lumina_privacy.lib.crypto import check_keys
from lumina_privacy.lib.env import (
    env_bool,
    env_choice,
    env_days,
    env_int,
    env_list,
    env_second_person,
    env_secret,
    env_sender,
    env_str,
    refuse_unknown,
)
from lumina_privacy.lib.logs import to_console
from lumina_privacy.lib.services import (
    broker,
    database,
    mail,
    on_disk,
    with_password,
)
from lumina_privacy.schedule import BEAT
from lumina_privacy.stores import stores

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
check_keys(SECRET_KEY, LUMINA_MASTER_KEYS, LUMINA_REF_KEYS)

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

_DATABASE_REMEDY = (
    "Write postgresql://user:password@host:5432/name, or start with ./run."
)
# A password may stand in the URL or, from a file of its own, beside it.
DATABASE_URL = with_password(
    env_secret("DATABASE_URL", remedy=_DATABASE_REMEDY),
    env_secret("LUMINA_DATABASE_PASSWORD", default=""),
)
# Migrations need an owner; the portal itself runs without DDL or TRUNCATE (E11).
DATABASE_OWNER_URL = with_password(
    env_secret("DATABASE_OWNER_URL", default=DATABASE_URL),
    env_secret("LUMINA_DATABASE_OWNER_PASSWORD", default=""),
)
_as_owner = env_bool("LUMINA_AS_OWNER", default=False)
DATABASES = {
    "default": database(DATABASE_OWNER_URL, "DATABASE_OWNER_URL")
    if _as_owner
    else database(DATABASE_URL, "DATABASE_URL")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = with_password(
    broker(
        env_secret(
            "REDIS_URL", remedy="Write redis://host:6379/0, or start with ./run."
        ),
        "REDIS_URL",
    ),
    env_secret("LUMINA_BROKER_PASSWORD", default=""),
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
    "lumina_privacy.lib.once.remembering",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.DoorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lumina_privacy.errors.WordedRefusals",
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
if LUMINA_HTTPS:
    # The prefix has browsers refuse the cookie from any other host, a subdomain too.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = LUMINA_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
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
# The published heads of the audit chain, outside the database (E11).
JOURNAL_DIR = Path(env_str("LUMINA_JOURNAL_DIR", default=str(DATA_DIR / "journal")))
STORAGES = {
    "default": on_disk(DATA_DIR / "unused"),
    **stores(VAULT_DIR, KEY_DIR),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# The largest file an owner may answer a task with (C47: mailboxes and video).
LUMINA_UPLOAD_MB = env_int("LUMINA_UPLOAD_MB", default=4096, at_least=1)
LUMINA_CLAMD_URL = check_clamd(env_str("LUMINA_CLAMD_URL", default=""))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
_handler = "django.core.files.uploadhandler.MemoryFileUploadHandler"
FILE_UPLOAD_HANDLERS = [_handler, "lumina_privacy.uploads.NamelessUploadHandler"]
# Where the S3 client spools: the data volume, not /tmp, which may be memory.
FILE_UPLOAD_TEMP_DIR = str(DATA_DIR / "tmp") if (DATA_DIR / "tmp").is_dir() else None

# --- Mail -----------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
_smtp = mail(
    with_password(
        env_secret(
            "LUMINA_SMTP_URL",
            remedy="Write smtp://user:password@host:25 (smtps:// for TLS).",
        ),
        env_secret("LUMINA_SMTP_PASSWORD", default=""),
    ),
    "LUMINA_SMTP_URL",
)
EMAIL_HOST = _smtp.host
EMAIL_PORT = _smtp.port
EMAIL_HOST_USER = _smtp.user
EMAIL_HOST_PASSWORD = _smtp.password
EMAIL_USE_SSL = _smtp.tls_from_start
EMAIL_USE_TLS = _smtp.starttls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_sender("LUMINA_MAIL_FROM")
LUMINA_BOUNCES_TO = env_str("LUMINA_BOUNCES_TO", default="")
# The embedded or configured mailbox where delivered mail can be read; shown by ./run.
LUMINA_MAILBOX_URL = env_str("LUMINA_MAILBOX_URL", default="")

# --- The register ---------------------------------------------------------------------
LUMINA_REGISTER_DIR = Path(
    env_str(
        "LUMINA_REGISTER_DIR", default=str(BASE_DIR / "lumina_privacy" / "register")
    )
)

# --- Casework -------------------------------------------------------------------------
LUMINA_TWO_PERSON_RELEASE = env_second_person("LUMINA_TWO_PERSON_RELEASE")
LUMINA_TWO_PERSON_OBJECTION = env_second_person("LUMINA_TWO_PERSON_OBJECTION")
LUMINA_TWO_PERSON_ROLES = env_second_person("LUMINA_TWO_PERSON_ROLES")
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
# So many days before it who has the case is written to, and the DCO (ADR 23).
LUMINA_REMIND_DAYS = env_days("LUMINA_REMIND_DAYS", default="7,3")
LUMINA_ESCALATE_DAYS = env_days("LUMINA_ESCALATE_DAYS", default="2,0")

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
    # What is not acknowledged by then is given out again. Nothing waits for it: leases
    # end sooner, sweeps find the rows, and a doubled message finds the lease taken.
    "visibility_timeout": 3600,
    "global_keyprefix": f"{LUMINA_NAMESPACE}:",
    # A broker that does not answer must not hold up a page: a sweep finds the row.
    "socket_connect_timeout": 2,
    "socket_timeout": 5,  # well over the second that a worker waits for a message
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
}
CELERY_TASK_PUBLISH_RETRY = False
# A hung task gives its place back; its row is taken up again when the lease ends.
CELERY_TASK_TIME_LIMIT = env_int("LUMINA_TASK_HOURS", default=6, at_least=1) * 3600
# A process makes way for a new one now and then: a library's leak stays small.
CELERY_WORKER_MAX_TASKS_PER_CHILD = 5000
CELERY_WORKER_CONCURRENCY = env_int("LUMINA_WORKER_TASKS", default=2, at_least=1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: a worker that gives up is a night without work.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_DB_REUSE_MAX = 100
CELERY_TIMEZONE = "Europe/London"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = BEAT
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- The web server (gunicorn_conf.py) and its watchers -------------------------------
LUMINA_WEB_HOST = env_str("LUMINA_WEB_HOST", default="127.0.0.1")
LUMINA_WEB_PORT = env_int("PORT", default=8000, at_least=1)
LUMINA_WEB_WORKERS = env_int("LUMINA_WEB_WORKERS", default=2, at_least=1)
LUMINA_WEB_THREADS = env_int("LUMINA_WEB_THREADS", default=4, at_least=1)
# Without a token nobody may read /metrics; there is no such page then.
LUMINA_METRICS_TOKEN = env_secret("LUMINA_METRICS_TOKEN", default="")

# --- Logs: events, no query strings, no personal data ---------------------------------
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOGGING = to_console(env_choice("LUMINA_LOG_LEVEL", _LEVELS, default="INFO"))

refuse_unknown(os.environ)
