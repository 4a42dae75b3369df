"""Who acts for the person, what shows that they may, and whether it does (D9)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.fields import SealedText
from requests_app.grounds import AnswerGoesTo, AuthorityEvidence
from requests_app.models.case import Case, choices, known


class Authority(models.Model):
    """One authority to act in a case; what shows it is kept with the case.

    A later one takes the place of an earlier: the newest of a case counts.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="authorities")
    agent = SealedText()
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
    judged_because = SealedText(blank=True, default="")
    judged_by = models.TextField(blank=True, default="")
    judged_at = models.DateTimeField(null=True, blank=True)
    goes_to = models.TextField(choices=choices(AnswerGoesTo), blank=True, default="")
    goes_to_because = SealedText(blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.TextField(blank=True, default="")
    revoked_because = SealedText(blank=True, default="")

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
                condition=models.Q(goes_to="") | ~models.Q(goes_to_because=""),
                name="authority_recipient_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by=""),
                name="authority_revoked_by_somebody",
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
