"""Another mailbox goes on with a case, or its page opens again to the old one (C40)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.verdict import require
from requests_app.actions.following import prove_mailbox
from requests_app.actions.projection import append, locked
from requests_app.models import Case, CaseEvent, ProvedIdentifier
from requests_app.policies import mailbox as policies
from requests_app.states import EventKind


@transaction.atomic
def join(
    case: Case, *, email: str, reason: str, by: User, at: datetime
) -> ProvedIdentifier:
    """Let the person go on with another mailbox, which a code has proved (C40).

    It opens the page of the case and receives its answer and letters. Raises Refused.
    """
    case, email = locked(case), canonical_email(email)
    require(policies.may_join(case, by, email=email, reason=reason))
    known = prove_mailbox(case, email, at=at)
    append(
        case,
        EventKind.IDENTIFIER_ADDED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"kind": known.kind, "identifier": known.pk, "signs_in": True},
        text=reason.strip(),
    )
    return known


@transaction.atomic
def open_page(case: Case, *, reason: str, by: User, at: datetime) -> CaseEvent:
    """Open the page again to the mailbox it was closed to (C40). Raises Refused."""
    case = locked(case)
    require(policies.may_open_page(case, by, reason=reason))
    return append(
        case,
        EventKind.PAGE_OPENED,
        happened_at=at,
        by=by.actor,
        at=at,
        text=reason.strip(),
    )
