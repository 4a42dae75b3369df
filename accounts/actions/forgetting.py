"""Sessions and codes that are of no use any more are erased."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import EmailCode, User


def clear_sessions(*, at: datetime) -> int:
    """Erase sessions that have ended; return how many."""
    gone, _ = Session.objects.filter(expire_date__lte=at).delete()
    return gone


def end_sessions(user: User, *, at: datetime) -> int:
    """End every session of one account; return how many.

    Whose a session is stands inside it, so all live ones are read: a few thousand rows.
    """
    theirs = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=at).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    gone, _ = Session.objects.filter(pk__in=theirs).delete()
    return gone


def forget_codes(*, before: datetime) -> int:
    """Erase codes sent before ``before`` that open nothing any more; how many."""
    gone, _ = EmailCode.objects.filter(
        created_at__lt=before, expires_at__lt=before
    ).delete()
    return gone
