"""The review: what was found, and what goes out."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import as_download, staff_page
from lumina_privacy.lib.numbers import number_in
from lumina_privacy.lib.verdict import Refused, require
from requests_app.actions import casework, files, review
from requests_app.forms.review import DatasetForm, RowForm, RowsForm
from requests_app.forms.staff import ground_choices
from requests_app.grounds import LETTING_IN_GROUNDS, PACKAGED, withholding_grounds
from requests_app.policies import casework as policies
from requests_app.queries import review as queries
from requests_app.queries import review_rows as row_queries
from requests_app.queries.asked import asked_of, not_ticked
from requests_app.queries.blacking import texts_of
from requests_app.rulings import RULINGS
from requests_app.states import (
    RowChoice,
)
from requests_app.views.staff_case import case_or_404


@staff_page(Permission.CASE_READ)
@require_GET
def overview(request: StaffRequest, reference: str) -> HttpResponse:
    """Show what was found, under the notice's categories."""
    case = case_or_404(request, reference)
    casework.note_reading(case, page="review", by=request.user, at=timezone.now())
    return _overview(request, case)


def _overview(
    request: StaffRequest, case: Any, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    return TemplateResponse(
        request,
        "requests_app/staff/review.html",
        {
            "case": case,
            "asked": asked_of(case, for_staff=True),
            "not_ticked": not_ticked(case),
            "page": queries.review_of(case),
            "verdict": policies.may_review(case, request.user),
            "may_name": policies.may_name_identifiers(
                case, request.user, reason="to come"
            ),
            "grounds": ground_choices(withholding_grounds(case.right)),
            "lets_in": ground_choices(LETTING_IN_GROUNDS),
            "is_packaged": case.right in PACKAGED,
            "not_opened": policies.NOT_OPENED,
            "refusal": refusal,
        },
        status=status,
    )


class _Back(NamedTuple):
    """Where the reader of a dataset's rows came from."""

    url: str
    words: str
    query: str = ""  # what an address carries to lead back there


def _back(request: StaffRequest, found: Any) -> _Back:
    """Return where the rows lead back to: a name in the address, never an address.

    Rows are looked at for the review, and beside a ruling on them.
    """
    reference = found.case.reference
    pages: dict[str, tuple[str, list[str], str]] = {
        "case": ("staff-case", [], f"Case {reference}")
    }
    if found.case.right in RULINGS:
        pages |= {
            "rulings": ("case-rulings", [], f"Rulings in {reference}"),
            "rule": ("case-rule", [found.system, found.dataset], "Ruling on it"),
            "rest": ("case-rulings-rest", [], "What is left to rule on"),
        }
    came = request.GET.get("came", "")
    if came in pages:
        name, more, said = pages[came]
        return _Back(reverse(name, args=[reference, *more]), said, f"?came={came}")
    url = reverse("case-review", args=[reference])
    return _Back(url, f"Review of {reference}")


def _found_or_404(
    request: StaffRequest, reference: str, system: str, dataset: str
) -> Any:
    case = case_or_404(request, reference)
    found = queries.found_in(case, system, dataset)
    if found is None:
        raise Http404
    found.case = case
    return found


@staff_page(Permission.CASE_WORK)
@require_POST
def choose_dataset(
    request: StaffRequest, reference: str, system: str, dataset: str
) -> HttpResponse:
    """Release or withhold a dataset, from the overview or from the page of its rows."""
    found = _found_or_404(request, reference, system, dataset)
    seen_rows = request.POST.get("from") == "rows"
    form = _dataset_form(found, request.POST)
    refusal = "Choose whether it is released or withheld."
    if form.is_valid():
        try:
            review.choose_dataset(
                found,
                **{"ground": "", **form.cleaned_data},
                seen_rows=seen_rows,
                seen=_seen(request),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = str(refused)
        else:
            facts = queries.facts_of(found)
            messages.success(request, f"{facts.system}: {facts.name} is reviewed.")
            return redirect(_back(request, found).url)
    if seen_rows:
        return _rows(request, found, first=0, refusal=refusal, status=422)
    return _overview(request, found.case, refusal=refusal, status=422)


@staff_page(Permission.CASE_READ)
@require_GET
def dataset_rows(
    request: StaffRequest, reference: str, system: str, dataset: str
) -> HttpResponse:
    """Show the rows of one dataset as they were found."""
    found = _found_or_404(request, reference, system, dataset)
    casework.note_reading(found.case, page="rows", by=request.user, at=timezone.now())
    first = request.GET.get("first", "0")
    if "seen" in request.GET and request.GET["seen"] != queries.facts_of(found).mark:
        return _rows(request, found, first=0, refusal=review.CHANGED)
    return _rows(request, found, first=number_in(first) or 0)


def _seen(request: StaffRequest) -> str:
    """Return the mark of what the page showed: what is decided is decided on that."""
    return request.POST.get("seen", "")


def _rows(
    request: StaffRequest,
    found: Any,
    *,
    first: int,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    facts = queries.facts_of(found)
    page = row_queries.rows_of(found, first=first)
    back = _back(request, found)
    pages = f"{back.query or '?'}{'&' if back.query else ''}first="
    return TemplateResponse(
        request,
        "requests_app/staff/rows.html",
        {
            "case": found.case,
            "facts": facts,
            "page": page,
            "next_url": (
                f"{pages}{first + row_queries.ROWS}&seen={facts.mark}"
                if page.more
                else ""
            ),
            "previous_url": (
                f"{pages}{max(first - row_queries.ROWS, 0)}" if first else ""
            ),
            "back": back,
            "verdict": policies.may_review(found.case, request.user),
            "form": _dataset_form(found),
            "rows_form": RowsForm(prefix="rows", right=found.case.right),
            "is_packaged": found.case.right in PACKAGED,
            "refusal": refusal,
        },
        status=status,
    )


def _dataset_form(found: Any, data: Any = None) -> DatasetForm:
    return DatasetForm(
        data,
        right=found.case.right,
        has_rest=queries.has_rest(found),
        initial={"choice": found.choice, "ground": found.ground},
    )


@staff_page(Permission.CASE_WORK)
@require_POST
def withhold_rows(
    request: StaffRequest, reference: str, system: str, dataset: str
) -> HttpResponse:
    """Withhold the rows that were ticked, on one ground."""
    found = _found_or_404(request, reference, system, dataset)
    form = RowsForm(request.POST, prefix="rows", right=found.case.right)
    if not form.is_valid():
        return _rows(request, found, first=0, refusal="Choose the ground.", status=422)
    try:
        ticked = dict(_ticked(text) for text in request.POST.getlist("row"))
        count = review.withhold_rows(
            found,
            rows=review.rows_at(found, ticked),
            seen=_seen(request),
            ground=form.cleaned_data["ground"],
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _rows(request, found, first=0, refusal=str(refusal), status=422)
    said = "1 row is" if count == 1 else f"{count} rows are"
    messages.success(request, f"{said} withheld.")
    return redirect(_rows_url(request, found))


def _rows_url(request: StaffRequest, found: Any) -> str:
    """Return the address of a dataset's rows, which lead back as these do."""
    place = [found.case.reference, found.system, found.dataset]
    return reverse("case-dataset", args=place) + _back(request, found).query


def _ticked(text: str) -> tuple[int, str]:
    written, _, ref = text.partition(".")
    no = number_in(written)
    if no is None:
        raise Refused("Tick the rows first.")
    return no, ref


@staff_page(Permission.CASE_READ)
def one_row(
    request: StaffRequest, reference: str, system: str, dataset: str, no: int
) -> HttpResponse:
    """Show one row with all its fields, and decide about it alone."""
    found = _found_or_404(request, reference, system, dataset)
    facts = row_queries.row_of(found, no)
    if facts is None:
        raise Http404
    verdict = policies.may_review(found.case, request.user)
    offered = row_queries.passages_offered(found, facts)
    form = RowForm(
        request.POST or None,
        columns=[(cell.name, cell.label) for cell in facts.cells],
        right=found.case.right,
        set_apart=facts.set_apart,
        from_others=facts.from_others,
        texts=texts_of(found, facts.row),
        offered=offered,
        initial={
            "choice": facts.choice,
            "fields_cut": facts.cut,
            "black": [one.value for one in offered if one.is_black],
            "reason": facts.reason,
        },
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _decide_row(request, found, no, form)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "The row is decided.")
                return redirect(_rows_url(request, found))
    return TemplateResponse(
        request,
        "requests_app/staff/row.html",
        {
            "case": found.case,
            "dataset": queries.facts_of(found),
            "facts": facts,
            "form": form,
            "verdict": verdict,
            "back": _rows_url(request, found),
        },
        status=status,
    )


def _decide_row(request: StaffRequest, found: Any, no: int, form: RowForm) -> None:
    said = form.cleaned_data
    [row] = review.rows_at(found, {no: request.POST.get("ref", "")})
    seen, at = _seen(request), timezone.now()
    fields, passages = said.get("fields_cut", ()), form.passages()
    if not said["choice"]:
        require(policies.cuts_as_said("", [*fields, *passages]))
        review.follow_dataset(found, row=row, seen=seen, by=request.user, at=at)
        return
    review.choose_row(
        found,
        row=row,
        seen=seen,
        choice=RowChoice(said["choice"]),
        fields=fields,
        passages=passages,
        ground=said["ground"],
        cut_ground=said.get("cut_ground", ""),
        reason=said.get("reason", ""),
        by=request.user,
        at=at,
    )


# --- Files that owners brought ---------------------------------------------------


@staff_page(Permission.CASE_READ)
@require_GET
def owner_file(request: StaffRequest, reference: str, pk: int) -> HttpResponseBase:
    """Download an owner's file. Recorded; never shown in the browser's own page."""
    case = case_or_404(request, reference)
    file = queries.file_for(case, pk)
    if file is None:
        raise Http404
    try:
        kept, chunks = files.read_file(file, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _overview(request, case, refusal=str(refusal), status=422)
    return as_download(chunks, name=kept.name, size=kept.size)


@staff_page(Permission.CASE_WORK)
@require_POST
def choose_file(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Release or withhold an owner's file."""
    case = case_or_404(request, reference)
    file = queries.file_for(case, pk)
    if file is None:
        raise Http404
    form = DatasetForm(request.POST, right=case.right)
    if not form.is_valid():
        return _overview(
            request, case, refusal="Choose whether the file is released.", status=422
        )
    try:
        files.choose_file(
            file,
            **{"ground": "", **form.cleaned_data},
            seen=_seen(request),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _overview(request, case, refusal=str(refusal), status=422)
    messages.success(request, "The file is reviewed.")
    return redirect("case-review", reference)
