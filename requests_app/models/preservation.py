"""What the owner of a system that overwrites itself was asked to keep."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.fields import SealedText
from requests_app.models.case import Case, choices, known
from requests_app.rules import KeepOutcome


class Preservation(models.Model):
    """The task to keep, the same day, what would overwrite itself (C5, LUM-23).

    Provisional as long as nobody has proved the request.
    """

    reference = models.TextField(unique=True)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="preservations"
    )
    system = models.TextField()
    address = SealedText()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    outcome = models.TextField(choices=choices(KeepOutcome), blank=True, default="")
    note = SealedText(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    # The outbox's id of the newest mail that asks for it.
    mail = models.BigIntegerField(null=True, blank=True)
    # The owner was told that it need not be kept any longer.
    let_go_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["case", "system"], name="preservation_once"
            ),
            models.CheckConstraint(
                condition=known("outcome", KeepOutcome),
                name="preservation_outcome_known",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", answered_at__isnull=True)
                | ~models.Q(outcome="") & models.Q(answered_at__isnull=False),
                name="preservation_answered_has_outcome",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["due_on"],
                name="preservation_waiting",
                condition=models.Q(answered_at__isnull=True, let_go_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has said yet that it is kept."""
        return self.answered_at is None and self.let_go_at is None

    def is_late(self, *, today: date) -> bool:
        """Whether the day on which it had to be kept is over."""
        return self.is_waiting and self.due_on < today
