"""The mails of accounts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse

from accounts.models import EmailCode, RoleChange, User
from accounts.states import ChangeState, CodePurpose
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
        {
            "code": code,
            "what_for": _FOR[CodePurpose(row.purpose)],
            "minutes": (row.expires_at - row.created_at) // timedelta(minutes=1),
        },
    )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="sign-in-code",
        to=address,
        subject=mail.subject,
        text=mail.text,
        about=f"code:{row.pk}",
        dedupe_key=f"code:{row.pk}",
        at=at,
        secret=True,
    )


def recovery_used(user: User, *, to: str, at: datetime, key: str) -> None:
    """Queue the notice to the DCO that a recovery code was used (decision C27)."""
    mail = render(
        "accounts/emails/recovery_used",
        {"account": user.pk, "page": _link("staff-people")},
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


def account_closed(user: User, *, to: User, at: datetime) -> None:
    """Queue the notice that an officer closed a staff account.

    To another officer, with the page where they look at it; or to whose account it is,
    to whom no page of staff opens any more.
    """
    if to.pk == user.pk:
        mail = render("accounts/emails/own_account_closed", {"account": user.pk})
    else:
        mail = render(
            "accounts/emails/account_closed",
            {"account": user.pk, "page": _link("staff-person", user.pk)},
        )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="security-notice",
        to=to.email,
        subject=mail.subject,
        text=mail.text,
        about=str(user.actor),
        dedupe_key=f"account-closed:{user.pk}:{at.isoformat()}:{to.pk}",
        at=at,
    )


def link_offered(user: User, *, at: datetime) -> None:
    """Queue the notice to whose account it is that a new enrolment link was made.

    Whoever uses the link sits in their seat, so they learn of it by a way of their own.
    """
    mail = render("accounts/emails/link_offered", {"account": user.pk})
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="security-notice",
        to=user.email,
        subject=mail.subject,
        text=mail.text,
        about=str(user.actor),
        dedupe_key=f"link-offered:{user.pk}:{at.isoformat()}",
        at=at,
    )


def change_to_look_at(change: RoleChange, *, to: User, at: datetime) -> None:
    """Queue the notice to an officer that a change of a staff account wants a look."""
    mail = render(
        "accounts/emails/role_change",
        {
            "waits": change.state == ChangeState.WAITING,
            "page": _link("staff-change", change.pk),
        },
    )
    outbox.queue(
        kind=MessageKind.SERVICE,
        purpose="second-look",
        to=to.email,
        subject=mail.subject,
        text=mail.text,
        about=f"role-change:{change.pk}",
        dedupe_key=f"role-change:{change.pk}:{to.pk}",
        at=at,
    )


def _link(name: str, *args: int) -> str:
    return f"{settings.LUMINA_ORIGIN}{reverse(name, args=args)}"
