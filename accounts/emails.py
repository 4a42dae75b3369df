"""The mails of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings

from accounts.models import EmailCode, User
from accounts.states import CodePurpose
from lumina_privacy.lib.mail import render
from outbox import actions as outbox
from outbox.states import MessageKind

_FOR: Final = {
    CodePurpose.SIGN_IN: "follow your request",
    CodePurpose.FILE_REQUEST: "send your request",
    CodePurpose.DOWNLOAD: "download your answer",
    CodePurpose.OWNER: "answer a question about a system you look after",
}


def code(row: EmailCode, *, address: str, code: str, at: datetime) -> None:
    """Queue the mail with a code; its text is wiped when it has been sent."""
    mail = render(
        "accounts/emails/code",
        {"code": code, "what_for": _FOR[CodePurpose(row.purpose)], "minutes": 15},
    )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="sign-in-code",
        to=address,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        about=f"code:{row.pk}",
        dedupe_key=f"code:{row.pk}",
        at=at,
        secret=True,
    )


def recovery_used(user: User, *, to: str, at: datetime, key: str) -> None:
    """Queue the notice to the DCO that a recovery code was used (decision C27)."""
    mail = render(
        "accounts/emails/recovery_used",
        {"account": user.pk, "page": f"{settings.LUMINA_ORIGIN}/staff/people/"},
    )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="security-notice",
        to=to,
        subject=mail.subject,
        text=mail.text,
        about=str(user.actor),
        dedupe_key=key,
        at=at,
    )
