"""What stands in others' cases about who acts for them, for the agent's own copy.

Found by the mailbox at which they are written to, and by nothing else. Never what it
covers, whom they act for, or what we wrote: that is the other person's (decision D9).
Of what was filed online only what somebody proved: else a sender typed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q, QuerySet

from lumina_privacy.lib.ports import PortalRow
from lumina_privacy.lib.subject_ref import IdentifierKind, SubjectRef, all_refs
from requests_app.models import Authority, CaseMessage, Letter, Submission
from requests_app.queries import words
from requests_app.queries.authority import standing
from requests_app.queries.own_copy import instant
from requests_app.states import MessageFrom

Known = Mapping[str, frozenset[str]]


def authorities(known: Known) -> Iterator[PortalRow]:
    """Yield where they act, or acted, and how that stands."""
    by = _addresses(known)
    for one in _acted(by).select_related("case").order_by("pk").iterator():
        yield _row(
            by,
            one,
            one.pk,
            {
                "reference": one.case.reference,
                "at": one.recorded_at.isoformat(),
                "agent": one.agent,
                "agent_email": one.agent_email,
                "agent_reach": one.agent_reach,
                "evidence": words.EVIDENCE[one.evidence],
                "standing": standing(one),
                "revoked_at": instant(one.revoked_at),
            },
        )


def letters(known: Known) -> Iterator[PortalRow]:
    """Yield that we wrote to them, and what kind of letter it was."""
    by = _addresses(known)
    rows = Letter.objects.filter(authority__in=_acted(by))
    for letter in rows.select_related("authority", "case").order_by("pk").iterator():
        if letter.authority is None:
            continue
        yield _row(
            by,
            letter.authority,
            letter.pk,
            {
                "reference": letter.case.reference,
                "at": letter.at.isoformat(),
                "what": words.LETTERS[letter.kind],
            },
        )


def messages(known: Known) -> Iterator[PortalRow]:
    """Yield what they wrote to us; not what we answered."""
    by = _addresses(known)
    rows = CaseMessage.objects.filter(
        authority__in=_acted(by), sender=MessageFrom.AGENT
    )
    for message in rows.select_related("authority", "case").order_by("pk").iterator():
        if message.authority is None:
            continue
        yield _row(
            by,
            message.authority,
            message.pk,
            {
                "reference": message.case.reference,
                "at": message.at.isoformat(),
                "text": message.body,
                "read_at": instant(message.seen_at),
            },
        )


def others_cases(address: str, ids: Iterable[str]) -> frozenset[str]:
    """Return those in which who reads at ``address`` acts for somebody. 1 query."""
    refs = all_refs(IdentifierKind.EMAIL, address)
    rows = Authority.objects.filter(case__in=list(ids), agent_email_ref__in=refs)
    return frozenset(str(pk) for pk in rows.values_list("case", flat=True))


def others_submissions(address: str, ids: Iterable[str]) -> frozenset[str]:
    """Return those that they sent for somebody else. 1 query."""
    refs = all_refs(IdentifierKind.EMAIL, address)
    rows = Submission.objects.filter(pk__in=list(ids), agent_address_ref__in=refs)
    return frozenset(str(pk) for pk in rows.values_list("pk", flat=True))


def _addresses(known: Known) -> dict[str, str]:
    return {
        ref: address
        for address in known.get(IdentifierKind.EMAIL, ())
        for ref in all_refs(IdentifierKind.EMAIL, address)
    }


def _acted(by: Mapping[str, str]) -> QuerySet[Authority]:
    sure = Q(recorded_by__startswith="staff:") | Q(
        case__submission__proved_at__isnull=False
    )
    return Authority.objects.filter(sure, agent_email_ref__in=list(by))


def _row(
    by: Mapping[str, str],
    authority: Authority,
    key: int,
    values: Mapping[str, object],
) -> PortalRow:
    address = by[SubjectRef(authority.agent_email_ref)]
    return PortalRow(str(key), values, IdentifierKind.EMAIL, address)
