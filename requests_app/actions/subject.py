"""What a data subject does with their own case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import first_refusal, require
from requests_app.actions import letters
from requests_app.actions.projection import append, locked
from requests_app.models import Authority, Case, Download, Package
from requests_app.policies import intake as policies
from requests_app.policies.answer import may_fetch, may_receive
from requests_app.policies.authority import lets_fetch
from requests_app.queries import keeping
from requests_app.states import CaseStatus, EventKind, LetterKind, PackageState


@transaction.atomic
def withdraw(case: Case, *, by: User, at: datetime) -> Case:
    """End the case as the person wants, and confirm it in writing."""
    case = locked(case)
    require(policies.may_withdraw(case))
    was = CaseStatus(case.status)
    event = append(case, EventKind.WITHDRAWN, happened_at=at, by=by.actor, at=at)
    said = {"decided": was is CaseStatus.DECIDED}
    letters.send(case, event, LetterKind.WITHDRAWN, said, by=by.actor, at=at)
    return case


@transaction.atomic
def start_download(
    package: Package, *, by: User, at: datetime, acting: Authority | None = None
) -> Download:
    """Record a download before its first byte. Raises Refused with the reason."""
    case = locked(package.case)
    package = Package.objects.select_for_update(of=("self",)).get(pk=package.pk)
    require(may_fetch(package, by, at=at, acting=acting))
    download = Download.objects.create(package=package, by=str(by.actor), at=at)
    audit.record(
        "case.download.started",
        about=case.about,
        by=by.actor,
        at=at,
        details={"package": package.pk},
    )
    return download


def count_bytes(
    download: Download,
    sent: int,
    *,
    by: User,
    at: datetime,
    acting: Authority | None = None,
) -> bool:
    """Note what has left since the last time; return whether the rest may leave too.

    Not when the package was revoked meanwhile (decision C40), nor when whoever fetches
    may not have it any more (D9), nor at an address that the person asked meanwhile not
    to be used. Costs up to 12 queries.
    """
    Download.objects.filter(pk=download.pk).update(bytes_sent=F("bytes_sent") + sent)
    package = download.package
    released = Package.objects.filter(pk=package.pk, state=PackageState.RELEASED)
    case, today = package.case, london_day(at)
    still = first_refusal(
        lets_fetch(case, acting, today=today), may_receive(case, by, today=today)
    )
    return bool(still) and released.exists()


@transaction.atomic
def finish_download(
    download: Download, *, by: User, at: datetime, acting: Authority | None = None
) -> None:
    """Record that the last byte left; the first time the answer counts as collected."""
    case = locked(download.package.case)
    package = Package.objects.select_for_update(of=("self",)).get(
        pk=download.package_id
    )
    Download.objects.filter(pk=download.pk).update(finished_at=at)
    audit.record(
        "case.download.finished",
        about=case.about,
        by=by.actor,
        at=at,
        details={"package": package.pk, "bytes": package.size_bytes},
    )
    if package.collected_at is not None:
        return
    package.collected_at = at
    # From the first time it was fetched the copy has thirty days, not ninety (C16).
    package.expires_at = at + keeping.after_collection()
    package.save(update_fields=["collected_at", "expires_at"])
    append(
        case,
        EventKind.PACKAGE_COLLECTED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={
            "package": package.pk,
            "download": download.pk,
            **({"agent": True} if acting is not None else {}),
        },
    )
