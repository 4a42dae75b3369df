"""What waits to be posted, and whether it may still go (C17, C36). Reader's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import (
    Authority,
    Case,
    Dispatch,
    Package,
    Sending,
)
from requests_app.models.paper import taken_for_post
from requests_app.policies.authority import lets_have
from requests_app.states import (
    DeliveryForm,
    LetterKind,
    Outcome,
    PackageState,
    SendingState,
)

WAITS_FOR_POST: Final = (
    "Its answer is released and waits to be posted. Record the posting, or revoke the "
    "answer first. If it was printed and may not go any more, record what became of it."
)
TO_TELL_ANEW: Final = (
    "Whoever acted left, or may not have it any more, before they had the letter with "
    "the decision. Write to the person what was decided before the case is closed."
)
# Letters without which the person does not know that, or how, they were answered.
_BEFORE_THE_END: Final[Mapping[str, str]] = {
    LetterKind.ACKNOWLEDGEMENT: "The acknowledgement",
    LetterKind.COMPLAINT_ACKNOWLEDGEMENT: "The acknowledgement",
    LetterKind.DECISION: "The letter with the decision",
    LetterKind.PARTIAL: "The letter with the answer in part",
}


def _is_released_on_paper(package: Package) -> bool:
    return (
        package.state == PackageState.RELEASED
        and package.decision.form != DeliveryForm.DOWNLOAD
    )


def may_go_by_post(package: Package, *, today: date) -> Verdict:
    """Whether a released answer may be posted to who gets it on ``today``. 1 query."""
    return _may_go(package, package.case.newest_authority(), today=today)


def _may_go(package: Package, authority: Authority | None, *, today: date) -> Verdict:
    """Whether it may go where ``authority``, the newest, has it go. Costs no query.

    Not when whoever it was released to may not have it any more, nor to an agent who
    was chosen since (D9).
    """
    gets = authority is not None and authority.gets_letters(today)
    if authority is not None and gets and not package.went_to_agent(authority.pk):
        return refuse(
            "It was released before it was chosen that it goes to whoever acts. Decide "
            "again, so that somebody looks at where it goes."
        )
    return lets_have(package, authority, today=today)


def is_addressed_now(package: Package, to: str, *, gets: str, agents: bool) -> Verdict:
    """Whether it was posted ``to`` who gets it now, at ``gets``. Costs up to 1 query.

    What was released to an agent may be the person's by now, and lie printed with the
    agent's address (D9). ``agents``: an agent gets it, as when it was released.
    """
    agent = package.released_for
    if agent is None or agents:
        return ALLOWED
    written = _line(to)
    if _line(gets):
        wrong = written != _line(gets)
    else:  # of the person no address is known here: then not the agent's
        wrong = _line(agent.agent) in written or bool(
            _line(agent.agent_reach) and _line(agent.agent_reach) in written
        )
    if not wrong:
        return ALLOWED
    return refuse(
        f"It was released to {agent.agent}, and goes to the person now: it has to be "
        "posted to the person’s own address, as it stands in the case."
    )


def _line(postal: str) -> str:
    """Return an address as its words alone: lines and commas are set as one likes."""
    return " ".join(re.findall(r"\w+", postal.casefold()))


def was_taken(package: Package) -> bool:
    """Whether somebody printed it or fetched its files to post it. Costs 1 query.

    Not once it was taken back.
    """
    return package.pk in taken_for_post([package])


def to_be_posted(packages: Iterable[Package], *, today: date) -> list[Package]:
    """Return those that wait to be posted to somebody (C36, D9).

    The list of what is to be posted, the reminders of it, what a case waits for and
    what stands in the way of its end all ask this. It may go where it is meant to, or
    was taken for the post, so that it may lie on paper. Costs up to 3 queries, however
    many; the cases and submissions of ``packages`` are fetched already.
    """
    released = [one for one in packages if _is_released_on_paper(one)]
    ids = [one.pk for one in released]
    posted = set(
        Dispatch.objects.filter(package__in=ids).values_list("package_id", flat=True)
    )
    waiting = [one for one in released if one.pk not in posted]
    acting = {
        one.case_id: one
        for one in Authority.objects.filter(
            case__in={package.case_id for package in waiting}
        ).order_by("pk")  # the newest comes last, and stays
    }
    taken = taken_for_post(waiting)
    return [
        one
        for one in waiting
        if one.pk in taken or _may_go(one, acting.get(one.case_id), today=today)
    ]


def is_to_be_posted(package: Package, *, today: date) -> bool:
    """Whether it waits to be posted to somebody. Costs up to 3 queries."""
    return bool(to_be_posted([package], today=today))


def nothing_to_post(case: Case, *, today: date, telling: bool = False) -> Verdict:
    """Whether no acknowledgement or answer on paper is still with us (C17, C36).

    A case that is closed is looked at by nobody. Costs 2 queries, or 5. ``telling``:
    what is written now says what was decided.
    """
    return first_refusal(
        letters_are_posted(case, today=today, telling=telling),
        answers_are_posted(case, today=today),
    )


def answers_are_posted(case: Case, *, today: date, but_parts: bool = False) -> Verdict:
    """Whether no answer on paper waits that can go. Costs 1 query, or 4.

    ``but_parts``: leave out answers in part, which stand whatever becomes of the rest.
    """
    released = case.packages.filter(state=PackageState.RELEASED)
    if but_parts:
        released = released.exclude(decision__outcome=Outcome.IN_PART)
    if to_be_posted(_on_paper(released), today=today):
        return refuse(WAITS_FOR_POST)
    return ALLOWED


def strays(case: Case, *, today: date) -> list[Package]:
    """Return what was released on paper, never left us, and can go to nobody."""
    released = case.packages.filter(state=PackageState.RELEASED).order_by("pk")
    waiting = list(_on_paper(released).filter(dispatches__isnull=True))
    meant = to_be_posted(waiting, today=today)
    return [one for one in waiting if one not in meant]


def _on_paper(packages: QuerySet[Package]) -> QuerySet[Package]:
    return packages.exclude(decision__form=DeliveryForm.DOWNLOAD).select_related(
        "decision", "case__submission"
    )


def letters_are_posted(case: Case, *, today: date, telling: bool = False) -> Verdict:
    """Whether no letter is with us without which the person is not told. 1 query.

    What was decided is told anew where whoever acted may not have the letter any more;
    ``telling``: by what is written now.
    """
    sendings = Sending.objects.filter(letter__case=case)
    waits = sendings.meant(today=today).filter(
        letter__kind__in=list(_BEFORE_THE_END),
        message__isnull=True,
        state=SendingState.WAITING,
    )
    untold = sendings.none() if telling else sendings.to_tell_anew(today=today)
    first = (
        sendings.annotate(is_untold=Exists(untold.filter(pk=OuterRef("pk"))))
        .filter(Q(is_untold=True) | Exists(waits.filter(pk=OuterRef("pk"))))
        .order_by("pk")
        .values_list("letter__kind", "is_untold")
        .first()
    )
    if first is None:
        return ALLOWED
    kind, is_untold = first
    if is_untold:
        return refuse(TO_TELL_ANEW)
    return refuse(
        f"{_BEFORE_THE_END[kind]} waits to be printed and posted. Record the posting "
        "before the case is closed."
    )
