"""What a customer instructs, whether it is surely they, and what was done (D13)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from django.db.models import Q

from requests_app.contract import ContractSays
from requests_app.models.case import Case, CaseEvent
from requests_app.states import Assistance, EventKind

_DONE_BY: Final = "\n\nDone by: "
# That it was said who asks, or that they are answered elsewhere since.
_JUDGING: Final = Q(kind=EventKind.CUSTOMER_JUDGED) | Q(
    kind=EventKind.INSTRUCTION_CORRECTED, facts__elsewhere=True
)


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a customer asks of us about a request made to them (UK GDPR Art 28(3)(a)).

    Its fields are kept as the answers of the submission. ``held_as``: how our records
    name the customer, where that is not their name.
    """

    customer: str
    customer_contact: str
    customer_reference: str
    data_subject: str
    right_used: str
    contract: str
    clause: str
    held_as: str
    instruction: str

    def answers(self) -> str:
        """Return what was said, as a submission keeps it."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return json.dumps({name: value for name, value in said.items() if value})

    @property
    def contract_of(self) -> str:
        """Which contract it is, and where in it, for people to read."""
        where = f", {self.clause}" if self.clause else ""
        return f"The contract with {self.customer}{where}"

    @property
    def names_a_day(self) -> bool:
        """Whether the contract names a day."""
        return self.contract == ContractSays.A_DAY

    def is_theirs(self, held_for: str) -> bool:
        """Whether a row that is held for ``held_for`` is held for this customer."""
        return _line(held_for) in {_line(self.customer), _line(self.held_as)} - {""}


def _line(name: str) -> str:
    return " ".join(name.split()).casefold()


def instruction_of(case: Case) -> Instruction:
    """Return what the customer instructs; the submission is fetched already."""
    said = json.loads(case.submission.answers or "{}")
    names = [one.name for one in fields(Instruction)]
    return Instruction(**{name: str(said.get(name, "")) for name in names})


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether it is surely the customer who asks, and what shows it."""

    sure: bool
    reason: str
    by: str
    at: datetime


def judged_in(case: Case) -> Judged | None:
    """Return what was said last of who asks; None: nobody has looked. 1 query.

    Nor since they are answered elsewhere: what showed it said nothing of that address.
    """
    event = _last(case, _JUDGING)
    if event is None or event.kind != EventKind.CUSTOMER_JUDGED:
        return None
    return Judged(event.facts["sure"], _text(event), event.actor, event.happened_at)


def judged_of(cases: Collection[int]) -> frozenset[int]:
    """Return in which of ``cases`` somebody has said it, as ``judged_in``. 1 query."""
    events = CaseEvent.objects.filter(_JUDGING, case__in=cases).order_by("seq")
    newest = dict(events.values_list("case_id", "kind"))
    return frozenset(
        pk for pk, kind in newest.items() if kind == EventKind.CUSTOMER_JUDGED
    )


@dataclass(frozen=True, slots=True)
class Assisted:
    """What was done for the customer, as it was recorded last; ``who`` did it.

    ``mark`` is another one whenever it is recorded anew.
    """

    outcome: Assistance
    done_on: date
    what: str
    who: str
    mark: str

    @staticmethod
    def text(what: str, who: str) -> str:
        """Return the words that the record keeps."""
        return f"{what.strip()}{_DONE_BY}{who.strip()}"


def assisted_in(case: Case) -> Assisted | None:
    """Return what was recorded last as done; None: nothing yet. Costs 1 query."""
    event = _last(case, Q(kind=EventKind.ASSISTED))
    if event is None:
        return None
    what, _, who = _text(event).rpartition(_DONE_BY)
    return Assisted(
        Assistance(event.facts["outcome"]),
        date.fromisoformat(event.facts["done_on"]),
        what,
        who,
        str(event.seq),
    )


def _last(case: Case, which: Q) -> CaseEvent | None:
    found = case.events.filter(which).select_related("text")
    return found.order_by("-seq").first()


def _text(event: CaseEvent) -> str:
    text = getattr(event, "text", None)
    return str(text.body) if text else ""
