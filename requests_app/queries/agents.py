"""What an agent may see of a case in which they act: little, until it is verified (D9).

Only the newest authority of a case counts, and only while nobody took it back: an
earlier agent, and one who was denied, find nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from lumina_privacy.lib.days import london_day
from requests_app.clock import Reckoning, in_words
from requests_app.grounds import AnswerGoesTo
from requests_app.models import Authority, Case
from requests_app.models.pages import closings_to_agents
from requests_app.queries import subject, words
from requests_app.queries.clock import reckoning_of
from requests_app.queries.letters import LetterFacts, Needed, letters_of, needed_of
from requests_app.queries.thread import MessageFacts, thread_for_agent
from requests_app.states import CaseStatus, LetterKind
from requests_app.timekeeping import Asked

# About the authority itself: the agent's own matter.
_THEIRS: Final = frozenset({LetterKind.AUTHORITY, LetterKind.NO_AUTHORITY})


@dataclass(frozen=True, slots=True)
class ActingFacts:
    """A case as its agent sees it; what stands below is empty until they may see it."""

    standing: str
    evidence: str
    needed: tuple[Needed, ...]
    letters: tuple[LetterFacts, ...]
    thread: tuple[MessageFacts, ...]
    # From here on only while the decider's choice and the authority let them.
    gets_answer: bool
    status: str = ""
    reckoning: Reckoning | None = None
    answers: tuple[subject.Answer, ...] = ()


def acting_for(user: User) -> QuerySet[Authority]:
    """Return the authorities that count, of the address the user proved. 1 query more.

    Newest case first; one a case. Not where an answer went to the wrong person by the
    agent's page: somebody else may read there (C40).
    """
    return _known_to(user).filter(~Exists(closings_to_agents()))


def open_and_closed(user: User) -> tuple[list[Authority], list[Authority]]:
    """Return ``acting_for`` and ``closed_to`` at once. Costs 2 queries."""
    known = list(_known_to(user).annotate(closed=Exists(closings_to_agents())))
    return (
        [one for one in known if not one.closed],
        [one for one in known if one.closed],
    )


def closed_to(user: User) -> QuerySet[Authority]:
    """Return those whose page was open until a wrong answer came there. 1 query more.

    It opens again once staff record anew that they act.
    """
    return _known_to(user).filter(Exists(closings_to_agents()))


def _known_to(user: User) -> QuerySet[Authority]:
    newest = Authority.objects.filter(case=OuterRef("case")).order_by("-pk")
    return (
        Authority.objects.filter(
            pk=Subquery(newest.values("pk")[:1]),
            agent_email_ref__in=subject.refs_of(user),
            revoked_at__isnull=True,
        )
        .exclude(case__status=CaseStatus.UNPROVED)
        .select_related("case__submission")
        .order_by("-case")
    )


def sent_together(authority: Authority, user: User) -> list[Authority]:
    """Return where ``user`` acts, of all that was sent with a case. Costs 2 queries."""
    together = acting_for(user).filter(case__submission=authority.case.submission_id)
    return list(together.order_by("case"))


def page_for_agent(authority: Authority, user: User, *, at: datetime) -> ActingFacts:
    """Return what the agent may see at ``at``. Costs up to 12 queries."""
    case, today = authority.case, london_day(at)
    gets_answer = authority.gets_letters(today)
    thread = thread_for_agent(case, subject.refs_of(user))
    shown = ActingFacts(
        standing(authority, today=today),
        words.EVIDENCE[authority.evidence],
        _needed(case, whole=gets_answer),
        _letters(case, authority, whole=gets_answer),
        thread,
        gets_answer,
    )
    if not gets_answer:
        return shown
    return ActingFacts(
        shown.standing,
        shown.evidence,
        shown.needed,
        shown.letters,
        thread,
        gets_answer,
        status=words.status_told(case.right, case.status),
        reckoning=reckoning_of(case),
        answers=tuple(subject.answers_of(case, at=at, acting=authority)),
    )


def _needed(case: Case, *, whole: bool) -> tuple[Needed, ...]:
    if not case.is_open:
        return ()
    return tuple(
        one for one in needed_of(case) if whole or one.asking.what is Asked.AUTHORITY
    )


def _letters(
    case: Case, authority: Authority, *, whole: bool
) -> tuple[LetterFacts, ...]:
    """Return letters to this agent; those of the person only while they may."""
    return tuple(
        one
        for one in letters_of(case)
        if one.letter.authority is not None
        and one.letter.authority.agent_email_ref == authority.agent_email_ref
        and one.letter.kind != LetterKind.MESSAGE
        and (whole or one.letter.kind in _THEIRS)
    )


def standing(authority: Authority, *, today: date) -> str:
    """Return how the authority stands, as the agent reads it. Costs no query."""
    if authority.verified is None:
        return (
            "We look at what shows that you may act. Until that is settled we tell "
            "you nothing of what we hold, nor whether we hold anything."
        )
    if not authority.verified:
        return (
            "What we have seen does not show that you may act here. Send us something "
            "else that does."
        )
    if not authority.is_in_time(today):
        last = authority.expires_on
        if last is not None and last < today:
            return f"Your authority ended on {in_words(last)}. Send us a newer one."
        return "Your authority has not begun yet."
    return {
        AnswerGoesTo.NOT_CHOSEN: (
            "We have seen that you may act. A colleague decides whether the answer "
            "goes to you or to the person."
        ),
        AnswerGoesTo.PERSON: (
            "We have seen that you may act. The answer goes to the person themselves."
        ),
        AnswerGoesTo.AGENT: "We have seen that you may act. The answer goes to you.",
    }[AnswerGoesTo(authority.goes_to)]
