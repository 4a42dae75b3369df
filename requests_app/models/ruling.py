"""What a person ruled about each thing that a case is about."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from lumina_privacy.lib.append_only import AppendOnly
from lumina_privacy.lib.fields import SealedText
from requests_app.models.case import Case, choices, known
from requests_app.rulings import Ruled


class Ruling(AppendOnly):
    """What is done with a dataset, an owner's files or a use, on which ground.

    Added, never changed: the newest of a thing counts until the case is decided, and
    then stands in the decision (``rulings.counting``).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ruled")
    system = models.TextField(blank=True, default="")
    dataset = models.TextField(blank=True, default="")  # "" for an owner's files
    category = models.TextField(blank=True, default="")  # "" for the whole
    purpose = models.TextField(blank=True, default="")  # of an objection
    mark = models.TextField(blank=True, default="")  # of what the search had found
    what = models.TextField(choices=choices(Ruled))
    ground = models.TextField()
    words = SealedText()
    until = models.DateField(null=True, blank=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("what", Ruled), name="ruling_what_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(ground="") & ~models.Q(words=""),
                name="ruling_has_ground_and_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(by__startswith="staff:"), name="ruling_by_a_person"
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    what__in=[Ruled.KEEP.value, Ruled.REMOVE_DETAILS.value]
                )
                | models.Q(until__isnull=False),
                name="ruling_keeps_until_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} in {self.case_id}"
