"""What cases offer to those below them: what the portal itself keeps about a person.

Found by identifiers that were *proved* in a case, and by nothing else. A submission
nobody proved says only what its sender typed: it would give a stranger's name and
postal address to whoever owns the address, or the other way round (D1, D11); and an
identifier that staff only state (level 0) lets nobody in (D2). Cases of a breach carry
no proof, nor does what a customer passed to us (D13), so they are never found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from accounts.models import User
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.ports import (
    Leaving,
    PortalDataset,
    PortalRow,
    Ports,
    SendingRule,
    nightly,
    sweep,
)
from lumina_privacy.lib.subject_ref import IdentifierKind, SubjectRef, all_refs
from lumina_privacy.lib.verdict import Verdict
from lumina_privacy.lib.wording import humane
from outbox.states import MessageKind
from requests_app.models import (
    Case,
    CaseEvent,
    CaseText,
    Decision,
    Dispatch,
    Download,
    FurtherCheck,
    Letter,
    ProvedIdentifier,
    Ruling,
)
from requests_app.policies import letters as letter_policies
from requests_app.queries import happenings, own_acting, own_copy, words
from requests_app.queries.asked import asked_of
from requests_app.queries.letters import facts_of
from requests_app.queries.staff import cases_for
from requests_app.queries.subject import said_to_person
from requests_app.registry import EVENTS, NIGHTLY, SWEEPS
from requests_app.rules import Proof
from requests_app.rulings import choice_of, ground_of

Known = Mapping[str, frozenset[str]]
_PROOFS: Final = {
    "code": "a code that was sent there",
    "staff": "a colleague noted how we know who you are",
    "agent": "whoever acts for you said so",
}
# By which identifier a case is the person's: the first of these that was proved.
_BY: Final = (IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.POSTAL)


@dataclass(frozen=True, slots=True)
class _Match:
    """What a case was found by, and the address proved in it, whoever's it is."""

    kind: str
    value: str
    address: str = ""


def _cases(known: Known) -> dict[int, _Match]:
    """Return cases proved by what is known, each with what it was found by.

    A telephone may lead to the case of somebody else who shares it: then its own
    address tells the two apart (decision D1). Costs 2 queries.
    """
    refs: dict[SubjectRef, tuple[str, str]] = {
        ref: (kind, value)
        for kind in _BY
        for value in known.get(kind, ())
        for ref in all_refs(kind, value)
    }
    proved = ProvedIdentifier.objects.really_proved().filter(kind__in=_BY)
    found: dict[int, tuple[str, str]] = {}
    for case_id, ref in (
        proved.filter(ref__in=refs)
        .order_by("case_id", "pk")
        .values_list("case_id", "ref")
    ):
        pair = refs[SubjectRef(ref)]
        if case_id not in found or _BY.index(IdentifierKind(pair[0])) < _BY.index(
            IdentifierKind(found[case_id][0])
        ):
            found[case_id] = pair
    addresses = dict(
        proved.filter(case__in=found, kind=IdentifierKind.EMAIL)
        .order_by("pk")
        .values_list("case_id", "value")
    )
    return {
        case_id: _Match(kind, value, addresses.get(case_id, ""))
        for case_id, (kind, value) in found.items()
    }


def _dataset(
    name: str, rows: Callable[[Sequence[int]], Iterator[own_copy.OwnRow]]
) -> PortalDataset:
    """Offer ``rows`` of the person's cases, each once, in the order of its key."""

    def find(known: Known) -> Iterator[PortalRow]:
        cases = _cases(known)
        for key, case_id, values in rows(list(cases)):
            match = cases[case_id]
            carried = {}
            if match.address and match.kind != IdentifierKind.EMAIL:
                carried[str(IdentifierKind.EMAIL)] = match.address
            yield PortalRow(str(key), values, match.kind, match.value, carried)

    return PortalDataset(name, find)


def _requests(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    found = Case.objects.filter(pk__in=cases).select_related("submission")
    for case in found.order_by("pk").iterator():
        sent = case.submission
        yield (
            case.pk,
            case.pk,
            {
                "reference": case.reference,
                "right": words.RIGHTS[case.right],
                "received_at": sent.received_at.isoformat(),
                "channel": words.CHANNELS[sent.channel],
                "state": words.status_told(case.right, case.status),
                "due_on": case.due_on.isoformat() if case.due_on else None,
                "closed_at": own_copy.instant(case.closed_at),
                "name": sent.name,
                "email": sent.address,
                "phone": sent.phone,
                "postal": sent.postal,
                "answers": _answers(case),
            },
        )


def _answers(case: Case) -> str:
    """Return what the person was asked and said, a line each, in their words."""
    return "\n".join(
        f"{fact.label}{'' if fact.label.endswith('?') else ':'} {fact.value}"
        for fact in asked_of(case)
    )


def _events(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    """Yield what happened, as the person reads it; our own steps are not theirs."""
    rows = CaseEvent.objects.filter(case__in=cases).select_related("case")
    for event in rows.order_by("pk").iterator():
        if story := said_to_person(event.kind, event.facts, event.case):
            yield (
                event.pk,
                event.case_id,
                {
                    "reference": event.case.reference,
                    "at": event.happened_at.isoformat(),
                    "what": story,
                },
            )


def _texts(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    rows = CaseText.objects.filter(event__case__in=cases).select_related("event__case")
    for text in rows.order_by("pk").iterator():
        event = text.event
        yield (
            text.pk,
            event.case_id,
            {
                "reference": event.case.reference,
                "at": event.happened_at.isoformat(),
                "about": happenings.said_to_staff(event.kind, event.facts),
                "text": text.body,
            },
        )


def _letters(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    rows = Letter.objects.filter(case__in=cases).select_related("case", "event")
    for letter in rows.prefetch_related("sendings").order_by("pk"):
        facts = facts_of(letter)
        yield (
            letter.pk,
            letter.case_id,
            {
                "reference": letter.case.reference,
                "at": letter.at.isoformat(),
                "what": facts.title,
                "state": facts.state_words,
                "subject": letter.subject,
                "text": letter.body,
            },
        )


def _proofs(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    rows = ProvedIdentifier.objects.filter(case__in=cases).select_related("case")
    for proved in rows.order_by("pk").iterator():
        yield (
            proved.pk,
            proved.case_id,
            {
                "reference": proved.case.reference,
                "at": proved.at.isoformat(),
                "kind": words.identifier(proved.kind),
                "value": proved.shown,
                "proof": _proof(proved),
            },
        )


def _proof(proved: ProvedIdentifier) -> str:
    if proved.proof == Proof.STAFF and not proved.is_really_proved:
        return words.proof(proved.proof, proved.level, right=proved.case.right)
    return _PROOFS.get(proved.proof, proved.proof)


def _checks(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    rows = FurtherCheck.objects.filter(case__in=cases).select_related("case")
    for check in rows.order_by("pk").iterator():
        yield (
            check.pk,
            check.case_id,
            {
                "reference": check.case.reference,
                "at": check.at.isoformat(),
                "method": words.CHECKS[check.method],
                "passed": "Yes" if check.passed else "No",
                "reason": check.reason,
            },
        )


def _decisions(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    rows = Decision.objects.filter(case__in=cases).select_related("case")
    for decision in rows.order_by("pk").iterator():
        yield (
            decision.pk,
            decision.case_id,
            {
                "reference": decision.case.reference,
                "at": decision.at.isoformat(),
                "outcome": humane(decision.outcome),
                "form": humane(decision.form),
                "words": decision.words,
            },
        )


def _rulings(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    """Yield what was ruled, once it is decided: before it may still change."""
    rows = Ruling.objects.filter(case__in=cases).select_related("case")
    decided = {
        int(pk)
        for frozen in Decision.objects.filter(case__in=cases)
        .order_by("pk")
        .values_list("reviewed__rulings", flat=True)
        for pk in frozen or ()
    }
    for ruling in rows.filter(pk__in=decided).order_by("pk").iterator():
        choice = choice_of(ruling.case.right, ruling.what)
        ground = ground_of(choice, ruling.ground) if choice else None
        yield (
            ruling.pk,
            ruling.case_id,
            {
                "reference": ruling.case.reference,
                "at": ruling.at.isoformat(),
                "what": choice.words if choice else "",
                "ground": f"{ground.words} ({ground.provision})" if ground else "",
                "until": ruling.until.isoformat() if ruling.until else None,
                "words": ruling.words,
            },
        )


def _downloads(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    rows = Download.objects.filter(package__case__in=cases)
    for download in rows.select_related("package__case").order_by("pk").iterator():
        case = download.package.case
        yield (
            download.pk,
            case.pk,
            {
                "reference": case.reference,
                "at": download.at.isoformat(),
                "bytes_sent": download.bytes_sent,
                "finished_at": own_copy.instant(download.finished_at),
            },
        )


def _postings(cases: Sequence[int]) -> Iterator[own_copy.OwnRow]:
    rows = Dispatch.objects.filter(package__case__in=cases)
    for posted in rows.select_related("package__case").order_by("pk").iterator():
        case = posted.package.case
        yield (
            posted.pk,
            case.pk,
            {
                "reference": case.reference,
                "at": posted.at.isoformat(),
                "method": posted.method,
                "to": posted.to,
                "tracking": posted.tracking,
            },
        )


def _references(ids: Iterable[str]) -> dict[str, str]:
    """Return by number how people know a case. Costs 1 query."""
    found = Case.objects.filter(pk__in=ids).values_list("pk", "reference")
    return {str(pk): reference for pk, reference in found}


def _pages(reader: User, ids: Iterable[str]) -> dict[str, str]:
    """Return by number the page of each case that ``reader`` may see. 1 query."""
    found = cases_for(reader).filter(pk__in=ids).values_list("pk", "reference")
    return {str(pk): reverse("staff-case", args=[name]) for pk, name in found}


def _sent(ids: Iterable[str]) -> dict[str, str]:
    """Return by number which cases came of what was sent. Costs 1 query."""
    found = Case.objects.filter(submission__pk__in=ids).order_by("pk")
    cases: dict[str, list[str]] = {}
    for pk, reference in found.values_list("submission_id", "reference"):
        cases.setdefault(str(pk), []).append(reference)
    return {pk: ", ".join(references) for pk, references in cases.items()}


def _leaves(mail: Leaving) -> Verdict:
    return letter_policies.may_leave(mail.id, today=london_day(mail.at))


PORTS = Ports(
    portal_datasets=(
        _dataset("requests", _requests),
        _dataset("request_events", _events),
        _dataset("request_texts", _texts),
        _dataset("request_letters", _letters),
        _dataset("request_authorities", own_copy.authorities),
        PortalDataset("request_acting", own_acting.authorities),
        PortalDataset("request_acting_letters", own_acting.letters),
        PortalDataset("request_acting_messages", own_acting.messages),
        _dataset("request_messages", own_copy.messages),
        _dataset("request_notes", own_copy.notes),
        _dataset("request_issues", own_copy.issues),
        _dataset("request_proofs", _proofs),
        _dataset("request_shown", own_copy.shown),
        _dataset("request_checks", _checks),
        _dataset("request_decisions", _decisions),
        _dataset("request_rulings", _rulings),
        _dataset("request_downloads", _downloads),
        _dataset("request_postings", _postings),
    ),
    sending_rules=(SendingRule(frozenset({MessageKind.SERVICE}), _leaves),),
    others={
        "case": own_acting.others_cases,
        "submission": own_acting.others_submissions,
    },
    known_as={"case": _references, "submission": _sent},
    opens={"case": _pages},
    events=EVENTS,
    runs=(
        *(sweep(name, does) for name, does in SWEEPS.items()),
        *(nightly(name, does) for name, does in NIGHTLY.items()),
    ),
)
