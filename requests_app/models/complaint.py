"""What is complained of, one thing a row, and what was concluded about it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.fields import SealedText
from requests_app.models.case import Case, choices, known
from requests_app.states import IssueOutcome


class ComplaintIssue(models.Model):
    """One thing a complaint is about; the outcome letter answers each."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="issues")
    words = SealedText()
    noted_by = models.TextField()
    noted_at = models.DateTimeField()
    outcome = models.TextField(choices=choices(IssueOutcome), blank=True, default="")
    reasons = SealedText(blank=True, default="")
    # What was done or will be; nothing where all was right.
    action = SealedText(blank=True, default="")
    concluded_by = models.TextField(blank=True, default="")
    concluded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("outcome", IssueOutcome), name="issue_outcome_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    outcome="", concluded_by="", concluded_at__isnull=True
                )
                | ~models.Q(outcome="")
                & ~models.Q(reasons="")
                & models.Q(
                    concluded_by__startswith="staff:", concluded_at__isnull=False
                ),
                name="issue_concluded_has_reasons_and_person",
            ),
        ]

    def __str__(self) -> str:
        return f"issue {self.pk} of {self.case_id}"
