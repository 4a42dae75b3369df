"""Files of a case: read piece by piece; those of owners released or withheld."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.roles import Permission
from audit import actions as audit
from lumina_privacy.lib.verdict import require
from requests_app.actions.incoming import may_open
from requests_app.actions.projection import append, locked
from requests_app.models import OwnerFile
from requests_app.policies import casework as policies
from requests_app.policies import reviewed
from requests_app.queries.review import opened_files
from requests_app.states import EventKind, RowChoice
from vault import actions as vault
from vault import queries as vault_queries
from vault.queries import FileFacts
from vault.states import FilePurpose

_PIECE: Final = 1 << 20


@transaction.atomic
def choose_file(
    file: OwnerFile,
    *,
    choice: RowChoice,
    ground: str,
    seen: str,
    by: User,
    at: datetime,
) -> OwnerFile:
    """Release or withhold a file that a system's owner brought."""
    case = locked(file.task.task.case)
    file = OwnerFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    require(policies.may_choose_file(case, by, choice=choice, ground=ground))
    require(reviewed.as_seen(file.mark, seen))
    if choice is RowChoice.RELEASE:
        require(may_open(file.file))
        require(policies.looked_at(opened=str(file.file) in opened_files(case)))
    file.choice = choice
    file.ground = ground if choice is RowChoice.WITHHOLD else ""
    file.reviewed_by, file.reviewed_at = str(by.actor), at
    file.save(update_fields=["choice", "ground", "reviewed_by", "reviewed_at"])
    append(
        case,
        EventKind.REVIEWED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"file": file.pk, "choice": choice, "ground": file.ground},
    )
    return file


def read_file(
    file: OwnerFile, *, by: User, at: datetime
) -> tuple[FileFacts, Iterator[bytes]]:
    """Return a file's facts and its content in pieces; that it was read is recorded.

    Raises Refused for one that is destroyed or waits for the scanner.
    """
    require(may_open(file.file))
    audit.record(
        "case.file.read",
        about=file.task.task.case.about,
        by=by.actor,
        at=at,
        details={
            "purpose": FilePurpose.UPLOAD,
            "file": str(file.file),
            "may_review": by.may(Permission.CASE_WORK),
        },
    )
    return vault_queries.facts(file.file), pieces(file.file)


def pieces(file_id: UUID) -> Iterator[bytes]:
    """Yield a file's content as it is decrypted."""
    with vault.reading(file_id) as stream:
        while piece := stream.read(_PIECE):
            yield piece
