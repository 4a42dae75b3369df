"""Who is let in, and may do what, is changed by two officers (decision C19, ADR 3)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from accounts import emails, policies, queries
from accounts.actions import devices, people
from accounts.models import EnrolmentLink, RoleChange, User
from accounts.queries import officers
from accounts.roles import Role, UserKind
from accounts.states import ChangeKind, ChangeState
from audit import actions as audit
from lumina_privacy.lib.actor import Actor, ActorKind
from lumina_privacy.lib.days import add_working_days, london_day
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.verdict import first_refusal, require

# Monday to Friday: a bank holiday in between makes the look a day early, never late.
LOOK_WORKING_DAYS: Final = 5


@transaction.atomic
def propose_role(
    user_id: int, *, role: Role, why: str, by: Actor, at: datetime
) -> RoleChange:
    """Propose another role for a colleague; give it where nobody need look first.

    Raises Refused when ``policies.may_manage`` does, without a reason, for the role
    they have, and while another change of theirs waits.
    """
    user = people.locked(user_id, by)
    waits = officers.change_waits(user)
    require(
        first_refusal(
            policies.may_say_why(why), policies.may_have_role(user, role, waits=waits)
        )
    )
    others = officers.officers_who_may_look(by, user)
    change = RoleChange(user=user, role=role, was=user.role)
    change.state = _begins_as(
        by, others, may_go_alone=not officers.is_alone_by_own_hand(by, user)
    )
    if change.state != ChangeState.WAITING:
        _give_role(user, role=role, by=by, at=at)
    _write(change, others, why=why, by=by, at=at)
    return change


@transaction.atomic
def propose_colleague(
    *, address: str, name: str, role: Role, why: str, by: Actor, at: datetime
) -> tuple[RoleChange, str]:
    """Propose a new colleague; add them where nobody need look first.

    Return the change and the enrolment link, which is empty while the change waits.
    Raises Refused without a reason, and when the address has or awaits an account.
    """
    known = canonical_email(address)
    require(
        first_refusal(
            policies.may_say_why(why),
            policies.may_be_added(waits=officers.address_waits(known)),
        )
    )
    others, link = officers.officers_who_may_look(by, None), ""
    alone = not officers.is_alone_by_own_hand(by, None)
    change = RoleChange(role=role, state=_begins_as(by, others, may_go_alone=alone))
    if change.state == ChangeState.WAITING:
        require(policies.may_be_added(known=queries.staff_at(known) is not None))
        change.address, change.name = known, name
    else:
        change.user, link = _add_staff(
            address=known, name=name, role=role, by=by, at=at
        )
    _write(change, others, why=why, by=by, at=at)
    return change, link


@transaction.atomic
def close(user_id: int, *, why: str, by: Actor, at: datetime) -> RoleChange:
    """Close a colleague's account at once; another officer looks at it afterwards.

    Locking out cannot wait. Until it is looked at, who closed it gains nothing by it:
    no change and no release goes alone for want of that colleague. Raises Refused
    without a reason, for one's own account and for the last officer's.
    """
    require(policies.may_say_why(why))
    user = people.close_account(user_id, by=by, at=at)
    change = RoleChange(user=user, what=ChangeKind.CLOSE, role=user.role, was=user.role)
    is_off = settings.LUMINA_TWO_PERSON_ROLES == "off"
    change.state = ChangeState.SINGLE if is_off else ChangeState.OWED
    _write(change, officers.officers_who_may_look(by, user), why=why, by=by, at=at)
    return change


@transaction.atomic
def propose_way_in(
    user_id: int, *, what: ChangeKind, why: str, by: Actor, at: datetime
) -> tuple[RoleChange, str]:
    """Propose to open a closed account, or a new enrolment link for an open one.

    Either puts somebody into a colleague's seat, so no officer does it alone: where no
    other can sign in, it waits for who runs the portal (``manage.py agree_change``).
    A command does while no officer can. Return the change and the link, which is empty
    while the change waits. Raises Refused without a reason, and when
    ``policies.may_be_let_in`` or ``may_let_in_from_outside`` does.
    """
    user, _ = people.locked_in_order(user_id)
    waits = officers.change_waits(user)
    others, link = officers.officers_who_may_look(by, user), ""
    require(
        first_refusal(
            policies.may_say_why(why),
            policies.may_be_let_in(user, what, by=by, waits=waits),
            policies.may_let_in_from_outside(by=by, officers=len(others)),
        )
    )
    change = RoleChange(user=user, what=what, role=user.role, was=user.role)
    change.state = _begins_as(by, others, may_go_alone=False)
    if change.state != ChangeState.WAITING:
        link = _let_in(change, by=by, at=at)
    _write(change, others, why=why, by=by, at=at)
    return change, link


def _let_in(change: RoleChange, *, by: Actor, at: datetime) -> str:
    """Open the account, or return its new link and tell whose it is.

    Judged again under the lock: it may have waited for days.
    """
    user, _ = people.locked_in_order(change.user_id or 0)
    require(policies.may_be_let_in(user, change.what, by=by, waits=False))
    if change.what == ChangeKind.REOPEN:
        _open_again(user, by=by, at=at)
        return ""
    link = devices.offer_enrolment(user, by=by, at=at)
    emails.link_offered(user, at=at)
    return link


def _open_again(user: User, *, by: Actor, at: datetime) -> None:
    """Open a locked account, with the devices it had."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("account.staff.reopened", about=str(user.actor), by=by, at=at)


def _add_staff(
    *, address: str, name: str, role: Role, by: Actor, at: datetime
) -> tuple[User, str]:
    """Return a new account and its link. Raises Refused when the address has one."""
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


def _give_role(user: User, *, role: Role, by: Actor, at: datetime) -> None:
    """Give a locked colleague another role, in force with the next page they open."""
    was, user.role = user.role, role
    user.save(update_fields=["role"])
    audit.record(
        "account.staff.changed",
        about=str(user.actor),
        by=by,
        at=at,
        details={"role": role, "was": was},
    )


def _begins_as(
    by: Actor, others: list[User], *, may_go_alone: bool = True
) -> ChangeState:
    """Return whether a change waits. A command goes alone; the only officer may."""
    if settings.LUMINA_TWO_PERSON_ROLES == "off":
        return ChangeState.SINGLE
    if settings.LUMINA_TWO_PERSON_ROLES == "after":
        return ChangeState.OWED
    is_asked = bool(others) or not may_go_alone
    is_an_officer = by.kind is ActorKind.STAFF
    return ChangeState.WAITING if is_an_officer and is_asked else ChangeState.OWED


def _write(
    change: RoleChange, others: list[User], *, why: str, by: Actor, at: datetime
) -> None:
    """Keep a proposal, and tell the other officers of it by mail."""
    change.why, change.proposed_by, change.proposed_at = why.strip(), str(by), at
    if change.state == ChangeState.OWED:
        is_before = settings.LUMINA_TWO_PERSON_ROLES == "before"
        change.alone = is_before and change.what != ChangeKind.CLOSE
        change.look_due_on = add_working_days(london_day(at), LOOK_WORKING_DAYS, ())
    change.save()
    audit.record(
        "account.role.proposed",
        about=_about(change),
        by=by,
        at=at,
        details={
            "change": change.pk,
            "what": change.what,
            "role": change.role,
            "was": change.was,
            "state": change.state,
            "alone": change.alone,
        },
    )
    if change.state != ChangeState.SINGLE:
        for officer in others:
            emails.change_to_look_at(change, to=officer, at=at)


@transaction.atomic
def agree(change_id: int, *, by: Actor, at: datetime) -> tuple[RoleChange, str]:
    """Agree as the second person; what waited is in force from here on.

    Return the change and the enrolment link of who is added or let in by it, else "".
    """
    change = _open(change_id, by)
    waited = change.state == ChangeState.WAITING
    link = _put_in_force(change, by=by, at=at) if waited else ""
    _settle(change, ChangeState.AGREED, by=by, at=at)
    return change, link


def _put_in_force(change: RoleChange, *, by: Actor, at: datetime) -> str:
    """Do what waited; return the enrolment link that comes of it, or nothing."""
    if change.what != ChangeKind.ROLE:
        return _let_in(change, by=by, at=at)
    if change.user_id is not None:
        user = people.locked(change.user_id, by)
        _give_role(user, role=Role(change.role), by=by, at=at)
        return ""
    change.user, link = _add_staff(
        address=change.address,
        name=change.name,
        role=Role(change.role),
        by=by,
        at=at,
    )
    return link


@transaction.atomic
def turn_down(change_id: int, *, why: str, by: Actor, at: datetime) -> RoleChange:
    """Turn a change down as the second officer; what is in force is taken back.

    The colleague has the role from before; who was added or let in has their account
    closed; who was closed has it open again; a link that nobody has used opens nothing
    more.
    """
    change = _open(change_id, by)
    require(policies.may_say_why(why))
    if change.state == ChangeState.OWED and change.user_id is not None:
        _take_back(change, people.locked(change.user_id, by), by=by, at=at)
    _settle(change, ChangeState.TURNED_DOWN, by=by, at=at, why=why)
    return change


def _take_back(change: RoleChange, user: User, *, by: Actor, at: datetime) -> None:
    used = EnrolmentLink.objects.filter(user=user, used_at__gte=change.proposed_at)
    if change.what == ChangeKind.CLOSE:
        if not user.is_active:  # else it was opened since
            _open_again(user, by=by, at=at)
    elif change.what == ChangeKind.LINK and not used.exists():
        people.end_links(user, at=at)
    elif change.what != ChangeKind.ROLE or not change.was:
        people.close_account(user.pk, by=by, at=at)
    elif user.role == change.role:  # else a later change stands
        _give_role(user, role=Role(change.was), by=by, at=at)


@transaction.atomic
def withdraw(change_id: int, *, by: Actor, at: datetime) -> RoleChange:
    """Take one's own proposal back while it waits."""
    change = RoleChange.objects.select_for_update().get(pk=change_id)
    require(policies.may_withdraw(change, by=by))
    _settle(change, ChangeState.WITHDRAWN, by=by, at=at)
    return change


def _open(change_id: int, by: Actor) -> RoleChange:
    change = RoleChange.objects.select_for_update().get(pk=change_id)
    inside = len(officers.officers_who_may_settle(change))
    seats = officers.let_in_by({change.proposed_by})
    require(
        first_refusal(
            policies.may_settle(change, by=by, seats=seats),
            policies.may_settle_from_outside(change, by=by, officers=inside),
        )
    )
    return change


def _settle(
    change: RoleChange, state: ChangeState, *, by: Actor, at: datetime, why: str = ""
) -> None:
    change.state, change.settled_by, change.settled_at = state, str(by), at
    # Who is added has them in the account; who is not needs none.
    change.address = change.name = ""
    change.settled_why = why.strip()
    change.save(
        update_fields=[
            *("user", "address", "name", "state"),
            *("settled_by", "settled_at", "settled_why"),
        ]
    )
    audit.record(
        "account.role.settled",
        about=_about(change),
        by=by,
        at=at,
        details={"change": change.pk, "state": state},
    )


def _about(change: RoleChange) -> str:
    """Return whom it is about; a number where there is no account (yet)."""
    return f"staff:{change.user_id}" if change.user_id else f"role-change:{change.pk}"
