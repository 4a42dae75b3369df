"""The links by which colleagues without an account write down what was said (C35)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.actor import Actor, ActorKind


class ColleagueLink(models.Model):
    """A link that a team shares until it is revoked. Its secret is kept hashed.

    Of its use a day and a number are kept: who used it is no business of ours.
    """

    team = models.TextField()
    token_hash = models.TextField(unique=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    uses = models.PositiveIntegerField(default=0)
    used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(made_by__startswith="staff:") & ~models.Q(team=""),
                name="colleague_link_made_by_staff_for_a_team",
            ),
            models.CheckConstraint(
                condition=models.Q(uses=0, used_on__isnull=True)
                | models.Q(uses__gt=0, used_on__isnull=False),
                name="colleague_link_used_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | models.Q(revoked_at__isnull=False, revoked_by__startswith="staff:"),
                name="colleague_link_revoked_by_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"link of {self.team}"

    @property
    def about(self) -> str:
        """The link as the ledger knows it."""
        return f"link:{self.pk}"

    @property
    def actor(self) -> Actor:
        """Whoever uses it, as the ledger knows them."""
        return Actor(ActorKind.COLLEAGUE, str(self.pk))
