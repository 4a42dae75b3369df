"""What the search of a case found, where, and what people said about it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, ClassVar, Final, NamedTuple

import orjson
from django.db import models

from datamap.search import RowStanding
from lumina_privacy.lib.fields import SealedText
from requests_app.grounds import INCLUSION_GROUNDS
from requests_app.models.case import Case, choices, known
from requests_app.passages import Passage
from requests_app.rules import OwnerAnswer
from requests_app.states import (
    RowChoice,
    TaskState,
    TaskVerdict,
)

# What a row can be when a person decides about it; customers' rows are in no spool.
_DECIDABLE: Final = (RowStanding.SURE.value, RowStanding.POSSIBLE.value)

# A row set apart that comes in without something.
_CUT_APART: Final = models.Q(standing=RowStanding.POSSIBLE, choice=RowChoice.REDACT)


def _mark(*parts: object) -> str:
    return sha256(orjson.dumps(parts)).hexdigest()


class SystemTask(models.Model):
    """The search of one declared system for one case.

    A lease, not a lock (decision E13): a worker holds it until ``claimed_until`` and
    writes only while ``attempt`` is its own.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    system = models.TextField()
    state = models.TextField(choices=choices(TaskState))
    verdict = models.TextField(choices=choices(TaskVerdict), blank=True, default="")
    reason = SealedText(blank=True, default="")  # of a person, for REASONED
    settled_by = models.TextField(blank=True, default="")
    # Fingerprint of the identifiers the last finished search used: new ones reopen it.
    searched_with = models.TextField(blank=True, default="")
    # What that search followed: [[kind, keyed hash, status, taught by this system]].
    led_by = models.JSONField(default=list)
    attempt = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    # Claims since the last result; too many are a person's business.
    tries = models.PositiveSmallIntegerField(default=0)
    # How often newly learned identifiers had the system searched again.
    rounds = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    # A sweep has told a worker; another one need not, until then.
    announced_until = models.DateTimeField(null=True, blank=True)
    datasets_done = models.PositiveIntegerField(default=0)
    datasets_planned = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    # For staff; names systems and columns, never people.
    problem = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "system"], name="system_task_once"),
            models.CheckConstraint(
                condition=known("state", TaskState), name="system_task_state_known"
            ),
            models.CheckConstraint(
                condition=known("verdict", TaskVerdict),
                name="system_task_verdict_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=TaskState.DONE) | ~models.Q(verdict=""),
                name="system_task_done_has_verdict",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["state", "next_try_at", "claimed_until"],
                name="system_task_due",
                condition=models.Q(
                    state__in=[
                        TaskState.PENDING.value,
                        TaskState.RUNNING.value,
                        TaskState.WAITING.value,
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} for {self.case_id}"


class FoundDataset(models.Model):
    """What one dataset holds about the person: counts here, rows in the spool (E12)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="found")
    system = models.TextField()
    dataset = models.TextField()
    spool = models.UUIDField(null=True, blank=True)  # the vault's file
    sure = models.PositiveBigIntegerField(default=0)
    possible = models.PositiveBigIntegerField(default=0)
    # What led to its rows is in doubt, and it is not searched again: none is sure.
    is_apart = models.BooleanField(default=False)
    processor = models.PositiveBigIntegerField(default=0)
    # Rows by customer for whom they are held: {"customer": rows} (decision D13).
    customers = SealedText(blank=True, default="")
    # [{"field", "since"}]: that a secret is held, never the secret (decision D3).
    secrets = models.JSONField(default=list)
    # Ways rows were found: [{"route": [...], "rows": n, "sure": how many of them}].
    routes = models.JSONField(default=list)
    # "" until a person has looked; RowChoice.RELEASE or WITHHOLD for the sure rows.
    choice = models.TextField(blank=True, default="")
    ground = models.TextField(blank=True, default="")
    reviewed_by = models.TextField(blank=True, default="")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    # Decisions about single rows that a later search has overtaken, until somebody has
    # looked at the rows again.
    voided = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["case", "system", "dataset"], name="found_dataset_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(choice=RowChoice.WITHHOLD) | ~models.Q(ground=""),
                name="found_dataset_withheld_has_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}.{self.dataset} for {self.case_id}"

    def mark_with(self, decided: Iterable[RowDecision]) -> str:
        """Return what tells these rows, and what was said of them, from any others.

        ``decided``: the decisions about single rows of this dataset.
        """
        ordered = sorted(decided, key=lambda one: one.row_ref)
        return _mark(
            self.spool, self.choice, self.ground, [one.said for one in ordered]
        )

    def left_apart(self, decided: Iterable[RowDecision]) -> int:
        """Return how many rows are set apart of which nobody has said anything yet."""
        said = sum(one.standing == RowStanding.POSSIBLE for one in decided)
        return max(0, self.possible - said)

    def row_mark(self, decided: RowDecision | None) -> str:
        """Return the same of a single row; ``decided``: what was said of it."""
        return _mark(self.spool, decided.said if decided else [])


class Terms(NamedTuple):
    """What a decision about a row holds for."""

    standing: str
    choice: str
    of: str
    passages: tuple[Passage, ...]


class RowDecision(models.Model):
    """What a person decided about one row: an exception from its dataset's choice.

    ``row_ref`` is a keyed hash of the row's key: decisions outlive a new search, as
    long as the row's ``standing`` stays what it was when the person decided (D1); one
    by which something goes out, as long as the row is the very one that was read.
    """

    found = models.ForeignKey(
        FoundDataset, on_delete=models.PROTECT, related_name="rows"
    )
    row_ref = models.TextField()
    standing = models.TextField()
    choice = models.TextField(choices=choices(RowChoice))
    fields = models.JSONField(default=list)  # redacted field names
    # Blacked out within fields: [[field, start, end, keyed hash of the value]].
    passages = models.JSONField(default=list)
    # Of what goes out: keyed hash of the row's values, its reason and its route.
    of = models.TextField(blank=True, default="")
    ground = models.TextField(blank=True, default="")
    # Of a row set apart, which ``ground`` lets in: why what is cut is kept back.
    cut_ground = models.TextField(blank=True, default="", db_default="")
    reason = SealedText(blank=True, default="")
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["found", "row_ref"], name="row_decision_once"
            ),
            models.CheckConstraint(
                condition=known("choice", RowChoice), name="row_decision_choice_known"
            ),
            models.CheckConstraint(
                condition=models.Q(standing__in=_DECIDABLE),
                name="row_decision_standing_known",
            ),
            # A row that is surely theirs needs no ground to be given.
            models.CheckConstraint(
                condition=~models.Q(ground="")
                | models.Q(standing=RowStanding.SURE, choice=RowChoice.RELEASE),
                name="row_decision_has_ground",
            ),
            models.CheckConstraint(
                condition=models.Q(standing=RowStanding.SURE)
                | models.Q(choice=RowChoice.WITHHOLD)
                | models.Q(ground__in=[known.code for known in INCLUSION_GROUNDS])
                & ~models.Q(reason=""),
                name="row_decision_lets_in_with_reason",
            ),
            models.CheckConstraint(
                condition=_CUT_APART & ~models.Q(cut_ground="")
                | ~_CUT_APART & models.Q(cut_ground=""),
                name="row_decision_set_apart_is_cut_on_a_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.choice} in {self.found_id}"

    @property
    def said(self) -> list[object]:
        """What was said of the row, without who said it and the reason."""
        return [
            self.row_ref,
            self.standing,
            self.choice,
            sorted(self.fields),
            self.ground,
            *([sorted(self.passages)] if self.passages else []),
            *([self.cut_ground] if self.cut_ground else []),
        ]

    @property
    def kept_back_on(self) -> str:
        """The ground for what is kept back: the whole row, or what is cut of it."""
        if self.choice == RowChoice.RELEASE:
            return ""
        if self.choice == RowChoice.REDACT and self.standing == RowStanding.POSSIBLE:
            return self.cut_ground
        return self.ground

    @property
    def black(self) -> tuple[Passage, ...]:
        """The passages that are blacked out."""
        return tuple(Passage(*one) for one in self.passages)

    @property
    def terms(self) -> Terms:
        """The row and the standing that it holds for."""
        return Terms(self.standing, self.choice, self.of, self.black)


def left_apart_in(case: Case) -> int:
    """Return how many rows of a case are set apart and unsettled. Up to 2 queries."""
    found = case.found.filter(possible__gt=0).prefetch_related("rows")
    return sum(one.left_apart(one.rows.all()) for one in found)


class OwnerTask(models.Model):
    """The question to the owner of a system that only people can search."""

    reference = models.TextField(unique=True)
    task = models.OneToOneField(
        SystemTask, on_delete=models.PROTECT, related_name="owner_task"
    )
    address = SealedText()
    due_on = models.DateField()
    answer = models.TextField(choices=choices(OwnerAnswer), blank=True, default="")
    note = SealedText(blank=True, default="")
    needs_until = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField()
    chased_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("answer", OwnerAnswer), name="owner_task_answer_known"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class OwnerFile(models.Model):
    """A file an owner brought, and what was decided about it."""

    task = models.ForeignKey(OwnerTask, on_delete=models.PROTECT, related_name="files")
    file = models.UUIDField(unique=True)  # the vault's, which knows its name
    # Of its system, as the owner said; "" when they did not, or it is of several.
    dataset = models.TextField(blank=True, default="", db_default="")
    claimed_type = models.TextField(blank=True, default="")  # as the browser said
    choice = models.TextField(choices=choices(RowChoice), blank=True, default="")
    ground = models.TextField(blank=True, default="")
    reviewed_by = models.TextField(blank=True, default="")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    # Who brought it: an owner after them sees that something came, not what (C47). ""
    # of a file from before that was kept, which is nobody's then.
    brought_by = SealedText(blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~models.Q(choice=RowChoice.WITHHOLD) | ~models.Q(ground=""),
                name="owner_file_withheld_has_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"file of {self.task_id}"

    @property
    def is_owners(self) -> bool:
        """Whether whoever is asked now brought it themselves."""
        return bool(self.brought_by == self.task.address)

    @property
    def mark(self) -> str:
        """What tells this file, and what was said of it, from any other."""
        return _mark(self.file, self.choice, self.ground)


class PassOn(models.Model):
    """A request to tell a customer for whom we hold rows as processor (D13)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pass_ons")
    system = models.TextField()
    customer = SealedText()
    customer_ref = models.TextField()
    rows = models.PositiveBigIntegerField()
    may_name = models.BooleanField(null=True, blank=True)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["case", "system", "customer_ref"], name="pass_on_once"
            ),
        ]

    def __str__(self) -> str:
        return f"pass on {self.system} for {self.case_id}"
