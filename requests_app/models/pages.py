"""Who opens a person's page of a case: the one rule (D2, D9, C34, C40).

Lists, links in letters and what staff read of a closed page all ask here. A mailbox is
known by its keyed references (``refs``), so that none is compared in the clear.
"""

from __future__ import annotations

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs
from requests_app.models.answer import Package
from requests_app.models.authority import AvoidedAddress
from requests_app.models.case import Case, CaseEvent
from requests_app.models.confirming import AuthorityLink
from requests_app.models.proved import ASTRAY, ProvedIdentifier
from requests_app.states import AT_ONCE, Channel, EventKind, RevokedWhy, Right


def opens_to(case: Case, address: str) -> bool:
    """Whether the page of ``case`` opens to who proves ``address``. Costs 1 query.

    Not to who wrote in another way and is not known yet, nor where a wrong answer went.
    """
    if not address:
        return False
    refs: list[str] = [*all_refs(IdentifierKind.EMAIL, address)]
    return open_to(refs).filter(pk=case.pk).exists()


def open_to(refs: list[str]) -> QuerySet[Case]:
    """Return the cases whose page opens to who reads at ``refs``, newest first."""
    return known_to(refs).filter(~Exists(closing_for(refs)))


def known_to(refs: list[str]) -> QuerySet[Case]:
    """Return the cases that are theirs who read at ``refs``, newest first.

    Their page opens to them, or did until a wrong answer came there (``closing_for``).
    """
    avoided = AvoidedAddress.objects.filter(ref__in=refs).values("submission")
    proved = ProvedIdentifier.objects.really_proved().filter(
        kind=IdentifierKind.EMAIL, ref__in=refs
    )
    # What only stops opens to the address that its sender typed here. One that somebody
    # of ours wrote down may be another's: their words are not for who reads there.
    stopped = Case.objects.filter(
        right__in=AT_ONCE,
        submission__channel=Channel.WEB,
        submission__address_ref__in=refs,
    )
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


def _revoked() -> QuerySet[Package]:
    package = Cast(KeyTextTransform("package", OuterRef("facts")), BigIntegerField())
    return Package.objects.filter(pk=package)


def closings() -> QuerySet[CaseEvent]:
    """Return what closes the pages of all that was asked together, and still does.

    An answer that went to the wrong person by the person's page: whoever reads at the
    mailbox may be no more the person than who fetched it (C40). Or one on paper, unless
    it was said to have gone astray: whoever asked may be an impostor. Not one that went
    to an agent, nor once staff opened the page again. Costs no query of its own; of an
    event from before the way was kept it is taken to be the page.
    """
    opened = CaseEvent.objects.filter(
        case=OuterRef("case"), kind=EventKind.PAGE_OPENED, seq__gt=OuterRef("seq")
    )
    return CaseEvent.objects.filter(
        Q(facts__by_page=True) | ~Q(facts__has_key="by_page"),
        ~Exists(opened),
        kind=EventKind.PACKAGE_REVOKED,
        facts__why=RevokedWhy.WRONG_PERSON,
    ).exclude(ASTRAY)


def closings_to_agents() -> QuerySet[CaseEvent]:
    """Return what closes the page of an agent: a wrong answer that went to them.

    Not paper that went astray on its way. It opens to who is recorded to act since:
    somebody looked at their authority anew. Costs no query of its own.
    """
    theirs = _revoked().filter(
        released_at__isnull=False,
        released_for__agent_email_ref=OuterRef(OuterRef("agent_email_ref")),
    )
    return CaseEvent.objects.filter(
        Exists(theirs),
        case__submission=OuterRef("case__submission"),
        recorded_at__gte=OuterRef("recorded_at"),
        kind=EventKind.PACKAGE_REVOKED,
        facts__why=RevokedWhy.WRONG_PERSON,
    ).exclude(ASTRAY)
