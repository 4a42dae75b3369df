"""What the person of a case is known by, and the checks of who asks (D2, E5)."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Self

from django.db import models

from lumina_privacy.lib.fields import SealedText
from lumina_privacy.lib.subject_ref import IdentifierKind, written
from requests_app.models.case import Case, CaseEvent, choices, known
from requests_app.rules import Proof
from requests_app.states import PROVED_LEVEL, CheckMethod, EventKind, RevokedWhy

# Somebody said of a wrong answer on paper that the post went astray: whoever reads at
# the mailbox had no part in it. Unsaid, they may be an impostor who had it posted.
ASTRAY: Final = models.Q(facts__contains={"astray": True})


class ProvedIdentifierQuerySet(models.QuerySet["ProvedIdentifier"]):
    """Adjectives for what a person is known by."""

    def really_proved(self) -> Self:
        """Return what somebody proved, not what was only written down."""
        return self.filter(level__gte=PROVED_LEVEL)

    def mailboxes(self) -> Self:
        """Return proved addresses: what can receive a download (decision C36).

        None that was proved before an answer went to the wrong person: whoever reads
        there got it (C40). Costs no query of its own.
        """
        wrong = CaseEvent.objects.filter(
            ~ASTRAY,
            case__submission=models.OuterRef("case__submission"),
            kind=EventKind.PACKAGE_REVOKED,
            facts__why=RevokedWhy.WRONG_PERSON,
            recorded_at__gte=models.OuterRef("at"),
        )
        proved = self.really_proved().filter(kind=IdentifierKind.EMAIL)
        return proved.exclude(models.Exists(wrong))

    def sure(self) -> Self:
        """Return what is searched by: not what is in doubt since a merge (D1)."""
        return self.exclude(proof=Proof.JOINED)


class ProvedIdentifier(models.Model):
    """An identifier of the requester, and how it was proved (decision E5).

    ``level`` 0 is no proof: staff recorded that the person was known by it, as the old
    mailbox of a leaver (decision D2). It is searched for, and lets nobody in.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proved")
    kind = models.TextField()
    ref = models.TextField(db_index=True)
    value = SealedText()
    # As it was typed, for people to read; nothing where only the value is known.
    given = SealedText(blank=True, default="")
    proof = models.TextField(choices=choices(Proof))
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    objects = ProvedIdentifierQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("proof", Proof), name="proved_proof_known"
            ),
            models.UniqueConstraint(fields=["case", "kind", "ref"], name="proved_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"

    @property
    def is_really_proved(self) -> bool:
        """Whether somebody proved it, so that it was not only written down."""
        return self.level >= PROVED_LEVEL

    @property
    def shown(self) -> str:
        """The identifier as people write it; ``value`` is how it is compared."""
        return written(self.kind, self.given or self.value)


class FurtherCheck(models.Model):
    """The check before release that a mailbox cannot answer (decision D2)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="checks")
    method = models.TextField(choices=choices(CheckMethod))
    passed = models.BooleanField()
    reason = SealedText()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("method", CheckMethod), name="check_method_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} of {self.case_id}"
