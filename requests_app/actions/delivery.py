"""An answer goes by post: printed or fetched for a medium, then dispatched (C36)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Verdict, first_refusal, require
from requests_app.actions import answer, files
from requests_app.actions.projection import append, locked
from requests_app.models import Dispatch, Package
from requests_app.packages import paper
from requests_app.policies import answer as policies
from requests_app.policies.posting import is_addressed_now
from requests_app.queries import addresses
from requests_app.states import EventKind
from vault.states import FilePurpose


@transaction.atomic
def fetch_for_post(
    package: Package, *, by: User, at: datetime
) -> tuple[Package, Iterator[bytes]]:
    """Return a released answer and its content, to be put on a medium (C36).

    That it was fetched, and by whom, is recorded. Raises Refused with the reason.
    """
    package = _taken_for_post(package, policies.may_fetch_for_post, by=by, at=at)
    # What is released has a file: the table says so (package_built_has_file).
    return package, files.pieces(cast("UUID", package.file))


@transaction.atomic
def print_for_post(package: Package, *, by: User, at: datetime) -> Iterator[bytes]:
    """Return a released answer as one document for paper (C36); recorded as a fetch."""
    package = _taken_for_post(package, policies.may_print, by=by, at=at)
    return paper.pages(package, today=london_day(at))


def _taken_for_post(
    package: Package, may_take: Callable[..., Verdict], *, by: User, at: datetime
) -> Package:
    case = locked(package.case)
    package = answer.lock(package)
    require(may_take(package, by, today=london_day(at)))
    append(
        case,
        EventKind.FETCHED_FOR_POST,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"package": package.pk},
    )
    audit.record(
        "case.file.read",
        about=case.about,
        by=by.actor,
        at=at,
        details={"purpose": FilePurpose.PACKAGE},
    )
    return package


@transaction.atomic
def dispatch(
    package: Package,
    *,
    method: str,
    to: str,
    tracking: str,
    posted_at: datetime,
    by: User,
    at: datetime,
) -> Dispatch:
    """Record that the answer was posted at ``posted_at``, on paper or a medium (C36).

    From then on the person counts as answered, not from when somebody wrote it down.
    """
    case = locked(package.case)
    package = answer.lock(package)
    gets = addresses.answered_in(case, today=london_day(at))
    agents = gets.authority is not None
    require(
        first_refusal(
            policies.may_dispatch(package, by, today=london_day(at)),
            is_addressed_now(package, to, gets=gets.postal, agents=agents),
            policies.was_posted(package, posted_at, at=at),
        )
    )
    # Of a day alone the hour is not known, and noon may be before the printing.
    posted_at = max(posted_at, package.released_at or posted_at)
    sent = Dispatch.objects.create(
        package=package,
        method=method,
        to=to,
        tracking=tracking,
        by=str(by.actor),
        at=posted_at,
    )
    append(
        case,
        EventKind.DISPATCHED,
        happened_at=posted_at,
        by=by.actor,
        at=at,
        facts={"package": package.pk, "dispatch": sent.pk},
    )
    if case.is_open and not package.dispatches.exclude(pk=sent.pk).exists():
        answer.count_as_answer(case, package, happened_at=posted_at, by=by.actor, at=at)
    return sent
