"""What happens to the register: loaded, approved, found wanting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import connection, transaction

from accounts.models import User
from audit import actions as audit
from datamap.connectors.base import (
    Problem,
    SystemChanged,
    SystemUnavailable,
)
from datamap.connectors.named import connector_for
from datamap.models import (
    ContactPoint,
    Disclosure,
    Finding,
    Holiday,
    Recipient,
    Revision,
    Telling,
)
from datamap.policies import may_decide_telling
from datamap.registry.schema import Register
from datamap.states import TOLD_ONLY_WHEN_DECIDED, DisclosureBasis
from lumina_privacy.lib import once
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import add_months, london_day
from lumina_privacy.lib.reference import new_reference
from lumina_privacy.lib.subject_ref import subject_ref
from lumina_privacy.lib.verdict import Refused, require


@transaction.atomic
def propose(register: Register, *, by: Actor, at: datetime) -> Revision:
    """Keep ``register`` as a revision; the same content twice is one. Costs 3 queries.

    It is in force only once the DCO has approved it (decision C28).
    """
    content = register.model_dump(mode="json")
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    digest = sha256(canonical.encode()).hexdigest()
    revision, created = Revision.objects.get_or_create(
        sha256=digest,
        defaults={"content": content, "loaded_at": at, "loaded_by": str(by)},
    )
    if created:
        audit.record(
            "datamap.revision.proposed",
            about=f"revision:{revision.pk}",
            by=by,
            at=at,
            details={"sha256": digest},
        )
    return revision


@transaction.atomic
def approve(revision: Revision, *, by: Actor, at: datetime) -> Revision:
    """Put a revision in force. Raises Refused when it already was approved."""
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    if revision.approved_at is not None:
        raise Refused("This revision has been approved already.")
    revision.approved_at, revision.approved_by = at, str(by)
    revision.save(update_fields=["approved_at", "approved_by"])
    once.forget()
    audit.record(
        "datamap.revision.approved",
        about=f"revision:{revision.pk}",
        by=by,
        at=at,
        details={"sha256": revision.sha256},
    )
    return revision


def check(register: Register) -> list[Problem]:
    """Return what differs between the register and the live systems, all of them."""
    problems: list[Problem] = []
    for system in register.systems:
        try:
            problems += connector_for(system).check(system)
        except SystemUnavailable as error:
            problems.append(
                Problem(system.id, "", "unavailable", str(error), "warning")
            )
        except SystemChanged as error:
            problems.append(Problem(system.id, "", "changed", str(error)))
    return problems


@transaction.atomic
def raise_findings(problems: Iterable[Problem], *, by: Actor, at: datetime) -> int:
    """Keep each problem once, until a person settles it; return how many are new."""
    new = 0
    for problem in problems:
        finding, created = Finding.objects.get_or_create(
            system=problem.system,
            dataset=problem.dataset,
            code=problem.code,
            problem=problem.text,
            defaults={"severity": problem.severity, "raised_at": at},
        )
        if not created:
            continue
        new += 1
        audit.record(
            "datamap.finding.raised",
            about=f"finding:{finding.pk}",
            by=by,
            at=at,
            details={
                "system": problem.system,
                "dataset": problem.dataset,
                "code": problem.code,
            },
        )
    return new


@transaction.atomic
def settle(finding: Finding, *, reason: str, by: Actor, at: datetime) -> Finding:
    """Settle a finding once for all cases, with a reason (decision D5)."""
    if not reason.strip():
        raise Refused("Say why this is settled.")
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if finding.settled_at is not None:
        raise Refused("Somebody has settled this already.")
    finding.settled_at, finding.settled_by = at, str(by)
    finding.reason = reason.strip()
    finding.save(update_fields=["settled_at", "settled_by", "reason"])
    audit.record(
        "datamap.finding.settled",
        about=f"finding:{finding.pk}",
        by=by,
        at=at,
        details={
            "system": finding.system,
            "dataset": finding.dataset,
            "code": finding.code,
        },
    )
    return finding


@transaction.atomic
def seed_holidays(days: Mapping[date, str]) -> int:
    """Add bank holidays that the table lacks, keep staff's own; return how many."""
    known = set(Holiday.objects.values_list("day", flat=True))
    fresh = [
        Holiday(day=day, name=name) for day, name in days.items() if day not in known
    ]
    Holiday.objects.bulk_create(fresh)
    return len(fresh)


@transaction.atomic
def add_holiday(day: date, *, name: str, by: Actor, at: datetime) -> None:
    """Add a bank holiday. Raises Refused for one that is known, or without a name.

    Days of cases are ``requests_app``'s business: call its action, not this one.
    """
    if not name.strip():
        raise Refused("Write what the holiday is called.")
    known = Holiday.objects.select_for_update().filter(day=day).first()
    if known is not None and not known.cancelled:
        raise Refused(f"That day is a holiday already: {known.name}.")
    Holiday.objects.update_or_create(
        day=day, defaults={"name": name.strip(), "cancelled": False}
    )
    audit.record("datamap.holiday.added", about=f"holiday:{day}", by=by, at=at)


@transaction.atomic
def cancel_holiday(day: date, *, by: Actor, at: datetime) -> None:
    """Let a day be none any more. Raises Refused when it is none."""
    if not Holiday.objects.filter(day=day, cancelled=False).update(cancelled=True):
        raise Refused("That day is no holiday.")
    audit.record("datamap.holiday.removed", about=f"holiday:{day}", by=by, at=at)


@transaction.atomic
def seed_contacts(contacts: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Set contact points that nobody has set yet: staff pages own them afterwards.

    Costs 2 queries.
    """
    known = set(ContactPoint.objects.values_list("kind", flat=True))
    ContactPoint.objects.bulk_create(
        ContactPoint(kind=kind, value=value, since=at, by=str(by))
        for kind, value in contacts.items()
        if kind not in known
    )
    once.forget()


@transaction.atomic
def seed_recipients(recipients: Iterable[Mapping[str, str]]) -> None:
    """Add recipients that the table lacks, kinds before their members."""
    for facts in recipients:
        kind = facts.get("kind")
        Recipient.objects.get_or_create(
            code=facts["code"],
            defaults={
                "name": facts["name"],
                "quote": facts.get("quote", ""),
                "location": facts.get("location", ""),
                "kind": Recipient.objects.get(code=kind) if kind else None,
            },
        )


@transaction.atomic
def name_recipient(name: str, *, by: Actor, at: datetime) -> str:
    """Return the code of a company that receives data, by its name; note a fresh one.

    Harmless when repeated. Kinds of recipients are no company: they have other names.
    Raises Refused without a name.
    """
    name = " ".join(name.split())
    if not name:
        raise Refused("Write the name of who received it.")
    _lock_naming()
    known = Recipient.objects.filter(name__iexact=name, active=True, quote="")
    if (named := known.order_by("pk").first()) is not None:
        return named.code
    fresh = Recipient.objects.create(code=f"named-{new_reference()}", name=name)
    audit.record("datamap.recipient.named", about=f"recipient:{fresh.pk}", by=by, at=at)
    return fresh.code


def _lock_naming() -> None:
    """Let those who name a company wait for each other, to the end of transactions.

    No row is there to be locked: two at once would each note the company afresh.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            ["datamap recipient"],
        )


@transaction.atomic
def disclose(
    *,
    recipient: str,
    subjects: Iterable[tuple[str, str]],
    purpose: str,
    categories: Sequence[str],
    basis: DisclosureBasis,
    by: Actor,
    at: datetime,
) -> int:
    """Record that the recipient named received data of the subjects; return how many.

    ``subjects`` are (kind, value). To an authority or in legal proceedings the person
    is told only once the DCO has decided so (decision D10). Raises Refused for a
    recipient that is none, ValueError for a value that is not of its kind.
    """
    named = Recipient.objects.filter(code=recipient, active=True).first()
    if named is None:
        raise Refused("No recipient of this name receives data.")
    rows = Disclosure.objects.bulk_create(
        Disclosure(
            recipient=named,
            subject_ref=subject_ref(*subject),
            purpose=purpose,
            categories=list(categories),
            basis=basis,
            tell_person=None if basis in TOLD_ONLY_WHEN_DECIDED else True,
            disclosed_at=at,
            by=str(by),
        )
        for subject in subjects
    )
    audit.record(
        "datamap.disclosed",
        about=f"recipient:{named.pk}",
        by=by,
        at=at,
        details={"basis": basis, "purpose": purpose, "people": len(rows)},
    )
    return len(rows)


@transaction.atomic
def decide_telling(
    disclosure_id: int, *, tell: bool, reason: str, by: User, at: datetime
) -> Disclosure:
    """Decide whether the person is told of a disclosure to an authority (D10).

    Not to tell is looked at again after a year; any decision may be taken anew. The
    ledger row names no subject: what a person may have of it holds no trace. Raises
    Refused.
    """
    disclosure = Disclosure.objects.select_for_update().get(pk=disclosure_id)
    require(may_decide_telling(disclosure, by, reason=reason))
    Telling.objects.create(
        disclosure=disclosure, tell=tell, reason=reason.strip(), at=at, by=str(by.actor)
    )
    disclosure.tell_person = tell
    disclosure.review_on = None if tell else add_months(london_day(at), 12)
    disclosure.save(update_fields=["tell_person", "review_on"])
    audit.record(
        "datamap.telling.decided",
        about=f"disclosure:{disclosure.pk}",
        by=by.actor,
        at=at,
        details={"tell": tell, "review_on": str(disclosure.review_on or "")},
    )
    return disclosure
