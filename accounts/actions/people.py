"""Staff accounts: added, moved between roles, closed, absent (C19, E9)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts import emails, policies, queries
from accounts.actions import devices
from accounts.actions.forgetting import end_sessions
from accounts.models import EnrolmentLink, User
from accounts.roles import Role, UserKind
from audit import actions as audit
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.verdict import refuse, require


@transaction.atomic
def add_staff(
    *, address: str, name: str, role: Role, by: Actor, at: datetime
) -> tuple[User, str]:
    """Add a member of staff; return the account and its one-time enrolment link.

    Call only from ``role_changes``, which asks a second officer. Raises Refused when
    the address has an account.
    """
    user, made = User.objects.get_or_create(
        kind=UserKind.STAFF,
        email=canonical_email(address),
        defaults={"name": name, "role": role, "created_at": at, "password": "!"},
    )
    if not made:
        require(policies.may_be_added(known=True))
    audit.record(
        "account.staff.added",
        about=str(user.actor),
        by=by,
        at=at,
        details={"role": role},
    )
    return user, devices.offer_enrolment(user, by=by, at=at)


def give_role(user: User, *, role: Role, by: Actor, at: datetime) -> None:
    """Give a locked colleague another role, in force with the next page they open.

    Call only from ``role_changes``, which asks a second officer.
    """
    was, user.role = user.role, role
    user.save(update_fields=["role"])
    audit.record(
        "account.staff.changed",
        about=str(user.actor),
        by=by,
        at=at,
        details={"role": role, "was": was},
    )


@transaction.atomic
def close_account(user_id: int, *, by: Actor, at: datetime) -> User:
    """Close a colleague's account: sessions end at once, links open nothing more.

    They stay ended when the account is opened again. One officer alone may: locking out
    cannot wait. The others are told by mail.
    """
    user = locked(user_id, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user, at=at)
    end_links(user, at=at)
    audit.record("account.staff.closed", about=str(user.actor), by=by, at=at)
    for officer in queries.officers_but(by, user):
        emails.account_closed(user, to=officer, at=at)
    return user


def end_links(user: User, *, at: datetime) -> None:
    """Have the account's unused enrolment links open nothing more."""
    EnrolmentLink.objects.filter(user=user, used_at__isnull=True).update(expires_at=at)


@transaction.atomic
def reopen_account(user_id: int, *, by: Actor, at: datetime) -> User:
    """Open a closed account again, with the devices it had.

    Call only from ``role_changes``, which asks a second person.
    """
    user = locked(user_id, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("account.staff.reopened", about=str(user.actor), by=by, at=at)
    return user


@transaction.atomic
def offer_new_link(user_id: int, *, by: Actor, at: datetime) -> tuple[User, str]:
    """Return a new enrolment link for a colleague who lost every device.

    Call only from ``role_changes``, which asks a second person: whoever has the link in
    hand can take the account.
    """
    user = User.objects.select_for_update().get(pk=user_id, kind=UserKind.STAFF)
    return user, devices.offer_enrolment(user, by=by, at=at)


@transaction.atomic
def set_absence(
    user_id: int, *, until: date | None, deputy_id: int | None, by: Actor, at: datetime
) -> User:
    """Note until which day (London) somebody is away, and who stands in (C19)."""
    user = User.objects.select_for_update().get(pk=user_id, kind=UserKind.STAFF)
    if deputy_id == user.pk:
        require(refuse("Somebody else has to stand in."))
    user.absent_until, user.deputy_id = until, deputy_id
    user.save(update_fields=["absent_until", "deputy_id"])
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
