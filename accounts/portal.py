"""What accounts offer to those below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from accounts.models import EmailCode, User
from accounts.registry import EVENTS
from accounts.roles import ROLE_NAMES, Role, UserKind
from accounts.states import CodePurpose
from lumina_privacy.lib.ports import PortalDataset, PortalRow, Ports
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs

_PURPOSES: Final[Mapping[str, str]] = {
    CodePurpose.SIGN_IN: "To sign in",
    CodePurpose.FILE_REQUEST: "To send a request",
    CodePurpose.DOWNLOAD: "To fetch an answer",
    CodePurpose.OWNER: "To answer for a system",
}


def _users(known: Mapping[str, frozenset[str]]) -> Iterator[PortalRow]:
    """Yield accounts: a colleague's is as much their data as anybody's (Article 15)."""
    for address in sorted(known.get(IdentifierKind.EMAIL, ())):
        for user in User.objects.filter(email=address).order_by("pk"):
            yield PortalRow(
                str(user.pk),
                {
                    "kind": "Colleague" if user.kind == UserKind.STAFF else "Person",
                    "email": user.email,
                    "name": user.name,
                    "created_at": user.created_at.isoformat(),
                    "last_login": user.last_login.isoformat()
                    if user.last_login
                    else None,
                    "role": ROLE_NAMES[Role(user.role)] if user.role else None,
                    "absent_until": user.absent_until.isoformat()
                    if user.absent_until
                    else None,
                },
                IdentifierKind.EMAIL,
                address,
                {"account": str(user.actor)},
            )


def _codes(known: Mapping[str, frozenset[str]]) -> Iterator[PortalRow]:
    for address in sorted(known.get(IdentifierKind.EMAIL, ())):
        refs = all_refs(IdentifierKind.EMAIL, address)
        for code in (
            EmailCode.objects.filter(address_ref__in=refs).order_by("pk").iterator()
        ):
            yield PortalRow(
                str(code.pk),
                {
                    "created_at": code.created_at.isoformat(),
                    "purpose": _PURPOSES[code.purpose],
                    "used_at": code.used_at.isoformat() if code.used_at else None,
                },
                IdentifierKind.EMAIL,
                address,
            )


PORTS = Ports(
    portal_datasets=(PortalDataset("accounts", _users), PortalDataset("codes", _codes)),
    events=EVENTS,
)
