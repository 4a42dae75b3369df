"""What a person showed of who they are, and what became of it (decision D9)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from requests_app.identity import EvidenceGone
from requests_app.models.case import Case, choices, known


class IdentityEvidence(models.Model):
    """One picture that shows who somebody is; kept until that is decided.

    The row stays: that something came, when, and what became of it. The content lies in
    the vault, and never leaves the portal.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="shown")
    asked = models.PositiveIntegerField()  # the event that asked for it
    file = models.UUIDField(unique=True)  # the vault's id
    # Whether it is written anew as a picture. Before that nobody opens it.
    is_ready = models.BooleanField()
    # It came with a message, and is opened there.
    with_message = models.BooleanField(default=False)
    given_by = models.TextField()
    given_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_for = models.TextField(choices=choices(EvidenceGone), blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(gone_at__isnull=True, gone_for="")
                | models.Q(gone_at__isnull=False)
                & ~models.Q(gone_for="")
                & known("gone_for", EvidenceGone),
                name="evidence_gone_for_a_reason",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["given_at"],
                name="evidence_kept",
                condition=models.Q(gone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk} of {self.case_id}"
