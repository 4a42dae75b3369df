"""Every mail and letter there is, made once each as the portal makes it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from accounts import actions as accounts
from accounts import emails as account_emails
from accounts.actions import role_changes
from accounts.models import User
from accounts.roles import Role
from accounts.states import CodePurpose
from datamap.queries import register
from lumina_privacy.lib.actor import system
from requests_app import emails
from requests_app.actions import (
    authority,
    confirming,
    intake,
    letters,
    owner,
    subject,
    thread,
)
from requests_app.models import Case, OwnerTask, Sending
from requests_app.queries.alarms import Alarm
from requests_app.reminders import AlarmKind, Reminds, Step
from requests_app.states import Channel, LetterKind, PackageState, Right, WhoAsks
from requests_app.tasks.jobs import chase_keeping
from tests.factories.accounts import make_staff, make_subject
from tests.factories.authority import make_authority
from tests.factories.cases import (
    RECEIVED_AT,
    make_case,
    make_letter,
    make_revision,
    make_task,
    register_in_force,
)
from tests.requests_app import taken as taken_away
from tests.requests_app.kept import done, make_package
from tests.requests_app.test_kept_at_once import NOW, asked, proved
from tests.requests_app.test_letters_sent import SENT

DAY = timedelta(days=1)
AT = RECEIVED_AT
ANN = "ann@example.org"


def make_all(case: Case, dco: User) -> None:
    """Make all of them; those of no case of their own are of ``case``, or ``dco``'s."""
    of_accounts(dco)
    to_the_person(case)
    to_staff(case, dco)
    to_owners(case)
    for act, _ in SENT.values():
        act()
    portable()
    kept_at_once()  # the last: it puts another register in force


def of_accounts(dco: User) -> None:
    """Make the mails of signing in, and of who may."""
    accounts.send_code(
        address=ANN, purpose=CodePurpose.SIGN_IN, about="browser:1", client="1", at=AT
    )
    account_emails.recovery_used(dco, to=dco.email, at=AT, key="k")
    account_emails.link_offered(dco, at=AT)
    gone = make_staff(is_active=False)
    for told in (gone, dco):
        account_emails.account_closed(gone, to=told, at=AT)
    change, _ = role_changes.propose_colleague(
        address="new@luminatech.example",
        name="New",
        role=Role.AUDITOR,
        why="She audits us.",
        by=make_staff(Role.DCO).actor,
        at=AT,
    )
    assert change.state == "waiting"


def to_the_person(case: Case) -> None:
    """Make what goes to the person, or to who acts for them, and is no letter."""
    emails.acknowledgement(case.submission, at=AT)
    emails.unproved_reminder(case.submission, number=1, at=AT)
    emails.merged(make_case(ANN), case, at=AT)
    released = make_package(done(), PackageState.RELEASED)
    emails.answer_ready(released.case, released, at=AT + 90 * DAY)
    on_paper(done())
    confirming.offer(
        make_authority(make_case()), email=ANN, reason="Doubt.", by=make_staff(), at=AT
    )
    subject.withdraw(make_case(ANN), by=make_subject(), at=AT)
    thread.answer(case, body="Monday.", token=uuid4(), by=make_staff(), at=AT)
    filing = intake.Filing("Ann Other", postal="1 Mark Road", rights=(Right.ACCESS,))
    intake.take_in(
        filing,
        channel=Channel.POST,
        received_at=AT,
        who=WhoAsks.KNOWN,
        known_by="On file.",
        key=uuid4(),
        by=make_staff(),
        at=AT,
    )


def on_paper(case: Case) -> None:
    """Make what is a mail to most, for who wants letters and has a mailbox."""
    sent = case.submission
    sent.answers, sent.postal = '{"reach": "post"}', "1 Mark Road"
    sent.save()
    by, last = make_staff().actor, case.events.latest("seq")
    said = emails.said_of_merging(case, make_case(ANN), at=AT)
    letters.send(case, last, LetterKind.MERGED, said, by=by, at=AT)


def to_staff(case: Case, dco: User) -> None:
    """Make what colleagues are told."""
    emails.due_soon(case, Step(Reminds.WORKER, 7), to=dco, at=AT)
    emails.alarm(Alarm(AlarmKind.HOLD, case, "1", "It has not gone."), to=dco, at=AT)
    shown = case.shown.create(
        asked=1, file=uuid4(), is_ready=True, given_by="subject:1", given_at=AT
    )
    since, goes_on = date(2026, 11, 2), date(2026, 12, 2)
    emails.identity_undecided(case, shown, since=since, goes_on=goes_on, to=dco, at=AT)
    ended = make_authority(make_case())
    authority.revoke(ended, reason="", by=make_subject(), at=AT)
    sending = Sending.objects.get(letter=make_letter(case))
    emails.post_waits(case, sending, to=dco, at=AT)


def to_owners(case: Case) -> None:
    """Make what the owner of a system that only people can search is told."""
    declared = {known.id: known for known in register().systems}["cctv"]
    by = system("test")
    owner.ask(make_task(case, "cctv"), declared, by=by, at=AT)
    assert owner.chase(OwnerTask.objects.get(), by=by, at=AT + 11 * DAY)


def portable() -> None:
    """Release data to take away."""
    case = taken_away.make_found()
    taken_away.choose(case, ground="promised")
    taken_away.release(taken_away.build(taken_away.decide(case)))


def kept_at_once() -> None:
    """Have footage kept: asked for, chased, confirmed, and let go of."""
    register_in_force()
    case = asked()
    chase_keeping(NOW + 2 * DAY)
    proved(case)
    subject.withdraw(Case.objects.get(pk=case.pk), by=make_subject(), at=NOW)
    make_revision()
