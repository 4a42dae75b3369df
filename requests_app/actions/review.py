"""What goes out, and what does not: per dataset and per row.

The package is built from the same spool and these choices: what was reviewed is what is
released (decision E12).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from audit import actions as audit
from datamap import queries as datamap_queries
from datamap.search import RowStanding
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.verdict import Refused, require
from requests_app import portability, rules, spool
from requests_app.actions.projection import append, locked
from requests_app.models import Case, FoundDataset, RowDecision
from requests_app.passages import Passage
from requests_app.policies import casework as policies
from requests_app.policies import reviewed
from requests_app.spool import SpoolRow
from requests_app.states import EventKind, Right, RowChoice

CHANGED: Final = "The rows have changed since you opened this page. Look at them again."


@transaction.atomic
def choose_dataset(
    found: FoundDataset,
    *,
    choice: RowChoice,
    ground: str,
    seen_rows: bool,
    seen: str,
    by: User,
    at: datetime,
) -> FoundDataset:
    """Release or withhold the rows of one dataset that are surely the person's.

    ``seen_rows``: said on the page that shows them; ``seen``: the mark of that page.
    Rows set apart stay out whatever is said here (decision D1).
    """
    case = locked(found.case)
    found = _locked(found)
    register = datamap_queries.register_at(case.revision_id)
    dataset = rules.dataset_of(register, found.system, found.dataset)
    require(
        policies.may_choose_dataset(
            found,
            by,
            choice=choice,
            ground=ground,
            seen_rows=seen_rows,
            needs_eyes=portability.needs_eyes(case.right, register, dataset),
            reached=portability.wants_review(
                case.right, register, found.system, found.dataset
            ),
        )
    )
    require(reviewed.as_seen(found.mark_with(found.rows.all()), seen))
    found.choice = choice
    found.ground = ground if _has_ground(case, choice) else ""
    found.voided = 0
    _note_reviewed(found, by, at, "choice", "ground", "voided")
    append(
        case,
        EventKind.REVIEWED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={**_named(found), "choice": choice, "ground": found.ground},
    )
    return found


def _named(found: FoundDataset) -> dict[str, object]:
    return {"system": found.system, "dataset": found.dataset}


def _has_ground(case: Case, choice: RowChoice) -> bool:
    """Whether the choice stands on a ground: also one that lets more in."""
    return choice is RowChoice.WITHHOLD or case.right == Right.PORTABILITY


@transaction.atomic
def choose_row(
    found: FoundDataset,
    *,
    row: SpoolRow,
    seen: str,
    choice: RowChoice,
    fields: Sequence[str] = (),
    passages: Sequence[Passage] = (),
    ground: str = "",
    cut_ground: str = "",
    reason: str = "",
    by: User,
    at: datetime,
) -> RowDecision:
    """Treat one row otherwise than its dataset, with the ground and the reason.

    ``row`` is what the reader saw, and ``seen`` its mark. Kept under a keyed hash of
    the row's own key, so the decision outlives a new search of the same system, while
    the row stays sure or stays set apart.
    """
    case, found = _locked_in_review(found, by)
    require(
        policies.may_choose_row(
            found,
            by,
            standing=row.standing,
            choice=choice,
            fields=fields,
            passages=passages,
            ground=ground,
            cut_ground=cut_ground,
            reason=reason,
            from_others=_is_from_others(case, found, row),
        )
    )
    require(reviewed.as_seen(_row_mark(found, row), seen))
    if unknown := sorted(set(fields) - set(row.values)):
        raise Refused(f"No such field: {', '.join(unknown)}.")
    return _decide(
        found,
        row,
        choice,
        fields=sorted(fields),
        passages=spool.bound(found, row, passages),
        ground=ground,
        cut_ground=cut_ground,
        reason=reason.strip(),
        by=by,
        at=at,
    )


def _is_from_others(case: Case, found: FoundDataset, row: SpoolRow) -> bool:
    """Whether Article 20 does not reach the row, since somebody else told us."""
    register = datamap_queries.register_at(case.revision_id)
    dataset = rules.dataset_of(register, found.system, found.dataset)
    reach = portability.reach_in(case.right, register, dataset)
    return reach is not None and reach.row_is_beyond(row.values)


@transaction.atomic
def withhold_rows(
    found: FoundDataset,
    *,
    rows: Iterable[SpoolRow],
    seen: str,
    ground: str,
    by: User,
    at: datetime,
) -> int:
    """Withhold several rows on one ground; return how many. Costs 5 queries a row.

    ``seen``: the mark of the dataset whose rows were ticked.
    """
    _, found = _locked_in_review(found, by)
    require(reviewed.as_seen(found.mark_with(found.rows.all()), seen))
    count = 0
    for row in rows:
        require(
            policies.may_choose_row(
                found,
                by,
                standing=row.standing,
                choice=RowChoice.WITHHOLD,
                fields=(),
                ground=ground,
                reason="",
            )
        )
        _decide(
            found,
            row,
            RowChoice.WITHHOLD,
            fields=[],
            ground=ground,
            reason="",
            by=by,
            at=at,
        )
        count += 1
    if not count:
        raise Refused("Tick the rows first.")
    return count


@transaction.atomic
def follow_dataset(
    found: FoundDataset, *, row: SpoolRow, seen: str, by: User, at: datetime
) -> None:
    """Take back what was decided about one row: it goes with its dataset again."""
    _, found = _locked_in_review(found, by)
    require(reviewed.as_seen(_row_mark(found, row), seen))
    RowDecision.objects.filter(
        found=found, row_ref__in=spool.row_refs(found, row.key)
    ).delete()
    _record(found, RowChoice.RELEASE, by=by, at=at)
    _touch(found, by, at)


def void_outdated(found: FoundDataset, *, by: Actor, at: datetime) -> int:
    """Void decisions about rows that a new search has overtaken; return how many.

    A row that was surely the person's and is now set apart (or the other way round) is
    not the row that was decided about, nor is one that is not there any more, or that
    was to go out and says something else by now, or was found in another way: a person
    looks again (decision D1). Call in the transaction that keeps the new spool. Costs
    1 query, and reads the spool once when something was decided.
    """
    decided = {one.row_ref: one for one in found.rows.all()}
    if not decided:
        return 0
    holds = {
        decided[ref].pk
        for row in spool.read_rows(found)
        for ref in spool.row_refs(found, row.key)
        if ref in decided and spool.is_as_decided(found, row, decided[ref].terms)
    }
    void = [one.pk for one in decided.values() if one.pk not in holds]
    if void:
        RowDecision.objects.filter(pk__in=void).delete()
        found.voided += len(void)
        found.save(update_fields=["voided"])
        audit.record(
            "case.row.voided",
            about=found.case.about,
            by=by,
            at=at,
            details={"dataset": f"{found.system}.{found.dataset}", "rows": len(void)},
        )
    return len(void)


def rows_at(found: FoundDataset, ticked: Mapping[int, str]) -> list[SpoolRow]:
    """Return the rows of these numbers, each with its reference, in one reading.

    Raises Refused when one of them is not that reference's.
    """
    rows = [row for row in spool.read_rows(found) if row.no in ticked]
    if len(rows) < len(ticked) or any(
        ticked[row.no] not in spool.row_refs(found, row.key) for row in rows
    ):
        raise Refused(CHANGED)
    return rows


def _locked_in_review(found: FoundDataset, by: User) -> tuple[Case, FoundDataset]:
    case = locked(found.case)
    require(policies.may_review(case, by))
    return case, _locked(found)


def _row_mark(found: FoundDataset, row: SpoolRow) -> str:
    refs = spool.row_refs(found, row.key)
    return found.row_mark(found.rows.filter(row_ref__in=refs).first())


def _decide(
    found: FoundDataset,
    row: SpoolRow,
    choice: RowChoice,
    *,
    fields: list[str],
    passages: Sequence[object] = (),
    ground: str,
    cut_ground: str = "",
    reason: str,
    by: User,
    at: datetime,
) -> RowDecision:
    newest, *_ = refs = spool.row_refs(found, row.key)
    comes_in_cut = choice is RowChoice.REDACT and row.standing is RowStanding.POSSIBLE
    cut_ground = cut_ground if comes_in_cut else ""
    decided, _ = RowDecision.objects.update_or_create(
        found=found,
        row_ref__in=refs,
        defaults={
            "row_ref": newest,
            "standing": row.standing,
            "choice": choice,
            "fields": fields,
            "passages": list(passages),
            "of": spool.content_refs(found, row)[0] if choice.lets_out else "",
            "ground": ground,
            "cut_ground": cut_ground,
            "reason": reason,
            "by": str(by.actor),
            "at": at,
        },
    )
    _record(found, choice, ground, cut_ground, by=by, at=at)
    _touch(found, by, at)
    return decided


def _record(
    found: FoundDataset,
    choice: RowChoice,
    ground: str = "",
    cut_ground: str = "",
    *,
    by: User,
    at: datetime,
) -> None:
    audit.record(
        "case.row.decided",
        about=found.case.about,
        by=by.actor,
        at=at,
        details={
            "dataset": f"{found.system}.{found.dataset}",
            "choice": choice,
            "ground": ground,
            "cut_ground": cut_ground,
        },
    )


def _touch(found: FoundDataset, by: User, at: datetime) -> None:
    """Note that the review has changed: an older decision no longer fits it."""
    if found.reviewed_at is not None:
        _note_reviewed(found, by, at)


def _note_reviewed(found: FoundDataset, by: User, at: datetime, *also: str) -> None:
    found.reviewed_by, found.reviewed_at = str(by.actor), at
    found.save(update_fields=[*also, "reviewed_by", "reviewed_at"])


def _locked(found: FoundDataset) -> FoundDataset:
    return (
        FoundDataset.objects.select_for_update(of=("self",))
        .select_related("case")
        .get(pk=found.pk)
    )
