"""Who may write in a case, and take what was written as an answer."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.clock import in_words
from requests_app.models import Authority, Case, CaseMessage
from requests_app.policies.common import works, wrote
from requests_app.states import CaseStatus, MessageFrom, Right


def may_write_to_us(case: Case, *, body: str, has_files: bool) -> Verdict:
    """Whether the person may write in their case: at any time, also when it is closed.

    A late answer to what we asked opens it again (C9); nothing is screened (C8).
    """
    if case.right in {Right.BREACH, Right.PASSED_ON}:
        return refuse("There is nobody to write in this case.")
    if not body.strip() and not has_files:
        return refuse("Write something, or choose a file.")
    return ALLOWED


def may_answer(case: Case, by: User, *, body: str) -> Verdict:
    """Whether ``by`` may write to the person."""
    verdict = first_refusal(works(by, "Writing"), wrote(body, "Write the message."))
    if not verdict:
        return verdict
    if case.right == Right.BREACH:
        return refuse("A breach has nobody to write to.")
    if case.right == Right.PASSED_ON:
        return refuse("Here the customer is written to, never the person.")
    if case.status == CaseStatus.UNPROVED:
        return refuse("The address is not proved yet; nobody is written to there.")
    return ALLOWED


def may_be_written_to(acting: Authority | None) -> Verdict:
    """Whether somebody acts who reads our messages here. Costs no query."""
    if acting is None:
        return refuse("Nobody acts for the person.")
    if not acting.agent_email:
        return refuse("Whoever acts has no e-mail address here: write them a letter.")
    return ALLOWED


def may_note(by: User, *, body: str) -> Verdict:
    """Whether ``by`` may note something for colleagues."""
    return first_refusal(works(by, "Noting"), wrote(body, "Write the note."))


def may_open_call(case: Case, by: User) -> Verdict:
    """Whether ``by`` may note a call to the person."""
    if case.right == Right.BREACH:
        return refuse("A breach has nobody to call.")
    if case.right == Right.PASSED_ON:
        return refuse("Note a call with the customer as a note for colleagues.")
    return works(by, "Noting a call")


def may_note_call(
    case: Case, by: User, *, said: str, called_at: datetime, at: datetime
) -> Verdict:
    """Whether ``by`` may note that the person was called then. Costs 1 query."""
    verdict = first_refusal(
        may_open_call(case, by), wrote(said, "Write what was said.")
    )
    if not verdict:
        return verdict
    if called_at > at:
        return refuse("The call cannot be in the future.")
    received_on = london_day(case.record().received_at)
    if london_day(called_at) < received_on:
        return refuse(
            f"They asked on {in_words(received_on)}: the call cannot be before that."
        )
    return ALLOWED


def may_take(message: CaseMessage, by: User) -> Verdict:
    """Whether a message may count as the answer to what was asked."""
    if message.sender not in {MessageFrom.PERSON, MessageFrom.AGENT}:
        return refuse(
            "Only what the person wrote answers what we asked, or who acts for them."
        )
    return works(by, "Recording what came")
