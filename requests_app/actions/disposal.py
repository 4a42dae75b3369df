"""What was gathered or built for a case is destroyed when its time is over (C16, C41).

Manifests, counts, events and decisions stay: they say what was done. A case that was
withdrawn, or that nobody proved, loses what was gathered in the next night: the person
was told so, or nobody has shown that it is about them. Of an answered or a refused case
it goes at the end of the schedule's line ``case-gathered``, once the DCO has approved
that (C22). docs/adr/0013 says why.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from audit import actions as audit
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import holds
from requests_app.actions.projection import locked
from requests_app.models import (
    Authority,
    AvoidedAddress,
    Case,
    CaseIdentifier,
    Decision,
    FoundDataset,
    IdentityEvidence,
    MessageFile,
    OwnerFile,
    Package,
    ProvedIdentifier,
    RowDecision,
    Sending,
    Submission,
    SystemTask,
)
from requests_app.policies import posting
from requests_app.queries import keeping
from requests_app.states import (
    AT_ONCE,
    FINAL,
    CaseStatus,
    Outcome,
    PackageState,
    SendingState,
    TaskState,
    TaskVerdict,
)
from retention import queries as retention
from vault import actions as vault
from vault import queries as vault_queries
from vault.states import FilePurpose

# A package in one of these has not reached the person, and holds a file or will.
UNRELEASED: Final = (
    PackageState.PENDING,
    PackageState.BUILDING,
    PackageState.BUILT,
    PackageState.FAILED,
)
# Ended without an answer; what was gathered is of no use to anybody. A refusal is one:
# it can be contested (UK GDPR Article 12(4)).
UNANSWERED: Final = (CaseStatus.WITHDRAWN, CaseStatus.LAPSED, CaseStatus.MERGED)
# What staff read of a system that had been searched.
GONE: Final = "What was gathered for this case is destroyed. Search again."
# What names somebody in a submission, and in what an agent says of acting in it.
_SENT: Final = ("name", "phone", "postal", "address", "answers", "agent_address")
_ACTING: Final = ("agent", "agent_email", "agent_reach", "acts_for", "scope")
# A file younger than this may belong to work that has not settled yet.
SETTLED_AFTER: Final = timedelta(days=1)


def still_holding(cases: models.QuerySet[Case]) -> models.QuerySet[Case]:
    """Return those of ``cases`` for which something gathered or built is still kept."""
    spools = FoundDataset.objects.filter(case=OuterRef("pk"), spool__isnull=False)
    files = OwnerFile.objects.filter(task__task__case=OuterRef("pk"))
    learned = CaseIdentifier.objects.filter(case=OuterRef("pk"))
    packages = Package.objects.filter(case=OuterRef("pk")).exclude(
        state__in=[PackageState.REVOKED, PackageState.DESTROYED]
    )
    return cases.filter(
        Exists(spools) | Exists(files) | Exists(learned) | Exists(packages)
    )


@transaction.atomic
def forget_found(case: Case, *, by: Actor, at: datetime) -> int:
    """Destroy all that was gathered and built for a case; return how many files.

    For a case that ended without an answer of its own. Counts stay: they say what was
    done.
    Verified: a file whose destruction the vault does not confirm raises RuntimeError
    and nothing changes, so the next night tries again.
    """
    case = locked(case)
    if case.status not in UNANSWERED:
        raise Refused(
            "Only what was gathered for a case that ended without an answer of its own "
            "is forgotten at once."
        )
    reason = str(case.status)
    destroyed = 0
    ended = [PackageState.REVOKED, PackageState.DESTROYED]
    for package in case.packages.select_for_update().exclude(state__in=ended):
        destroyed += _destroy_package(package, reason=reason, by=by, at=at)
    RowDecision.objects.filter(found__case=case).delete()
    return destroyed + _forget_gathered(case, reason=reason, by=by, at=at)


@transaction.atomic
def destroy_gathered(case: Case, *, by: Actor, at: datetime) -> bool:
    """Destroy what was gathered for a case whose line has ended (C41).

    Never while a copy of the answer is still to be fetched or sent, nor while another
    request of the same person holds what we have about them (C5). What was decided
    about single rows stays with the case. Returns whether its time was over.
    """
    case = locked(case)
    until = keeping.gathered_until(case)
    if until is None or london_day(at) < until:
        return False
    if case.packages.filter(state__in=[*UNRELEASED, PackageState.RELEASED]).exists():
        return False
    known = holds.perhaps_theirs(case)
    if retention.is_held(known, on=london_day(at), but_for=case.about):
        return False
    _forget_gathered(case, reason="line-ended", by=by, at=at)
    return True


def _forget_gathered(case: Case, *, reason: str, by: Actor, at: datetime) -> int:
    """Destroy spools and owners' files, and forget the identifiers that were learned.

    What was chosen about datasets and owners' files stays in the case's events. Nothing
    that stood on what is gone may carry a decision, should the case be opened again:
    every system that was searched is to be searched anew, with what is learned then,
    and what it brings is to be looked at.
    """
    files = OwnerFile.objects.filter(task__task__case=case)
    held: list[UUID | None] = [
        *case.found.filter(spool__isnull=False).values_list("spool", flat=True),
        *files.values_list("file", flat=True),
    ]
    for file_id in filter(None, held):
        _destroy_file(file_id, reason=reason, by=by, at=at)
    files.delete()
    case.found.update(
        spool=None,
        customers="",
        choice="",
        ground="",
        reviewed_by="",
        reviewed_at=None,
    )
    case.tasks.filter(verdict__in=[TaskVerdict.FOUND, TaskVerdict.NOTHING_HELD]).update(
        state=TaskState.NEEDS_PERSON,
        verdict=TaskVerdict.NONE,
        finished_at=None,
        problem=GONE,
    )
    case.identifiers.all().delete()
    return len(held)


def superseded() -> models.QuerySet[Package]:
    """Return packages that can never be released, of cases that are not withdrawn.

    A later decision took their decision's place, the review was reopened, or the case
    was closed otherwise.
    """
    later = Decision.objects.filter(
        case=OuterRef("case"), pk__gt=OuterRef("decision_id")
    )
    reopened = ~Q(decision__outcome=Outcome.IN_PART) & ~Q(
        case__status=CaseStatus.DECIDED
    )
    released = Package.objects.filter(
        decision=OuterRef("decision"), released_at__isnull=False
    )
    made_again = Q(case__status=CaseStatus.DONE) & Exists(released)
    return (
        Package.objects.filter(state__in=UNRELEASED)
        .exclude(made_again)
        .exclude(case__status__in=UNANSWERED)
        .filter(Exists(later) | reopened | Q(case__status__in=FINAL))
    )


@transaction.atomic
def destroy_superseded(package: Package, *, by: Actor, at: datetime) -> bool:
    """Destroy a package whose decision no longer stands; return whether it was so."""
    locked(package.case)
    package = Package.objects.select_for_update(of=("self",)).get(pk=package.pk)
    if not superseded().filter(pk=package.pk).exists():
        return False
    _destroy_package(package, reason="superseded", by=by, at=at)
    return True


def destroy_unreleased(case: Case, *, by: Actor, at: datetime) -> int:
    """Destroy the packages of a locked case that have not gone out; return how many.

    At a new decision, and when a decision is taken back. A worker that still builds
    one finds itself fenced and leaves nothing.
    """
    waiting = case.packages.select_for_update().filter(state__in=UNRELEASED)
    packages = list(waiting.order_by("pk"))
    for package in packages:
        _destroy_package(package, reason="superseded", by=by, at=at)
    return len(packages)


def destroy_strays(case: Case, *, by: Actor, at: datetime) -> int:
    """End the released answers of a locked case that can go to nobody any more.

    Of those on paper that were never taken for the post: whoever they were released to
    may not have them, and what is decided next takes their place. Returns how many.
    """
    found = posting.strays(case, today=london_day(at))
    for package in case.packages.select_for_update().filter(
        pk__in=[one.pk for one in found]
    ):
        _destroy_package(package, reason="superseded", by=by, at=at)
    return len(found)


def _destroy_package(package: Package, *, reason: str, by: Actor, at: datetime) -> int:
    """End a locked package; return how many files went. Manifest and counts stay."""
    package.state, package.ended_at = PackageState.DESTROYED, at
    package.claimed_until = None
    package.save(update_fields=["state", "ended_at", "claimed_until"])
    if package.file is None:
        return 0
    _destroy_file(package.file, reason=reason, by=by, at=at)
    return 1


def _destroy_file(file_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    vault.destroy(file_id, reason=reason, by=by, at=at)
    if vault_queries.facts(file_id).destroyed_at is None:
        raise RuntimeError(f"the vault still holds {file_id}")


def lapsed_with_words() -> models.QuerySet[Submission]:
    """Return submissions nobody proved, all lapsed, of which words are still kept.

    What stopped at once never lapses; its address is needed until somebody has
    confirmed it to the person (C34) and the letter that says so has gone.
    """
    cases = Case.objects.filter(submission=OuterRef("pk"))
    stops = Q(right__in=AT_ONCE, closed_at__isnull=False)
    waiting = cases.exclude(status=CaseStatus.LAPSED).exclude(stops)
    unsent = Sending.objects.filter(
        letter__case__submission=OuterRef("pk"), state=SendingState.WAITING
    )
    blank = dict.fromkeys(_SENT, "")
    known = ProvedIdentifier.objects.filter(case__submission=OuterRef("pk"))
    acting = Authority.objects.filter(case__submission=OuterRef("pk"))
    avoided = AvoidedAddress.objects.filter(submission=OuterRef("pk"))
    return Submission.objects.filter(
        ~Q(**blank)
        | Exists(known.exclude(value="", given=""))
        | Exists(acting.exclude(**dict.fromkeys(_ACTING, "")))
        | Exists(avoided.exclude(value="")),
        Exists(cases.filter(status=CaseStatus.LAPSED)),
        ~Exists(waiting),
        ~Exists(unsent),
        proved_at__isnull=True,
    )


@transaction.atomic
def forget_unproved(submission: Submission, *, by: Actor, at: datetime) -> bool:
    """Blank what a sender wrote whom nobody proved and whose case has lapsed (D11).

    Also who said that they act, for whom, and by what the person was to be found. That
    it came, when, and the keyed hashes stay to the end of the case's line: they answer
    "what became of my request?" and name nobody.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if not lapsed_with_words().filter(pk=submission.pk).exists():
        return False
    for column in _SENT:
        setattr(submission, column, "")
    submission.save(update_fields=_SENT)
    cases = submission.cases.all()
    ProvedIdentifier.objects.filter(case__in=cases).update(value="", given="")
    Authority.objects.filter(case__in=cases).update(**dict.fromkeys(_ACTING, ""))
    AvoidedAddress.objects.filter(submission=submission).update(value="")
    audit.record("submission.forgotten", about=submission.about, by=by, at=at)
    return True


def unreferenced(*, at: datetime) -> list[UUID]:
    """Return files of cases that no row of a case knows, from a worker that was killed.

    It had written them and died before the result was settled. None younger than a day
    and none of a case that is being worked on now. Costs 13 queries.
    """
    known: dict[FilePurpose, models.QuerySet[models.Model, UUID | None]] = {
        FilePurpose.SPOOL: FoundDataset.objects.values_list("spool", flat=True),
        FilePurpose.PACKAGE: Package.objects.values_list("file", flat=True),
        FilePurpose.UPLOAD: OwnerFile.objects.values_list("file", flat=True).union(
            MessageFile.objects.values_list("file", flat=True)
        ),
        FilePurpose.EVIDENCE: IdentityEvidence.objects.values_list("file", flat=True),
        FilePurpose.PICTURE: IdentityEvidence.objects.values_list("file", flat=True),
    }
    busy = {
        f"case:{pk}"
        for table, state in (
            (SystemTask, TaskState.RUNNING),
            (Package, PackageState.BUILDING),
        )
        for pk in table.objects.filter(state=state, claimed_until__gte=at).values_list(
            "case_id", flat=True
        )
    }
    lost: list[UUID] = []
    for purpose, column in known.items():
        kept = vault_queries.kept_since_before(purpose, at - SETTLED_AFTER)
        # Read after the files: what is settled meanwhile is known.
        held = set(column)
        lost += [f.id for f in kept if f.id not in held and f.about not in busy]
    return lost
