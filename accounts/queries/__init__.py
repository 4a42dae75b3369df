"""Questions about people who sign in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from allauth.account.models import EmailAddress
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from accounts.models import EnrolmentLink, RecoveryCode, TotpDevice, User
from accounts.roles import Permission, Role, UserKind
from accounts.states import SessionKey
from audit import queries as ledger
from audit.queries import EventFacts
from lumina_privacy.lib import crypto, ports
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.wording import humane

SESSION_USE: Final = "accounts.session.address"
STEP_UP_FOR: Final = timedelta(minutes=10)


def user(pk: int) -> User:
    """Return the user. Raises User.DoesNotExist. Costs 1 query."""
    return User.objects.get(pk=pk)


def staff_users() -> list[User]:
    """Return every member of staff by name. Costs 1 query."""
    return list(User.objects.filter(kind=UserKind.STAFF).order_by("name", "pk"))


def who_may(
    permission: Permission, among: Iterable[User] | None = None
) -> tuple[tuple[int, str], ...]:
    """Return id and name of every member of staff with ``permission``, by name.

    Costs 1 query, or none with the staff at hand as ``among``.
    """
    return tuple(
        (user.pk, user.name or user.email)
        for user in (staff_users() if among is None else among)
        if user.may(permission)
    )


def staff_name(actor: str) -> str:
    """Return how staff pages call the actor ``staff:7``, or the actor itself."""
    return staff_names([actor])[actor]


def staff_names(actors: Iterable[str]) -> dict[str, str]:
    """Return how staff pages call each of the actors. Costs 1 query."""
    ids = {}
    for actor in actors:
        kind, _, ref = actor.partition(":")
        ids[actor] = int(ref) if kind == UserKind.STAFF and ref.isdecimal() else None
    known = User.objects.in_bulk([pk for pk in ids.values() if pk is not None])
    return {
        actor: one.name or one.email if pk and (one := known.get(pk)) else actor
        for actor, pk in ids.items()
    }


def proved_addresses(subject: User) -> frozenset[str]:
    """Return the canonical addresses the subject has proved. Costs 1 query.

    Nothing for a member of staff: their mailbox proves nothing here.
    """
    if subject.kind != UserKind.SUBJECT:
        return frozenset()
    rows = EmailAddress.objects.filter(user=subject, verified=True)
    return frozenset(rows.values_list("email", flat=True))


def signed_in_since(email: str, since: datetime) -> bool:
    """Whether whoever reads at ``email`` typed in its code after ``since``. 1 query."""
    known = User.objects.filter(
        kind=UserKind.SUBJECT, is_active=True, last_login__gt=since
    )
    return known.filter(
        emailaddress__email=canonical_email(email), emailaddress__verified=True
    ).exists()


def owner_address(request: HttpRequest) -> str | None:
    """Return the canonical address under which a system owner signed in, if one did."""
    return _sealed_address(request, SessionKey.OWNER)


def pending_address(request: HttpRequest) -> str | None:
    """Return the address that this browser's sign-in code was sent to, if one was."""
    return _sealed_address(request, SessionKey.PENDING)


def pending_about(request: HttpRequest) -> str:
    """Return what binds a sign-in code to this browser, or nothing."""
    return str((request.session.get(SessionKey.PENDING) or {}).get("about", ""))


def stepped_up(request: HttpRequest, about: str, *, at: datetime) -> bool:
    """Whether this session gave a fresh code for ``about`` in the last ten minutes."""
    given = (request.session.get(SessionKey.STEPPED_UP) or {}).get(about)
    if given is None:
        return False
    return timedelta(0) <= at - datetime.fromisoformat(given) <= STEP_UP_FOR


def may_still_enrol(request: HttpRequest, *, at: datetime) -> bool:
    """Whether a link or a recovery code of this session still lets one device in."""
    until = (request.session.get(SessionKey.ENROLLING) or {}).get("until")
    return until is not None and at <= datetime.fromisoformat(until)


def _sealed_address(request: HttpRequest, key: SessionKey) -> str | None:
    sealed = (request.session.get(key) or {}).get("address")
    if sealed is None:
        return None
    try:
        return crypto.unseal(sealed, use=SESSION_USE)
    except crypto.Undecryptable:
        # The master key was replaced for good: the session has nothing more to say.
        return None


def devices_of(staff: User) -> list[Device]:
    """Return the devices enrolled, keys first, oldest first. Costs 2 queries."""
    keys = WebAuthnCredential.objects.filter(user=staff, confirmed=True).order_by("pk")
    apps = TotpDevice.objects.filter(user=staff, confirmed=True).order_by("pk")
    return [*keys, *apps]


def device_kind(device: Device) -> str:
    """Return the ledger's word for a kind of device."""
    return "totp" if isinstance(device, TotpDevice) else "webauthn"


def has_key(staff: User) -> bool:
    """Whether a security key is enrolled. Costs 1 query."""
    return bool(WebAuthnCredential.objects.filter(user=staff, confirmed=True).exists())


def has_app(staff: User) -> bool:
    """Whether an authenticator app is enrolled. Costs 1 query."""
    return TotpDevice.objects.filter(user=staff, confirmed=True).exists()


def has_device(staff: User) -> bool:
    """Whether a second factor is enrolled. Costs up to 2 queries."""
    return has_key(staff) or has_app(staff)


def totp_being_enrolled(staff: User) -> TotpDevice | None:
    """Return the authenticator secret that waits for its first code, if one does."""
    return TotpDevice.objects.filter(user=staff, confirmed=False).first()


def officer_with_device_exists() -> bool:
    """Whether a Data Compliance Officer can sign in. Costs up to 1 + 2n queries."""
    officers = User.objects.filter(kind=UserKind.STAFF, role=Role.DCO, is_active=True)
    return any(has_device(officer) for officer in officers)


def link_hash(token: str) -> str:
    """Return what is kept of an enrolment token: 256 random bits need no slow hash."""
    return sha256(token.encode()).hexdigest()


def link_path(token: str) -> str:
    """Return the path of the page that an enrolment link opens."""
    return reverse("staff-welcome", args=[token])


def open_link(token: str, *, at: datetime) -> EnrolmentLink | None:
    """Return the enrolment link if it can still be used. Costs 1 query."""
    return (
        EnrolmentLink.objects.select_related("user")
        .filter(
            token_hash=link_hash(token),
            used_at__isnull=True,
            expires_at__gt=at,
            user__is_active=True,
        )
        .first()
    )


def recovery_codes_left(staff: User) -> int:
    """Return how many recovery codes are unused. Costs 1 query."""
    return RecoveryCode.objects.filter(user=staff, used_at__isnull=True).count()


def recovery_codes_expiring(staff: User) -> int:
    """Return how many unused codes end with the master key that hashed them.

    Newer ones are kept under a reference key, and named by it. Costs 1 query.
    """
    unused = RecoveryCode.objects.filter(user=staff, used_at__isnull=True)
    return unused.exclude(code_hash__contains=":").count()


@dataclass(frozen=True, slots=True)
class Colleague:
    """One line of the list of staff."""

    user: User
    keys: int
    apps: int


def colleagues() -> list[Colleague]:
    """Return every staff account with the number of its devices. Costs 3 queries."""
    keys = _devices_by_user(WebAuthnCredential)
    apps = _devices_by_user(TotpDevice)
    people = User.objects.filter(kind=UserKind.STAFF).select_related("deputy")
    return [
        Colleague(person, keys.get(person.pk, 0), apps.get(person.pk, 0))
        for person in people.order_by("-is_active", "name", "pk")
    ]


def _devices_by_user(model: type[Device]) -> dict[int, int]:
    rows = (
        model.objects.filter(confirmed=True).values("user_id").annotate(n=Count("pk"))
    )
    return {row["user_id"]: row["n"] for row in rows.order_by()}


def colleague(pk: int) -> User | None:
    """Return a staff account, open or closed, or None. Costs 1 query."""
    return (
        User.objects.select_related("deputy").filter(kind=UserKind.STAFF, pk=pk).first()
    )


def staff_at(address: str) -> User | None:
    """Return the staff account with the address. Raises ValueError when it is none."""
    return User.objects.filter(
        kind=UserKind.STAFF, email=canonical_email(address)
    ).first()


def deputies_for(person: User) -> list[User]:
    """Return who may stand in for somebody: active colleagues. Costs 1 query."""
    others = User.objects.filter(kind=UserKind.STAFF, is_active=True).exclude(
        pk=person.pk
    )
    return list(others.order_by("name", "pk"))


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A row of the ledger, and who did it: a colleague by name.

    ``about``: what it is about, as colleagues know it, and ``page``: where it is to be
    seen, if the reader may; ``is_named``: it has a name beside its number.
    """

    row: EventFacts
    by: str
    about: str
    is_named: bool
    page: str


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Lines of the ledger, newest first, and the key of the page after it."""

    rows: tuple[LedgerLine, ...]
    before: int | None


def ledger_page(
    reader: User,
    *,
    event: str = "",
    about: str = "",
    before: int | None = None,
    size: int = 50,
) -> LedgerPage:
    """Return a page of the ledger by keyset: at the end as quick.

    The rows hold numbers alone: the names are those of today. Costs 2 queries, and one
    for each kind of thing that has names, or pages that ``reader`` may open.
    """
    rows = ledger.page_of_events(before=before, event=event, about=about, size=size + 1)
    people = {str(one.actor): one.name or one.email for one in staff_users()}
    shown = rows[:size]
    ids: dict[str, set[str]] = {}
    for row in shown:
        kind, _, number = row.about.partition(":")
        ids.setdefault(kind, set()).add(number)
    wired = ports.wired()
    names = _by_about(
        (kind, name(ids[kind])) for kind, name in wired.known_as.items() if kind in ids
    )
    pages = _by_about(
        (kind, opened(reader, ids[kind]))
        for kind, opened in wired.opens.items()
        if kind in ids
    )
    lines = tuple(
        LedgerLine(
            row,
            people.get(row.actor) or humane(row.actor).replace(":", " "),
            _about_words(row, names.get(row.about, "")),
            row.about in names,
            pages.get(row.about, ""),
        )
        for row in shown
    )
    return LedgerPage(lines, lines[-1].row.id if len(rows) > size else None)


def _by_about(found: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, str]:
    return {
        f"{kind}:{number}": said
        for kind, those in found
        for number, said in those.items()
    }


def _about_words(row: EventFacts, name: str) -> str:
    if not name:
        return row.about_words
    return f"{humane(row.about.partition(':')[0])} {name}"
