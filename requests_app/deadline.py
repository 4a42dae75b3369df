"""The clock for what a colleague types or a file of vectors holds. No Django.

A row names days as ``YYYY-MM-DD``; absent and null are the same. What is counted, and
why, is ``requests_app.clock``'s.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Any, Final

from lumina_privacy.lib.days import london_day
from requests_app import clock
from requests_app.clock import Round, Timeline
from requests_app.states import Right

# Everything that has a month; a complaint and a breach have clocks of their own.
RIGHTS: Final = (
    Right.ACCESS,
    Right.RECTIFICATION,
    Right.ERASURE,
    Right.RESTRICTION,
    Right.PORTABILITY,
    Right.OBJECTION,
    Right.OBJECTION_DIRECT_MARKETING,
    Right.WITHDRAW_CONSENT,
)


def timeline_of(row: Mapping[str, Any]) -> Timeline:
    """Return what moves the clock of ``row``. Raises ValueError in words."""
    right = row.get("right")
    if right not in RIGHTS:
        raise ValueError(f"right {right!r} is none of {', '.join(RIGHTS)}")
    return Timeline(
        right=str(right),
        received=_received(row),
        identity=_round(row, "id_requested", "id_received"),
        authority=_round(row, "authority_requested", "authority_received"),
        fees=_round(row, "fee_requested", "fee_paid"),
        clarifications=_questions(row.get("clarification")),
        extended=_is_extended(row.get("extended")),
    )


def _questions(pairs: object) -> tuple[Round, ...]:
    if not pairs:
        return ()
    if not isinstance(pairs, list | tuple) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs
    ):
        raise ValueError("clarification is no list of pairs of days")
    return tuple(
        Round(_needed(asked, "clarification"), _day(answered, "clarification"))
        for asked, answered in pairs
    )


def _is_extended(said: object) -> bool:
    if said is None or isinstance(said, bool):
        return bool(said)
    raise ValueError(f"extended {said!r} is neither true nor false")


def answer(row: Mapping[str, Any], *, holidays: Container[date]) -> dict[str, Any]:
    """Return the days of one row of a vector file. Raises ValueError in words."""
    if "kind" in row:
        return {"id": row.get("id"), "due": _other(row, holidays)}
    reckoning = clock.reckon(timeline_of(row), holidays=holidays)
    return {
        "id": row.get("id"),
        "due": _written(reckoning.due),
        "safe_due": _written(reckoning.safe_due),
        "extension_notice_by": _written(reckoning.extension_notice_by),
        "status": reckoning.standing,
    }


def _other(row: Mapping[str, Any], holidays: Container[date]) -> str | None:
    match row["kind"]:
        case "complaint_ack":
            due = clock.complaint_acknowledgement_due(_received(row), holidays=holidays)
        case "art14_notice":
            due = clock.indirect_notice_due(_received(row), holidays=holidays)
        case "ico_breach_72h":
            return clock.breach_notice_due(_instant(row, "aware_at")).isoformat()
        case kind:
            raise ValueError(f"kind {kind!r} is no clock of ours")
    return _written(due)


def _received(row: Mapping[str, Any]) -> date:
    if row.get("received_at_utc"):
        return london_day(_instant(row, "received_at_utc"))
    return _needed(row.get("received"), "received")


def _round(row: Mapping[str, Any], asked: str, got: str) -> tuple[Round, ...]:
    # What was given without being asked for never moves the clock.
    if (day := _day(row.get(asked), asked)) is None:
        return ()
    return (Round(day, _day(row.get(got), got)),)


def _needed(written: object, name: str) -> date:
    if (day := _day(written, name)) is None:
        raise ValueError(f"{name} is missing")
    return day


def _day(written: object, name: str) -> date | None:
    if written is None or written == "":
        return None
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        raise ValueError(f"{name} {written!r} is no day; write 2026-01-30") from None


def _instant(row: Mapping[str, Any], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(str(row.get(name)))
    except ValueError:
        raise ValueError(f"{name} {row.get(name)!r} is no instant") from None
    if at.tzinfo is None:
        raise ValueError(f"{name} {row.get(name)!r} needs its zone, as +00:00")
    return at


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
