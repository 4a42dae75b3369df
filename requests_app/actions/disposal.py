"""What was gathered for a case that needs no answer any more is destroyed (C41)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.verdict import Refused
from requests_app.actions.projection import locked
from requests_app.models import Case, FoundDataset, OwnerFile, RowDecision
from requests_app.states import CaseStatus
from vault import actions as vault
from vault import queries as vault_queries


def still_holding(cases: models.QuerySet[Case]) -> models.QuerySet[Case]:
    """Return those of ``cases`` for which something gathered is still kept."""
    spools = FoundDataset.objects.filter(case=OuterRef("pk"), spool__isnull=False)
    files = OwnerFile.objects.filter(task__task__case=OuterRef("pk"))
    return cases.filter(Exists(spools) | Exists(files))


@transaction.atomic
def forget_found(case: Case, *, by: Actor, at: datetime) -> int:
    """Destroy spools, owners' files and learned identifiers; return how many files.

    For a case that was withdrawn or has lapsed. Counts stay: they say what was done.
    Verified: a file whose destruction the vault does not confirm raises RuntimeError
    and nothing changes, so the next night tries again.
    """
    case = locked(case)
    if case.status not in {CaseStatus.WITHDRAWN, CaseStatus.LAPSED}:
        raise Refused("Only what was gathered for a withdrawn case is forgotten.")
    held: list[UUID | None] = [
        *case.found.filter(spool__isnull=False).values_list("spool", flat=True),
        *OwnerFile.objects.filter(task__task__case=case).values_list("file", flat=True),
    ]
    for file_id in filter(None, held):
        vault.destroy(file_id, reason="withdrawn", by=by, at=at)
        if vault_queries.facts(file_id).destroyed_at is None:
            raise RuntimeError(f"the vault still holds {file_id}")
    RowDecision.objects.filter(found__case=case).delete()
    OwnerFile.objects.filter(task__task__case=case).delete()
    case.found.update(spool=None, customers="")
    case.identifiers.all().delete()
    return len(held)
