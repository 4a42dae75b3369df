"""Taking in what came by another way, and the tray of what nobody has proved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store, staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import intake
from requests_app.actions import tray as acts
from requests_app.forms.agents import RepresentativeForm
from requests_app.forms.intake import TakeInForm
from requests_app.forms.mail_file import MailFileForm, MailRead
from requests_app.policies import intake as policies
from requests_app.queries import tray as queries
from requests_app.queries.same_person import same_person
from requests_app.states import Channel, Right
from requests_app.views.filing_agent import represented
from requests_app.views.filing_questions import NotedPart, kept_of, noted_for


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the long form that folds; ``shown`` names one that came later."""

    title: str
    fields: tuple[BoundField, ...]
    is_open: bool
    shown: str = ""


# What stands under which heading, in the order of the form.
_HEADINGS: Final = (
    (
        "How it came, and what they ask for",
        ("channel", "received_on", "received_time", "rights"),
    ),
    ("The person", ("name", "email", "phone", "postal")),
    ("What they want, and how", ("words", "how", "reach", "adjustments")),
    ("How we know them", ("known", "known_by")),
)


def _sections(
    form: TakeInForm, acting: RepresentativeForm, parts: Iterable[NotedPart]
) -> list[Section]:
    """Return the form by its parts: once it was sent, what is right is folded away."""
    whole = not form.is_bound or bool(form.non_field_errors())
    groups = [(title, [form[name] for name in names]) for title, names in _HEADINGS]
    who, *of_agent = list(acting)
    groups.append(("Who asks", [who]))
    sections = [
        Section(title, tuple(fields), whole or _is_wrong(fields))
        for title, fields in groups
    ]
    title = "Who acts for them, if somebody does"
    sections.append(Section(title, tuple(of_agent), _is_wrong(of_agent)))
    return sections + [
        Section(
            part.label,
            tuple(part.form),
            whole or not part.form.is_bound or bool(part.form.errors),
            part.slug,
        )
        for part in parts
    ]


def _is_wrong(fields: Iterable[BoundField]) -> bool:
    return any(field.errors for field in fields)


@staff_page(Permission.CASE_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: StaffRequest) -> HttpResponse:
    """Record a request that came by letter, telephone, e-mail or in person."""
    if request.method != "POST":
        return _form(request, TakeInForm(initial={"token": uuid4()}))
    if "fill" in request.POST:
        return _fill(request)
    form, acting = TakeInForm(request.POST), RepresentativeForm(request.POST)
    is_right = all([form.is_valid(), acting.is_valid()])
    is_right &= acting.can_be_answered(form.cleaned_data.get("reach", ""))
    parts = noted_for(
        [Right(one) for one in form.cleaned_data.get("rights", [])], request.POST
    )
    if is_right and not all(part.form.is_bound for part in parts):
        return _form(request, form, parts=parts, acting=acting)
    if all(part.form.is_valid() for part in parts if part.form.is_bound) and is_right:
        try:
            submission = _take_in(request, form, acting, parts)
        except ValidationError as error:
            form.add_error("received_on", error)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _taken_in(request, list(submission.cases.order_by("pk")))
    return _form(request, form, parts=parts, acting=acting, status=422)


def _take_in(
    request: StaffRequest,
    form: TakeInForm,
    acting: RepresentativeForm,
    parts: tuple[NotedPart, ...],
) -> Any:
    """Take in what two valid forms say. Raises ValidationError for a day to come."""
    said, now = form.cleaned_data, timezone.now()
    noted = kept_of({part.slug: part.form.cleaned_data for part in parts})
    filing = intake.Filing(
        name=said["name"],
        email=said["email"],
        phone=said["phone"],
        postal=said["postal"],
        answers={**form.answers(), **noted},
        rights=tuple(Right(one) for one in said["rights"]),
        day_alone=form.day_alone,
    )
    return intake.take_in(
        represented(filing, acting.cleaned_data),
        channel=Channel(said["channel"]),
        received_at=form.received_at(now=now),
        who=form.who_asks(),
        known_by=said["known_by"],
        key=said["token"],
        by=request.user,
        at=now,
    )


def _taken_in(request: StaffRequest, cases: list[Any]) -> HttpResponse:
    """Lead on to the first case, and say what else this person has asked (C33)."""
    named = ", ".join(case.reference for case in cases)
    messages.success(request, f"Taken in: {named}.")
    together = {case.reference for case in cases}
    same = same_person(cases[0])
    others = [
        one.reference
        for one in (*same.others, *same.earlier)
        if one.reference not in together
    ]
    if others:
        messages.info(
            request,
            f"This person has asked before: {', '.join(others)}. Each request counts "
            "with its own day; look whether one repeats another.",
        )
    return redirect("staff-case", cases[0].reference)


def _fill(request: StaffRequest) -> HttpResponse:
    """Show the form with what a saved mail tells; nothing is taken in yet."""
    mail_form = MailFileForm(request.POST, request.FILES)
    if not mail_form.is_valid():
        empty = TakeInForm(initial={"token": uuid4()})
        return _form(request, empty, mail_form, status=422)
    read = mail_form.cleaned_data["mail"]
    form = TakeInForm(initial={"token": uuid4(), **read.initial})
    return _form(request, form, read=read)


def _form(
    request: StaffRequest,
    form: TakeInForm,
    mail_form: MailFileForm | None = None,
    *,
    read: MailRead | None = None,
    parts: tuple[NotedPart, ...] = (),
    acting: RepresentativeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = "requests_app/staff/take_in.html"
    who = acting or RepresentativeForm(initial={"acts": "person"})
    context = {
        "form": form,
        "sections": _sections(form, who, parts),
        "mail_form": mail_form or MailFileForm(),
        "read": read,
        "is_noted": bool(parts),
        "wrong_parts": [
            *([acting] if acting is not None and acting.errors else []),
            *(part.form for part in parts if part.form.errors),
        ],
        "asks_more": any(not part.form.is_bound for part in parts),
    }
    return no_store(TemplateResponse(request, page, context, status=status))


@staff_page(Permission.TRAY_READ)
@require_safe
def tray(request: StaffRequest) -> HttpResponse:
    """Show what was sent and never proved, the oldest first (decision D11)."""
    return _tray(request)


def _tray(
    request: StaffRequest, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    user, today = request.user, london_day(timezone.now())
    rows = [
        {"facts": row, "may_lapse": policies.may_let_lapse(row.case, user, today=today)}
        for row in queries.tray_for(user, today=today)
    ]
    context = {"rows": rows, "refusal": refusal}
    page = "requests_app/staff/tray.html"
    return no_store(TemplateResponse(request, page, context, status=status))


@staff_page(Permission.TRAY_READ)
@require_POST
def let_lapse(request: StaffRequest, reference: str) -> HttpResponse:
    """Close what nobody proved in four weeks."""
    case = queries.case_in_tray(request.user, reference)
    if case is None:
        raise Http404
    try:
        acts.let_lapse(case, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _tray(request, refusal=str(refusal), status=422)
    messages.success(request, f"{case.reference} is closed: nobody proved it.")
    return redirect("case-tray")
