"""Passages of a row's texts that may be blacked out, and how the row goes out then."""

from __future__ import annotations

from dataclasses import dataclass

from datamap import queries as datamap_queries
from datamap.registry.systems import DataField
from datamap.search import IdentifierStatus
from requests_app import passages, rules
from requests_app.grounds import withholding_grounds
from requests_app.models import Case, FoundDataset, RowDecision
from requests_app.passages import Passage
from requests_app.queries.review import label_of
from requests_app.queries.rows import SpoolRow, passages_fit
from requests_app.rules import Proof
from requests_app.states import DATA_LEVEL


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a row in which passages may be blacked out."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A passage to be ticked: one that is black already, or that is likely to be."""

    passage: Passage
    words: str
    where: str
    why: str
    is_black: bool

    @property
    def value(self) -> str:
        """What the form posts for it."""
        return f"{self.passage.field}:{self.passage.start}-{self.passage.end}"

    @property
    def label(self) -> str:
        """What stands beside the tick."""
        why = f" (looks like {self.why})" if self.why else ""
        return f"“{self.words}” in {self.where}{why}"


def texts_of(found: FoundDataset, row: SpoolRow) -> tuple[Text, ...]:
    """Return the texts of a row that somebody wrote, or that may name others."""
    register = datamap_queries.register_at(found.case.revision_id)
    dataset = rules.dataset_of(register, found.system, found.dataset)
    wide = dataset.fields == "all"
    return tuple(
        Text(name, label_of(dataset, name), value)
        for name, value in row.values.items()
        if isinstance(value, str)
        and value.strip()
        and (wide or _is_written(dataset.declared.get(name)))
    )


def _is_written(field: DataField | None) -> bool:
    return field is not None and (field.free_text or field.third_party)


def offered_in(
    found: FoundDataset, row: SpoolRow, decided: RowDecision | None
) -> tuple[Offered, ...]:
    """Return what is black in a row, and what is likely somebody else's.

    Costs 2 queries.
    """
    black = decided.black if decided and passages_fit(found, row, decided.black) else ()
    own = _own(found.case)
    offered = []
    for text in texts_of(found, row):
        for one in black:
            if one.field == text.name:
                words = text.value[one.start : one.end]
                offered.append(Offered(one, words, text.label, "", is_black=True))
        taken = [one for one in black if one.field == text.name]
        for likely in passages.likely(text.value, own):
            if any(one.start < likely.end and likely.start < one.end for one in taken):
                continue
            offered.append(
                Offered(
                    Passage(text.name, likely.start, likely.end),
                    text.value[likely.start : likely.end],
                    text.label,
                    likely.what,
                    is_black=False,
                )
            )
    return tuple(offered)


def _own(case: Case) -> frozenset[str]:
    """Return what the person is known by: that is not somebody else's.

    With what was learned of them on the way, unless it waits for a person's word, or
    was found with two people; and with what an agent named once it waits no more.
    """
    given = case.proved.exclude(proof=Proof.AGENT, level=DATA_LEVEL)
    proved = given.values_list("value", "given")
    learned = (
        one.value
        for one in case.identifiers.all()
        if one.status != IdentifierStatus.CONTESTED and not one.known.awaits_a_person
    )
    known = (case.submission.name, *(v for pair in proved for v in pair), *learned)
    return frozenset(one for one in known if one)


def mark_for(right: str, ground: str) -> str:
    """Return what stands where a passage was, with the provision of its ground."""
    provision = next(
        (one.provision for one in withholding_grounds(right) if one.code == ground), ""
    )
    return passages.black(provision)


def goes_out_as(
    found: FoundDataset, decided: RowDecision, field: str, value: str
) -> str:
    """Return a text as the person will read it; nothing when no passage is black."""
    black = [one for one in decided.black if one.field == field]
    mark = mark_for(found.case.right, decided.kept_back_on)
    return passages.blacked(value, black, mark) if black else ""
