"""What may be ruled, decided thing by thing, restricted and carried out, by whom."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date
from typing import Final

from django.conf import settings

from accounts.models import User
from accounts.roles import Permission, Role
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.grounds import PACKAGED
from requests_app.models import Case, Decision, Letter
from requests_app.moves import WEIGHED
from requests_app.policies import reviewed
from requests_app.policies.authority import lets_decide
from requests_app.policies.check import is_checked
from requests_app.policies.common import is_open, works
from requests_app.policies.decision import systems_answered
from requests_app.policies.posting import letters_are_posted
from requests_app.policies.two_persons import (
    LET_IN,
    is_near,
    no_second_beside,
    nobody_is_there,
    seats_of,
)
from requests_app.rulings import RULINGS, Judged, Ruled, Thing, choice_of, ground_of
from requests_app.states import (
    AT_ONCE,
    CaseStatus,
    EventKind,
    LetterKind,
    Outcome,
    Right,
    SendingState,
)

# Rights by which data is changed at the word of whoever asks: one more check (D2).
_CHANGES: Final = frozenset({Right.RECTIFICATION, Right.ERASURE})
_OVERRIDING: Final = "overriding"


def may_rule_somehow(case: Case, by: User) -> Verdict:
    """Whether ``by`` may rule on what the case is about."""
    verdict = first_refusal(works(by, "Ruling"), is_open(case))
    if not verdict:
        return verdict
    if case.right not in RULINGS:
        return refuse("This kind of case is not decided thing by thing.")
    ready = WEIGHED if case.right == Right.OBJECTION else (CaseStatus.IN_REVIEW,)
    if case.status not in ready:
        return refuse("Things are ruled on while the case is in review.")
    return ALLOWED


def may_rule(
    case: Case,
    by: User,
    thing: Thing,
    *,
    category: str,
    what: str,
    ground: str,
    words: str,
    until: date | None,
    assessed: bool,
    today: date,
) -> Verdict:
    """Whether ``by`` may rule so on ``thing``, on a ground the law gives (C4).

    ``assessed``: whether a legitimate-interest assessment of the use is on record.
    """
    verdict = may_rule_somehow(case, by)
    if not verdict:
        return verdict
    choice = choice_of(case.right, what)
    if choice is None:
        return refuse("Choose what is done with it.")
    if ground_of(choice, ground) is None:
        return refuse(f"Choose a ground that the law gives for “{choice.words}”")
    if category and category not in dict(thing.categories):
        return refuse("It holds nothing of that category.")
    if not words.strip():
        return refuse("Write why. The person will read this.")
    if choice.dated and (until is None or until <= today):
        return refuse("Say until which day it is kept; it must be still to come.")
    if ground == _OVERRIDING and not assessed:
        return refuse(
            "No assessment of this use is on record, so nothing shows that our grounds "
            "override (UK GDPR Article 21(1))."
        )
    return ALLOWED


def may_rule_rest(case: Case, by: User, judged: Sequence[Judged]) -> Verdict:
    """Whether ``by`` may say of all that is left that the request is not about it."""
    verdict = may_rule_somehow(case, by)
    if not verdict:
        return verdict
    if choice_of(case.right, Ruled.NOT_MEANT) is None:
        return refuse("They named each of these uses: rule on each by itself.")
    if not any(one.left for one in judged):
        return refuse("Nothing is left to rule on.")
    return ALLOWED


def may_decide(case: Case, by: User, judged: Sequence[Judged]) -> Verdict:
    """Whether ``by`` may decide on what was ruled. Costs up to 12 queries."""
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Deciding is for a decider.")
    verdict = first_refusal(is_open(case), lets_decide(case))
    if not verdict:
        return verdict
    if case.right not in RULINGS:
        return refuse("This kind of case is not decided thing by thing.")
    if case.right == Right.OBJECTION:
        return first_refusal(_objection_is_ready(case, judged), _ruled(judged))
    if case.status != CaseStatus.IN_REVIEW:
        return refuse("A case is decided while it is in review.")
    return first_refusal(
        reviewed.searched_with_all(case),
        systems_answered(case, Outcome.GRANTED),
        _copy_is_gathered(case),
        is_checked(case) if case.right in _CHANGES and judged else ALLOWED,
        _ruled(judged),
    )


def _copy_is_gathered(case: Case) -> Verdict:
    """Refuse to change data of which the person asked for a copy that is not made yet.

    The copy first, then the rest, both inside the month (C5): what was found is kept
    with the other case, so its answer does not hang on what becomes of the data. Costs
    1 query.
    """
    if case.right not in _CHANGES:
        return ALLOWED
    wanted = Case.objects.filter(
        submission=case.submission_id,
        right__in=PACKAGED,
        status__in=[CaseStatus.RECEIVED, CaseStatus.SEARCHING],
    )
    first = wanted.order_by("pk").values_list("reference", flat=True).first()
    if first is None:
        return ALLOWED
    return refuse(
        f"They asked for a copy of it as well: search for that first ({first}), so "
        "that it holds what they had when they asked."
    )


def _objection_is_ready(case: Case, judged: Sequence[Judged]) -> Verdict:
    if case.status not in {CaseStatus.RECEIVED, CaseStatus.IN_REVIEW}:
        return refuse("An objection is decided before it is closed, not in a search.")
    if not judged:
        return refuse("Say first which use is objected to: it is restricted at once.")
    return ALLOWED


def _ruled(judged: Sequence[Judged]) -> Verdict:
    waiting = [name for one in judged for _, name in one.left]
    if waiting:
        return refuse(f"Not ruled on yet: {'; '.join(waiting)}.")
    return ALLOWED


def who_let_go_on(judged: Sequence[Judged]) -> frozenset[str]:
    """Return who ruled that a use objected to goes on (law 3.8)."""
    return frozenset(
        made.by for one in judged for made in one.made if made.what is Ruled.GO_ON
    )


def goes_alone(case: Case, by: User, judged: Sequence[Judged]) -> bool:
    """Whether no second person decides: who does ruled, or may be who did.

    Namely that a use objected to goes on (law 3.8). Costs up to 2 queries.
    """
    if case.right != Right.OBJECTION:
        return False
    went_on = who_let_go_on(judged)
    return str(by.actor) in went_on or by.pk in seats_of(went_on, case)


def wants_second_look() -> bool:
    """Whether what one person did alone is seen by another within days (C19)."""
    return bool(settings.LUMINA_TWO_PERSON_OBJECTION != "off")


def second_person(
    case: Case,
    by: User,
    judged: Sequence[Judged],
    *,
    alone_reason: str,
    today: date,
    holidays: Container[date],
) -> Verdict:
    """Whether a second person has looked at an objection that is refused (C19).

    Costs up to 4 queries.
    """
    if settings.LUMINA_TWO_PERSON_OBJECTION != "before":
        return ALLOWED
    if not goes_alone(case, by, judged):
        return ALLOWED
    went_on = who_let_go_on(judged)
    near = is_near(case, today=today, holidays=holidays)
    if by.role == Role.DCO and near and alone_reason.strip():
        no_second = no_second_beside(went_on, case)
        return nobody_is_there(by, today, Permission.CASE_DECIDE, but=no_second)
    who = "You ruled that a use goes on that is objected to"
    if str(by.actor) not in went_on:
        who = (
            "You and who ruled that a use goes on that is objected to are no two "
            f"persons: {LET_IN}"
        )
    return refuse(
        f"{who}, so somebody else must decide it. Within two working days of the safe "
        "day the DCO may decide alone, with the reason."
    )


def may_open_restriction(case: Case, by: User) -> Verdict:
    """Whether ``by`` may restrict a use that the person objects to (decision D7)."""
    return first_refusal(works(by, "Restricting"), _may_be_restricted(case))


def may_restrict(
    case: Case, purposes: Sequence[str], *, known: Container[str], there: Container[str]
) -> Verdict:
    """Whether the uses may be restricted; ``there``: those that are already."""
    if not purposes:
        return refuse("Choose the use that is objected to.")
    if any(one not in known for one in purposes):
        return refuse("This use does not rest on a legitimate interest.")
    if any(one in there for one in purposes):
        return refuse("This use is restricted already.")
    return _may_be_restricted(case)


def _may_be_restricted(case: Case) -> Verdict:
    if case.right != Right.OBJECTION:
        return refuse("Only an objection restricts a use.")
    if case.status not in WEIGHED:
        return refuse(
            {
                CaseStatus.UNPROVED: (
                    "Nothing is restricted for an address that is not proved."
                )
            }.get(CaseStatus(case.status), "The objection is decided.")
        )
    return lets_decide(case)


def may_carry_out(
    case: Case, by: User, decision: Decision | None, *, today: date
) -> Verdict:
    """Whether ``by`` may record that what was decided is done. Costs 4 queries.

    A restriction ends with it, so the person must have been told (Article 18(3)).
    """
    verdict = works(by, "Recording what was done")
    if not verdict:
        return verdict
    if case.status != CaseStatus.DECIDED or case.right not in RULINGS:
        return refuse("Only what was decided thing by thing is recorded as done.")
    if decision is None:
        return refuse("Nothing is decided yet.")
    if case.right == Right.OBJECTION and not _was_told(decision):
        return refuse(
            "The letter with the decision has not left yet. The pause ends only after "
            "the person is told (UK GDPR Article 18(3))."
        )
    return letters_are_posted(case, today=today)


def _was_told(decision: Decision) -> bool:
    letter = (
        Letter.objects.filter(
            case=decision.case_id,
            kind=LetterKind.DECISION,
            event__facts__decision=decision.pk,
        )
        .order_by("-pk")
        .first()
    )
    return (
        letter is not None and letter.sendings.filter(state=SendingState.SENT).exists()
    )


def may_confirm(case: Case, by: User, *, today: date) -> Verdict:
    """Whether ``by`` may confirm what stopped at once: there is nothing to refuse."""
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Deciding is for a decider.")
    if case.right not in AT_ONCE:
        return refuse("This request is weighed; it does not stop at once.")
    if case.status != CaseStatus.RECEIVED:
        return refuse("It is confirmed once it is in, and not twice.")
    if not case.events.filter(kind=EventKind.STOPPED_AT_ONCE).exists():
        return refuse("Nothing has been stopped yet, so nothing can be confirmed.")
    return letters_are_posted(case, today=today)
