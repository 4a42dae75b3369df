"""What else the person is known by, and who shares a value with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from datamap import queries as datamap_queries
from datamap.search import IdentifierStatus
from lumina_privacy.lib.http import staff_page
from requests_app.actions import identifiers
from requests_app.actions import mailbox as mailboxes
from requests_app.forms.staff import (
    AloneForm,
    IdentifierForm,
    MailboxForm,
    OpenPageForm,
    SharedForm,
)
from requests_app.policies import casework as policies
from requests_app.policies import mailbox as mailbox_policies
from requests_app.queries import words
from requests_app.queries.known import apart_in, unsure_in
from requests_app.rules import WhoseQuestion, question_of
from requests_app.views.staff_case import ask, case_or_404

if TYPE_CHECKING:
    from requests_app.models import CaseIdentifier

_NOTES: Final = {
    IdentifierStatus.SURE: (
        "{} stands in a record of the person. It may be a team’s mailbox or a "
        "switchboard, so rows found by it alone are set apart. Look at them before you "
        "answer: what you call theirs alone is followed, and those rows are released "
        "as the person’s."
    ),
    IdentifierStatus.NOT_ALONE: (
        "Staff said that others use {} too, so rows found by it alone are set apart. "
        "Look at them before you say otherwise: what you call theirs alone is "
        "followed, and those rows are released as the person’s."
    ),
    IdentifierStatus.VOUCHED: (
        "Staff said that {} is theirs alone, so it is followed, and rows found by it "
        "are released as the person’s. If others use it too, say so: the next search "
        "sets those rows apart."
    ),
    IdentifierStatus.CONTESTED: (
        "{} was found with two people, so nothing is followed or released by it alone. "
        "Look at the rows set apart before you answer."
    ),
    IdentifierStatus.SETTLED: (
        "{} was found with two people, and staff said that they are one. If they are "
        "two, say so: the next search sets apart what it is found by alone. Should it "
        "be found with somebody else, it is in doubt again."
    ),
}
_NAMED: Final = (
    "Who acts for the person named {}, and nobody has shown that it is the person’s. "
    "Rows found by it alone are set apart. Look at them before you answer: what you "
    "call theirs alone is followed, and those rows are released as the person’s, "
    "perhaps to who named it."
)


@staff_page(Permission.CASE_WORK)
def add(request: StaffRequest, reference: str) -> HttpResponse:
    """Write down an identifier as data: a leaver's old mailbox, an earlier number."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        identifiers.add(case, **said, by=request.user, at=timezone.now())
        return "It is written down. Search again to use it."

    return ask(
        request,
        case,
        IdentifierForm(request.POST or None),
        act,
        title="Add what else they were known by",
        submit="Write it down",
        verdict=policies.may_name_identifiers(case, request.user, reason="to come"),
        note=(
            "For example the old mailbox of somebody who has left. It counts as data: "
            "we search for it, and nobody can sign in or receive with it."
        ),
    )


@staff_page(Permission.CASE_WORK)
def join_mailbox(request: StaffRequest, reference: str) -> HttpResponse:
    """Let the person go on with another mailbox, where none is left to use."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        mailboxes.join(case, **said, by=request.user, at=timezone.now())
        return "The case opens to that mailbox now. Search again before you answer."

    return ask(
        request,
        case,
        MailboxForm(request.POST or None),
        act,
        title="Join another mailbox",
        submit="Join it",
        verdict=mailbox_policies.may_open_joining(case, request.user),
        note=(
            "Ask the person to sign in on our pages with the address first: the code "
            "that we send there proves it. From then on it opens the case, and gets "
            "the answer and the letters in place of one that is not to be used."
        ),
    )


@staff_page(Permission.CASE_WORK)
def open_page(request: StaffRequest, reference: str) -> HttpResponse:
    """Open the person's page to the mailbox that an answer went wrong at."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        mailboxes.open_page(case, **said, by=request.user, at=timezone.now())
        return "The page is open to the mailbox again. The answer does not go there."

    return ask(
        request,
        case,
        OpenPageForm(request.POST or None),
        act,
        title="Open the page again",
        submit="Open it",
        verdict=mailbox_policies.may_open_opening(case, request.user),
        note=(
            "An answer went to the wrong person there. From now on who reads at the "
            "mailbox sees the case again, and writes in it. Where somebody else may "
            "read too, join another mailbox instead."
        ),
    )


@staff_page(Permission.CASE_WORK)
def rule(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Say whether there is one person behind a value, or take back what was said."""
    case = case_or_404(request, reference)
    unsure = unsure_in(case, pk)
    question = question_of(unsure.known) if unsure else None
    if unsure is None or question is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        identifiers.rule(unsure, **said, by=request.user, at=timezone.now())
        return "It is recorded. The next search goes by it."

    kind = words.identifier(unsure.kind).lower()
    form, title = {
        WhoseQuestion.ALONE: (AloneForm, f"Is this {kind} theirs alone?"),
        WhoseQuestion.SHARED: (SharedForm, f"Who shares this {kind}?"),
    }[question]
    return ask(
        request,
        case,
        form(request.POST or None, initial={"asked": question, "shown": unsure.shown}),
        act,
        title=title,
        submit="Record",
        verdict=policies.may_say_whose(
            case, request.user, question, asked=question, reason="to come"
        ),
        note=_note_on(unsure),
        template="requests_app/staff/whose.html",
        places=apart_in(unsure, datamap_queries.register_at(case.revision_id)),
    )


def _note_on(unsure: CaseIdentifier) -> str:
    known = unsure.known
    is_named = known.is_named_by_agent and known.awaits_a_person
    return (_NAMED if is_named else _NOTES[known.status]).format(unsure.value)
