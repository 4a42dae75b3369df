"""An answer that was printed and may go to nobody any more: who has it (C36, C40, D9).

Staff say that it was taken back before it was posted, or that it was posted. Reasons in
the reader's words.
"""

from __future__ import annotations

from datetime import date, timedelta

from accounts.models import User
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import Authority, Package
from requests_app.models.paper import is_unaccounted
from requests_app.policies.common import works, wrote
from requests_app.policies.posting import may_go_by_post
from requests_app.states import DeliveryForm, PackageState


def may_open(package: Package, by: User, *, today: date) -> Verdict:
    """Whether ``by`` may write down what became of the paper. Costs up to 3 queries."""
    if package.decision.form == DeliveryForm.DOWNLOAD:
        return refuse("The person downloads this answer; nothing is posted.")
    if package.released_at is None:
        return refuse("The package is not released yet.")
    return first_refusal(
        works(by, "Recording what became of it"), _may_go_no_more(package, today=today)
    )


def _may_go_no_more(package: Package, *, today: date) -> Verdict:
    if package.state == PackageState.RELEASED and may_go_by_post(package, today=today):
        return refuse("It may go: record the posting.")
    if not is_unaccounted(package):
        return refuse(
            "Nobody printed it or fetched its files, or what became of it is recorded."
        )
    return ALLOWED


def may_take_back(package: Package, by: User, *, words: str, today: date) -> Verdict:
    """Whether ``by`` may record that it never left us. Costs up to 3 queries."""
    return first_refusal(
        may_open(package, by, today=today),
        wrote(words, "Write who took it back, and what became of it."),
    )


def went_too_late(package: Package, *, posted_on: date) -> bool:
    """Whether it was posted on ``posted_on`` to who might not have it any more.

    What was for the person themselves went to them. On the day on which an authority
    ended nobody can say what came first, so it counts as over. Costs up to 2 queries.
    """
    if package.released_for is None:
        return package.released_to is None  # from before that was kept
    over = _over_on(package, package.released_for)
    return over is None or posted_on >= over


def _over_on(package: Package, agent: Authority) -> date | None:
    """Return the first day on which it might not go to ``agent`` any more."""
    later = package.case.authorities.filter(pk__gt=agent.pk).order_by("pk").first()
    ends = [
        agent.revoked_at,
        agent.judged_at if agent.verified is False else None,
        later.recorded_at if later is not None else None,
    ]
    days = [london_day(at) for at in ends if at is not None]
    if agent.expires_on is not None:
        days.append(agent.expires_on + timedelta(days=1))
    return min(days, default=None)
