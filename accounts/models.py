"""People who sign in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Concat
from django_otp.models import Device, DeviceManager, ThrottlingMixin
from django_otp.oath import TOTP

from accounts.roles import ROLE_NAMES, ROLE_PERMISSIONS, Permission, Role, UserKind
from accounts.states import ChangeKind, ChangeState, CodePurpose
from lumina_privacy.lib.actor import Actor, ActorKind
from lumina_privacy.lib.fields import SealedText

TOTP_DIGITS: Final = 6
MOST_ATTEMPTS: Final = 5  # tries a code by mail
# Who agrees by ``manage.py agree_change`` where no other officer can sign in.
COMMAND: Final = Actor(ActorKind.SYSTEM, "agree_change")


class UserManager(BaseUserManager["User"]):
    """Django's own commands look people up by ``login``."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user whose ``login`` it is."""
        return self.get(login=username)


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]  # a device below
    """A member of staff or a data subject.

    ``email`` is canonical (``lib.subject_ref.canonical_email``). The same address may
    be one of each kind: two accounts that never meet.
    """

    kind = models.TextField(choices=[(k.value, k.name.title()) for k in UserKind])
    email = models.TextField()
    login = models.GeneratedField(
        expression=Concat(
            "kind", models.Value(":", output_field=models.TextField()), "email"
        ),
        output_field=models.TextField(),
        db_persist=True,
        unique=True,
    )
    name = models.TextField(blank=True, default="")
    role = models.TextField(
        blank=True, default="", choices=[(r.value, r.name.title()) for r in Role]
    )
    is_active = models.BooleanField(default=True)
    # Absence and deputy are fields of the account (C19).
    absent_until = models.DateField(null=True, blank=True)
    # Who said so: they do not gain by it (``nobody_is_there``).
    absence_noted_by = models.TextField(blank=True, default="", db_default="")
    deputy = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["kind", "email"], name="user_address_once_per_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in UserKind]),
                name="user_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind=UserKind.STAFF.value, role__in=[r.value for r in Role]
                )
                | models.Q(kind=UserKind.SUBJECT.value, role=""),
                name="user_role_iff_staff",
            ),
            models.CheckConstraint(
                condition=~models.Q(deputy=models.F("id")),
                name="user_deputy_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"

    def is_away(self, today: date) -> bool:
        """Whether a member of staff is away on the London day ``today`` (C19)."""
        return self.absent_until is not None and self.absent_until >= today

    @property
    def is_staff_member(self) -> bool:
        """Whether this is a staff account."""
        return self.kind == UserKind.STAFF

    @property
    def role_name(self) -> str:
        """What screens call the role; nothing for a data subject."""
        return ROLE_NAMES[Role(self.role)] if self.role else ""

    @property
    def actor(self) -> Actor:
        """The user as the ledger knows it."""
        return Actor(ActorKind(self.kind), str(self.pk))

    def may(self, permission: str) -> bool:
        """Whether the role carries ``permission``; never for a data subject."""
        if not self.is_active or not self.is_staff_member:
            return False
        return Permission(permission) in ROLE_PERMISSIONS[Role(self.role)]


class EmailCode(models.Model):
    """A code sent to an address. Only its keyed hash is kept (decision E9).

    ``about`` is what it opens (``submission:12``); ``superseded`` when a newer one for
    the same thing and purpose went to the same address.
    """

    address_ref = models.TextField()
    purpose = models.TextField(choices=[(p.value, p.name.title()) for p in CodePurpose])
    about = models.TextField(blank=True, default="")
    salt = models.TextField()
    code_hash = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=[p.value for p in CodePurpose]),
                name="email_code_purpose_known",
            ),
            models.CheckConstraint(
                condition=models.Q(attempts__lte=MOST_ATTEMPTS),
                name="email_code_tried_five_times_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True)
                | models.Q(used_at__lt=models.F("expires_at")),
                name="email_code_used_in_time",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["address_ref", "purpose", "-id"], name="email_code_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"code {self.pk} for {self.purpose}"


class TotpDevice(ThrottlingMixin, Device):  # type: ignore[misc]  # django-otp has no types
    """A time-based code generator; its secret is encrypted where it lies.

    Allowed only by a setting, and then promise LUM-27 is at risk (decision C27).
    """

    secret = SealedText()  # 20 bytes in hex
    last_step = models.BigIntegerField(default=-1)

    objects: ClassVar[models.Manager[TotpDevice]] = DeviceManager()

    def was_used(self, token: str, at: datetime) -> bool:
        """Whether ``token`` is the code, of now or just before, that was used last."""
        if not (token.isascii() and token.isdigit() and len(token) == TOTP_DIGITS):
            return False
        totp = TOTP(bytes.fromhex(self.secret), digits=TOTP_DIGITS)
        totp.time = at.timestamp()
        if not totp.verify(int(token), tolerance=1):
            return False
        return int(totp.t()) == self.last_step

    def step_of(self, token: str, at: datetime) -> int | None:
        """Return the step whose code ``token`` is, of now or one beside, or None.

        A step that was used, or an older one, never counts again. Decides nothing:
        ``actions.staff.give_totp`` and ``actions.devices.enrol_totp`` do, and take it.
        """
        if not (token.isascii() and token.isdigit() and len(token) == TOTP_DIGITS):
            return None
        totp = TOTP(bytes.fromhex(self.secret), digits=TOTP_DIGITS)
        totp.time = at.timestamp()
        if not totp.verify(int(token), tolerance=1, min_t=self.last_step + 1):
            return None
        return int(totp.t())

    def get_throttle_factor(self) -> float:
        """Double the wait after each wrong code, from one second."""
        return 1.0


class RecoveryCode(models.Model):
    """A code on paper that lets its owner enrol a new key, once (decision C27)."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    salt = models.TextField()
    code_hash = models.TextField()
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class EnrolmentLink(models.Model):
    """A one-time link by which a member of staff sets a password and enrols a key."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="enrolment_links"
    )
    token_hash = models.TextField(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    made_by = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True)
                | models.Q(used_at__lt=models.F("expires_at")),
                name="enrolment_link_used_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment link {self.pk}"


class RoleChange(models.Model):
    """A role or a way in that somebody is to have: proposed by one, seen by another.

    Decision C19. Of somebody who is to be added, ``user`` is empty until it is agreed,
    and ``name`` and ``address`` are emptied once it is settled. Of a way in (``what``)
    ``role`` and ``was`` are the role that the account has.
    """

    what = models.TextField(
        choices=[(k.value, k.name.title()) for k in ChangeKind],
        default=ChangeKind.ROLE.value,
        # For a process from before the column, while a new version is rolled out.
        db_default=ChangeKind.ROLE.value,
    )
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.TextField(blank=True, default="")
    name = models.TextField(blank=True, default="")
    role = models.TextField(choices=[(r.value, r.name.title()) for r in Role])
    was = models.TextField(blank=True, default="")
    state = models.TextField(choices=[(s.value, s.name.title()) for s in ChangeState])
    # Nobody else was there to look first.
    alone = models.BooleanField(default=False)
    why = SealedText()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    look_due_on = models.DateField(null=True, blank=True)
    settled_by = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_why = SealedText(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(role__in=[r.value for r in Role]),
                name="role_change_role_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ChangeState]),
                name="role_change_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(what=ChangeKind.ROLE.value)
                | models.Q(
                    what__in=[k.value for k in ChangeKind if k is not ChangeKind.ROLE],
                    user__isnull=False,
                ),
                name="role_change_known_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, address="", name="")
                | ~models.Q(address="") & models.Q(state=ChangeState.WAITING.value)
                | models.Q(
                    address="",
                    name="",
                    state__in=[
                        ChangeState.TURNED_DOWN.value,
                        ChangeState.WITHDRAWN.value,
                    ],
                ),
                name="role_change_names_whom_while_it_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        ChangeState.WAITING.value,
                        ChangeState.OWED.value,
                        ChangeState.SINGLE.value,
                    ],
                    settled_by="",
                    settled_at__isnull=True,
                )
                | models.Q(
                    state=ChangeState.WITHDRAWN.value,
                    settled_by=models.F("proposed_by"),
                    settled_at__isnull=False,
                )
                | models.Q(
                    ~models.Q(settled_by=models.F("proposed_by")),
                    models.Q(settled_by__startswith="staff:")
                    | models.Q(settled_by=str(COMMAND)),
                    state__in=[ChangeState.AGREED.value, ChangeState.TURNED_DOWN.value],
                    settled_at__isnull=False,
                ),
                name="role_change_settled_by_another",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(state=ChangeState.WAITING.value),
                name="role_change_one_waits_for_each",
            ),
        ]

    def __str__(self) -> str:
        return f"role change {self.pk}"

    @property
    def role_name(self) -> str:
        """What screens call the role that is to be had."""
        return ROLE_NAMES[Role(self.role)]

    @property
    def was_name(self) -> str:
        """What screens call the role from before; nothing for who is to be added."""
        return ROLE_NAMES[Role(self.was)] if self.was else ""
