"""May this session open this door? Every answer is a ``Verdict`` with its reason.

Who of the staff may do what stands in ``roles``; what a case allows now stands in
``requests_app.policies``. Here it is only about being who one says one is.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.models import RoleChange, User
from accounts.roles import Role, UserKind
from accounts.states import ChangeKind, ChangeState
from lumina_privacy.lib.actor import Actor, ActorKind
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse

SUBJECT_FIRST: Final = refuse("Show first that the e-mail address is yours.")
STAFF_FIRST: Final = refuse("Sign in as a member of staff first.")
TOKEN_FIRST: Final = refuse("Use your security key first.")
_WAITS: Final = (
    "A change of this colleague's account waits already: settle it first, under People."
)


def may_open_as_subject(user: User | AnonymousUser) -> Verdict:
    """Say whether this session is a data subject's."""
    return ALLOWED if _is(user, UserKind.SUBJECT) else SUBJECT_FIRST


def may_open_between_factors(user: User | AnonymousUser) -> Verdict:
    """Say whether a member of staff has given the password."""
    return ALLOWED if _is(user, UserKind.STAFF) else STAFF_FIRST


def may_open_as_staff(user: Any) -> Verdict:
    """Say whether a member of staff has given the password and used a device.

    A device of a kind that has since been switched off no longer counts (C27).
    """
    if not _is(user, UserKind.STAFF):
        return STAFF_FIRST
    device = getattr(user, "otp_device", None)
    if device is None or not device_counts(device):
        return TOKEN_FIRST
    return ALLOWED


def may_enrol(user: Any, *, granted: bool) -> Verdict:
    """Say whether a device may be added: by one already in use, or by a grant.

    A grant comes from an enrolment link or a recovery code, never from the password
    alone (E9, C27).
    """
    if granted and _is(user, UserKind.STAFF):
        return ALLOWED
    return may_open_as_staff(user)


def may_use(user: User, permission: str) -> Verdict:
    """Say whether the role of this member of staff carries ``permission``."""
    if user.may(permission):
        return ALLOWED
    return refuse(
        f"Your role ({user.role_name}) does not open this page. "
        "A Data Compliance Officer can change roles under People."
    )


def may_manage(target: User, *, by: Actor, dcos_left: int) -> Verdict:
    """Say whether ``by`` may change the role of ``target`` or close the account.

    Never one's own, and never the last Data Compliance Officer's: nobody could open
    the door again. ``dcos_left`` counts the active ones beside ``target``.
    """
    if target.kind != UserKind.STAFF:
        return refuse("This is not a staff account.")
    if by == target.actor:
        return refuse("You cannot do this to your own account. Ask a colleague.")
    if target.is_active and target.role == Role.DCO and dcos_left == 0:
        return refuse(
            "There must always be one Data Compliance Officer who can sign in."
        )
    return ALLOWED


def may_have_role(target: User, role: Role, *, waits: bool) -> Verdict:
    """Say whether ``role`` may be proposed; ``waits``: another one is already."""
    if waits:
        return refuse(_WAITS)
    if target.role == role:
        return refuse("Your colleague has this role. Choose another one.")
    return ALLOWED


def may_be_let_in(target: User, what: str, *, by: Actor, waits: bool) -> Verdict:
    """Say whether a way in may be proposed: a closed account's, or a new link.

    Never one's own; ``waits``: another change of the account is proposed already.
    """
    if target.kind != UserKind.STAFF:
        return refuse("This is not a staff account.")
    if by == target.actor:
        return refuse("You cannot do this to your own account. Ask a colleague.")
    if waits:
        return refuse(_WAITS)
    if what == ChangeKind.REOPEN and target.is_active:
        return refuse("This account is open.")
    if what == ChangeKind.LINK and not target.is_active:
        return refuse("This account is closed. Reopen it first.")
    return ALLOWED


def may_let_in_from_outside(*, by: Actor, officers: int) -> Verdict:
    """Say whether a command may offer a way in: while no officer can.

    ``officers``: how many beside whom it is about can sign in. What they propose is
    looked at first; the command would go round them.
    """
    if by.kind is ActorKind.STAFF or not officers:
        return ALLOWED
    return refuse(
        "Another officer can sign in: they propose the new link, under /staff/people/."
    )


def may_be_added(*, known: bool = False, waits: bool = False) -> Verdict:
    """Say whether somebody may be added under an address: known, or proposed before."""
    if known:
        return refuse("There is a staff account with this address.")
    if waits:
        return refuse("An account with this address waits already, under People.")
    return ALLOWED


def may_say_why(why: str) -> Verdict:
    """Say whether a reason says anything."""
    return ALLOWED if why.strip() else refuse("Write why.")


def may_settle(
    change: RoleChange, *, by: Actor, seats: Collection[int] = ()
) -> Verdict:
    """Say whether ``by`` may look at a change as the second officer (C19).

    Neither who proposed it, nor whom it is about, nor one of ``seats``: whom the
    proposer let in without anybody having looked. That only officers come here is the
    page's business (``roles``).
    """
    if change.state not in {ChangeState.WAITING, ChangeState.OWED}:
        return refuse("Nobody need look at this change any more.")
    if str(by) == change.proposed_by:
        return refuse("You proposed this, so another officer looks at it.")
    if by.ref == str(change.user_id):
        return refuse("This is about your own account, so another officer looks at it.")
    if by.kind is ActorKind.STAFF and int(by.ref) in seats:
        return refuse(
            "Who proposed this let you in, and nobody has looked at that yet: somebody "
            "else looks at both."
        )
    return ALLOWED


def may_settle_from_outside(change: RoleChange, *, by: Actor, officers: int) -> Verdict:
    """Say whether whoever runs the portal may be the second person, by a command.

    Only for what an officer proposed, and while none of the ``officers`` who can sign
    in may look at it: else the command would go round them.
    """
    if by.kind is ActorKind.STAFF:
        return ALLOWED
    if not change.proposed_by.startswith(f"{ActorKind.STAFF}:"):
        return refuse("A command proposed this, so an officer looks at it.")
    if officers:
        return refuse("Another officer can sign in: they look at it, under People.")
    return ALLOWED


def may_withdraw(change: RoleChange, *, by: Actor) -> Verdict:
    """Say whether ``by`` may take a proposal back."""
    if change.state != ChangeState.WAITING:
        return refuse("Only a change that still waits is taken back.")
    if str(by) != change.proposed_by:
        return refuse("Who proposed it may take it back.")
    return ALLOWED


def may_remove_device(*, devices_left: int) -> Verdict:
    """Say whether a device may be removed; the last one would lock its owner out."""
    if devices_left == 0:
        return refuse("This is your only device. Add another one before you remove it.")
    return ALLOWED


def device_counts(device: object) -> bool:
    """Say whether a device of this class may verify a session here."""
    name = type(device).__name__
    return name == "WebAuthnCredential" or (
        name == "TotpDevice" and settings.LUMINA_STAFF_TOTP
    )


def _is(user: User | AnonymousUser, kind: UserKind) -> bool:
    return isinstance(user, User) and user.is_active and user.kind == kind
