"""What a case knows the person by, and what people said of it (decision D1)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, ClassVar

from django.db import models

from datamap.search import IdentifierStatus, KnownIdentifier, Step
from lumina_privacy.lib.append_only import AppendOnly
from lumina_privacy.lib.fields import SealedText
from requests_app.models.case import Case, known


class CaseIdentifier(models.Model):
    """An identifier of the person, proved or learned on the way (decision D1).

    ``status`` is ``sure``, ``contested`` (found with two people, not followed),
    ``settled`` (a person has said that the two are one), ``vouched`` (a row taught it
    or an agent named it, and a person has said that it is theirs alone) or
    ``not_alone`` (that others use it too). ``route`` says where it was learned, step by
    step. ``holders`` are who carried it when it was found with two people; once they
    were said to be one, those alone of whom that was said.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.TextField()
    ref = models.TextField()
    value = SealedText()
    status = models.TextField()
    route = models.JSONField(default=list)
    holders = SealedText(blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["case", "kind", "ref"], name="case_identifier_once"
            ),
            models.CheckConstraint(
                condition=known("status", IdentifierStatus),
                name="case_identifier_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"

    @property
    def known(self) -> KnownIdentifier:
        """It as the search and its rules know it."""
        return KnownIdentifier(
            self.kind,
            self.value,
            IdentifierStatus(self.status),
            tuple(Step(*step) for step in self.route),
            frozenset(self.holders.split()),
        )

    @property
    def shown(self) -> str:
        """What tells a page that was opened before others were found to carry it."""
        return sha256(self.holders.encode()).hexdigest()

    def hold(self, holders: Iterable[str]) -> None:
        """Add who else carries it, in an order that is the same for the same."""
        self.holders = " ".join(sorted({*self.holders.split(), *holders}))


class IdentifierRuling(AppendOnly):
    """What a person said of a value that could not be followed as it was (D1).

    It was found with two people; or it is a contact that a row taught (``learned``),
    which may be others' too. The newest of a value counts, so it can be taken back. It
    outlives the identifiers, which each search learns anew. It is said of ``holders``:
    who comes later was not seen, and puts the value in doubt again.
    """

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="identifier_rulings"
    )
    kind = models.TextField()
    ref = models.TextField()
    value = SealedText()
    route = models.JSONField(default=list)
    learned = models.BooleanField(default=False)
    holders = SealedText(blank=True, default="", db_default="")
    # That there is one person behind it.
    same_person = models.BooleanField()
    reason = SealedText()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(by__startswith="staff:"),
                name="identifier_ruling_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"

    def makes_one_of(self, holders: Iterable[str]) -> bool:
        """Whether it says of all of ``holders`` that they are one and the same."""
        says_so = self.same_person and not self.learned
        return says_so and set(holders) <= set(self.holders.split())
