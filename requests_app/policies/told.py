"""What an answer tells of who received data, and for whom we hold some (D10, D13).

It is written when the package is built. Somebody may decide otherwise before it goes,
or while it can be fetched: that the person is not told of the police, say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Any

import orjson

from datamap import queries as datamap_queries
from datamap.queries import DisclosureFacts
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app.models import Case, Package, PassOn


def marks_of(
    disclosures: Iterable[DisclosureFacts], pass_ons: Iterable[PassOn]
) -> list[str]:
    """Return a mark of each disclosure that is told, and of each customer."""
    told = [
        [one.recipient, one.purpose, list(one.categories), one.disclosed_at]
        for one in disclosures
    ]
    held = [
        ["customer", one.pk, *named]
        for one in pass_ons
        for named in ([[], ["named"]] if one.may_name else [[]])
    ]
    return sorted(map(_mark, [*told, *held]))


def _mark(told: list[Any]) -> str:
    return sha256(orjson.dumps(told)).hexdigest()


def marks_in(case: Case) -> list[str]:
    """Return what an answer of ``case`` that is built now would tell. 4 queries."""
    return marks_of(
        datamap_queries.disclosures_about(case.subjects()), case.pass_ons.all()
    )


def tells_what_it_may(package: Package) -> Verdict:
    """Whether a built package tells what may be told, and all of it. 4 queries.

    By who is found today, unlike what is out already (``telling_too_much``): what goes
    cannot be called back. What a search has forgotten, or that turned out to be two
    people's, is nobody's until it is found again, so that a receiver of it may be of
    somebody else's data (decision D1). Most often the search itself is in the way
    first, until it has answered; where it is not, a build takes minutes.
    """
    if package.tells == marks_in(package.case):
        return ALLOWED
    return refuse(
        "What the person may be told of who received data, or for whom we hold some, "
        "was decided otherwise after this was built. Build it again."
    )


def telling_too_much(packages: Iterable[Package]) -> frozenset[int]:
    """Return the keys of those that tell what was decided since not to be told.

    By that decision, not by who is found today: while a search runs, what it learned
    before of the person is forgotten. A customer whom we may name by now is no reason:
    they are told too little. Costs 2 queries where one tells of anybody, and 5 more
    where something of that was decided otherwise, however many there are.
    """
    told = {one: set(one.tells) for one in packages if one.tells}
    if not told:
        return frozenset()
    withheld = _marks_withheld({one.case_id for one in told})
    gone = {one: marks & withheld for one, marks in told.items() if marks & withheld}
    if not gone:
        return frozenset()
    may_tell = _may_tell({one.case_id for one in gone})
    return frozenset(
        one.pk for one, marks in gone.items() if marks - may_tell[one.case_id]
    )


def _marks_withheld(cases: Collection[int]) -> set[str]:
    """Return what answers would tell, had the decisions not to tell been others."""
    unnamed = PassOn.objects.filter(case__in=cases, may_name=False)
    named = {_mark(["customer", one.pk, "named"]) for one in unnamed}
    return named.union(marks_of(datamap_queries.disclosures_withheld(), ()))


def _may_tell(ids: Collection[int]) -> dict[int, set[str]]:
    """Return what an answer of each case would tell now. Costs 5 queries."""
    # Fetched for this alone: what is known of a case changes under other hands.
    cases = Case.objects.filter(pk__in=ids).prefetch_related(
        "identifiers", "proved", "pass_ons"
    )
    subjects = {case: case.subjects() for case in cases}
    told = datamap_queries.disclosures_by_subject(
        {pair for pairs in subjects.values() for pair in pairs}
    )
    return {
        case.pk: set(
            marks_of(
                [one for pair in pairs for one in told.get(pair, ())],
                case.pass_ons.all(),
            )
        )
        for case, pairs in subjects.items()
    }
