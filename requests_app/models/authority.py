"""Who acts for the person, what shows that they may, and whether it does (D9)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.fields import SealedText
from lumina_privacy.lib.subject_ref import IdentifierKind
from requests_app.grounds import AnswerGoesTo, AuthorityEvidence, ChildSays
from requests_app.models.case import Case, Submission, choices, known


class Authority(models.Model):
    """One authority to act in a case; what shows it is kept with the case.

    A later one takes the place of an earlier: the newest of a case counts.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="authorities")
    agent = SealedText()
    # Where the agent is written to and signs in. Never searched, and no proof of who
    # the person is: what a case is searched by stands in ``ProvedIdentifier`` (ADR 18).
    agent_email = SealedText(blank=True, default="")
    agent_email_ref = models.TextField(blank=True, default="", db_index=True)
    agent_reach = SealedText()
    acts_for = SealedText()
    evidence = models.TextField(choices=choices(AuthorityEvidence))
    # Which rights, over what: in the words of what was shown.
    scope = SealedText()
    valid_from = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField()
    # None: not looked at yet.
    verified = models.BooleanField(null=True, blank=True)
    # Where a parent acts: what the child says, or that it is too young to.
    child = models.TextField(choices=choices(ChildSays), blank=True, default="")
    judged_because = SealedText(blank=True, default="")
    judged_by = models.TextField(blank=True, default="")
    judged_at = models.DateTimeField(null=True, blank=True)
    goes_to = models.TextField(choices=choices(AnswerGoesTo), blank=True, default="")
    goes_to_because = SealedText(blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.TextField(blank=True, default="")
    revoked_because = SealedText(blank=True, default="")
    # Whoever acted ended it, not the person: what they asked may still be wanted.
    laid_down = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("evidence", AuthorityEvidence),
                name="authority_evidence_known",
            ),
            models.CheckConstraint(
                condition=known("goes_to", AnswerGoesTo), name="authority_goes_to_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    verified__isnull=True, judged_at__isnull=True, judged_by=""
                )
                | models.Q(verified__isnull=False, judged_at__isnull=False)
                & models.Q(judged_by__startswith="staff:")
                & ~models.Q(judged_because=""),
                name="authority_judged_by_a_person_with_reason",
            ),
            models.CheckConstraint(
                condition=known("child", ChildSays), name="authority_child_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    evidence=AuthorityEvidence.PARENT, verified=True, child=""
                ),
                name="authority_of_a_parent_heard_the_child",
            ),
            models.CheckConstraint(
                condition=models.Q(goes_to="") | ~models.Q(goes_to_because=""),
                name="authority_recipient_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by=""),
                name="authority_revoked_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(laid_down=False)
                | models.Q(revoked_by__startswith="subject:"),
                name="authority_laid_down_by_who_acted",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(expires_on__isnull=True)
                | models.Q(expires_on__gte=models.F("valid_from")),
                name="authority_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"authority {self.pk} of {self.case_id}"

    @property
    def goes_on(self) -> bool:
        """Whether the agent has left, and what they asked is the person's now."""
        return self.laid_down and bool(self.verified)

    def is_in_time(self, day: date) -> bool:
        """Whether the London day ``day`` lies between its first and its last day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.expires_on is None or day <= self.expires_on)

    def stands(self, day: date) -> bool:
        """Whether the agent may act on ``day``: verified, in its time, not revoked."""
        return bool(self.verified) and self.revoked_at is None and self.is_in_time(day)

    def gets_letters(self, day: date) -> bool:
        """Whether the person's letters and the answer go to the agent on ``day``."""
        return self.goes_to == AnswerGoesTo.AGENT and self.stands(day)


class AvoidedAddress(models.Model):
    """An address that the person asked us not to use: nothing of ours goes there."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="avoided"
    )
    kind = models.TextField(choices=choices(IdentifierKind))
    ref = models.TextField(db_index=True)
    value = SealedText()
    said = SealedText()  # who said so, and how
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("kind", IdentifierKind), name="avoided_kind_known"
            ),
            models.UniqueConstraint(
                fields=["submission", "kind", "ref"], name="avoided_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} not to be used of {self.submission_id}"
