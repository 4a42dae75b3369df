"""The permission ledger, what it comes to, and who must never be written to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from consent.rules import Act, Channel, State
from lumina_privacy.lib.append_only import AppendOnly
from lumina_privacy.lib.subject_ref import KEYED_HASH


class PermissionEntry(AppendOnly):
    """One act of a person about one purpose and channel; append-only."""

    subject_ref = models.TextField()
    purpose = models.TextField()
    channel = models.TextField(choices=[(c.value, c.value) for c in Channel])
    act = models.TextField(choices=[(a.value, a.value) for a in Act])
    wording = models.TextField(blank=True, default="")
    wording_version = models.TextField(blank=True, default="")
    source = models.TextField()
    evidence = models.TextField(blank=True, default="")
    actor = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(channel__in=[c.value for c in Channel]),
                name="permission_channel_known",
            ),
            models.CheckConstraint(
                condition=models.Q(act__in=[a.value for a in Act]),
                name="permission_act_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(act=Act.GIVEN.value) | ~models.Q(wording=""),
                name="permission_given_has_wording",
            ),
            models.CheckConstraint(
                condition=models.Q(subject_ref__regex=KEYED_HASH),
                name="permission_subject_is_a_keyed_hash",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["subject_ref", "purpose", "channel", "at"],
                name="permission_fold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.purpose} by {self.channel}"


class PermissionState(models.Model):
    """What the entries come to: one indexed row a look-up. A projection."""

    subject_ref = models.TextField()
    purpose = models.TextField()
    channel = models.TextField()
    state = models.TextField(choices=[(s.value, s.value) for s in State])
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["subject_ref", "purpose", "channel"],
                name="permission_state_once",
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=[c.value for c in Channel]),
                name="permission_state_channel_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in State]),
                name="permission_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.purpose} by {self.channel}"


class Suppression(models.Model):
    """A keyed hash that must not be written to; it outlives every erasure."""

    subject_ref = models.TextField()
    purpose = models.TextField(blank=True, default="")  # "" for every marketing purpose
    channel = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["subject_ref", "purpose", "channel"], name="suppression_once"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=[c.value for c in Channel]),
                name="suppression_channel_known",
            ),
            models.CheckConstraint(
                condition=models.Q(subject_ref__regex=KEYED_HASH),
                name="suppression_is_a_keyed_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} since {self.since:%Y-%m-%d}"
