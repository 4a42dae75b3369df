"""What stands beside a person's cases, row by row, for their own copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from requests_app.models import (
    Authority,
    CaseMessage,
    ComplaintIssue,
    IdentityEvidence,
)
from requests_app.queries import words
from requests_app.queries.authority import standing
from requests_app.states import MessageFrom
from vault import queries as vault

# The row's key, its case, and what the person may read of it.
OwnRow = tuple[int, int, Mapping[str, object]]


def authorities(cases: Sequence[int]) -> Iterator[OwnRow]:
    """Yield who acted for the person."""
    rows = Authority.objects.filter(case__in=cases).select_related("case")
    for one in rows.order_by("pk").iterator():
        yield (
            one.pk,
            one.case_id,
            {
                "reference": one.case.reference,
                "at": one.recorded_at.isoformat(),
                "agent": one.agent,
                "evidence": words.EVIDENCE[one.evidence],
                "scope": one.scope,
                "standing": standing(one),
                "revoked_at": instant(one.revoked_at),
            },
        )


def messages(cases: Sequence[int]) -> Iterator[OwnRow]:
    """Yield what the person and we wrote to each other."""
    rows = CaseMessage.objects.filter(case__in=cases).exclude(sender=MessageFrom.NOTE)
    known = rows.select_related("case").prefetch_related("files").order_by("pk")
    names = vault.facts_of(file.file for row in known for file in row.files.all())
    for message in known:
        files = [names[file.file].name for file in message.files.all()]
        yield (
            message.pk,
            message.case_id,
            {
                "reference": message.case.reference,
                "at": message.at.isoformat(),
                "sender": words.SENDERS[message.sender],
                "text": message.body,
                "files": ", ".join(files),
                "read_at": instant(message.seen_at),
            },
        )


def notes(cases: Sequence[int]) -> Iterator[OwnRow]:
    """Yield our notes too: the register says why, and with what care."""
    rows = CaseMessage.objects.filter(case__in=cases, sender=MessageFrom.NOTE)
    for note in rows.select_related("case").order_by("pk").iterator():
        yield (
            note.pk,
            note.case_id,
            {
                "reference": note.case.reference,
                "at": note.at.isoformat(),
                "text": note.body,
            },
        )


def issues(cases: Sequence[int]) -> Iterator[OwnRow]:
    """Yield what was complained of, and what was concluded."""
    rows = ComplaintIssue.objects.filter(case__in=cases).select_related("case")
    for issue in rows.order_by("pk").iterator():
        yield (
            issue.pk,
            issue.case_id,
            {
                "reference": issue.case.reference,
                "at": issue.noted_at.isoformat(),
                "words": issue.words,
                "outcome": words.CONCLUSIONS[issue.outcome],
                "reasons": issue.reasons,
                "action": issue.action,
            },
        )


def shown(cases: Sequence[int]) -> Iterator[OwnRow]:
    """Yield what they showed of who they are: that it came and went, no picture."""
    rows = IdentityEvidence.objects.filter(case__in=cases).select_related("case")
    for one in rows.order_by("pk").iterator():
        yield (
            one.pk,
            one.case_id,
            {
                "reference": one.case.reference,
                "at": one.given_at.isoformat(),
                "gone_at": instant(one.gone_at),
                "why": words.GONE.get(one.gone_for, ""),
            },
        )


def instant(at: datetime | None) -> str | None:
    """Return an instant as the copy writes it."""
    return at.isoformat() if at else None
