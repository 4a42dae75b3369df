"""The person is asked, where there is doubt, whether somebody acts for them (D9)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.fields import SealedText
from requests_app.models.authority import Authority


class AuthorityLink(models.Model):
    """A link to a page with two buttons: they act for me, or they do not.

    Kept hashed; it works once, and for a while. ``email`` is where it went.
    """

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="links"
    )
    token_hash = models.TextField(unique=True)
    email = SealedText()
    email_ref = models.TextField(db_index=True)
    # Why we are in doubt: the person reads it.
    reason = SealedText()
    offered_by = models.TextField()
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, confirmed__isnull=True)
                | models.Q(
                    answered_at__isnull=False,
                    confirmed__isnull=False,
                    answered_at__lt=models.F("expires_at"),
                ),
                name="authority_link_answered_in_time",
            ),
            models.CheckConstraint(
                condition=models.Q(offered_by__startswith="staff:")
                & ~models.Q(reason=""),
                name="authority_link_offered_by_staff_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"link about authority {self.authority_id}"
