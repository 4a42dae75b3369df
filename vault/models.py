"""What is known of each encrypted file. Its key is in the storage ``keys``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.fields import SealedText
from vault.states import FilePurpose, ScanState


class StoredFile(models.Model):
    """One encrypted file. ``size_bytes`` and ``sha256`` are those of the plain text."""

    id = models.UUIDField(primary_key=True)
    purpose = models.TextField(choices=[(p.value, p.name.title()) for p in FilePurpose])
    about = models.TextField(db_index=True)
    name = SealedText()
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.TextField()
    # Under which master key the file's own key is wrapped.
    wrapped_under = models.TextField()
    # What the virus scanner said; nothing opens what waits for it.
    scan = models.TextField(
        choices=[(s.value, s.name.title()) for s in ScanState], blank=True, default=""
    )
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_for = models.TextField(blank=True, default="")
    # The key is destroyed with the row; the content follows, and may be retried.
    content_gone = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=[p.value for p in FilePurpose]),
                name="stored_file_purpose_known",
            ),
            models.CheckConstraint(
                condition=models.Q(scan__in=[s.value for s in ScanState]),
                name="stored_file_scan_known",
            ),
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True, destroyed_for="")
                | models.Q(destroyed_at__isnull=False) & ~models.Q(destroyed_for=""),
                name="stored_file_destroyed_for_a_reason",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["created_at"],
                name="stored_file_to_scan",
                condition=models.Q(scan="waiting"),
            ),
            models.Index(
                fields=["id"],
                name="stored_file_to_clear",
                condition=models.Q(destroyed_at__isnull=False, content_gone=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
