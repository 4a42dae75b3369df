"""What may be done with a case and its answers, and why the rest may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Verdict
from requests_app.policies import answer as answer_policies
from requests_app.policies import breach as breach_policies
from requests_app.policies import casework as policies
from requests_app.policies import decision as decision_policies
from requests_app.policies import intake as intake_policies
from requests_app.policies import onward as onward_policies
from requests_app.policies import recall as recall_policies
from requests_app.policies import ruling as ruling_policies
from requests_app.policies import second_look as look_policies
from requests_app.policies import unanswered as unanswered_policies
from requests_app.policies.posting import to_be_posted
from requests_app.queries import rulings as ruling_queries
from requests_app.queries.next_step import Rules, Step, next_steps
from requests_app.rulings import RULINGS
from requests_app.states import AT_ONCE, CaseStatus, Outcome, PackageState, Right


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be done now, or why it may not."""

    label: str
    url: str
    verdict: Verdict
    asks_first: bool = False  # a page with a form comes before the act
    kind: str = "secondary"  # how its button looks; "primary" is what comes next


def step_of(case: Any, checked: Verdict, *, today: date) -> Step | None:
    """Return what the case waits for, as the queue says it; None once it is over.

    ``checked``: whether it is sure enough who asks. Costs 9 queries, 12 at most.
    """
    if not case.is_open:
        return None
    rules = Rules(are_checked=lambda _: {case.pk: checked}, to_be_posted=to_be_posted)
    steps = next_steps([case], today=today, rules=rules)
    return steps[case.pk]


def permissions_of(user: Any) -> frozenset[Permission]:
    """Return what ``user`` may do: a link leads to what its reader can open."""
    return frozenset(one for one in Permission if user.may(one))


def acts_on(case: Any, user: Any, step: Step | None) -> list[Act]:
    """Return what may be done; of a closed case what opens it, or a second look.

    The act that does the ``step`` of an open case comes first, as the queue says it.
    """
    if case.second_look_due_on is not None:
        return [*_moving(case, user, step), _look(case, user)]
    return _moving(case, user, step)


def _moving(case: Any, user: Any, step: Step | None) -> list[Act]:
    if case.status == CaseStatus.REFUSED:
        return [_reopen(case, user)]
    if case.status == CaseStatus.NO_REPLY:
        return [_take_up(case, user)]
    if not case.is_open:
        return []
    if case.right == Right.BREACH:
        return [_close(case, user)]
    if case.right == Right.NOT_YET_KNOWN:
        return [_read(case, user)]
    if case.right in AT_ONCE:
        return [_confirm(case, user)]
    if case.status == CaseStatus.DECIDED:
        done = [_carry_out(case, user)] if case.right in RULINGS else []
        return [*done, _reopen(case, user)]
    return _in_order(
        _forward(case, user), _refuse(case, user), addresses_of(step, case)
    )


def _look(case: Any, user: Any) -> Act:
    return Act(
        "Look a second time",
        reverse("case-look", args=[case.reference]),
        look_policies.may_look_at_objection(
            case,
            user,
            ruling_queries.newest_decision(case),
            ruling_queries.judged_of(case),
        ),
        asks_first=True,
    )


def addresses_of(step: Step | None, case: Any) -> set[str]:
    """Return where the ``step`` is done."""
    if step is None:
        return set()
    at = [case.reference, *([step.package] if step.package else [])]
    return {reverse(page, args=at) for page in step.done_by}


def stands_among(step: Step | None, case: Any, acts: Iterable[Act]) -> bool:
    """Whether the ``step`` is one of the ``acts``: done there, or refused there."""
    addresses = addresses_of(step, case)
    return any(act.url in addresses for act in acts)


def _in_order(forward: list[Act], refuse: Act, step: Collection[str]) -> list[Act]:
    """Return the furthest act that may be done first, and what may not be done last.

    Of those at the addresses of the ``step``, where it is one of these acts.
    """
    of_step = [act for act in forward if act.url in step]
    coming = of_step or ([] if step else forward)
    following = next((act for act in reversed(coming) if act.verdict), None)
    first = [replace(following, kind="primary")] if following else []
    others = [*forward, *([refuse] if refuse.verdict else [])]
    rest = [act for act in others if act is not following]
    return first + sorted(rest, key=lambda act: not act.verdict)


def _forward(case: Any, user: Any) -> list[Act]:
    """Return what leads to a decision, in its order."""
    at = [case.reference]
    search = Act(
        "Start the search" if case.status == CaseStatus.RECEIVED else "Search again",
        reverse("case-search", args=at),
        policies.may_start_search(case, user),
    )
    review = Act(
        "Review what was found",
        reverse("case-review", args=at),
        policies.may_review(case, user),
        asks_first=True,
    )
    if case.right == Right.OBJECTION:
        return [_restrict(case, user), *_ruling(case, user)]
    if case.right in RULINGS:
        return [search, review, *_ruling(case, user)]
    decide = Act(
        "Decide",
        reverse("case-decide", args=at),
        may_decide_somehow(case, user),
        asks_first=True,
    )
    if case.right == Right.PORTABILITY:
        return [_onward(case, user), search, review, decide]
    return [search, review, decide]


def _onward(case: Any, user: Any) -> Act:
    return Act(
        "Say whether it is sent to another company",
        reverse("case-onward", args=[case.reference]),
        onward_policies.may_answer(case, user),
        asks_first=True,
    )


def _send_onward(package: Any, user: Any, at: list[str]) -> list[Act]:
    """Return what is done for the company to which the person has it sent."""
    if package.case.right != Right.PORTABILITY:
        return []
    verdict = onward_policies.may_send_onward(package, user)
    return [
        Act("Fetch it for them", reverse("package-onward-fetch", args=at), verdict),
        Act(
            "Record that it was sent to them",
            reverse("package-onward", args=at),
            verdict,
            asks_first=True,
        ),
    ]


def _ruling(case: Any, user: Any) -> list[Act]:
    at = [case.reference]
    return [
        Act(
            "Rule on each thing",
            reverse("case-rulings", args=at),
            ruling_policies.may_rule_somehow(case, user),
            asks_first=True,
        ),
        Act(
            "Decide",
            reverse("case-rulings-decide", args=at),
            ruling_policies.may_decide(case, user, ruling_queries.judged_of(case)),
            asks_first=True,
        ),
    ]


def _restrict(case: Any, user: Any) -> Act:
    return Act(
        "Restrict a use objected to",
        reverse("case-restrict", args=[case.reference]),
        ruling_policies.may_open_restriction(case, user),
        asks_first=True,
    )


def _refuse(case: Any, user: Any) -> Act:
    return Act(
        "Refuse the request",
        reverse("case-refuse", args=[case.reference]),
        decision_policies.may_open_refusal(case, user, today=_today()),
        asks_first=True,
    )


def _leading(label: str, page: str, case: Any, verdict: Verdict) -> Act:
    """Return an act that comes next wherever it may be done, after a page with a form.

    ``page``: the name of that page of the case.
    """
    url = reverse(page, args=[case.reference])
    return Act(label, url, verdict, asks_first=True, kind="primary")


def _carry_out(case: Any, user: Any) -> Act:
    newest = ruling_queries.newest_decision(case)
    verdict = ruling_policies.may_carry_out(case, user, newest, today=_today())
    return _leading("Record that it is done", "case-carried-out", case, verdict)


def _confirm(case: Any, user: Any) -> Act:
    verdict = ruling_policies.may_confirm(case, user, today=_today())
    return _leading("Confirm it to the person", "case-confirm", case, verdict)


def _read(case: Any, user: Any) -> Act:
    verdict = intake_policies.may_open_reading(case, user)
    return _leading("Say what they ask for", "case-read", case, verdict)


def _close(case: Any, user: Any) -> Act:
    verdict = breach_policies.may_open_closing(case, user)
    return _leading("Close the breach", "breach-close", case, verdict)


def _reopen(case: Any, user: Any) -> Act:
    return Act(
        "Reopen the review",
        reverse("case-reopen", args=[case.reference]),
        decision_policies.may_reopen(case, user, today=_today()),
        asks_first=True,
    )


def _take_up(case: Any, user: Any) -> Act:
    verdict = unanswered_policies.may_open_taking_up(case, user)
    return _leading("Take it up again", "case-take-up", case, verdict)


def may_decide_somehow(case: Any, user: Any) -> Verdict:
    """Whether any decision is open; else why the whole one is not."""
    whole = decision_policies.may_decide(case, user, outcome=Outcome.GRANTED)
    if whole:
        return whole
    part = decision_policies.may_decide(case, user, outcome=Outcome.IN_PART)
    return part or whole


def package_acts(case: Any, package: Any, user: Any, *, newest: bool) -> list[Act]:
    """Return what may be done with an answer; of what may not, only its release.

    Only the ``newest`` answer of a case is released or made again: of the others
    nothing is asked that costs a query.
    """
    at = [case.reference, package.reference]
    others = [
        *_post_acts(package, user, at),
        *_send_onward(package, user, at),
        Act(
            "Look a second time",
            reverse("package-look", args=at),
            look_policies.may_look_at_answer(package, user),
            asks_first=True,
        ),
        *([_make_again(package, user, at)] if newest else []),
        Act(
            "Build again",
            reverse("package-build", args=at),
            answer_policies.may_build_again(package, user),
        ),
        Act(
            "Wrong recipient: revoke",
            reverse("package-revoke", args=at),
            answer_policies.may_revoke(package, user),
            asks_first=True,
            # Before its release nobody has it: stopping it is no alarm then.
            kind="danger" if package.released_at else "secondary",
        ),
    ]
    coming = newest and package.state in {PackageState.BUILDING, PackageState.BUILT}
    return [
        *([_release(package, user, at)] if coming else []),
        *(act for act in others if act.verdict),
    ]


def _release(package: Any, user: Any, at: list[str]) -> Act:
    return Act(
        "Release",
        reverse("package-release", args=at),
        may_release_somehow(package, user),
        asks_first=True,
        kind="primary",
    )


def _make_again(package: Any, user: Any, at: list[str]) -> Act:
    return Act(
        "Make the answer again",
        reverse("package-again", args=at),
        answer_policies.may_make_again(package, user, today=_today()),
        asks_first=True,
    )


def _today() -> date:
    return london_day(timezone.now())


def _post_acts(package: Any, user: Any, at: list[str]) -> list[Act]:
    """Return what is done with an answer on paper or on a medium (C36)."""
    today = _today()
    fetch = answer_policies.may_fetch_for_post(package, user, today=today)
    once_more = package.case.status != CaseStatus.DECIDED
    return [
        Act(
            "Print it",
            reverse("package-print", args=at),
            answer_policies.may_print(package, user, today=today),
        ),
        Act("Fetch its files", reverse("package-fetch", args=at), fetch),
        Act(
            "Record another posting" if once_more else "Record the posting",
            reverse("package-dispatch", args=at),
            answer_policies.may_dispatch(package, user, today=today),
            asks_first=True,
        ),
        *_recall_acts(package, user, at),
    ]


def _recall_acts(package: Any, user: Any, at: list[str]) -> list[Act]:
    """Return what is said of a printed answer that may go to nobody any more."""
    verdict = recall_policies.may_open(package, user, today=_today())
    return [
        Act(words, reverse(name, args=at), verdict, asks_first=True)
        for words, name in (
            ("Taken back before it was posted", "package-taken-back"),
            ("It was posted", "package-was-posted"),
        )
    ]


def may_release_somehow(package: Any, user: Any) -> Verdict:
    """Whether the release may be opened, by a second person or alone with a reason.

    That it gives nothing is confirmed there.
    """
    rest: dict[str, Any] = {
        "goes_empty": True,
        "today": _today(),
        "holidays": datamap_queries.holidays(),
    }
    plain = answer_policies.may_release(package, user, alone_reason="", **rest)
    if plain:
        return plain
    alone = answer_policies.may_release(package, user, alone_reason="to come", **rest)
    return alone or plain
