"""Sending data to take away straight to another controller (UK GDPR Article 20(2)).

The portal has no line to other companies: a colleague fetches what was released, sends
it in the way that was agreed, and records that. Each step is an event.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import actions as audit
from datamap import actions as datamap
from datamap import queries as datamap_queries
from datamap.states import TAKEN_ELSEWHERE, DisclosureBasis
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import first_refusal, require
from requests_app import rules
from requests_app.actions import files, letters
from requests_app.actions.answer import lock
from requests_app.actions.projection import append, locked
from requests_app.models import Case, OwnerFile, Package
from requests_app.policies import onward as policies
from requests_app.policies import reviewed
from requests_app.policies.common import wrote
from requests_app.states import EventKind, LetterKind, RowChoice
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
    package = lock(package)
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
def record_sent(
    package: Package, *, company: str, words: str, by: User, at: datetime
) -> Case:
    """Record that it was sent to the ``company`` named, and tell the person.

    Who received it is named to them in a later copy of their data too (Article
    15(1)(c)). Raises Refused.
    """
    case = locked(package.case)
    package = lock(package)
    require(
        first_refusal(
            policies.may_send_onward(package, by),
            wrote(company, "Write the name of the company."),
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
    # The month is for the sending too (Article 12(3)), whenever the copy was released.
    late = case.due_on if case.due_on and case.due_on < london_day(at) else None
    _disclose(package, company, by=by.actor, at=at)
    said = {"done": words.strip(), "onward": True, "late": late}
    letters.send(case, event, LetterKind.DONE, said, by=by.actor, at=at)
    return case


def _disclose(package: Package, company: str, *, by: Actor, at: datetime) -> None:
    """Note for each thing that the person is known by who received the file."""
    case = package.case
    known = case.subjects() or [
        (one.kind, one.value) for one in case.proved.sure()
    ]  # of an agent's request nothing may be proved
    datamap.disclose(
        recipient=datamap.name_recipient(company, by=by, at=at),
        subjects=known,
        purpose=TAKEN_ELSEWHERE,
        categories=_categories(package),
        basis=DisclosureBasis.PORTABILITY,
        by=by,
        at=at,
    )


def _categories(package: Package) -> list[str]:
    """Return the categories of what is in the file, in the order of the notice."""
    register = datamap_queries.register_at(package.case.revision_id)
    files = OwnerFile.objects.filter(
        pk__in=reviewed.reviewed_ids(package.decision, reviewed.FILES)
    ).exclude(choice=RowChoice.WITHHOLD)
    given = {
        *((one["system"], one["dataset"]) for one in _with_rows(package)),
        *files.values_list("task__task__system", "dataset"),
    }
    found = {
        rules.main_category(register.system(system).datasets[dataset])
        for system, dataset in given
        if dataset
    }
    return [one.code for one in register.categories if one.code in found]


def _with_rows(package: Package) -> list[dict[str, Any]]:
    return [one for one in package.manifest["datasets"] if one["rows"]]
