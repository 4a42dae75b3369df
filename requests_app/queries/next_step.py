"""What each case of a list waits for, in a few words: what comes next, or blocks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

from django.db.models import Exists, OuterRef

from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.verdict import Verdict
from requests_app import portability
from requests_app.models import (
    Case,
    FoundDataset,
    IdentityEvidence,
    Package,
    PassOn,
    Sending,
    SystemTask,
)
from requests_app.queries import addresses, complaint, preserving, thread
from requests_app.queries.authority import ended_in
from requests_app.queries.instruction import to_be_judged
from requests_app.rulings import RULINGS
from requests_app.states import (
    AT_ONCE,
    CaseStatus,
    PackageState,
    Right,
    SendingState,
    TaskState,
)


@dataclass(frozen=True, slots=True)
class Step:
    """What a case waits for, in a few words, and where that is done.

    ``page`` is the name of a page of the case that ``needs`` opens, of the answer
    ``package`` if it is about one; else ``place`` is a part of the case's own page.
    ``acts`` are the pages of the acts that do it, where there are others.
    """

    words: str
    page: str = ""
    needs: Permission = Permission.CASE_READ
    package: str = ""
    place: str = ""
    acts: tuple[str, ...] = ()
    letter: int = 0  # which one to post, or to send again
    unread: str = ""  # what is to be read before it
    before: str = ""  # what is to be known before it

    @property
    def said(self) -> str:
        """All of it in words."""
        parts = (self.unread, self.before, self.words)
        return " ".join(part for part in parts if part)

    @property
    def done_by(self) -> tuple[str, ...]:
        """The pages of the acts that do it; none where it is only waited for."""
        return self.acts or ((self.page,) if self.page else ())


# Of each case what is still being kept of what overwrites itself.
Kept = Mapping[int, Sequence[preserving.KeepFacts]]
# Of each case, whether it is sure enough who asks.
AreChecked = Callable[[Sequence[Case]], Mapping[int, Verdict]]


class ToBePosted(Protocol):
    """Return of ``packages`` those that wait to be posted to somebody."""

    def __call__(
        self, packages: Iterable[Package], *, today: date
    ) -> Iterable[Package]: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rules say of the cases of a list, each asked once of all it is about."""

    are_checked: AreChecked  # of cases whose answer waits for its release
    to_be_posted: ToBePosted  # of answers that are released and not out


def next_steps(cases: Sequence[Case], *, today: date, rules: Rules) -> dict[int, Step]:
    """Return what each open case waits for, as its page and the queue both say it.

    Costs 9 queries, of complaints 11, of what customers passed on 10, and what
    ``rules`` cost. The submissions of ``cases`` are fetched already.
    """
    kept = preserving.kept_for(cases, today=today)
    steps = _steps(cases, kept=kept, today=today, rules=rules)
    for pk, said in ended_in(cases).items():
        steps[pk] = replace(steps[pk], before=said)
    for pk, ones in kept.items():
        # That is for their owners: it does not hide what staff do meanwhile.
        if said := preserving.with_owners(ones):
            before = f"{said}. {steps[pk].before}".strip()
            steps[pk] = replace(steps[pk], before=before)
    for pk, unread in thread.unread_by_staff(cases).items():
        said = f"Read {unread} message{'' if unread == 1 else 's'}."
        steps[pk] = replace(steps[pk], unread=said)
    return steps


def _steps(
    cases: Sequence[Case], *, kept: Kept, today: date, rules: Rules
) -> dict[int, Step]:
    ids = [case.pk for case in cases]
    names = _Systems(cases)
    tasks: dict[int, dict[str, list[str]]] = {pk: {} for pk in ids}
    for case_id, state, system in (
        SystemTask.objects.filter(case__in=ids)
        .exclude(state=TaskState.DONE)
        .order_by("system")
        .values_list("case_id", "state", "system")
    ):
        tasks[case_id].setdefault(state, []).append(names.of(case_id, system))
    unread = _unread(cases)
    decided = _decided(cases, today=today, rules=rules)
    first = _first(cases, names, kept=kept, today=today)
    return {
        case.pk: first.get(case.pk)
        or _waits_for(
            case,
            tasks[case.pk],
            unread.get(case.pk, 0),
            decided.get(case.pk),
        )
        for case in cases
    }


def _first(
    cases: Sequence[Case], names: _Systems, *, kept: Kept, today: date
) -> dict[int, Step]:
    """Return of cases what does not wait for the work on them. Costs 3 or 4 queries."""
    ids = [case.pk for case in cases]
    customers: dict[int, list[str]] = {}
    for case_id, system in (
        PassOn.objects.filter(case__in=ids, done_at__isnull=True)
        .order_by("system")
        .values_list("case_id", "system")
        .distinct()
    ):
        customers.setdefault(case_id, []).append(names.of(case_id, system))
    letters = _letters(cases, today=today)
    shown = IdentityEvidence.objects.filter(case__in=ids, gone_at__isnull=True)
    shows = set(shown.values_list("case_id", flat=True))
    complaints = complaint.next_steps(cases, today=today)
    unjudged = to_be_judged(cases)
    found = {
        pk: (
            Step(preserving.alarm(kept.get(pk, ())), place="kept"),
            Step(_tell_customers(customers.get(pk, ())), place="pass-on"),
            letters.get(pk, Step("")),
            Step(complaints.get(pk, "")),
            LOOK_AT_SHOWN if pk in shows else Step(""),
            _JUDGE if pk in unjudged else Step(""),
        )
        for pk in ids
    }
    return {
        pk: step
        for pk, steps in found.items()
        if (step := next((one for one in steps if one.words), None))
    }


def _unread(cases: Sequence[Case]) -> Counter[int]:
    """Return how many datasets of each case want a look. Costs 1 query."""
    known = {case.pk: case for case in cases}
    found = FoundDataset.objects.filter(case__in=known, reviewed_at__isnull=True)
    return Counter(
        pk
        for pk, system, dataset in found.exclude(sure=0, possible=0).values_list(
            "case_id", "system", "dataset"
        )
        if _wants_review(known[pk], system, dataset)
    )


def _wants_review(case: Case, system: str, dataset: str) -> bool:
    if case.right != Right.PORTABILITY:
        return True
    register = datamap_queries.register_at(case.revision_id)
    return portability.wants_review(case.right, register, system, dataset)


class _Systems:
    """Systems as each case's own register calls them."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._revisions = {case.pk: case.revision_id for case in cases}

    def of(self, case_id: int, system: str) -> str:
        register = datamap_queries.register_at(self._revisions[case_id])
        return register.system(system).name


LOOK_AT_SHOWN: Final = Step(
    "Look at what shows who they are", "case-identity", Permission.CASE_WORK
)
_CHECK: Final = Step("Record a further check", "case-check", Permission.CASE_WORK)
_RULE: Final = Step(
    "Rule on each thing and decide",
    "case-rulings",
    acts=("case-rulings", "case-rulings-decide"),
)
# What a customer passed to us (D13).
_JUDGE: Final = Step(
    "Say whether it is the customer", "instruction-judge", Permission.CASE_WORK
)
_HELP: Final = Step(
    "Help the customer and record what was done",
    "instruction-assist",
    Permission.CASE_WORK,
)
_POST: Final = Step("Waits to be posted", place="progress")
# It was released to who may not have it any more: a later decision takes its place.
_ANEW: Final = Step(
    "Decide again: the answer may go to nobody", "case-reopen", Permission.CASE_WORK
)

# Whoever acted may not have the letter any more: the person does not know it yet.
_TELL_ANEW: Final = Step(
    "Write to the person what was decided: whoever acted may not have it",
    "thread-answer",
    Permission.CASE_WORK,
)


def _letters(cases: Sequence[Case], *, today: date) -> dict[int, Step]:
    """Return of cases with a letter that nobody has, what to do about it. 1 query.

    A row is not a notice: until it is posted, or sent again, nobody is told (C17).
    """
    sent = {case.pk: case.submission for case in cases}
    newest: dict[int, tuple[int, str, str]] = {}
    anew: dict[int, Step] = {}
    sendings = Sending.objects.filter(letter__case__in=cases)
    same = OuterRef("pk")
    rows = sendings.annotate(
        meant=Exists(sendings.meant(today=today).filter(pk=same)),
        untold=Exists(sendings.to_tell_anew(today=today).filter(pk=same)),
        avoided=addresses.postal_avoided(OuterRef("letter__case__submission")),
    ).order_by("pk")
    for (
        case,
        letter,
        agent,
        message,
        state,
        is_meant,
        is_untold,
        avoided,
    ) in rows.values_list(
        "letter__case",
        "letter",
        "letter__authority",
        "message",
        "state",
        "meant",
        "untold",
        "avoided",
    ):
        if is_meant:
            posts = addresses.posting_of(None if agent else sent[case], avoided)
            newest[letter] = (case, posts if message is None else "", state)
        elif is_untold:
            anew[case] = _TELL_ANEW
    return anew | {
        case: Step(posts or "A letter came back", letter=letter)
        for letter, (case, posts, state) in newest.items()
        if state == SendingState.RETURNED or (posts and state == SendingState.WAITING)
    }


def _tell_customers(systems: Sequence[str]) -> str:
    """Return that customers of ours are to be told, which is due the same day (D13)."""
    if not systems:
        return ""
    return f"Tell our customers today whose rows are in {', '.join(systems)}"


def _searching(tasks: Mapping[str, list[str]]) -> str:
    """Return which systems the search still runs in, or waits for."""
    if running := [
        name
        for state in (TaskState.RUNNING, TaskState.PENDING)
        for name in tasks.get(state, ())
    ]:
        return f"Searching {', '.join(running)}"
    return f"Not reached, tried again: {', '.join(tasks.get(TaskState.WAITING, ()))}"


def _decided(cases: Sequence[Case], *, today: date, rules: Rules) -> dict[int, Step]:
    """Return of decided cases what comes after the decision. Costs 1 query.

    And what ``rules`` cost, if the answer of any waits for its release or for the post.
    """
    packages = _newest_packages(cases)
    known = {case.pk: case for case in cases if case.status == CaseStatus.DECIDED}
    newest = {pk: packages[pk] for pk in known if pk in packages}
    built = [pk for pk, one in newest.items() if one.state == PackageState.BUILT]
    released = [one for one in newest.values() if one.state == PackageState.RELEASED]
    checked = rules.are_checked([known[pk] for pk in built])
    meant = {one.case_id for one in rules.to_be_posted(released, today=today)}
    steps = {one.case_id: _POST if one.case_id in meant else _ANEW for one in released}
    steps |= {pk: _release(newest[pk], checked[pk]) for pk in built}
    return {
        pk: steps.get(pk) or _made(case, newest.get(pk)) for pk, case in known.items()
    }


def _newest_packages(cases: Sequence[Case]) -> dict[int, Package]:
    known = {case.pk: case for case in cases}
    rows = Package.objects.filter(case__in=known).select_related("decision")
    packages = {
        one.case_id: one  # the newest of a case comes last, and stays
        for one in rows.order_by("pk").only(
            "case_id",
            "state",
            "reference",
            "released_for_id",
            "released_to",
            "decision__form",
            "decision__at",
        )
    }
    for pk, one in packages.items():
        one.case = known[pk]
    return packages


def _release(package: Package, checked: Verdict) -> Step:
    if not checked:
        return _CHECK
    return Step(
        "Waits for release",
        "package-release",
        Permission.CASE_RELEASE,
        package.reference,
    )


def _made(case: Case, package: Package | None) -> Step:
    if package is not None and package.state == PackageState.FAILED:
        return Step("The package could not be built", place="progress")
    if case.right == Right.PASSED_ON:
        return Step("Answer the customer", "instruction-answer", Permission.CASE_DECIDE)
    if case.right in RULINGS:
        return Step("Record that it is done", "case-carried-out", Permission.CASE_WORK)
    return Step("The package is being built", place="progress")


def _waits_for(
    case: Case, tasks: Mapping[str, list[str]], unread: int, decided: Step | None
) -> Step:
    if needs := tasks.get(TaskState.NEEDS_PERSON):
        return Step(f"Needs a person: {', '.join(needs)}", place="progress")
    return decided or _opening(case) or _review(case, tasks, unread)


def _opening(case: Case) -> Step | None:
    """Return what a case begins with, or is all that it wants; else None."""
    if case.right == Right.BREACH:
        return Step("Tell the regulator within 72 hours")
    if case.right == Right.PASSED_ON and case.status == CaseStatus.IN_REVIEW:
        return _HELP
    if case.right == Right.NOT_YET_KNOWN:
        return Step("Say what they ask for", "case-read", Permission.CASE_WORK)
    if case.right in AT_ONCE:
        return Step("Confirm it to the person", "case-confirm", Permission.CASE_WORK)
    if case.right == Right.OBJECTION:
        return _RULE
    if case.status == CaseStatus.RECEIVED:
        return Step("Start the search", place="acts", acts=("case-search",))
    return None


def _review(case: Case, tasks: Mapping[str, list[str]], unread: int) -> Step:
    if case.status == CaseStatus.SEARCHING:
        return Step(_searching(tasks), place="progress")
    if unread:
        said = f"Review {unread} dataset{'' if unread == 1 else 's'}"
        return Step(said, "case-review")
    if owners := tasks.get(TaskState.WITH_OWNER):
        return Step(f"With the owner: {', '.join(owners)}", place="progress")
    if case.right in RULINGS:
        return _RULE
    return Step("Decide", "case-decide", Permission.CASE_DECIDE)
