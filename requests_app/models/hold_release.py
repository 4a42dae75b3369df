"""A hold is released by hand only by two people (decision C41)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.fields import SealedText
from requests_app.models.case import Case


class HoldRelease(models.Model):
    """What one person proposed and another agreed to, or did not."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="hold_releases"
    )
    hold = models.BigIntegerField()  # retention's id
    reason = SealedText()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    approved = models.BooleanField(null=True, blank=True)
    settled_by = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_why = SealedText(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["hold"],
                condition=models.Q(settled_at__isnull=True),
                name="hold_release_waits_once",
            ),
            models.CheckConstraint(
                condition=models.Q(proposed_by__startswith="staff:")
                & ~models.Q(reason=""),
                name="hold_release_proposed_by_staff_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    approved__isnull=True, settled_at__isnull=True, settled_by=""
                )
                | models.Q(
                    approved__isnull=False,
                    settled_at__isnull=False,
                    settled_by__startswith="staff:",
                )
                & ~models.Q(settled_why=""),
                name="hold_release_settled_by_staff_with_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(settled_by=models.F("proposed_by")),
                name="hold_release_settled_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"release of hold {self.hold}"
