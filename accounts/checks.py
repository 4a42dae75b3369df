"""Checks before going live: `manage.py check --deploy`."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 (Django's word)


@register(Tags.security, deploy=True)
def staff_door(**_: object) -> list[CheckMessage]:
    """Find what must not, or had better not, stand on the internet."""
    found: list[CheckMessage] = []
    if settings.LUMINA_DEMO and settings.LUMINA_HTTPS:
        found.append(
            Error(
                "The demonstration is switched on at an https origin.",
                hint="Unset LUMINA_DEMO: a command prints the codes of its staff.",
                id="accounts.E001",
            )
        )
    if settings.OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN:
        found.append(
            Error(
                "A security key alone signs staff in.",
                hint="Leave OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN off (E9).",
                id="accounts.E002",
            )
        )
    if settings.SESSION_ENGINE.endswith("signed_cookies"):
        found.append(
            Error(
                "Sessions live in the visitor's cookie.",
                hint="Keep them in the database: the server says what was proved.",
                id="accounts.E003",
            )
        )
    if settings.LUMINA_STAFF_TOTP:
        found.append(
            Warning(
                "Staff may sign in with an authenticator app.",
                hint="Unset LUMINA_STAFF_TOTP: a code can be phished (C27).",
                id="accounts.W001",
            )
        )
    if settings.LUMINA_HTTPS and not settings.LUMINA_PROXIES:
        found.append(
            Warning(
                "No proxy is declared although the origin is https.",
                hint="Set LUMINA_PROXIES, or every visitor counts as one client.",
                id="accounts.W002",
            )
        )
    return found
