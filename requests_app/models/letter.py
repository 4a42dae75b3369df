"""What we wrote to the person, word for word, and how it reached them."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models.fields.json import KT, KeyTextTransform
from django.db.models.functions import Cast

from lumina_privacy.lib.append_only import AppendOnly
from lumina_privacy.lib.fields import SealedText
from requests_app.grounds import AnswerGoesTo
from requests_app.models.authority import Authority
from requests_app.models.case import Case, CaseEvent, choices, known
from requests_app.states import EventKind, LetterKind, SendingState

# What they tell is true no more once the review is opened again. A part that was given
# stands all the same.
_TELL_A_DECISION: Final = (
    LetterKind.DECISION.value,
    LetterKind.REFUSAL.value,
)
# What was decided: to an agent who may not have it it goes no more, but anew to the
# person.
TOLD_ANEW: Final = (*_TELL_A_DECISION, LetterKind.PARTIAL.value)
# What an agent who has left shall not have. Of authority and messages nobody else waits
# for them.
NOT_TO_WHO_LEFT: Final = (
    LetterKind.AUTHORITY.value,
    LetterKind.MESSAGE.value,
    *TOLD_ANEW,
)


class Letter(AppendOnly):
    """One letter of a case, kept as it was sent; it tells of ``event``."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    event = models.ForeignKey(CaseEvent, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=choices(LetterKind))
    subject = models.TextField()
    body = SealedText()
    # Whose agent it was written to; nothing for a letter to the person.
    authority = models.ForeignKey(
        Authority,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters",
    )
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("kind", LetterKind), name="letter_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(body=""), name="letter_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} letter of {self.case_id}"


class SendingQuerySet(models.QuerySet["Sending"]):
    """Sendings, by whether anybody shall have the letter still."""

    def meant(self, *, today: date) -> SendingQuerySet:
        """Return those whose letter shall still reach who it was written to.

        A letter is kept as it was written, and may wait for days in the post tray while
        the case goes on. It is meant no more once it would mislead (``true_still``), or
        once its reader acts for nobody or may not have it on ``today``: then it is not
        to be posted, reminds nobody, and keeps no case open. An envelope that left all
        the same is recorded on the letter's page. Costs no query of its own.
        """
        return (
            self.true_still()
            .exclude(
                letter__authority__revoked_at__isnull=False,
                letter__kind__in=NOT_TO_WHO_LEFT,
            )
            .exclude(
                models.Q(letter__kind__in=TOLD_ANEW),
                models.Q(letter__authority__in=_may_not_have_it(today)),
            )
        )

    def to_tell_anew(self, *, today: date) -> SendingQuerySet:
        """Leave only what tells a decision to who may not have it any more.

        The person does not know it then, until they were written to since: what was
        decided, or a message. No query of its own.
        """
        return (
            self.true_still()
            .filter(
                letter__kind__in=TOLD_ANEW,
                letter__authority__in=_may_not_have_it(today),
            )
            .exclude(models.Q(state=SendingState.SENT) | models.Exists(_to_person()))
        )

    def true_still(self) -> SendingQuerySet:
        """Return those whose letter asks and tells what is so, whoever reads it.

        Left out is what asks for something that is awaited no more; what tells of a
        decision that was taken back when the review was opened again, save that a part
        was given, which stays given; and what tells of an answer that was revoked, a
        part too. Costs no query of its own.
        """
        later = CaseEvent.objects.filter(case=models.OuterRef("letter__case"))
        dropped = later.alias(
            asked=Cast(KT("facts__asked"), models.IntegerField())
        ).filter(
            kind=EventKind.NO_LONGER_ASKED,
            asked=models.OuterRef("letter__event__seq"),
        )
        taken_back = later.filter(
            kind=EventKind.REVIEW_REOPENED,
            seq__gt=models.OuterRef("letter__event__seq"),
        )
        revoked = later.alias(of=KT("facts__package")).filter(
            kind=EventKind.PACKAGE_REVOKED, of=models.OuterRef("tells_of")
        )
        of_letter = KeyTextTransform("package", "letter__event__facts")
        tells = models.Q(letter__kind__in=TOLD_ANEW)
        return self.alias(tells_of=of_letter).exclude(
            models.Exists(dropped)
            | tells & models.Exists(revoked)
            | models.Q(letter__kind__in=_TELL_A_DECISION) & models.Exists(taken_back)
        )


def _may_not_have_it(today: date) -> models.QuerySet[Authority]:
    """Return the authorities by which nobody gets the person's letters (D9).

    As ``Authority.gets_letters`` has it: taken back, found not enough, over by now, or
    chosen no more to get the answer.
    """
    return Authority.objects.exclude(
        models.Q(expires_on__isnull=True) | models.Q(expires_on__gte=today),
        goes_to=AnswerGoesTo.AGENT,
        verified=True,
        revoked_at__isnull=True,
    )


def _to_person() -> SendingQuerySet:
    """Return what was written to the person later than a sending of their case."""
    return Sending.objects.true_still().filter(
        letter__case=models.OuterRef("letter__case"),
        letter__authority=None,
        letter__kind__in=[*TOLD_ANEW, LetterKind.MESSAGE],
        pk__gt=models.OuterRef("pk"),
    )


class Sending(models.Model):
    """One try to bring a letter to the person: a mail, or an envelope (C17, C36)."""

    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, related_name="sendings"
    )
    # The outbox's id; nothing for a letter that goes by post.
    message = models.BigIntegerField(null=True, blank=True, unique=True)
    state = models.TextField(choices=choices(SendingState))
    at = models.DateTimeField()
    method = models.TextField(blank=True, default="")
    by = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = SendingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=known("state", SendingState), name="sending_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=SendingState.WAITING, settled_at__isnull=True)
                | ~models.Q(state=SendingState.WAITING)
                & models.Q(settled_at__isnull=False),
                name="sending_settled_has_instant",
            ),
            models.CheckConstraint(
                condition=models.Q(message__isnull=False)
                | models.Q(state=SendingState.WAITING)
                | models.Q(by__startswith="staff:") & ~models.Q(method=""),
                name="sending_by_post_is_recorded_by_a_person",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["id"],
                name="sending_waits",
                condition=models.Q(state=SendingState.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} sending of {self.letter_id}"
