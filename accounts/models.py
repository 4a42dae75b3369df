"""People who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Concat

from accounts.roles import ROLE_PERMISSIONS, Permission, Role, UserKind
from lumina_privacy.lib.actor import Actor, ActorKind


class UserManager(BaseUserManager["User"]):
    """Django's own commands look people up by ``login``."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user whose ``login`` it is."""
        return self.get(login=username)


class User(AbstractBaseUser):
    """A member of staff or a data subject.

    ``email`` is canonical (``lib.subject_ref.canonical_email``). The same address may be
    one of each kind: two accounts that never meet.
    """

    kind = models.TextField(choices=[(k.value, k.name.title()) for k in UserKind])
    email = models.TextField()
    login = models.GeneratedField(
        expression=Concat("kind", models.Value(":"), "email"),
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
            models.UniqueConstraint(fields=["kind", "email"], name="user_address_once_per_kind"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in UserKind]), name="user_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=UserKind.STAFF.value, role__in=[r.value for r in Role])
                | models.Q(kind=UserKind.SUBJECT.value, role=""),
                name="user_role_iff_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def is_staff_member(self) -> bool:
        """Whether this is a staff account."""
        return self.kind == UserKind.STAFF

    @property
    def actor(self) -> Actor:
        """The user as the ledger knows it."""
        return Actor(ActorKind(self.kind), str(self.pk))

    def may(self, permission: str) -> bool:
        """Whether the role carries ``permission``; never for a data subject."""
        if not self.is_active or not self.is_staff_member:
            return False
        return Permission(permission) in ROLE_PERMISSIONS[Role(self.role)]
