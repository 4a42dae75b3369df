"""What is about to go to a person, for the one who lets it go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from accounts import queries as accounts
from accounts.models import User
from datamap import queries as datamap_queries
from datamap.registry.schema import Register
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.wording import humane
from requests_app.grounds import ground_of_answer
from requests_app.models import Case, OwnerFile, Package
from requests_app.models.reached import receiving_in
from requests_app.models.search import left_apart_in
from requests_app.portability import WHY_BEYOND, Beyond
from requests_app.queries import words
from requests_app.queries.addresses import Addressee, answered_in
from requests_app.queries.clock import late_since
from requests_app.queries.staff import cases_for
from requests_app.queries.subject import Awaited, awaited
from requests_app.states import (
    DeliveryForm,
    PackageState,
    RowChoice,
)
from vault import queries as vault
from vault.queries import FileFacts

_Files = list[tuple[OwnerFile, FileFacts]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where staff look at something: the rows of a dataset, or an owner's file."""

    system: str = ""
    dataset: str = ""
    file: int = 0


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that is kept back, and why: what the person reads of it."""

    what: str
    why: str
    provision: str
    place: Place


@dataclass(frozen=True, slots=True)
class Given:
    """One dataset that goes out."""

    name: str
    rows: int
    place: Place


@dataclass(frozen=True, slots=True)
class GivenFile:
    """One owner's file that goes out, as its owner called it."""

    name: str
    system: str
    size: int
    place: Place


@dataclass(frozen=True, slots=True)
class Checked:
    """The newest check of who asks."""

    words: str
    reason: str
    passed: bool
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """All that somebody should have read before a package goes."""

    name: str
    to: tuple[str, ...]  # the mailboxes that can fetch it, or the postal address
    by_download: bool
    form: str
    outcome: str
    decided_by: str
    decided_at: datetime
    words: str
    check: Checked | None
    given: tuple[Given, ...]
    files: tuple[GivenFile, ...]
    withheld: tuple[Withheld, ...]
    beyond: tuple[Withheld, ...]  # of data to take away: what Article 20 leaves out
    secrets: tuple[str, ...]
    customers: int  # rows held for customers of ours, which do not go
    apart: int  # rows set apart of which nobody has said anything
    goes_empty: bool  # nothing goes out, though some are set apart
    still_open: tuple[Awaited, ...]
    late: date | None  # the day it was due, when that is over

    @property
    def mark(self) -> str:
        """What tells this from any other: to be posted with the release."""
        return sha256(repr(self).encode()).hexdigest()

    @property
    def rows(self) -> int:
        """How many rows go out."""
        return sum(one.rows for one in self.given)


def release_of(package: Package, *, at: datetime) -> ReleaseFacts:
    """Return what goes out with ``package`` at ``at``, as its manifest has it.

    Costs up to 13 queries, of a late case 14; 4 more once an answer went wrong.
    """
    case, decision = package.case, package.decision
    register = datamap_queries.register_at(case.revision_id)
    datasets: list[dict[str, Any]] = package.manifest.get("datasets", [])
    apart = left_apart_in(case)
    by_download = decision.form == DeliveryForm.DOWNLOAD
    to = answered_in(case, today=london_day(at))
    files = _files_of(package)
    return ReleaseFacts(
        name=case.submission.name,
        to=_reached_at(case, at) if by_download else _on_paper(to),
        by_download=by_download,
        form=words.DELIVERIES[decision.form],
        outcome=words.OUTCOMES[decision.outcome],
        decided_by=accounts.staff_name(decision.by),
        decided_at=decision.at,
        words=decision.words,
        check=_check(case),
        given=tuple(
            Given(_dataset(register, one), one["rows"], _place(one))
            for one in datasets
            if one["rows"]
        ),
        files=_given_files(register, files),
        withheld=(
            *(kept for one in datasets for kept in _withheld(case, register, one)),
            *_withheld_files(case, register, files),
        ),
        beyond=tuple(kept for one in datasets for kept in _beyond(register, one)),
        secrets=tuple(
            f"{_dataset(register, one)}: {_secret(register, one, secret['field'])}"
            for one in datasets
            for secret in one["secrets"]
        ),
        customers=sum(one["for_customers"] for one in datasets),
        apart=apart,
        goes_empty=bool(apart) and package.gives_nothing,
        still_open=awaited(package),
        late=late_since(case, at=at, package=package),
    )


def _reached_at(case: Case, at: datetime) -> tuple[str, ...]:
    """Return who can fetch it: the agent, where the decider chose so, or the person.

    Nobody else can: the same is asked of who fetches.
    """
    return tuple(sorted(receiving_in(case, today=london_day(at))))


def _on_paper(to: Addressee) -> tuple[str, ...]:
    name = [to.name] if to.authority is not None else []
    return (*name, *(line for line in to.postal.splitlines() if line.strip()))


def _check(case: Case) -> Checked | None:
    newest = case.checks.order_by("-pk").first()
    if newest is None:
        return None
    return Checked(
        words.CHECKS[newest.method],
        newest.reason,
        newest.passed,
        accounts.staff_name(newest.by),
        newest.at,
    )


def _dataset(register: Register, fact: Mapping[str, Any]) -> str:
    system = register.system(fact["system"])
    dataset = system.datasets[fact["dataset"]]
    return f"{system.name}: {dataset.name or dataset.id}"


def _secret(register: Register, fact: Mapping[str, Any], field: str) -> str:
    dataset = register.system(fact["system"]).datasets[fact["dataset"]]
    declared = dataset.declared.get(field)
    return (declared.label if declared else "") or humane(field)


def _place(fact: Mapping[str, Any]) -> Place:
    return Place(fact["system"], fact["dataset"])


def _at(file: OwnerFile) -> Place:
    return Place(file=file.pk)


def _system_of(register: Register, file: OwnerFile) -> str:
    return register.system(file.task.task.system).name


def _given_files(register: Register, files: _Files) -> tuple[GivenFile, ...]:
    return tuple(
        GivenFile(facts.name, _system_of(register, one), facts.size, _at(one))
        for one, facts in files
        if one.choice == RowChoice.RELEASE
    )


def _withheld_files(case: Case, register: Register, files: _Files) -> list[Withheld]:
    return [
        _kept(
            case, f"{facts.name} from {_system_of(register, one)}", one.ground, _at(one)
        )
        for one, facts in files
        if one.choice == RowChoice.WITHHOLD
    ]


def _files_of(package: Package) -> _Files:
    """Return the owners' files that the decision is about. Costs up to 2 queries.

    What was chosen of each stands as it was decided on, or nothing goes at all.
    """
    about = package.decision.reviewed.get("files", ())
    files = list(
        OwnerFile.objects.filter(pk__in=[int(pk) for pk in about])
        .select_related("task__task")
        .order_by("task__task__system", "pk")
    )
    kept = vault.facts_of(one.file for one in files)
    return [(one, kept[one.file]) for one in files]


def _withheld(
    case: Case, register: Register, fact: Mapping[str, Any]
) -> list[Withheld]:
    name = _dataset(register, fact)
    kept = []
    if ground := fact["withheld_ground"]:
        kept.append(_kept(case, f"{name}: the whole dataset", ground, _place(fact)))
    for verb, grounds in (("not given", fact["withheld"]), ("cut", fact["redacted"])):
        kept += [
            _kept(case, f"{name}: {_rows(count)} {verb}", ground, _place(fact))
            for ground, count in grounds.items()
        ]
    return kept


def _beyond(register: Register, fact: Mapping[str, Any]) -> list[Withheld]:
    """Return what Article 20 does not reach of a dataset, by why."""
    name = _dataset(register, fact)
    dataset = register.system(fact["system"]).datasets[fact["dataset"]]
    by_why: dict[str, list[str]] = {}
    for column, why in fact.get("columns_left_out", {}).items():
        field = dataset.declared.get(column)
        label = field.label if field and field.label else column
        by_why.setdefault(why, []).append(label)
    out = [
        Withheld(f"{name}: {', '.join(labels)}", *WHY_BEYOND[Beyond(why)], _place(fact))
        for why, labels in by_why.items()
    ]
    if count := fact.get("rows_from_others"):
        why = WHY_BEYOND[Beyond.FROM_OTHERS]
        out.append(Withheld(f"{name}: {_rows(count)}", *why, _place(fact)))
    return out


def telling_released(user: User) -> list[Package]:
    """Return what is released of cases that ``user`` may see, and tells of anybody.

    Who received data, or for whom we hold some; of closed cases too: what is out can be
    fetched until it is over. The first that went comes first. Costs 1 query.
    """
    out = Package.objects.filter(
        state=PackageState.RELEASED, tells__0__isnull=False, case__in=cases_for(user)
    )
    shown = out.select_related("case").only("tells", "case__reference")
    return list(shown.order_by("released_at", "pk"))


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _kept(case: Case, what: str, ground: str, place: Place) -> Withheld:
    known = ground_of_answer(case.right, ground)
    if known is None:
        raise LookupError(f"{ground} keeps nothing back in a case of {case.right}")
    return Withheld(what, known.words, known.provision, place)
