"""Whose page of a case opens to which mailbox, as subqueries. No query of their own."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from lumina_privacy.lib.subject_ref import IdentifierKind
from requests_app.models import (
    AuthorityLink,
    AvoidedAddress,
    Case,
    CaseEvent,
    ProvedIdentifier,
)
from requests_app.models.reached import closings
from requests_app.states import AT_ONCE, PROVED_LEVEL, Right


def closing_for(refs: list[str]) -> QuerySet[CaseEvent]:
    """Return what closes a case of the outer query to who reads at ``refs``."""
    since = {
        "case__submission": OuterRef("case__submission"),
        "at__gt": OuterRef("recorded_at"),
    }
    joined = ProvedIdentifier.objects.really_proved().filter(
        kind=IdentifierKind.EMAIL, ref__in=refs, **since
    )
    confirmed = AuthorityLink.objects.filter(
        email_ref__in=refs,
        confirmed=True,
        authority__case__submission=OuterRef("case__submission"),
        answered_at__gt=OuterRef("recorded_at"),
    )
    return closings().filter(
        ~Exists(joined), ~Exists(confirmed), case__submission=OuterRef("submission")
    )


def known_to(refs: list[str]) -> QuerySet[Case]:
    avoided = AvoidedAddress.objects.filter(ref__in=refs).values("submission")
    proved = ProvedIdentifier.objects.filter(
        kind=IdentifierKind.EMAIL, ref__in=refs, level__gte=PROVED_LEVEL
    )
    stopped = Case.objects.filter(right__in=AT_ONCE, submission__address_ref__in=refs)
    # What an agent asked, for who reads where the person may be written to. What is
    # only searched for them opens nothing (ADR 18).
    asked_for = Case.objects.filter(
        submission__for_another=True,
        submission__proved_at__isnull=False,
        submission__address_ref__in=refs,
    )
    # Who said by a link that somebody acts for them follows it while that stands, and
    # after the other laid it down: the person has taken nothing back. No answer opens
    # to them (policies.answer.may_receive).
    stands = Q(authority__revoked_at__isnull=True) | Q(authority__laid_down=True)
    confirmed = AuthorityLink.objects.filter(stands, email_ref__in=refs, confirmed=True)
    theirs = proved.values("case_id").union(
        stopped.values("pk"),
        asked_for.values("pk"),
        confirmed.values("authority__case"),
    )
    return (
        Case.objects.filter(pk__in=theirs)
        .exclude(submission__in=avoided)
        .exclude(right__in=[Right.BREACH, Right.PASSED_ON])
        .select_related("submission")
        .order_by("-pk")
    )
