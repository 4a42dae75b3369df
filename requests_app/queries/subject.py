"""What a data subject may see: the cases of the addresses they have proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from accounts.queries import proved_addresses
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs
from requests_app.clock import Reckoning
from requests_app.models import (
    Authority,
    AvoidedAddress,
    Case,
    Dispatch,
    Package,
    Submission,
)
from requests_app.models.pages import closing_for, known_to, open_to
from requests_app.queries import addresses, keeping, rights
from requests_app.queries.clock import reckoning_of
from requests_app.queries.rights import RightWords
from requests_app.states import (
    DeliveryForm,
    EventKind,
    PackageState,
    RevokedWhy,
    Right,
)

# What the person reads of each event; events that are not here are ours alone.
_STORY: Final = {
    EventKind.REQUEST_RECEIVED: "We received your request",
    EventKind.STOPPED_AT_ONCE: "We stopped it at once",
    EventKind.ADDRESS_PROVED: "Your address was proved",
    EventKind.RECEIPT_CORRECTED: "We corrected the day on which your request came",
    EventKind.RIGHT_READ: "We read your request and noted what you ask for",
    EventKind.ID_REQUESTED: "We asked you to show who you are",
    EventKind.ID_RECEIVED: "What we had asked of who you are is complete",
    EventKind.AUTHORITY_REQUESTED: "We asked whoever acts for you to show it",
    EventKind.AUTHORITY_RECEIVED: "What shows that they may act for you reached us",
    EventKind.FEE_CHARGED: "We wrote to you about a fee",
    EventKind.FEE_PAID: "The fee was paid",
    EventKind.CLARIFICATION_ASKED: "We asked you a question",
    EventKind.CLARIFICATION_ANSWERED: "Your answer to our question reached us",
    EventKind.NO_LONGER_ASKED: "We no longer need what we asked you for",
    EventKind.CHASED: "We reminded you of what we need",
    EventKind.CLOSED_NO_REPLY: "We closed your request, because no answer came",
    EventKind.TAKEN_UP_AGAIN: "We took your request up again",
    EventKind.EXTENDED: "We wrote to you that we need longer",
    EventKind.SEARCH_STARTED: "We are searching our systems",
    EventKind.SEARCH_FINISHED: (
        "The automatic search is done; a person reviews what was found"
    ),
    EventKind.DECIDED: "We decided about your request",
    EventKind.DECIDED_IN_PART: "We decided to answer a part now",
    EventKind.REFUSED: "We decided not to answer your request",
    EventKind.CARRIED_OUT: "We did what we had decided",
    EventKind.CONFIRMED: "We confirmed what stopped at once",
    EventKind.USE_RESTRICTED: "We paused the use you object to",
    EventKind.RESTRICTION_LIFTED: "The pause of the use you object to ended",
    EventKind.MADE_AGAIN: "We are making your answer again",
    EventKind.ANSWERED_IN_PART: "A part of your answer is ready",
    EventKind.ANSWERED: "Your answer is ready",
    EventKind.PACKAGE_COLLECTED: "You fetched your answer",
    EventKind.DISPATCHED: "Your answer was posted",
    EventKind.PACKAGE_REVOKED: "We withdrew an answer",
    EventKind.PAGE_OPENED: "We opened this page to you again",
    EventKind.ONWARD_ANSWERED: "We looked into sending it straight to another company",
    EventKind.SENT_ONWARD: "We sent it to the other company, as you asked",
    EventKind.COMPLAINT_RECEIVED: "We received your complaint",
    EventKind.COMPLAINT_ACKNOWLEDGED: "We acknowledged your complaint",
    EventKind.COMPLAINT_FOLLOWED: "You proved your address, to follow it here",
    EventKind.PROGRESS_TOLD: "We wrote to you how your complaint stands",
    EventKind.COMPLAINT_ANSWERED: "We wrote to you what came of your complaint",
    EventKind.MESSAGE_RECEIVED: "You wrote to us",
    EventKind.MESSAGE_SENT: "We wrote you a message",
    EventKind.CALLED: "We telephoned you",
    EventKind.CONTACT_PREFERENCE_CHANGED: "We noted how you want to be answered",
    EventKind.AUTHORITY_RECORDED: "We noted that somebody acts for you",
    EventKind.AUTHORITY_ASKED: "We asked you whether somebody acts for you",
    EventKind.AUTHORITY_ANSWERED: "You told us whether they act for you",
    EventKind.ADDRESS_SET_ASIDE: "We noted an address that we do not use for you",
    EventKind.AUTHORITY_REVOKED: "The authority to act for you was taken back",
    EventKind.AUTHORITY_LAID_DOWN: "Whoever acted for you told us that they left",
    EventKind.IDENTITY_SHOWN: "What shows who you are reached us",
    EventKind.IDENTITY_GONE: "We deleted what you had shown us of who you are",
    EventKind.PASSED_ON: "We passed your request on to a customer of ours",
    EventKind.WITHDRAWN: "You withdrew your request",
    EventKind.LAPSED: "The request was closed: nobody proved it",
    EventKind.MERGED: "It goes on together with your earlier request",
    EventKind.JOINED: "Your later request goes on together with this one",
}
# What the person reads of why an answer was withdrawn.
REVOKED_TOLD: Final[Mapping[str, str]] = {
    RevokedWhy.WRONG_PERSON: (
        "It may have reached somebody whom it was not meant for."
    ),
    RevokedWhy.OTHERS_DATA: "It held something about somebody else.",
    RevokedWhy.MISTAKE: "We found a mistake in it.",
    RevokedWhy.AUTHORITY_OVER: (
        "It went to whoever acted for you, after that had ended."
    ),
}


@dataclass(frozen=True, slots=True)
class AskedFor:
    """One of the things asked for at once, and the day of its answer."""

    case: Case
    words: RightWords
    reckoning: Reckoning


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the person's timeline."""

    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Awaited:
    """A system that is still being searched, and the day the person was told."""

    name: str
    by: date


@dataclass(frozen=True, slots=True)
class Answer:
    """A package as its person sees it."""

    package: Package
    ready: bool
    words: str
    still_open: tuple[Awaited, ...] = ()
    # Of an answer that was withdrawn: why, and whether a later one is in its place.
    withdrawn: str = ""
    replaced: bool = False

    @property
    def days_from_first(self) -> int:
        """For how many days it can be fetched from the first time on; 0 after it.

        The day told until then is another one, and mostly later.
        """
        first = self.ready and self.package.collected_at is None
        return keeping.after_collection().days if first else 0


def cases_for(subject: User) -> QuerySet[Case]:
    """Return the cases of the addresses the subject has proved, newest first.

    What was stopped at once for one of them here is theirs too, whoever asked for it:
    no code was wanted (C34). Nothing opens to an address that the person asked us not
    to use, nor where an answer went to the wrong person, until they proved another one
    or staff opened it again: somebody else may read there (D9, C40). Costs 1 query
    beside the list itself.
    """
    return open_to(refs_of(subject))


def open_and_closed(subject: User) -> tuple[list[Case], list[Case]]:
    """Return ``cases_for`` and ``closed_to`` at once. Costs 2 queries."""
    refs = refs_of(subject)
    known = list(known_to(refs).annotate(closed=Exists(closing_for(refs))))
    return (
        [case for case in known if not case.closed],
        [case for case in known if case.closed],
    )


def closed_to(subject: User) -> QuerySet[Case]:
    """Return the cases that were open to the subject until a wrong answer came there.

    Costs 1 query beside the list itself.
    """
    refs = refs_of(subject)
    return known_to(refs).filter(Exists(closing_for(refs)))


def refs_of(subject: User) -> list[str]:
    """Return the references of the addresses the subject has proved. 1 query."""
    return [
        ref
        for address in proved_addresses(subject)
        for ref in all_refs(IdentifierKind.EMAIL, address)
    ]


def submission_sent(pk: object) -> Submission | None:
    """Return the submission that this browser's session says it sent. Costs 1 query."""
    if not isinstance(pk, int):
        return None
    return Submission.objects.filter(pk=pk).first()


def complaint_sent(submission: Submission) -> Case | None:
    """Return the complaint of a submission that this browser sent. Costs 1 query."""
    return submission.cases.filter(right=Right.COMPLAINT).first()


def waits_for_code(submission: Submission) -> bool:
    """Whether something of a submission waits for its code. Costs 1 query."""
    return submission.proved_at is None and submission.cases.in_tray().exists()


# What an agent did, as the person reads it.
_BY_AGENT: Final[Mapping[str, str]] = {
    EventKind.REQUEST_RECEIVED: "Somebody who acts for you asked us",
    EventKind.ADDRESS_PROVED: "They proved their own address",
    EventKind.MESSAGE_RECEIVED: "Whoever acts for you wrote to us",
    EventKind.MESSAGE_SENT: "We wrote a message to whoever acts for you",
    EventKind.PACKAGE_COLLECTED: "Whoever acts for you fetched the answer",
}


def said_to_person(kind: str, facts: Mapping[str, Any], case: Case) -> str:
    """Return what the person reads of an event; nothing for those that are ours."""
    return _said_of_request(kind, facts).replace("request", rights.noun_of(case))


def _said_of_request(kind: str, facts: Mapping[str, Any]) -> str:
    if kind == EventKind.WITHDRAWN and facts.get("no_authority"):
        return "We closed it: nobody showed that they may act for you"
    if facts.get("asks_nothing"):
        return "We closed your request: we read it as asking for nothing"
    if kind == EventKind.ADDRESS_PROVED and (noted := _noted(facts)):
        return noted
    if kind == EventKind.IDENTIFIER_ADDED and facts.get("signs_in"):
        return "You proved another address to follow this with"
    if kind == EventKind.DISPATCHED and facts.get("not_meant"):
        return "An answer that might not go any more was posted"
    if facts.get("posted") or facts.get("unreleased"):
        return ""  # told as the posting that it came with; or it was never given
    said = _STORY.get(EventKind(kind), "")
    return _BY_AGENT.get(kind, said) if said and facts.get("agent") else said


def _noted(facts: Mapping[str, Any]) -> str:
    """Return what was noted of who asks; nothing where they proved it themselves."""
    if facts.get("needs_none"):
        return "A colleague took in your request; to stop needs no proof of who you are"
    if facts.get("proofs") == ["staff"]:
        return "A colleague noted how we know who you are"
    if facts.get("proofs") == []:
        return "A colleague took in your request; nothing shows yet who you are"
    return ""


def story_of(case: Case) -> list[Happening]:
    """Return what happened, in plain words, oldest first. Costs 1 query."""
    return [
        Happening(story, event.happened_at)
        for event in case.events.order_by("seq")
        if (story := said_to_person(event.kind, event.facts, case))
    ]


def answers_of(
    case: Case, *, at: datetime, acting: Authority | None = None
) -> list[Answer]:
    """Return the answers the person may know of, newest first. Costs 3 queries.

    What ended before it was released is none: nobody was told that it was there. Or
    the agent of ``acting``: only whom it goes to can fetch it (decision D9).
    """
    to = addresses.acting_in(case)
    agents = to if to is not None and to.gets_letters(london_day(at)) else None
    told = [PackageState.RELEASED, PackageState.REVOKED, PackageState.DESTROYED]
    packages = (
        case.packages.filter(state__in=[state.value for state in told])
        .exclude(released_at__isnull=True)
        .annotate(posted=Exists(Dispatch.objects.filter(package=OuterRef("pk"))))
    )
    why = {
        event.facts["package"]: event.facts.get("why", "")
        for event in case.events.filter(kind=EventKind.PACKAGE_REVOKED)
    }
    answers: list[Answer] = []
    for package in packages.select_related("case", "decision").order_by("-pk"):
        if package.state == PackageState.REVOKED:
            code = why.get(package.pk) or RevokedWhy.WRONG_PERSON
            replaced = any(not later.withdrawn for later in answers)
            answers.append(_withdrawn(package, code, replaced=replaced))
        elif not package.posted and _was_for_the_post(package):
            said = "It was never posted, and will not be."
            answers.append(Answer(package, ready=False, words=said))
        elif agents is not None and acting is None:
            went = package.went_to_agent(agents.pk)
            how = "It went" if went else "We look again before it goes"
            said = f"{how} to {agents.agent}, who acts for you."
            answers.append(Answer(package, ready=False, words=said))
        elif acting is not None and not package.went_to_agent(acting.pk):
            said = "It was not released to you. We look again before it is."
            answers.append(Answer(package, ready=False, words=said))
        else:
            answers.append(_answer(package, at))
    return answers


def _withdrawn(package: Package, code: str, *, replaced: bool) -> Answer:
    return Answer(
        package,
        ready=False,
        words="We withdrew this answer.",
        withdrawn=REVOKED_TOLD[code],
        replaced=replaced,
    )


def _was_for_the_post(package: Package) -> bool:
    """Whether it was ended on paper before its time: it could go to nobody (D9)."""
    ended, expires = package.ended_at, package.expires_at
    early = ended is not None and expires is not None and ended < expires
    on_paper = package.decision.form != DeliveryForm.DOWNLOAD
    return package.state == PackageState.DESTROYED and on_paper and early


def _answer(package: Package, at: datetime) -> Answer:
    expired = package.expires_at is not None and package.expires_at <= at
    if package.state == PackageState.DESTROYED or expired:
        words = keeping.said_of_expired(package.case, today=london_day(at))
        return Answer(package, ready=False, words=words)
    if package.decision.form != DeliveryForm.DOWNLOAD:
        return Answer(package, ready=False, words="It comes by post.")
    return Answer(package, ready=True, words="", still_open=awaited(package))


def awaited(package: Package) -> tuple[Awaited, ...]:
    """Return what was being searched when it was decided, each with its day."""
    register = datamap_queries.register_at(package.case.revision_id)
    return tuple(
        Awaited(register.system(one["system"]).name, date.fromisoformat(one["by"]))
        for one in package.decision.still_open
    )


def waiting_for(subject: User) -> QuerySet[Case]:
    """Return what was sent with an address the subject has proved, and waits for proof.

    Not where the person asked us not to write: somebody else may read there. Oldest
    first; the first case stands for all that was sent together with it. Costs 2
    queries beside the list itself, however many wait.
    """
    refs = refs_of(subject)
    avoided = AvoidedAddress.objects.filter(ref__in=refs).values("submission")
    own = Q(submission__for_another=False, submission__address_ref__in=refs)
    return (
        Case.objects.in_tray()
        .filter(
            own & ~Q(submission__in=avoided) | Q(submission__agent_address_ref__in=refs)
        )
        .select_related("submission")
        .prefetch_related(
            Prefetch("submission__cases", queryset=Case.objects.order_by("pk"))
        )
        .order_by("submission_id", "pk")
        .distinct("submission_id")
    )


def asked_together(submission: Submission) -> list[AskedFor]:
    """Return what a submission asks for, in the order of its cases.

    Costs 3 queries a case: the day of each is replayed.
    """
    return [
        AskedFor(case, rights.words_of(case), reckoning_of(case))
        for case in submission.cases.select_related("submission").order_by("pk")
    ]
