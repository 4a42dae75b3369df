"""The ledger, its chain of seals, and the sweeps' heartbeats."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from audit.rules import ABOUT, ACTOR
from lumina_privacy.lib.append_only import AppendOnly


class Event(AppendOnly):
    """Something that happened. Holds no direct identifier (decisions C21, E4).

    ``about`` and ``actor`` are opaque (``case:184``, ``staff:7``). ``subject`` is a
    pseudonym whose key, a row of ``Pseudonym``, dies with its retention line.
    """

    at = models.DateTimeField()
    event = models.TextField()
    actor = models.TextField()
    about = models.TextField()
    subject = models.UUIDField(null=True, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["about", "id"], name="audit_event_about"),
            models.Index(fields=["subject", "id"], name="audit_event_subject"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(actor__regex=ACTOR), name="event_actor_is_opaque"
            ),
            models.CheckConstraint(
                condition=models.Q(about__regex=ABOUT), name="event_about_is_opaque"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.event}"


class Unsealed(models.Model):
    """The id of an event that the sealer has not taken yet; a trigger puts it here.

    A queue beside the ledger, so that writers never wait for each other or for the
    chain: see ADR 0005.
    """

    event_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.event_id)


class Seal(AppendOnly):
    """One link of the chain: the hash of an event, its place, and the link before."""

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    previous_hash = models.TextField()
    hash = models.TextField()

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


class Pseudonym(models.Model):
    """What a subject is called in the ledger; deleting the row unlinks theirs (C21)."""

    ref = models.TextField(unique=True)
    token = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return str(self.token)


class Heartbeat(models.Model):
    """When a sweep last came to its end."""

    name = models.TextField(primary_key=True)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
