"""Sending data to take away straight to another controller (UK GDPR Article 20(2)).

The portal has no line to other companies: a colleague fetches what was released, sends
it in the way that was agreed, and records that. Each step is an event.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import actions as audit
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import first_refusal, require
from requests_app.actions import files, letters
from requests_app.actions.projection import append, locked
from requests_app.models import Case, Package
from requests_app.policies import onward as policies
from requests_app.policies.common import wrote
from requests_app.states import EventKind, LetterKind
from vault.states import FilePurpose


@transaction.atomic
def answer(case: Case, *, feasible: bool, words: str, by: User, at: datetime) -> Case:
    """Say whether it can be sent straight on; the letter of the answer tells it.

    ``words`` name the company and the way, or why there is none. The newest counts.
    """
    case = locked(case)
    require(
        first_refusal(
            policies.may_answer(case, by),
            wrote(words, "Write it to the person: to whom and how, or why not."),
        )
    )
    append(
        case,
        EventKind.ONWARD_ANSWERED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"feasible": feasible},
        text=words.strip(),
    )
    return case


@transaction.atomic
def fetch(
    package: Package, *, by: User, at: datetime
) -> tuple[Package, Iterator[bytes]]:
    """Return what was released, to be sent to the other company; it is recorded."""
    case = locked(package.case)
    package = _locked(package)
    require(policies.may_send_onward(package, by))
    audit.record(
        "case.file.read",
        about=case.about,
        by=by.actor,
        at=at,
        details={"purpose": FilePurpose.PACKAGE},
    )
    # What is released has a file: the table says so (package_built_has_file).
    return package, files.pieces(cast("UUID", package.file))


@transaction.atomic
def record_sent(package: Package, *, words: str, by: User, at: datetime) -> Case:
    """Record that it was sent to the other company, and tell the person."""
    case = locked(package.case)
    package = _locked(package)
    require(
        first_refusal(
            policies.may_send_onward(package, by),
            wrote(words, "Write to whom it was sent, how, and who received it."),
        )
    )
    event = append(
        case,
        EventKind.SENT_ONWARD,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"package": package.pk},
        text=words.strip(),
    )
    late = case.due_on if case.due_on and case.due_on < london_day(at) else None
    said = {"done": words.strip(), "onward": True, "late": late}
    letters.send(case, event, LetterKind.DONE, said, by=by.actor, at=at)
    return case


def _locked(package: Package) -> Package:
    return (
        Package.objects.select_for_update(of=("self",))
        .select_related("decision", "case__submission")
        .get(pk=package.pk)
    )
