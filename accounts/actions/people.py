"""Staff accounts: closed, absent, with another password (C19, E9).

Adding one, opening or closing one and giving a role take two persons: ``role_changes``.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts import emails, policies
from accounts.actions.forgetting import end_sessions
from accounts.models import EnrolmentLink, User
from accounts.queries import officers
from accounts.roles import Role, UserKind
from audit import actions as audit
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.verdict import refuse, require


@transaction.atomic
def close_account(user_id: int, *, by: Actor, at: datetime) -> User:
    """Close a colleague's account: sessions end at once, links open nothing more.

    They stay ended when the account is opened again. The other officers are told by
    mail, and whose account it is.
    """
    user = locked(user_id, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user, at=at)
    end_links(user, at=at)
    audit.record("account.staff.closed", about=str(user.actor), by=by, at=at)
    for told in (*officers.officers_but(by, user), user):
        emails.account_closed(user, to=told, at=at)
    return user


def end_links(user: User, *, at: datetime) -> None:
    """Have the account's unused enrolment links open nothing more."""
    EnrolmentLink.objects.filter(user=user, used_at__isnull=True).update(expires_at=at)


@transaction.atomic
def set_absence(
    user_id: int, *, until: date | None, deputy_id: int | None, by: Actor, at: datetime
) -> User:
    """Note until which day (London) somebody is away, and who stands in (C19)."""
    user = User.objects.select_for_update().get(pk=user_id, kind=UserKind.STAFF)
    if deputy_id == user.pk:
        require(refuse("Somebody else has to stand in."))
    user.absent_until, user.deputy_id = until, deputy_id
    user.absence_noted_by = str(by)
    user.save(update_fields=["absent_until", "deputy_id", "absence_noted_by"])
    audit.record(
        "account.staff.absent",
        about=str(user.actor),
        by=by,
        at=at,
        details={"until": until.isoformat() if until else "", "deputy": deputy_id or 0},
    )
    return user


@transaction.atomic
def change_password(user: User, *, password: str, at: datetime) -> None:
    """Set one's own password; every other session of the account ends with it."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(
        "account.password.changed", about=str(user.actor), by=user.actor, at=at
    )


def locked(user_id: int, by: Actor) -> User:
    """Return the account locked, if ``by`` may manage it: the last officer stays."""
    user, left = locked_in_order(user_id)
    require(policies.may_manage(user, by=by, dcos_left=left))
    return user


def locked_in_order(user_id: int) -> tuple[User, int]:
    """Return the account, locked after every officer's, and how many others are open.

    Always in this order, so that two who change each other do not wait for ever.
    """
    officers = list(
        User.objects.select_for_update()
        .filter(kind=UserKind.STAFF, role=Role.DCO, is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    user = User.objects.select_for_update().get(pk=user_id, kind=UserKind.STAFF)
    return user, len([pk for pk in officers if pk != user.pk])
