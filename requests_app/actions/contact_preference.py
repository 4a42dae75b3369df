"""How a person wants to be answered, changed later: their letters follow it (C36)."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.verdict import require
from requests_app.actions.projection import append, locked
from requests_app.models import Case, CaseEvent, Submission
from requests_app.policies import contact_preference as policies
from requests_app.queries.addresses import (
    avoided_in,
    contact_method_of,
    person_of,
    usable_postal,
)
from requests_app.states import ContactMethod, EventKind


@transaction.atomic
def change(
    case: Case,
    *,
    reach: str,
    reason: str,
    by: User,
    at: datetime,
    phone: str = "",
    postal: str = "",
) -> CaseEvent:
    """Note how the person wants to be answered from now on, of all asked together.

    ``phone`` and ``postal`` take the place of what is known. What is written already
    goes as it was. What cannot be followed is refused, with the reason.
    """
    sent = Submission.objects.select_for_update().get(pk=case.submission_id)
    case = locked(case)
    case.submission = sent
    phone, postal = phone or sent.phone, postal.strip() or sent.postal
    known: dict[str, str] = {
        ContactMethod.EMAIL: person_of(case).email,
        ContactMethod.PHONE: phone,
        ContactMethod.POST: usable_postal(postal, avoided_in(case)),
    }
    require(policies.may_change(case, by, reach=reach, known=known, reason=reason))
    was, letters_to = contact_method_of(sent) or "", sent.postal
    sent.answers = json.dumps({**json.loads(sent.answers or "{}"), "reach": reach})
    sent.phone, sent.postal = phone, postal
    sent.save(update_fields=["answers", "phone", "postal"])
    said = reason.strip()
    if letters_to.strip() and letters_to != sent.postal:
        said = f"{said}\n\nLetters went until now to:\n{letters_to}"
    return append(
        case,
        EventKind.CONTACT_PREFERENCE_CHANGED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"was": was, "reach": reach},
        text=said,
    )
