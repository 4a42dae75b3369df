"""How far the right to take data elsewhere reaches: UK GDPR Article 20, as data.

No Django. The register says of each column what it is used for, on which basis, whether
the person gave it, and whether the dataset is used by computer; here stands what
follows from that (law brief, section 3.7). Whose row it is, is another question (D1).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from datamap.registry.promises import LawfulBasis
from datamap.registry.schema import Register
from datamap.registry.systems import DataField, Dataset, System
from requests_app import rules
from requests_app.states import Right

# Article 20(1)(a): "based on consent … or on a contract".
_BASES: Final = frozenset({LawfulBasis.CONSENT, LawfulBasis.CONTRACT})


class Beyond(StrEnum):
    """Why Article 20 does not reach something."""

    NOT_PROVIDED = "not_provided"
    FROM_OTHERS = "from_others"
    OTHER_BASIS = "other_basis"
    SOME_BASIS = "some_basis"
    ON_PAPER = "on_paper"


# The person reads them, with the provision.
WHY_BEYOND: Final[Mapping[Beyond, tuple[str, str]]] = {
    Beyond.NOT_PROVIDED: (
        "It did not come from you: we worked it out or noted it for ourselves.",
        "UK GDPR Article 20(1)",
    ),
    Beyond.FROM_OTHERS: (
        "It did not come from you: somebody else told us, or it was public.",
        "UK GDPR Article 20(1)",
    ),
    Beyond.OTHER_BASIS: (
        "We use it neither on your consent nor for a contract with you.",
        "UK GDPR Article 20(1)(a)",
    ),
    Beyond.SOME_BASIS: (
        "We use it on consent or for a contract only in some cases, and not in yours.",
        "UK GDPR Article 20(1)(a)",
    ),
    Beyond.ON_PAPER: (
        "It is kept on paper, not by computer.",
        "UK GDPR Article 20(1)(b)",
    ),
}
# What the person gave us on another basis: somebody may let it in, with a ground.
_LET_IN: Final = frozenset({Beyond.OTHER_BASIS, Beyond.SOME_BASIS})


@dataclass(frozen=True, slots=True)
class Reach:
    """How far Article 20 reaches into one dataset, column by column.

    ``covered`` goes out; ``rest`` the person gave us as well, on another basis, so that
    it goes out when somebody lets it in; ``beyond`` never does.
    """

    covered: frozenset[str]
    rest: Mapping[str, Beyond]
    beyond: Mapping[str, Beyond]
    # Of a whole dataset, or of rows by the column that says where they came from.
    source_column: str = ""
    others: frozenset[str] = frozenset()

    @property
    def is_nothing(self) -> bool:
        """Whether nothing of the dataset can go out."""
        return not (self.covered or self.rest)

    def goes(self, *, let_in: bool) -> frozenset[str]:
        """Return the columns that go out; ``let_in``: with the rest."""
        return self.covered | (frozenset(self.rest) if let_in else frozenset())

    def left_out(self, *, let_in: bool) -> dict[str, Beyond]:
        """Return the columns that do not go out, each with its reason."""
        return {**({} if let_in else self.rest), **self.beyond}

    def row_is_beyond(self, values: Mapping[str, object]) -> bool:
        """Whether the row itself says that somebody else told us.

        A row whose source nobody wrote down is taken as the columns are declared.
        """
        said = values.get(self.source_column) if self.source_column else None
        return isinstance(said, str) and said.strip().casefold() in self.others


def reach_of(register: Register, dataset: Dataset) -> Reach:
    """Return how far Article 20 reaches into ``dataset``.

    Of columns taken together (``fields: all``) nobody has said who gave them: none go.
    """
    others = _from_others(register)
    covered: set[str] = set()
    rest: dict[str, Beyond] = {}
    beyond: dict[str, Beyond] = {}
    for name, field in dataset.declared.items():
        if field.secret:
            continue
        why = _why_beyond(register, dataset, field, others)
        if why is None:
            covered.add(name)
        elif why in _LET_IN:
            rest[name] = why
        else:
            beyond[name] = why
    return Reach(frozenset(covered), rest, beyond, dataset.source_column, others)


def _why_beyond(
    register: Register, dataset: Dataset, field: DataField, others: Container[str]
) -> Beyond | None:
    if not (field.provided_by_subject or field.observed):
        return Beyond.NOT_PROVIDED
    if not dataset.source_column and dataset.source in others:
        return Beyond.FROM_OTHERS
    if not dataset.automated:
        return Beyond.ON_PAPER
    uses = [one for code in field.purposes for one in register.purpose(code).processing]
    portable = [one for one in uses if one.basis in _BASES]
    if not portable:
        return Beyond.OTHER_BASIS
    always = any(not one.applies_to for one in portable)
    return None if always else Beyond.SOME_BASIS


def _from_others(register: Register) -> frozenset[str]:
    """Return how sources are written that are somebody else: codes and names."""
    return frozenset(
        word.casefold()
        for source in register.sources
        if source.from_others
        for word in (source.code, source.name)
    )


def reach_in(right: str, register: Register, dataset: Dataset) -> Reach | None:
    """Return how far Article 20 reaches into a dataset; None for another right."""
    return reach_of(register, dataset) if right == Right.PORTABILITY else None


def wants_review(right: str, register: Register, system: str, dataset: str) -> bool:
    """Whether a person must decide on a dataset before the case is decided.

    Where Article 20 reaches nothing, all stays out unless somebody lets the rest in.
    """
    if right != Right.PORTABILITY:
        return True
    declared = rules.dataset_of(register, system, dataset)
    return bool(reach_of(register, declared).covered)


def needs_eyes(right: str, register: Register, dataset: Dataset) -> bool:
    """Whether what goes out must be looked at first: free text, or about others."""
    reach = reach_in(right, register, dataset)
    if reach is None:
        return rules.needs_eyes(dataset)
    return any(
        field.free_text or field.third_party
        for name, field in dataset.declared.items()
        if name in reach.covered or name in reach.rest
    )


def reaches(register: Register, system: System) -> bool:
    """Whether anything in ``system`` can go out."""
    return any(
        not reach_of(register, dataset).is_nothing
        for dataset in system.datasets.values()
    )


def searched_for(right: str, register: Register) -> tuple[System, ...]:
    """Return the systems that are searched.

    For data to take away whoever answers by hand is asked only for what can go out;
    what searches itself may teach an identifier that leads to it.
    """
    if right == Right.PASSED_ON:
        return rules.searched_for_customers(register)
    return tuple(
        system
        for system in register.systems
        if right != Right.PORTABILITY
        or not rules.is_manual(system)
        or reaches(register, system)
    )
