"""Revisions of the register, and the facts that staff pages keep (decision C28)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from datamap.states import TOLD_ONLY_WHEN_DECIDED, DisclosureBasis
from lumina_privacy.lib.append_only import AppendOnly
from lumina_privacy.lib.fields import OrderedJSONField
from lumina_privacy.lib.subject_ref import KEYED_HASH


class Revision(models.Model):
    """The register as it was loaded, for good. ``content`` never changes.

    The newest approved one is in force; cases and disposal runs pin theirs.
    """

    sha256 = models.TextField(unique=True)
    content = OrderedJSONField()  # the order of fields is the order of columns
    loaded_at = models.DateTimeField()
    loaded_by = models.TextField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True, approved_by="")
                | models.Q(approved_at__isnull=False) & ~models.Q(approved_by=""),
                name="revision_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.sha256[:12]}"


class Holiday(models.Model):
    """A bank holiday of England and Wales; editable, because some are proclaimed."""

    day = models.DateField(primary_key=True)
    name = models.TextField()
    # Removed by staff: it stays known, so that seeding does not bring it back.
    cancelled = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ContactPoint(models.Model):
    """How the controller or its regulator is reached; of a kind the newest counts."""

    kind = models.TextField()
    value = models.TextField()
    since = models.DateTimeField()
    by = models.TextField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["kind", "-since"], name="contact_point_newest"),
        ]

    def __str__(self) -> str:
        return self.kind


class Recipient(models.Model):
    """Who receives personal data: a kind the notice names, or a named one of it."""

    code = models.TextField(unique=True)
    name = models.TextField()
    quote = models.TextField(blank=True, default="")  # the notice's sentence
    kind = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    location = models.TextField(blank=True, default="")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class Disclosure(models.Model):
    """Data of a person that a recipient received (Article 15(1)(c), Article 19).

    ``tell_person`` is null until the DCO has decided, for the police, a regulator or
    legal proceedings (decision D10); only true ones ever reach a package or a page.
    """

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    subject_ref = models.TextField(db_index=True)
    purpose = models.TextField()
    categories = models.JSONField(default=list)
    basis = models.TextField()
    tell_person = models.BooleanField(null=True, blank=True)
    # The newest decision not to tell is looked at again on this day.
    review_on = models.DateField(null=True, blank=True)
    disclosed_at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(basis__in=[b.value for b in DisclosureBasis]),
                name="disclosure_basis_known",
            ),
            models.CheckConstraint(
                condition=models.Q(tell_person=True)
                | models.Q(basis__in=[b.value for b in TOLD_ONLY_WHEN_DECIDED]),
                name="disclosure_untold_only_to_authorities",
            ),
            models.CheckConstraint(
                condition=models.Q(tell_person=False, review_on__isnull=False)
                | models.Q(tell_person=True, review_on__isnull=True)
                | models.Q(tell_person__isnull=True, review_on__isnull=True),
                name="disclosure_untold_is_looked_at_again",
            ),
            models.CheckConstraint(
                condition=models.Q(subject_ref__regex=KEYED_HASH),
                name="disclosure_is_of_a_keyed_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.disclosed_at:%Y-%m-%d}"


class Telling(AppendOnly):
    """What was decided about telling the person of a disclosure, and why (D10).

    Each decision stays; the newest is what ``Disclosure.tell_person`` says.
    """

    disclosure = models.ForeignKey(
        Disclosure, on_delete=models.PROTECT, related_name="tellings"
    )
    tell = models.BooleanField()
    reason = models.TextField()  # the prejudice test
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="telling_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disclosure_id} {self.tell}"


class Finding(models.Model):
    """Something about a dataset that a person must settle, once for all cases (D5)."""

    system = models.TextField()
    dataset = models.TextField(blank=True, default="")
    code = models.TextField()
    problem = models.TextField()
    severity = models.TextField()
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["system", "dataset", "code", "problem"], name="finding_once"
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=["error", "warning"]),
                name="finding_severity_known",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True) | ~models.Q(reason=""),
                name="finding_settled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}.{self.dataset} {self.code}"
