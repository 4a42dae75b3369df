"""The schedule, and what may not be disposed of."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.fields import SealedText
from lumina_privacy.lib.subject_ref import KEYED_HASH
from retention.rules import EndAction, HoldKind


class ScheduleLine(models.Model):
    """How long data of a kind is kept, and why; a version, never changed (C22).

    Proposed lines only count; the DCO approves one with a reason before its first run.
    """

    code = models.TextField()
    version = models.PositiveIntegerField()
    name = models.TextField()
    trigger = models.TextField()
    period = models.TextField()  # ISO 8601
    end_action = models.TextField(choices=[(a.value, a.value) for a in EndAction])
    why = models.TextField()
    owner = models.TextField()
    review_on = models.DateField()
    proposed_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.TextField(blank=True, default="")
    approved_because = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["code", "version"], name="line_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(end_action__in=[a.value for a in EndAction]),
                name="line_end_action_known",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True)
                | ~models.Q(approved_because="") & ~models.Q(approved_by=""),
                name="line_approved_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Hold(models.Model):
    """Data that may not be disposed of, and why. ``placed_for`` is opaque (E14)."""

    kind = models.TextField(choices=[(k.value, k.value) for k in HoldKind])
    placed_for = models.TextField(db_index=True)
    ground = models.TextField()
    placed_at = models.DateTimeField()
    # From an unproved address a request hold is provisional (decision C5).
    provisional_until = models.DateField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.TextField(blank=True, default="")
    released_because = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in HoldKind]),
                name="hold_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True)
                | ~models.Q(released_because=""),
                name="hold_released_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(provisional_until__isnull=True)
                | models.Q(kind=HoldKind.REQUEST.value),
                name="hold_provisional_only_for_a_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} hold for {self.placed_for}"


class HoldIdentifier(models.Model):
    """Whose data a hold covers: hashed to look up, encrypted to search with (E14)."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.TextField()
    ref = models.TextField(db_index=True)
    value = SealedText()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["hold", "kind", "ref"], name="hold_identifier_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ref__regex=KEYED_HASH),
                name="hold_identifier_is_a_keyed_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.hold_id}"


class HoldDataset(models.Model):
    """A dataset a hold is limited to; none means every one."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="datasets")
    system = models.TextField()
    dataset = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["hold", "system", "dataset"], name="hold_dataset_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}.{self.dataset}"
