"""What the person and we write to each other in a case, and what we note for us."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.fields import SealedText
from requests_app.models.authority import Authority
from requests_app.models.case import Case, CaseEvent, choices, known
from requests_app.states import MessageFrom


class CaseMessage(models.Model):
    """One message of the thread, or a note that only staff read."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    event = models.OneToOneField(CaseEvent, on_delete=models.PROTECT, related_name="+")
    # The form's own token: the same form sent twice is one message.
    token = models.UUIDField(unique=True)
    sender = models.TextField(choices=choices(MessageFrom))
    # Between us and the agent of this authority; nothing: between us and the person.
    authority = models.ForeignKey(
        Authority,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    body = SealedText(blank=True, default="")
    by = models.TextField()
    at = models.DateTimeField()
    # When the other side said that they had read it; to open the page says nothing.
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("sender", MessageFrom), name="message_sender_known"
            ),
            models.CheckConstraint(
                condition=models.Q(seen_at__isnull=True, seen_by="")
                | models.Q(seen_at__isnull=False) & ~models.Q(seen_by=""),
                name="message_seen_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(sender=MessageFrom.NOTE)
                | models.Q(by__startswith="staff:", seen_at__isnull=True),
                name="message_note_is_of_staff",
            ),
            models.CheckConstraint(
                condition=~models.Q(sender=MessageFrom.AGENT, authority__isnull=True)
                & ~models.Q(
                    sender__in=[MessageFrom.PERSON, MessageFrom.NOTE],
                    authority__isnull=False,
                ),
                name="message_of_an_agent_has_its_authority",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["case"],
                name="message_unread",
                condition=models.Q(
                    sender__in=[MessageFrom.PERSON, MessageFrom.AGENT],
                    seen_at__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} of {self.case_id}"


class MessageFile(models.Model):
    """A file that the person sent with a message; its content lies in the vault."""

    message = models.ForeignKey(
        CaseMessage, on_delete=models.PROTECT, related_name="files"
    )
    file = models.UUIDField(unique=True)  # the vault's id

    def __str__(self) -> str:
        return f"file of message {self.message_id}"
