"""Questions about stored files, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vault.models import StoredFile
from vault.states import FilePurpose, ScanState


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file without opening it."""

    id: UUID
    purpose: FilePurpose
    about: str
    name: str
    size: int
    sha256: str
    created_at: datetime
    destroyed_at: datetime | None
    scan: ScanState


def facts(file_id: UUID) -> FileFacts:
    """Return what is known of a file. Raises StoredFile.DoesNotExist. Costs 1 query."""
    return _facts(StoredFile.objects.get(pk=file_id))


def facts_of(file_ids: Iterable[UUID]) -> dict[UUID, FileFacts]:
    """Return what is known of several files, by id. Costs 1 query."""
    return {row.pk: _facts(row) for row in StoredFile.objects.filter(pk__in=file_ids)}


def kept_since_before(purpose: FilePurpose, instant: datetime) -> list[FileFacts]:
    """Return files of ``purpose`` stored before ``instant`` and still kept."""
    rows = StoredFile.objects.filter(
        purpose=purpose, created_at__lt=instant, destroyed_at__isnull=True
    )
    return [_facts(row) for row in rows.order_by("pk")]


def _facts(stored: StoredFile) -> FileFacts:
    return FileFacts(
        stored.pk,
        FilePurpose(stored.purpose),
        stored.about,
        stored.name,
        stored.size_bytes,
        stored.sha256,
        stored.created_at,
        stored.destroyed_at,
        ScanState(stored.scan),
    )
