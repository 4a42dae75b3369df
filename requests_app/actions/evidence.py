"""What a person shows of who they are: taken in, looked at, decided on, deleted (D9).

It is written anew as pictures without metadata, kept encrypted under a key of its own,
and gone when the question is decided, at the latest after 30 days. Each of these is a
row and an event before a file is touched; what a killed process leaves the night ends.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts import actions as accounts
from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.file_kind import HEAD, kind_of
from lumina_privacy.lib.pictures import KINDS, Unusable, written_anew
from lumina_privacy.lib.throttle import Limit, hit
from lumina_privacy.lib.verdict import Refused, require
from requests_app import emails
from requests_app.actions.incoming import Attached, Terms, keep, may_open
from requests_app.actions.projection import append, locked
from requests_app.identity import KEPT_DAYS, REMIND_DAYS, EvidenceGone
from requests_app.models import Case, CaseEvent, CaseMessage, IdentityEvidence
from requests_app.policies import evidence as policies
from requests_app.queries import reminders
from requests_app.reminders import Reminds
from requests_app.states import EventKind
from vault import actions as vault
from vault import queries as vault_queries
from vault.states import FilePurpose, ScanState

PER_PERSON: Final = Limit("identity-person", "20 per hour")
TERMS: Final = Terms(
    most_mb=10,
    too_large="“{name}” is larger than {most} MB. Send a smaller picture.",
    no_room=(
        "“{name}” does not fit at the moment: our storage is full. Write or telephone "
        "to us; we have noted it."
    ),
    kinds=KINDS,
    taken="a photo (JPEG, PNG or WebP) or a PDF",
    purpose=FilePurpose.EVIDENCE,
)
_log: Final = logging.getLogger(__name__)
# Of its own name a file says who somebody is; this is what it is kept under.
_NAME: Final = "what shows an identity"


def show(
    case: Case, files: Iterable[Attached], *, by: User, at: datetime
) -> list[IdentityEvidence]:
    """Take what the person shows, while we ask for it. Raises Refused in words."""
    require(policies.may_show(case, case.record()))
    if not hit(PER_PERSON, str(by.actor)):
        raise Refused(accounts.THROTTLED)
    return _take(case, list(files), by=by.actor, at=at)


def add(
    case: Case, files: Iterable[Attached], *, by: User, at: datetime
) -> list[IdentityEvidence]:
    """Take what came by post or mail, by staff. Raises Refused in words."""
    require(policies.may_add(case, by, case.record()))
    return _take(case, list(files), by=by.actor, at=at)


def _take(
    case: Case, files: list[Attached], *, by: Actor, at: datetime
) -> list[IdentityEvidence]:
    if not files:
        raise Refused("Choose a photo or a PDF.")
    if len(files) > policies.MOST_AT_ONCE:
        raise Refused(f"Send at most {policies.MOST_AT_ONCE} files.")
    kept: list[tuple[UUID, bool]] = []
    try:
        for file in files:
            kept += _kept(case, file, by=by, at=at)
        return _note(case, kept, by=by, at=at)
    except BaseException:
        # A full disk too: the page then says that nothing was kept.
        _discard((file_id for file_id, _ in kept), by=by, at=at)
        raise


def _discard(files: Iterable[UUID], *, by: Actor, at: datetime) -> None:
    """Destroy what no row of a case knows, and none will.

    What failed may have failed after its rows were kept, as the old file was destroyed.
    """
    made = list(files)
    known = IdentityEvidence.objects.filter(file__in=made)
    for file_id in {*made} - {*known.values_list("file", flat=True)}:
        vault.destroy(file_id, reason="not-sent", by=by, at=at)


def _kept(
    case: Case, file: Attached, *, by: Actor, at: datetime
) -> list[tuple[UUID, bool]]:
    """Keep a file; return what stands for it, and whether that is a picture already."""
    raw = keep(file, TERMS, about=case.about, by=by, at=at, kept_as=_NAME)
    if vault_queries.facts(raw).scan is ScanState.WAITING:
        return [(raw, False)]
    try:
        return [(made, True) for made in _pictures(case, raw, by=by, at=at)]
    except Unusable as why:
        raise Refused(f"“{file.name}” cannot be used: {why}.") from why
    except vault.NoRoom as full:
        _log.error("no room for a picture of %s", case.about)
        raise Refused(TERMS.no_room.format(name=file.name)) from full
    finally:
        vault.destroy(raw, reason="written-anew", by=by, at=at)


def _pictures(case: Case, raw: UUID, *, by: Actor, at: datetime) -> list[UUID]:
    """Write what can be seen of a scanned file anew; return the pictures, all or none.

    Raises Unusable, and NoRoom when the storage is full.
    """
    with vault.reading(raw) as plain:
        content = plain.read()
    made: list[UUID] = []
    try:
        for picture in written_anew(content, kind_of(content[:HEAD])):
            with vault.writing(
                purpose=FilePurpose.PICTURE, about=case.about, name=_NAME, by=by, at=at
            ) as sink:
                sink.write(picture)
            made.append(sink.file_id)
    except BaseException:
        _discard(made, by=by, at=at)
        raise
    return made


@transaction.atomic
def _note(
    case: Case, kept: Iterable[tuple[UUID, bool]], *, by: Actor, at: datetime
) -> list[IdentityEvidence]:
    case = locked(case)
    asking = policies.open_question(case.record())
    if asking is None or not case.is_open:
        raise Refused("We do not ask for this any more. Thank you, nothing is needed.")
    rows = [
        IdentityEvidence.objects.create(
            case=case,
            asked=asking.seq,
            file=file_id,
            is_ready=is_ready,
            given_by=str(by),
            given_at=at,
        )
        for file_id, is_ready in kept
    ]
    _append(case, EventKind.IDENTITY_SHOWN, rows, by=by, at=at)
    return rows


def _append(
    case: Case,
    kind: EventKind,
    rows: Iterable[IdentityEvidence],
    *,
    by: Actor,
    at: datetime,
    **facts: object,
) -> CaseEvent:
    pks = [row.pk for row in rows]
    return append(
        case,
        kind,
        happened_at=at,
        by=by,
        at=at,
        facts={"evidence": pks, **facts},
    )


@transaction.atomic
def adopt(message: CaseMessage, *, asked: int, by: Actor, at: datetime) -> int:
    """Count the files of a message as shown, so that they go like all that is (D9)."""
    case = locked(message.case)
    rows = [
        IdentityEvidence.objects.create(
            case=case,
            asked=asked,
            file=file.file,
            is_ready=True,
            with_message=True,
            given_by=message.by,
            given_at=message.at,
        )
        for file in message.files.order_by("pk")
        if not IdentityEvidence.objects.filter(file=file.file).exists()
    ]
    if rows:
        _append(case, EventKind.IDENTITY_SHOWN, rows, by=by, at=at)
    return len(rows)


def make_ready(evidence: IdentityEvidence, *, by: Actor, at: datetime) -> bool:
    """Write anew what waited for the scanner; whether it no longer waits.

    What cannot be shown, or was harmful, is gone with its reason.
    """
    case = evidence.case
    if not may_open(evidence.file):
        harmful = vault_queries.facts(evidence.file).destroyed_at is not None
        if harmful:
            _lose(evidence, EvidenceGone.HARMFUL, by=by, at=at)
        return harmful
    try:
        made = _pictures(case, evidence.file, by=by, at=at)
    except Unusable:
        _lose(evidence, EvidenceGone.UNUSABLE, by=by, at=at)
        return True
    try:
        _replace(evidence, made, at=at, by=by)
    except BaseException:
        _discard(made, by=by, at=at)
        raise
    return True


@transaction.atomic
def _replace(
    evidence: IdentityEvidence, made: list[UUID], *, by: Actor, at: datetime
) -> None:
    locked(evidence.case)
    row = IdentityEvidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if row.is_ready or row.gone_at is not None:
        for file_id in made:
            vault.destroy(file_id, reason="not-needed", by=by, at=at)
        return
    vault.destroy(row.file, reason="written-anew", by=by, at=at)
    row.file, row.is_ready = made[0], True
    row.save(update_fields=["file", "is_ready"])
    for file_id in made[1:]:
        IdentityEvidence.objects.create(
            case=row.case,
            asked=row.asked,
            file=file_id,
            is_ready=True,
            given_by=row.given_by,
            given_at=row.given_at,
        )


@transaction.atomic
def _lose(
    evidence: IdentityEvidence, why: EvidenceGone, *, by: Actor, at: datetime
) -> None:
    _let_go(locked(evidence.case), {evidence.pk: why}, by=by, at=at)


@transaction.atomic
def look(evidence: IdentityEvidence, *, by: User, at: datetime) -> CaseEvent:
    """Note that ``by`` looks at what was shown: each looking is an event."""
    case = locked(evidence.case)
    evidence = IdentityEvidence.objects.get(pk=evidence.pk)
    require(policies.may_look(evidence, by))
    return _append(case, EventKind.IDENTITY_SEEN, [evidence], by=by.actor, at=at)


def picture_of(evidence: IdentityEvidence, *, by: User, at: datetime) -> bytes:
    """Return the picture, for who has just said that they look. Recorded."""
    require(policies.may_look(evidence, by))
    audit.record(
        "case.file.read",
        about=evidence.case.about,
        by=by.actor,
        at=at,
        details={"purpose": FilePurpose.PICTURE},
    )
    with vault.reading(evidence.file) as plain:
        return plain.read()


def let_go_when_settled(case: Case, *, by: Actor, at: datetime) -> int:
    """Delete all that was shown in a locked case, since it is decided who asks."""
    kept = case.shown.filter(gone_at__isnull=True).values_list("pk", flat=True)
    return _let_go(case, dict.fromkeys(kept, EvidenceGone.DECIDED), by=by, at=at)


@transaction.atomic
def let_go_when_over(case: Case, *, by: Actor, at: datetime) -> int:
    """Delete what is not needed any more, or 30 days old; return how many files.

    Harmless when repeated.
    """
    case = locked(case)
    record, today = case.record(), london_day(at)
    over = {
        row.pk: why
        for row in case.shown.filter(gone_at__isnull=True)
        if (why := policies.gone_for(row, case, record, today=today)) is not None
    }
    return _let_go(case, over, by=by, at=at)


def _let_go(
    case: Case, why: dict[int, EvidenceGone], *, by: Actor, at: datetime
) -> int:
    """Write that it is gone, and destroy key and file when that is committed.

    Verified: raises RuntimeError when the vault does not confirm, and nothing changes.
    """
    rows = list(
        case.shown.select_for_update()
        .filter(pk__in=why, gone_at__isnull=True)
        .order_by("pk")
    )
    for row in rows:
        row.gone_at, row.gone_for = at, why[row.pk]
        row.save(update_fields=["gone_at", "gone_for"])
        vault.destroy(row.file, reason=f"identity-{row.gone_for}", by=by, at=at)
        if vault_queries.facts(row.file).destroyed_at is None:
            raise RuntimeError(f"the vault still holds {row.file}")
    for reason in sorted({row.gone_for for row in rows}):
        gone = [row for row in rows if row.gone_for == reason]
        _append(case, EventKind.IDENTITY_GONE, gone, by=by, at=at, why=reason)
    return len(rows)


@transaction.atomic
def remind(case: Case, *, by: Actor, at: datetime) -> int:
    """Remind staff on day 20 that what was shown goes undecided; return how many.

    Whoever has the case or stands in for them, else the officers. Once for each
    picture; nothing is noted while there is nobody to write to.
    """
    case, today = locked(case), london_day(at)
    last = today - REMIND_DAYS
    due = [
        row
        for row in case.shown.filter(gone_at__isnull=True, reminded_at__isnull=True)
        if london_day(row.given_at) <= last
    ]
    told = reminders.readers(case, Reminds.WORKER, today=today) if due else []
    if not told:
        return 0
    case.shown.filter(pk__in=[row.pk for row in due]).update(reminded_at=at)
    audit.record(
        "case.identity.reminded",
        about=case.about,
        by=by,
        at=at,
        details={"pictures": len(due)},
    )
    since = min(london_day(row.given_at) for row in due)
    for user in told:
        emails.identity_undecided(
            case, due[0], since=since, goes_on=since + KEPT_DAYS, to=user, at=at
        )
    return len(told)
