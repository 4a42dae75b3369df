"""What an answer tells of who received data, and for whom we hold some (D10, D13).

It is written when the package is built. Somebody may decide otherwise before it goes,
or while it can be fetched: that the person is not told of the police, say.
"""

from __future__ import annotations

from collections.abc import Iterable
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


def telling_too_much(case: Case, packages: Iterable[Package]) -> frozenset[int]:
    """Return the keys of those that tell what was decided since not to be told.

    By that decision, not by who is found today: while a search runs, what it learned
    before of the person is forgotten. A customer whom we may name by now is no reason:
    they are told too little. Costs 4 queries where one tells of anybody, and 2 more
    where that is not all found today.
    """
    told = {one.pk: set(one.tells) for one in packages if one.tells}
    if not told:
        return frozenset()
    may_tell = set(marks_in(case))
    gone = {pk: marks - may_tell for pk, marks in told.items()}
    if not any(gone.values()):
        return frozenset()
    withheld = set(_marks_withheld(case))
    return frozenset(pk for pk, marks in gone.items() if marks & withheld)


def _marks_withheld(case: Case) -> list[str]:
    """Return what an answer would tell, had the decisions not to tell been others."""
    named = [
        _mark(["customer", one.pk, "named"])
        for one in case.pass_ons.filter(may_name=False)
    ]
    return [*named, *marks_of(datamap_queries.disclosures_withheld(), ())]
