"""What the law wants told, and has not gone a day before it must (decision C17)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import day_words, london_day
from outbox import queries as outbox
from outbox.states import MessageState
from requests_app.models import Case, CaseEvent, Preservation, Sending
from requests_app.reminders import AlarmKind, alarm_begins
from requests_app.states import (
    ACKNOWLEDGES,
    WORKED,
    CaseStatus,
    EventKind,
    LetterKind,
    Right,
    SendingState,
)

# No working day before a day lies further back than this.
_FURTHEST: Final = timedelta(days=14)
# A mail goes within a minute; one that asks to keep footage may not wait for a night.
HOLD_MAIL_MAY_TAKE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something of a case that has not gone; ``of`` tells one from the next."""

    kind: AlarmKind
    case: Case
    of: str
    words: str

    @property
    def in_tray(self) -> bool:
        """Whether nobody has proved the request: it stands in the tray."""
        return self.case.status == CaseStatus.UNPROVED


def alarms(*, at: datetime, case: Case | None = None) -> tuple[Alarm, ...]:
    """Return what is an alarm at ``at``, by what it is; in one ``case``, or in all.

    Costs 4 queries, or 5, however many there are.
    """
    holidays = datamap_queries.holidays()
    today = london_day(at)
    near = today + _FURTHEST
    found = [*_extensions(near, today=today, case=case), *_acknowledgements(near, case)]
    due = [
        alarm for alarm, day in found if alarm_begins(day, holidays=holidays) <= today
    ]
    return (*due, *_holds(at, case))


def alarms_for(user: User, *, at: datetime) -> tuple[Alarm, ...]:
    """Return the alarms that ``user`` may see. Costs as many queries as all of them."""
    sees_tray = user.may(Permission.TRAY_READ)
    return tuple(one for one in alarms(at=at) if sees_tray or not one.in_tray)


def not_raised(found: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Return those among ``found`` that nobody was told of yet. Costs 1 query."""
    known = tuple(found)
    events = CaseEvent.objects.filter(
        kind=EventKind.ALARM_RAISED, case__in={one.case.pk for one in known}
    )
    raised = {
        (event.case_id, event.facts["alarm"], event.facts["of"]) for event in events
    }
    return tuple(
        one for one in known if (one.case.pk, one.kind.value, one.of) not in raised
    )


def _extensions(
    near: date, *, today: date, case: Case | None
) -> Iterable[tuple[Alarm, date]]:
    """Return extensions whose notice has not left, each with its safe day. 1 query."""
    newest: dict[int, Sending] = {}
    rows = Sending.objects.filter(
        letter__kind=LetterKind.EXTENSION,
        letter__case__status__in=[status.value for status in WORKED],
        letter__case__safe_due_on__lte=near,
    )
    if case is not None:
        rows = rows.filter(letter__case=case)
    for sending in rows.select_related("letter__case").order_by("pk"):
        newest[sending.letter.case_id] = sending
    for sending in newest.values():
        of_case = sending.letter.case
        safe = of_case.safe_due_on
        if sending.state == SendingState.SENT or safe is None:
            continue
        until = _until(sending, last=of_case.due_on, safe=safe, today=today)
        said = f"The notice of an extension {_why(sending)}. {until}"
        # One that came back and was sent again is another alarm.
        of = f"{sending.pk}:{sending.state}:{safe}"
        yield Alarm(AlarmKind.EXTENSION, of_case, of, said), safe


def _why(sending: Sending) -> str:
    if sending.state == SendingState.RETURNED:
        return "came back"
    return "waits to be posted" if sending.message is None else "has not left by mail"


def _until(sending: Sending, *, last: date | None, safe: date, today: date) -> str:
    """Return by when the notice must leave, or that it is too late for it.

    Until it has left the first period stands: the ``last`` day of the case is the last
    to tell them (UK GDPR Article 12A(4)). By a stricter reading it may end on the
    ``safe`` one (ADR 4). Without a last day the clock stands still.
    """
    if last is not None and last < today:
        said = (
            f"The last day for it was {day_words(last)}: the extension does not count "
            "any more (UK GDPR Article 12A(4))"
        )
        if sending.message is None and sending.state == SendingState.WAITING:
            return f"{said}, unless it was posted by then: record that."
        return f"{said}."
    if last == safe:
        return f"It counts only if it leaves by {day_words(safe)}."
    ends = f"is {day_words(last)}" if last else "moves while the clock does not run"
    return (
        "It is safe by every reading of the law if it leaves by "
        f"{day_words(safe)}; the last day {ends}."
    )


def _acknowledgements(near: date, only: Case | None) -> Iterable[tuple[Alarm, date]]:
    """Return complaints whose receipt no letter has acknowledged. 1 query."""
    told = Sending.objects.filter(
        letter__case=OuterRef("pk"),
        letter__kind__in=[kind.value for kind in ACKNOWLEDGES],
        state=SendingState.SENT,
    )
    rows = Case.objects.worked().filter(
        ~Exists(told), right=Right.COMPLAINT, due_on__lte=near
    )
    if only is not None:
        rows = rows.filter(pk=only.pk)
    for case in rows.order_by("due_on", "pk"):
        if case.due_on is None:
            continue
        said = (
            "The complaint is not acknowledged. The law wants it by "
            f"{day_words(case.due_on)} (DPA 2018 s.164A(3))."
        )
        of = str(case.due_on)
        yield Alarm(AlarmKind.ACKNOWLEDGEMENT, case, of, said), case.due_on


def _holds(at: datetime, case: Case | None) -> Iterable[Alarm]:
    """Return mails that ask to keep what overwrites itself, and have not gone.

    Costs 1 query, or 2 when somebody has not answered yet.
    """
    waiting = Preservation.objects.filter(
        answered_at__isnull=True, let_go_at__isnull=True, mail__isnull=False
    )
    if case is not None:
        waiting = waiting.filter(case=case)
    tasks = {task.mail: task for task in waiting.select_related("case").order_by("pk")}
    if not tasks:
        return []
    return [
        Alarm(
            AlarmKind.HOLD,
            tasks[mail.id].case,
            str(mail.id),
            f"The mail that asks to keep {_system(tasks[mail.id])} has not gone. Call "
            "its owner today.",
        )
        for mail in outbox.deliveries(pk for pk in tasks if pk is not None)
        if _is_stuck(mail, at)
    ]


def _is_stuck(mail: outbox.Delivery, at: datetime) -> bool:
    if mail.state == MessageState.QUEUED:
        return at - mail.queued_at >= HOLD_MAIL_MAY_TAKE
    return mail.state != MessageState.SENT


def _system(task: Preservation) -> str:
    register = datamap_queries.register_at(task.case.revision_id)
    return str(register.system(task.system).name)
