"""Decisions, packages, and how they reached the person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.append_only import AppendOnly
from lumina_privacy.lib.fields import SealedText
from requests_app.models.case import Case, choices, known
from requests_app.states import DeliveryForm, Outcome, PackageState


class Decision(AppendOnly):
    """What a person decided; a new one follows an earlier one, none is changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.TextField(choices=choices(Outcome))
    # What is still being searched, and by when: [{"system", "by"}] (decision D5).
    still_open = models.JSONField(default=list)
    # The person will read this.
    words = SealedText(blank=True, default="")
    form = models.TextField(choices=choices(DeliveryForm))
    # Of a refusal: a code of grounds.REFUSAL_GROUNDS.
    ground = models.TextField(blank=True, default="")
    # Marks of what was reviewed, by id: {"datasets": {}, "files": {}} (decision E12).
    reviewed = models.JSONField(default=dict)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("outcome", Outcome), name="decision_known"
            ),
            models.CheckConstraint(
                condition=known("form", DeliveryForm), name="decision_form_known"
            ),
            models.CheckConstraint(
                condition=models.Q(by__startswith="staff:"), name="decision_by_a_person"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.REFUSED)
                & ~models.Q(ground="")
                & ~models.Q(words="")
                | ~models.Q(outcome=Outcome.REFUSED) & models.Q(ground=""),
                name="decision_refuses_with_ground_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} in {self.case_id}"

    @property
    def package(self) -> Package:
        """The newest file made of this decision. Costs 1 query."""
        return self.packages.latest("pk")


class Package(models.Model):
    """A file of one decision; built by a worker, released by a person.

    Made again on request when its time is over (decision C16).

    A lease like ``SystemTask``. ``manifest`` holds names, counts and sums, no values.
    """

    reference = models.TextField(unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="packages")
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="packages"
    )
    state = models.TextField(choices=choices(PackageState))
    file = models.UUIDField(null=True, blank=True)  # the vault's
    manifest = models.JSONField(default=dict)
    # What its page tells of who received data and for whom we hold some, as marks.
    tells = models.JSONField(null=True, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    rows_planned = models.PositiveBigIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, default="")
    built_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.TextField(blank=True, default="")
    # To whom: the agent it went to, and the mailboxes of the person, one a line. Null
    # of what went before this was kept.
    released_for = models.ForeignKey(
        "requests_app.Authority",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    released_to = SealedText(null=True, blank=True)
    # C19: gone without a second person, for this reason (in the mode "after" for none);
    # to be seen afterwards by this London day, and seen by.
    alone_reason = SealedText(blank=True, default="")
    second_look_due_on = models.DateField(null=True, blank=True)
    second_look_by = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # revoked or destroyed

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("state", PackageState), name="package_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PackageState.RELEASED)
                | models.Q(released_by__startswith="staff:", expires_at__isnull=False),
                name="package_released_by_a_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    state__in=[PackageState.BUILT.value, PackageState.RELEASED.value]
                )
                | models.Q(file__isnull=False),
                name="package_built_has_file",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def went_to_agent(self, agent: int) -> bool:
        """Whether it was released to the agent of that authority, as far as known."""
        return self.released_to is None or self.released_for_id == agent

    @property
    def went_to_person(self) -> bool:
        """Whether it was released to the person themselves, in whatever form."""
        return self.released_at is not None and self.released_for_id is None

    @property
    def is_on_paper(self) -> bool:
        """Whether it is one to be posted, on paper or on a medium (C36)."""
        return bool(self.decision.form != DeliveryForm.DOWNLOAD)

    @property
    def gives_nothing(self) -> bool:
        """Whether no row and no file goes out with it."""
        rows = any(one["rows"] for one in self.manifest.get("datasets", ()))
        return not (rows or self.manifest.get("files"))


class Download(models.Model):
    """One download of a package, from its first byte (promise: every one is a row)."""

    package = models.ForeignKey(
        Package, on_delete=models.PROTECT, related_name="downloads"
    )
    by = models.TextField()
    at = models.DateTimeField()
    bytes_sent = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"download of {self.package_id}"


class Dispatch(models.Model):
    """A package that went out on paper or on a medium, posted ``at`` (decision C36)."""

    package = models.ForeignKey(
        Package, on_delete=models.PROTECT, related_name="dispatches"
    )
    method = models.TextField()
    to = SealedText()
    tracking = SealedText(blank=True, default="")
    by = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"dispatch of {self.package_id}"
