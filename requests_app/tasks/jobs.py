"""The jobs of a night. Each asks what is due and not yet done.

One failing row stops none of the later rows of its job.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db.models import Model, Q

from accounts.actions import forgetting
from audit import actions as audit
from datamap import actions as datamap
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor, system
from lumina_privacy.lib.days import end_of_day, london_day
from requests_app.models import (
    Case,
    IdentityEvidence,
    OwnerTask,
    Package,
    Preservation,
    Submission,
)
from requests_app.queries import keeping
from requests_app.queries.posting import answers, envelopes
from requests_app.queries.reminders import steps as reminder_steps
from requests_app.states import (
    OPEN,
    CaseStatus,
    ClockState,
    PackageState,
    Right,
    TaskState,
)
from retention import queries as retention
from vault import actions as vault

# Longer than any file is being written.
_LEFT_ALONE: Final = timedelta(days=1)
NIGHT: Final[Actor] = system("nightly")
_log: Final = logging.getLogger(__name__)
Row = TypeVar("Row")


class RowsFailed(Exception):
    """Some rows of a job failed; they are in the log by their ids."""


def each(rows: Iterable[Row], act: Callable[[Row], object]) -> None:
    """Do ``act`` to every row; raise RowsFailed at the end when one failed.

    The log names the row by its id and the error by its class and place: its text may
    quote what is in the row.
    """
    failed = 0
    for row in rows:
        try:
            act(row)
        except Exception as error:  # noqa: BLE001 (counted, and raised again at the end)
            failed += 1
            name = f"{row._meta.label} {row.pk}" if isinstance(row, Model) else str(row)
            places = "".join(traceback.format_tb(error.__traceback__))
            _log.error("%s failed: %s\n%s", name, type(error).__name__, places)
    if failed:
        raise RowsFailed(f"{failed} rows failed")


def chase_owners(at: datetime) -> None:
    """Remind every owner whose day is past."""
    from requests_app.actions import owner

    waiting = OwnerTask.objects.filter(
        answered_at__isnull=True, task__state=TaskState.WITH_OWNER
    )
    each(
        waiting.order_by("pk").iterator(),
        lambda asked: owner.chase(asked, by=NIGHT, at=at),
    )


def chase_keeping(at: datetime) -> None:
    """Remind every owner who has not said that something is kept, each day (C5)."""
    from requests_app.actions import preserving

    waiting = Preservation.objects.filter(
        answered_at__isnull=True, let_go_at__isnull=True, due_on__lt=london_day(at)
    )
    each(
        waiting.order_by("pk").iterator(),
        lambda task: preserving.chase(task, by=NIGHT, at=at),
    )


def chase_persons(at: datetime) -> None:
    """Remind people of what we asked them for, on days 7 and 21 (C9)."""
    from requests_app.actions import unanswered

    # Of what is late the clock runs on, whatever was asked afterwards.
    waiting = Case.objects.worked().exclude(
        clock_state=ClockState.RUNNING, due_on__gte=london_day(at)
    )
    each(
        waiting.order_by("pk").iterator(),
        lambda case: unanswered.chase(case, by=NIGHT, at=at),
    )


def remind_unproved(at: datetime) -> None:
    """Remind the senders of submissions nobody proved, on days 1 and 3 (D11)."""
    from requests_app.actions import tray

    waiting = Submission.objects.filter(
        proved_at__isnull=True,
        reminders__lt=len(tray.REMIND_AFTER),
        cases__status=CaseStatus.UNPROVED,
    ).distinct()
    each(
        waiting.order_by("pk").iterator(),
        lambda submission: tray.remind(submission, by=NIGHT, at=at),
    )


def remind_of_identity(at: datetime) -> None:
    """Remind staff of what shows an identity and is not decided on day 20 (D9)."""
    from requests_app.actions import evidence

    kept = IdentityEvidence.objects.filter(
        gone_at__isnull=True, reminded_at__isnull=True
    )
    cases = Case.objects.filter(pk__in=kept.values("case_id"))
    each(
        cases.order_by("pk").iterator(),
        lambda case: evidence.remind(case, by=NIGHT, at=at),
    )


def let_identity_go(at: datetime) -> None:
    """Delete what shows an identity when it is not needed, or 30 days old (D9)."""
    from requests_app.actions import evidence

    kept = IdentityEvidence.objects.filter(gone_at__isnull=True)
    cases = Case.objects.filter(pk__in=kept.values("case_id"))
    each(
        cases.order_by("pk").iterator(),
        lambda case: evidence.let_go_when_over(case, by=NIGHT, at=at),
    )


def forget_withdrawn(at: datetime) -> None:
    """Destroy what was gathered and built for cases without an answer (C41)."""
    from requests_app.actions import disposal

    ended = Case.objects.filter(status__in=disposal.UNANSWERED)
    each(
        disposal.still_holding(ended).order_by("pk").iterator(),
        lambda case: disposal.forget_found(case, by=NIGHT, at=at),
    )


def forget_unproved(at: datetime) -> None:
    """Blank what senders wrote whom nobody proved and whose case has lapsed (D11)."""
    from requests_app.actions import disposal

    each(
        disposal.lapsed_with_words().order_by("pk").iterator(),
        lambda submission: disposal.forget_unproved(submission, by=NIGHT, at=at),
    )


def destroy_packages(at: datetime) -> None:
    """Destroy every package whose time is over or whose decision does not stand."""
    from requests_app.actions import answer, disposal

    released = Package.objects.filter(state=PackageState.RELEASED).filter(
        Q(expires_at__lte=at) | Q(collected_at__isnull=False)
    )

    def end(package: Package) -> None:
        if package.state == PackageState.RELEASED:
            answer.destroy(package, by=NIGHT, at=at)
        else:
            disposal.destroy_superseded(package, by=NIGHT, at=at)

    superseded = disposal.superseded().order_by("pk").iterator()
    each([*released.order_by("pk"), *superseded], end)


def destroy_gathered(at: datetime) -> None:
    """Destroy what was gathered for answered cases at the end of its line (C41)."""
    from requests_app.actions import disposal

    answered = Case.objects.filter(status__in=keeping.ANSWERED)
    each(
        disposal.still_holding(answered).order_by("pk").iterator(),
        lambda case: disposal.destroy_gathered(case, by=NIGHT, at=at),
    )


def destroy_unreferenced(at: datetime) -> None:
    """Destroy stored files that no row of a case knows, older than a day."""
    from requests_app.actions import disposal

    each(
        disposal.unreferenced(at=at),
        lambda file_id: vault.destroy(file_id, reason="never-settled", by=NIGHT, at=at),
    )


def clear_vault(at: datetime) -> None:
    """Finish what killed processes left half done among the encrypted files."""
    vault.clear_destroyed()
    vault.clear_leftovers(before=at - _LEFT_ALONE)


def clear_sessions(at: datetime) -> None:
    """Erase sessions that have ended."""
    forgetting.clear_sessions(at=at)


def forget_codes(at: datetime) -> None:
    """Erase codes by mail at the end of the line of the portal's working data."""
    last = retention.over_since("portal-working", on=london_day(at))
    if last is not None:
        forgetting.forget_codes(before=end_of_day(last))


def unlink_ledger(at: datetime) -> None:
    """Destroy pseudonyms of the ledger at the end of its line, when approved (C21)."""
    last = retention.over_since("ledger", on=london_day(at))
    if last is not None:
        held = retention.held_refs()
        audit.unlink(before=end_of_day(last), keep=held, by=NIGHT, at=at)


def check_register(at: datetime) -> None:
    """Compare the revision in force with the live systems; differences are findings.

    A system that is away for a night is none: its searches are tried again.
    """
    problems = datamap.check(datamap_queries.register())
    lasting = [problem for problem in problems if problem.code != "unavailable"]
    datamap.raise_findings(lasting, by=NIGHT, at=at)


def seed_holidays(at: datetime) -> None:
    """Add the bank holidays of the years to come; no open case keeps an old day."""
    from requests_app.actions import calendar

    calendar.seed(at=at)
    holidays = datamap_queries.holidays()
    opened = Case.objects.filter(status__in=OPEN).exclude(right=Right.BREACH)
    each(
        opened.order_by("pk").iterator(),
        lambda case: calendar.reckon(case, holidays=holidays, by=NIGHT, at=at),
    )


def remind_of_due(at: datetime) -> None:
    """Remind who has a case of its day, and tell the DCO, in steps (ADR 23)."""
    from requests_app.actions import reminders

    known = [step.days for step in reminder_steps()]
    if not known:
        return
    last = london_day(at) + timedelta(days=max(known))
    near = Case.objects.worked().filter(safe_due_on__lte=last)
    each(
        near.order_by("pk").iterator(),
        lambda case: reminders.remind(case, by=NIGHT, at=at),
    )


def remind_of_post(at: datetime) -> None:
    """Remind of what waits to be posted for more than a working day (C17, C36)."""
    from requests_app.actions import posting

    waiting = envelopes(today=london_day(at))
    each(waiting, lambda sending: posting.remind(sending, by=NIGHT, at=at))
    each(answers(), lambda one: posting.remind_of_answer(one, by=NIGHT, at=at))


# The jobs of a night, by the name of their heartbeat.
JOBS: Final[dict[str, Callable[[datetime], None]]] = {
    "chase-owners": chase_owners,
    "chase-keeping": chase_keeping,
    "chase-persons": chase_persons,
    "remind-unproved": remind_unproved,
    "remind-of-identity": remind_of_identity,
    "let-identity-go": let_identity_go,
    "forget-withdrawn": forget_withdrawn,
    "forget-unproved": forget_unproved,
    "destroy-packages": destroy_packages,
    "destroy-gathered": destroy_gathered,
    "destroy-unreferenced": destroy_unreferenced,
    "clear-vault": clear_vault,
    "clear-sessions": clear_sessions,
    "check-register": check_register,
    "seed-holidays": seed_holidays,
    "remind-of-due": remind_of_due,  # once every day is reckoned anew
    "remind-of-post": remind_of_post,
    "forget-codes": forget_codes,
    "unlink-ledger": unlink_ledger,
}
