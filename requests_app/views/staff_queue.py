"""The queue and the systems."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from accounts import queries as accounts
from accounts.middleware import StaffRequest
from accounts.models import User
from accounts.roles import Permission
from audit import queries as ledger
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from outbox import queries as outbox
from requests_app.actions import search
from requests_app.forms.staff import QueueFilterForm
from requests_app.policies import told
from requests_app.policies.check import are_checked
from requests_app.policies.posting import to_be_posted
from requests_app.queries import staff as queries
from requests_app.queries import systems as system_queries
from requests_app.queries.alarms import alarms_for
from requests_app.queries.hold_release import waiting_for
from requests_app.queries.next_step import Rules
from requests_app.queries.release import telling_released
from requests_app.queries.second_looks import looks_wanted
from requests_app.queries.thread import written_since_closed
from requests_app.queries.timeline import Names
from requests_app.views.staff_acts import permissions_of

# A letter that the law wants told and that no server took for so long is an alarm.
_UNSENT_IS_LATE: Final = timedelta(hours=24)
RULES: Final = Rules(are_checked, to_be_posted)
_SEEN_IS_SHOWN: Final = timedelta(days=30)


@staff_page(Permission.CASE_READ)
@require_GET
def queue(request: StaffRequest) -> HttpResponse:
    """Show my work, then every open case, by what is due first."""
    now = timezone.now()
    today = london_day(now)
    form = QueueFilterForm(
        request.GET, colleagues=accounts.who_may(Permission.CASE_WORK)
    )
    show = form.chosen()
    after = queries.Cursor.parse(request.GET.get("after", ""))
    page = queries.queue_for(
        request.user, show=show, after=after, today=today, rules=RULES
    )
    return TemplateResponse(
        request,
        "requests_app/staff/queue.html",
        {
            "mine": page.mine,
            "page": page,
            "form": form,
            "show": show,
            "crumbs": _crumbs(form, show),
            "alarms": alarms_for(request.user, at=now),
            "too_much": _telling_too_much(request.user),
            "looks": looks_wanted(request.user, today=today),
            "releases": waiting_for(request.user),
            "written": written_since_closed(),
            "next_url": _address(show, page.after) if page.after else "",
            "may": permissions_of(request.user),
            "may_take_in": request.user.may(Permission.CASE_WORK),
        },
    )


def _telling_too_much(user: User) -> list[str]:
    """Return the cases whose answer is out and tells what it may not any more.

    Costs 1 query; 3 where one tells of anybody, and 8 where it was decided otherwise.
    """
    released = telling_released(user)
    too_much = told.telling_too_much(released)
    named = [one.case.reference for one in released if one.pk in too_much]
    return list(dict.fromkeys(named))


def _address(show: queries.QueueFilter, after: str = "") -> str:
    """Return the queue's address for a filter and a place in the list."""
    parts = {"status": show.status, "assignee": show.assignee, "after": after}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"{reverse('case-queue')}?{query}" if query else reverse("case-queue")


def _crumbs(form: QueueFilterForm, show: queries.QueueFilter) -> list[dict[str, str]]:
    """Return the filters that are on; each leads to the list without it."""
    crumbs = []
    for name in ("status", "assignee"):
        if value := getattr(show, name):
            words = dict(form.fields[name].choices)[value]  # type: ignore[attr-defined]  # a ChoiceField
            without = replace(show, **{name: ""})
            crumbs.append({"label": str(words), "url": _address(without)})
    return crumbs


@staff_page(Permission.SYSTEMS_READ)
@require_GET
def systems(request: StaffRequest) -> HttpResponse:
    """Show how systems, mail and sweeps fare; nothing of any case."""
    late = timezone.now() - _UNSENT_IS_LATE
    names = Names.of_staff()
    return TemplateResponse(
        request,
        "requests_app/staff/systems.html",
        {
            "systems": system_queries.systems(),
            "mails": outbox.alarms(unsent_since=late),
            "seen": [
                (mail, names.of(mail.seen_by))
                for mail in outbox.seen(since=timezone.now() - _SEEN_IS_SHOWN)
            ],
            "runs": ledger.runs(at=timezone.now()),
            "may_settle": request.user.may(Permission.REGISTER_APPROVE),
            "may_retry": request.user.may(Permission.SYSTEMS_RETRY),
        },
    )


@staff_page(Permission.SYSTEMS_RETRY)
@require_POST
def retry_system(request: StaffRequest, system: str) -> HttpResponse:
    """Have every case's search of one system tried again."""
    name = system_queries.name_of(system)
    if name is None:
        raise Http404
    tried = search.retry_system(system, by=request.user, at=timezone.now())
    cases = "1 case" if tried == 1 else f"{tried} cases"
    messages.success(request, f"{name} is tried again for {cases}.")
    return redirect("system-list")
