"""Submissions, cases, and the events that are the truth about them."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from lumina_privacy.lib.append_only import AppendOnly
from lumina_privacy.lib.fields import SealedText
from requests_app.states import (
    OPEN,
    WORKED,
    CaseStatus,
    Channel,
    ClockState,
    EventKind,
    Right,
)
from requests_app.timekeeping import Record, record_of

if TYPE_CHECKING:
    from requests_app.models.authority import Authority


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the choices of a column, in the order of the enum."""
    return [(word.value, word.value.replace("_", " ").capitalize()) for word in words]


def known(column: str, words: type[StrEnum]) -> models.Q:
    """Return the condition that ``column`` holds one of ``words``."""
    return models.Q(**{f"{column}__in": [word.value for word in words]})


class Submission(models.Model):
    """What one person sent at one time; it has one case per right (decision E2).

    ``received_at`` is when *send* was pressed, or the true receipt that staff recorded.
    """

    reference = models.TextField(unique=True)
    # The form's own token: the same form sent twenty times is one submission (C33).
    idempotency_key = models.UUIDField(unique=True)
    times_sent = models.PositiveIntegerField(default=1)
    channel = models.TextField(choices=choices(Channel))
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    address = SealedText(blank=True, default="")
    address_ref = models.TextField(blank=True, default="", db_index=True)
    # An agent filed it for somebody else. ``address`` and ``postal`` are then where the
    # person may be written to, as the agent said; the code goes to the agent's own.
    for_another = models.BooleanField(default=False)
    agent_address = SealedText(blank=True, default="")
    agent_address_ref = models.TextField(blank=True, default="", db_index=True)
    name = SealedText(blank=True, default="")
    phone = SealedText(blank=True, default="")
    postal = SealedText(blank=True, default="")
    # The person's own words and choices, as JSON text.
    answers = SealedText(blank=True, default="")
    proved_at = models.DateTimeField(null=True, blank=True)
    # How often the sender of an unproved submission was reminded (D11: days 1 and 3).
    reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("channel", Channel), name="submission_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(recorded_at__gte=models.F("received_at")),
                name="submission_received_before_recorded",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def about(self) -> str:
        """The submission as the ledger knows it."""
        return f"submission:{self.pk}"

    @property
    def sent_from(self) -> str:
        """The address of who filed it: the code and the acknowledgement go there."""
        return str(self.agent_address if self.for_another else self.address)

    @property
    def says_not_filmed(self) -> bool:
        """Whether the person says that they were not filmed."""
        told: dict[str, Any] = json.loads(self.answers or "{}")
        return told.get("filmed") == "no"


class CaseQuerySet(models.QuerySet["Case"]):
    """Adjectives for cases."""

    def open(self) -> Self:
        """Return cases without an end, the unproved ones too."""
        return self.filter(status__in=[status.value for status in OPEN])

    def worked(self) -> Self:
        """Return open cases whose sender is proved: the queue."""
        return self.filter(status__in=[status.value for status in WORKED])

    def in_tray(self) -> Self:
        """Return cases whose sender has proved nothing (decision D11)."""
        return self.filter(status=CaseStatus.UNPROVED)


class Case(models.Model):
    """One right of one person, from receipt to answer.

    ``status``, ``due_on``, ``safe_due_on``, ``clock_state``, ``second_look_due_on`` and
    ``next_action_on`` are projections of the events, which ``actions.projection`` alone
    writes.
    """

    reference = models.TextField(unique=True)
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="cases"
    )
    right = models.TextField(choices=choices(Right))
    status = models.TextField(choices=choices(CaseStatus))
    clock_state = models.TextField(choices=choices(ClockState))
    due_on = models.DateField(null=True, blank=True)
    safe_due_on = models.DateField(null=True, blank=True)
    # Periods in hours (the 72 hours of Article 33) are instants, not days.
    due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # What one person decided alone is looked at by another until this day (C19).
    second_look_due_on = models.DateField(null=True, blank=True)
    # When a colleague planned to look at it next; moves no day of the law.
    next_action_on = models.DateField(null=True, blank=True)
    # The register by which the case is judged (architecture, "The data map").
    revision = models.ForeignKey(
        "datamap.Revision", on_delete=models.PROTECT, related_name="+"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    related = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="relatives",
    )
    hold = models.BigIntegerField(null=True, blank=True)  # retention's id (C5)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("right", Right), name="case_right_known"
            ),
            models.CheckConstraint(
                condition=known("status", CaseStatus), name="case_status_known"
            ),
            models.CheckConstraint(
                condition=known("clock_state", ClockState),
                name="case_clock_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=[status.value for status in OPEN], closed_at__isnull=True
                )
                | models.Q(closed_at__isnull=False)
                & ~models.Q(status__in=[status.value for status in OPEN]),
                name="case_closed_iff_final",
            ),
            models.CheckConstraint(
                condition=~models.Q(clock_state=ClockState.RUNNING)
                | models.Q(due_on__isnull=False),
                name="case_running_has_due_day",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                Coalesce("due_on", "safe_due_on"),
                "id",
                name="case_queue",
                condition=models.Q(status__in=[status.value for status in WORKED]),
            ),
            models.Index(
                fields=["second_look_due_on"],
                name="case_second_look",
                condition=models.Q(second_look_due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def about(self) -> str:
        """The case as the ledger knows it."""
        return f"case:{self.pk}"

    @property
    def last_on(self) -> date | None:
        """The last day by our reading, or, while that waits, by the strictest."""
        return self.due_on or self.safe_due_on

    @property
    def is_open(self) -> bool:
        """Whether the case has no end yet."""
        return self.status in OPEN

    def came_before(self, other: Case) -> bool:
        """Whether this was received before ``other``; at one instant, recorded so."""
        mine = (self.submission.received_at, self.pk)
        return mine < (other.submission.received_at, other.pk)

    def newest_authority(self) -> Authority | None:
        """Return the authority to act that counts: the newest. Costs 1 query."""
        return self.authorities.order_by("-pk").first()

    def record(self) -> Record:
        """Return what moves the clock of the case. Costs 1 query."""
        return record_of(self.events.order_by("seq"))

    def was_not_filmed(self) -> bool:
        """Whether it says that the person was not filmed, and so does all it took in.

        Decision C33. Costs 1 query where the case itself says so, and 1 a step of a
        chain.
        """
        return self.submission.says_not_filmed and all(
            one.submission.says_not_filmed for one in self.taken_in()
        )

    def taken_in(self) -> list[Case]:
        """Return the later requests merged into this one, and into those (C33).

        Costs 1 query a step of the chain, and 1.
        """
        found: list[Case] = []
        into = [self.pk]
        while into:
            step = list(
                Case.objects.filter(related__in=into, status=CaseStatus.MERGED)
                .select_related("submission")
                .order_by("pk")
            )
            found += step
            into = [case.pk for case in step]
        return found

    def goes_on(self) -> Case:
        """Return the case that goes on for this one, at the end of the chain.

        Itself, when it was merged into none. Costs 1 query a step of the chain.
        """
        case = self
        while case.status == CaseStatus.MERGED and case.related is not None:
            case = case.related
        return case

    def subjects(self) -> list[tuple[str, str]]:
        """Return what is known to be the person's, as (kind, value). Costs 2 queries.

        Not what two people share or may share: who received the other one's data is
        not this person's business (decision D1).
        """
        identifiers = list(self.identifiers.all())
        if not identifiers:
            proved = self.proved.all()
            return [(one.kind, one.value) for one in proved if one.is_really_proved]
        return [
            one.known.pair
            for one in identifiers
            if not (one.known.is_doubted or one.known.awaits_a_person)
        ]


class CaseEvent(AppendOnly):
    """Something that happened to a case; append-only (decision E3).

    ``facts`` holds ids, codes and instants, never free text: that is a ``CaseText``.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.TextField(choices=choices(EventKind))
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    facts = models.JSONField(default=dict)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "seq"], name="case_event_once"),
            models.CheckConstraint(
                condition=known("kind", EventKind), name="case_event_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.kind}"


class CaseText(models.Model):
    """Free text beside an event, in a row that a disposal run may delete."""

    event = models.OneToOneField(
        CaseEvent, on_delete=models.PROTECT, related_name="text"
    )
    body = SealedText()

    def __str__(self) -> str:
        return f"text of {self.event_id}"
