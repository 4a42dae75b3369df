"""Mail as rows."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models

from lumina_privacy.lib.fields import SealedText
from outbox.states import ALARMS, MessageKind, MessageState


class MessageQuerySet(models.QuerySet["Message"]):
    """Mails, opened or not."""

    def unopened(self) -> MessageQuerySet:
        """Leave sealed to whom each goes and what it says: how it fared needs neither.

        A mail that no key opens is read so, and seen to, like any other.
        """
        return self.defer(*Message.SEALED)


class Message(models.Model):
    """One mail to one address, written in the transaction of the act it tells of."""

    SEALED: ClassVar = ("recipient", "subject", "text")

    public_id = models.UUIDField(
        unique=True, default=uuid4
    )  # the Message-ID's left part
    kind = models.TextField(choices=[(k.value, k.name.title()) for k in MessageKind])
    purpose = models.TextField()
    recipient = SealedText()
    recipient_ref = models.TextField(db_index=True)
    subject = SealedText()
    # Of a secret message it is emptied by the UPDATE that settles it.
    text = SealedText(blank=True, default="")
    about = models.TextField(db_index=True)
    dedupe_key = models.TextField(unique=True)
    secret = models.BooleanField(default=False)
    statutory = models.BooleanField(default=False)
    state = models.TextField(
        choices=[(s.value, s.name.title()) for s in MessageState],
        default=MessageState.QUEUED.value,
    )
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, default="")
    # Of an alarm: who has seen to it, when, and what they did (or why nothing).
    seen_by = models.TextField(blank=True, default="")
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_why = SealedText(blank=True, default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in MessageKind]),
                name="message_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in MessageState]),
                name="message_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MessageState.SENT.value)
                | models.Q(sent_at__isnull=False),
                name="message_sent_has_instant",
            ),
            models.CheckConstraint(
                condition=models.Q(secret=False)
                | models.Q(state=MessageState.QUEUED.value)
                | models.Q(text=""),
                name="message_settled_secret_is_wiped",
            ),
            models.CheckConstraint(
                condition=models.Q(seen_at__isnull=True, seen_by="", seen_why="")
                | models.Q(
                    models.Q(seen_by__startswith="staff:"),
                    ~models.Q(seen_why=""),
                    seen_at__isnull=False,
                    state__in=[state.value for state in ALARMS],
                ),
                name="message_alarm_seen_by_a_person",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["due_at", "id"],
                name="message_due",
                condition=models.Q(state=MessageState.QUEUED.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"
