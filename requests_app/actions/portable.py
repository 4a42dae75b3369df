"""The letter that gives data to take away: the decision, what is left out, and why.

UK GDPR Articles 12(3), 12(4) and 20. A copy of the data (Article 15) says all this in
its own page; here less than all is given, so the letter itself says so (decision C1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from requests_app.actions import letters
from requests_app.grounds import ground_of_answer
from requests_app.models import Case, CaseEvent, OwnerFile, Package
from requests_app.policies import onward, reviewed
from requests_app.portability import WHY_BEYOND, Beyond
from requests_app.queries import addresses, keeping
from requests_app.queries.clock import late_since
from requests_app.states import DeliveryForm, LetterKind, Outcome, RowChoice


def tell(
    case: Case, package: Package, released: CaseEvent, *, by: Actor, at: datetime
) -> None:
    """Write the decision to the person. ``case`` must be locked. Costs 7 queries."""
    answer = onward.answer_of(case)
    by_download = package.decision.form == DeliveryForm.DOWNLOAD
    said = {
        "portable": True,
        "late": late_since(case, at=at, package=package),
        "given": package.decision.outcome != Outcome.NOTHING_HELD,
        "package": package if by_download else None,
        "days": keeping.after_collection().days,
        "let_in": list(_let_in(package)),
        "left_out": list(dict.fromkeys(_left_out(package))),
        "onward": answer
        and {
            "feasible": answer.facts["feasible"],
            "words": answer.text.body,
        },
    }
    to = addresses.told_of(case, by_download=by_download, today=london_day(at))
    letters.send(case, released, LetterKind.DECISION, said, by=by, at=at, to=to)


def _left_out(package: Package) -> Iterator[str]:
    """Yield the reasons for what is not given: never what it is (decision C23)."""
    datasets: list[dict[str, Any]] = package.manifest["datasets"]
    beyond = {why for one in datasets for why in one["columns_left_out"].values()}
    if any(one["rows_from_others"] for one in datasets):
        beyond.add(Beyond.FROM_OTHERS)
    for code, (words, provision) in WHY_BEYOND.items():
        if code in beyond:
            yield f"{words} ({provision})"
    grounds = {
        ground
        for one in datasets
        for ground in (one["withheld_ground"], *one["withheld"], *one["redacted"])
    }
    files = OwnerFile.objects.filter(
        pk__in=reviewed.reviewed_ids(package.decision, reviewed.FILES),
        choice=RowChoice.WITHHOLD,
    )
    grounds |= set(files.values_list("ground", flat=True))
    for code in sorted(grounds):
        if ground := ground_of_answer(package.case.right, code):
            yield f"{ground.words} ({ground.provision})"


def _let_in(package: Package) -> Iterator[str]:
    """Yield on which grounds more is given than Article 20 wants."""
    found = package.case.found.filter(
        pk__in=reviewed.reviewed_ids(package.decision, reviewed.DATASETS),
        choice=RowChoice.RELEASE,
    )
    for code in sorted(set(found.exclude(ground="").values_list("ground", flat=True))):
        if ground := ground_of_answer(package.case.right, code):
            yield ground.words
