"""The page of a case as staff read it: what it says once, in which order, and when."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.roles import Role
from requests_app.actions import casework
from requests_app.models import Case, Package
from requests_app.states import CaseStatus, PackageState, Right
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_reviewed, make_row
from tests.requests_app.kept import AT, make_package
from tests.requests_app.test_checks import make_pass_on
from tests.requests_app.test_ends import build, check, grant, make_ready

pytestmark = [pytest.mark.django_db, pytest.mark.long]
UNSURE = "Who asks is not sure enough yet"
REVOKE = "Wrong recipient: revoke"


def html_of(case: Case, page: str = "staff-case", role: Role = Role.REVIEWER) -> str:
    url = reverse(page, args=[case.reference])
    return " ".join(staff_client(role).get(url).content.decode().split())


def section(html: str, heading: str) -> str:
    """Return what stands under a heading, to the next one."""
    return re.split(r"<h[23]", html.split(f">{heading}</h", 1)[1], maxsplit=1)[0]


# --- How sure we must be ----------------------------------------------------------


def test_decider_reads_that_who_asks_is_not_sure_yet_and_may_decide():
    case = make_reviewed()
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)

    before = html_of(case, "case-decide")
    check(case, passed=True)
    after = html_of(case, "case-decide")

    assert UNSURE in before
    assert f'href="{reverse("case-check", args=[case.reference])}"' in before
    assert ">Decide</button>" in before
    assert UNSURE not in after
    assert ">Decide</button>" in after


def test_further_check_stands_with_how_sure_we_must_be_and_its_reasons_once():
    html = html_of(make_reviewed())

    said = section(html, "How sure we must be")
    assert "Record a further check</a>" in said
    assert "Record a further check</a>" not in section(html, "Who is written to")
    [because] = re.findall(r"<dt>Because</dt><dd>(.*?)</dd>", said)
    for reason in re.findall(r"<li>(.*?)</li>", because) or [because]:
        assert html.count(reason) == 1


# --- What comes next --------------------------------------------------------------


def next_in_both(case: Case, role: Role = Role.DCO) -> tuple[str, str]:
    """Return what comes next and where that leads, as queue and page both say it."""
    client = staff_client(role)
    case_page = client.get(reverse("staff-case", args=[case.reference]))
    queue = client.get(reverse("case-queue"))
    [row] = queue.context["page"].rows
    assert row.step == case_page.context["step"]
    cell = queue.content.decode().split('data-label="Next">')[1].split("</td>")[0]
    line = case_page.content.decode().split("<strong>Next:</strong>")[1]
    line = line.split("</p>")[0]
    assert text_of(cell) == text_of(line)
    [link] = re.findall(r'href="([^"]+)"', cell) or [""]
    return row.blocking, link


def text_of(html: str) -> str:
    """Return the words, without the label of the cell that goes before them."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def primary_of(case: Case) -> list[str]:
    html = section(html_of(case, role=Role.DCO), "What may I do now")
    return re.findall(r'data-kind="primary"[^>]*>([^<]+)<', html)


def test_customers_to_be_told_come_first_in_the_queue_and_on_the_page():
    case = make_reviewed()
    opened = make_pass_on(case)
    page = reverse("staff-case", args=[case.reference])

    said = "Tell our customers today whose rows are in Customers"
    assert next_in_both(case) == (said, f"{page}#pass-on")
    assert 'id="pass-on"' in html_of(case)
    casework.pass_on(opened, may_name=True, done=True, by=make_staff(), at=AT)
    review = reverse("case-review", args=[case.reference])
    assert next_in_both(case) == ("Review 1 dataset", review)
    assert primary_of(case) == ["Review what was found"]


def test_erasure_is_reviewed_and_then_ruled_on_in_the_queue_and_on_the_page():
    case = make_reviewed(right=Right.ERASURE)

    review = reverse("case-review", args=[case.reference])
    assert next_in_both(case) == ("Review 1 dataset", review)
    assert primary_of(case) == ["Review what was found"]
    case.found.update(reviewed_by="staff:1", reviewed_at=AT)
    rulings = reverse("case-rulings", args=[case.reference])
    assert next_in_both(case) == ("Rule on each thing and decide", rulings)
    assert primary_of(case) == ["Rule on each thing"]


def test_answer_waits_for_its_release_only_once_it_is_sure_who_asks():
    case = make_ready(make_row("a"))
    package = build(grant(case).package)
    case.refresh_from_db()

    further = reverse("case-check", args=[case.reference])
    assert next_in_both(case) == ("Record a further check", further)
    check(case, passed=True)
    release = reverse("package-release", args=[case.reference, package.reference])
    assert next_in_both(case) == ("Waits for release", release)
    assert next_in_both(case, Role.CASEWORKER) == ("Waits for release", "")


def test_case_that_is_over_waits_for_nothing():
    case = make_reviewed()
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.DONE, closed_at=AT)

    assert "<strong>Next:" not in html_of(case)


# --- In which order ---------------------------------------------------------------


def test_page_reads_what_to_do_then_how_it_stands_then_the_rest():
    case = make_reviewed()
    make_package(case, PackageState.RELEASED)

    html = html_of(case)

    order = ("acts", "progress", "clock", "who", "thread")
    places = [html.index(f'id="{one}"') for one in order]
    assert places == sorted(places)
    assert "data-bare" not in html
    # What is long stands in the wide column, beside what is short.
    aside = [part.split("</aside>")[0] for part in html.split("<aside")[1:]]
    assert [re.findall(r'<h2 id="(\w+)"', part) for part in aside] == [
        ["acts"],
        ["clock", "asked"],
    ]


# --- Once it is decided -----------------------------------------------------------


def acts_of(package: Package) -> dict[str, str]:
    """Return how the button of each act of the newest answer looks."""
    found = re.findall(r'data-kind="(\w+)"[^>]*>([^<]+)<', html_of(package.case))
    return {label: kind for kind, label in found}


@pytest.mark.parametrize(
    ("state", "kind"),
    [(PackageState.BUILT, "secondary"), (PackageState.RELEASED, "danger")],
)
def test_revoking_is_loud_only_of_what_has_gone_out(state, kind):
    assert acts_of(make_package(make_reviewed(), state))[REVOKE] == kind


def test_closed_case_with_an_act_left_does_not_say_that_none_is():
    case = make_reviewed()
    make_package(case, PackageState.RELEASED)
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.DONE, closed_at=AT)

    html = html_of(case)

    assert "Make the answer again" in html
    assert "no step of it is left" not in html
    assert "What may still be done with its answer stands beside it" in html
