"""Questions about officers, and about changes that take two of them (decision C19)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Q

from accounts.models import EnrolmentLink, RoleChange, User
from accounts.queries import has_device, staff_name, staff_users
from accounts.roles import Role, UserKind
from accounts.states import ChangeKind, ChangeState
from lumina_privacy.lib.actor import Actor, ActorKind

_STAFF: Final = f"{ActorKind.STAFF}:"
_OUTSIDE: Final = (
    "No other officer can sign in to agree, so whoever runs this portal is the second "
    "person: the next page names the command."
)


def officers_beside(person: User) -> int:
    """Return how many other DCO accounts are open. Costs 1 query."""
    officers = User.objects.filter(kind=UserKind.STAFF, role=Role.DCO, is_active=True)
    return officers.exclude(pk=person.pk).count()


def officers_who_may_look(by: Actor, about: User | None) -> list[User]:
    """Return the officers who can sign in, but ``by`` and whom a change is about.

    Nor whom ``by`` let in without anybody having looked. Costs 2 queries, and 2 for
    each officer.
    """
    seats = let_in_by({str(by)})
    return [
        one
        for one in officers_but(by, about)
        if one.pk not in seats and has_device(one)
    ]


def is_alone_by_own_hand(by: Actor, about: User | None) -> bool:
    """Return whether going alone would be of ``by``'s own making.

    It takes an officer's seat away, or ``by`` has taken one away and nobody has looked
    at that yet: then the second person is whoever runs the portal. Costs 1 query.
    """
    if about is not None and about.role == Role.DCO and about.is_active:
        return True
    return any(was == Role.DCO for _, was in taken_away_by(by))


def taken_away_by(by: Actor) -> list[tuple[User, Role]]:
    """Return whose account ``by`` closed or changed without anybody having looked.

    With the role that they had. Costs 1 query.
    """
    owed = RoleChange.objects.filter(
        Q(what=ChangeKind.CLOSE) | Q(what=ChangeKind.ROLE) & ~Q(was=""),
        state=ChangeState.OWED,
        proposed_by=str(by),
    ).select_related("user")
    return [(row.user, Role(row.was)) for row in owed if row.user is not None]


def let_in_by(actors: Collection[str]) -> frozenset[int]:
    """Return the accounts that ``actors`` let in without anybody having looked.

    Costs 1 query.
    """
    owed = RoleChange.objects.filter(
        Q(what__in=[ChangeKind.REOPEN, ChangeKind.LINK])
        | Q(what=ChangeKind.ROLE, was=""),
        state=ChangeState.OWED,
        proposed_by__in=actors,
    )
    return frozenset(pk for pk in owed.values_list("user_id", flat=True) if pk)


def officers_but(by: Actor, about: User | None) -> list[User]:
    """Return the open accounts of officers but these two. Costs 1 query."""
    officers = User.objects.filter(kind=UserKind.STAFF, role=Role.DCO, is_active=True)
    return [
        officer
        for officer in officers.order_by("pk")
        if officer.actor != by and officer != about
    ]


def officers_who_may_settle(change: RoleChange) -> list[User]:
    """Return the officers who can sign in and may look at a change.

    Costs 1 query, and 2 for each officer.
    """
    return officers_who_may_look(Actor.parse(change.proposed_by), change.user)


def seats_of(actors: Collection[str], *, since: datetime) -> frozenset[int]:
    """Return the staff accounts that are no second person beside ``actors``.

    Whoever had an enrolment link in hand could have used it. So neither the accounts
    that came in since then by a link of theirs, nor those by whose link they came in,
    nor those they let in without anybody having looked. Costs 2 queries.
    """
    own = {int(Actor.parse(one).ref) for one in actors if one.startswith(_STAFF)}
    used = EnrolmentLink.objects.filter(
        Q(made_by__in=actors) | Q(user__in=own), used_at__gte=since
    )
    seats = set(let_in_by(actors))
    for user_id, made_by in used.values_list("user_id", "made_by"):
        if made_by in actors:
            seats.add(user_id)
        if user_id in own and made_by.startswith(_STAFF):
            seats.add(int(Actor.parse(made_by).ref))
    return frozenset(seats - own)


def second_look_words(by: Actor, about: User | None) -> str:
    """Say beside the button what becomes of a change of a role that ``by`` makes.

    Costs what ``officers_who_may_look`` does.
    """
    mode = settings.LUMINA_TWO_PERSON_ROLES
    if mode == "off":
        return "In force at once."
    if mode == "after":
        return (
            "In force at once, and listed under People until another officer has "
            "looked."
        )
    if officers_who_may_look(by, about):
        return "In force when another officer has agreed. They get a mail."
    if is_alone_by_own_hand(by, about):
        return _OUTSIDE
    return (
        "No other officer can sign in to look at it first: in force at once, recorded "
        "as done alone, and listed under People until another officer has looked."
    )


def let_in_words(by: Actor, about: User | None) -> str:
    """Say beside the button what becomes of a way in that ``by`` proposes.

    Never alone: where no other officer can sign in, whoever runs the portal agrees by a
    command. Costs what ``officers_who_may_look`` does.
    """
    if settings.LUMINA_TWO_PERSON_ROLES != "before" or officers_who_may_look(by, about):
        return second_look_words(by, about)
    return _OUTSIDE


def change_waits(person: User) -> bool:
    """Whether a change of the colleague's account waits. Costs 1 query."""
    return RoleChange.objects.filter(user=person, state=ChangeState.WAITING).exists()


def address_waits(address: str) -> bool:
    """Whether a colleague with the canonical address waits to be added. 1 query."""
    waiting = RoleChange.objects.filter(state=ChangeState.WAITING)
    return waiting.filter(address=address).exists()


@dataclass(frozen=True, slots=True)
class OpenChange:
    """A change that another officer has to look at, in the words of pages."""

    change: RoleChange
    whom: str
    proposed_by: str
    waits: bool

    @property
    def brings(self) -> str:
        """What the change is to, or brings."""
        if self.change.what == ChangeKind.REOPEN:
            return "account opened again"
        if self.change.what == ChangeKind.LINK:
            return "new enrolment link"
        if self.change.what == ChangeKind.CLOSE:
            return "account closed"
        return self.change.role_name


def open_changes() -> list[OpenChange]:
    """Return what another officer has to look at, oldest first. Costs 2 queries."""
    rows = RoleChange.objects.filter(
        state__in=[ChangeState.WAITING, ChangeState.OWED]
    ).select_related("user")
    names = {str(user.actor): user.name or user.email for user in staff_users()}
    return [_open_change(row, names) for row in rows.order_by("pk")]


def staff_change(pk: int) -> OpenChange | None:
    """Return a change of a staff account, open or settled, or None. Costs 2 queries."""
    row = RoleChange.objects.select_related("user").filter(pk=pk).first()
    if row is None:
        return None
    return _open_change(row, {row.proposed_by: staff_name(row.proposed_by)})


def _open_change(row: RoleChange, names: dict[str, str]) -> OpenChange:
    whom = (row.user.name or row.user.email) if row.user else (row.name or row.address)
    by = names.get(row.proposed_by, row.proposed_by)
    return OpenChange(row, whom, by, row.state == ChangeState.WAITING)
