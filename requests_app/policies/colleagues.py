"""Who may share a link with colleagues, and what may come in by one (decision C35)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import ColleagueLink, Submission
from requests_app.policies.common import wrote
from requests_app.policies.intake import may_have_come

NOT_VALID: Final = (
    "This link was ended. Nothing was noted: tell the Data Compliance Officer."
)
# A browser that goes back keeps what was typed, and which form it was.
SENT_ALREADY: Final = (
    "This form was sent already, and says something else now. Open the page of your "
    "team again and write it there: this was not noted."
)
_NOWHERE: Final = "Write at least one of e-mail, telephone and postal address."


def may_manage(by: User) -> Verdict:
    """Whether ``by`` may make such links, and end them."""
    if by.may(Permission.LINKS_MANAGE):
        return ALLOWED
    return refuse("Links for colleagues are for the Data Compliance Officer.")


def may_make(by: User, *, team: str) -> Verdict:
    """Whether ``by`` may make a link for ``team``; several of one team may work."""
    return first_refusal(may_manage(by), wrote(team, "Write for which team it is."))


def may_revoke(link: ColleagueLink, by: User) -> Verdict:
    """Whether ``by`` may end a link."""
    if link.revoked_at is not None:
        return first_refusal(may_manage(by), refuse("This link was ended already."))
    return may_manage(by)


def may_use(link: ColleagueLink) -> Verdict:
    """Whether something may come in by a link: not once it was ended."""
    return ALLOWED if link.revoked_at is None else refuse(NOT_VALID)


def may_note_stop(
    link: ColleagueLink, *, identified: bool, received_at: datetime, at: datetime
) -> Verdict:
    """Whether a stop may be noted: no proof, and no reason (decision C34)."""
    return first_refusal(
        may_use(link),
        may_have_come(received_at, at=at),
        ALLOWED if identified else refuse(_NOWHERE),
    )


def may_note_request(
    link: ColleagueLink, *, words: str, received_at: datetime, at: datetime
) -> Verdict:
    """Whether a request may be passed on. Who asks may not be known at all (C38)."""
    return first_refusal(
        may_use(link),
        may_have_come(received_at, at=at),
        wrote(words, "Write what they said, in their words."),
    )


def may_come_again(
    known: Submission,
    *,
    name: str,
    email: str,
    phone: str,
    postal: str,
    answers: Mapping[str, object],
) -> Verdict:
    """Whether a form that came again is the same one: else it is of somebody else.

    ``email`` as it is compared. Costs no query.
    """
    was = (known.name, known.address, known.phone, known.postal)
    told = json.loads(known.answers or "{}")
    if (was, told) == ((name, email, phone, postal), answers):
        return ALLOWED
    return refuse(SENT_ALREADY)
