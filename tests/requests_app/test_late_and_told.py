"""What is late says so wherever it is read, of data to take away as of a copy.

UK GDPR Article 12(3) and (4): that we are sorry, the complaint to us, the Commissioner
and the court.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from datamap.queries import controller
from requests_app.actions import answer, building, decision, onward
from requests_app.models import Case, Letter, Package
from requests_app.states import DeliveryForm, LetterKind, Outcome, Right, TaskState
from tests.factories.accounts import make_staff
from tests.factories.authority import client_of, filed_for, make_verified
from tests.factories.cases import CCTV, CRM, make_case, make_task
from tests.factories.clock import again
from tests.requests_app import taken
from tests.requests_app.test_ends import check, make_ready

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ANN = "ann@example.org"
DUE = "Wednesday 2 December 2026"
IN_TIME = taken.AT
LATE = taken.AT + timedelta(days=60)
SORRY = f"It comes after {DUE}, the day by which the law wanted it"
RIGHTS = (
    "complain to us",
    "at any time",
    "ask a court to order us to comply with data protection law (section 167",
)


def says_all(text: str) -> bool:
    flat = " ".join(text.split())
    return all(words in flat for words in (*RIGHTS, controller().regulator_name))


def go(case: Case, *, at: datetime, form=DeliveryForm.DOWNLOAD) -> Package:
    """Decide, build and release data to take away, all at ``at``."""
    made = decision.decide(
        again(case),
        outcome=Outcome.GRANTED,
        words="",
        form=form,
        open_until={},
        by=make_staff(),
        at=at,
    )
    building.build_package(building.claim(made.package.pk, at=at), now=lambda: at)
    package = Package.objects.get(pk=made.package.pk)
    by = make_staff(Role.REVIEWER)
    return answer.release(package, by=by, at=at, alone_reason="")


@pytest.fixture
def found() -> Case:
    case = taken.make_found(onward="Other Company")
    taken.choose(case)
    by = make_staff()
    onward.answer(again(case), feasible=True, words="By SFTP.", by=by, at=taken.AT)
    return case


def letter(case: Case, kind: LetterKind) -> str:
    return " ".join(Letter.objects.get(case=case, kind=kind).body.split())


@pytest.mark.parametrize("form", [DeliveryForm.DOWNLOAD, DeliveryForm.MEDIUM])
@pytest.mark.parametrize(("at", "late"), [(IN_TIME, False), (LATE, True)])
def test_data_to_take_away_says_so_in_its_letter_and_in_its_folder(
    found, at, late, form
):
    package = go(found, at=at, form=form)

    told = letter(found, LetterKind.DECISION)
    assert (SORRY in told) is late
    assert says_all(told)
    page = taken.opened(package).read("index.html").decode()
    assert ("This answer comes after 2 December 2026" in page) is late
    assert ("We are sorry" in page) is late
    assert says_all(page)


@pytest.mark.parametrize(("at", "late"), [(IN_TIME, False), (LATE, True)])
def test_what_is_sent_to_another_company_late_says_so(found, at, late):
    package = go(found, at=IN_TIME)

    onward.record_sent(
        package, company="Other Company", words="By SFTP.", by=make_staff(), at=at
    )

    told = letter(found, LetterKind.DONE)
    assert (SORRY in told) is late
    assert says_all(told)


@pytest.mark.parametrize("right", [Right.ACCESS, Right.PORTABILITY])
@pytest.mark.parametrize(("at", "late"), [(IN_TIME, False), (LATE, True)])
def test_refusal_that_comes_late_says_so(right, at, late):
    case = make_case(ANN, right=right)

    decision.refuse(
        case, ground="manifestly_excessive", words="x", by=make_staff(), at=at
    )

    told = letter(case, LetterKind.REFUSAL)
    assert (SORRY in told) is late
    assert says_all(told)


@pytest.mark.parametrize(("at", "late"), [(IN_TIME, False), (LATE, True)])
def test_part_that_comes_late_says_so(at, late):
    case = make_ready(systems=[CRM, CCTV])
    make_task(case, "cctv", state=TaskState.WITH_OWNER)
    check(case, passed=True)
    made = decision.decide(
        case,
        outcome=Outcome.IN_PART,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={"cctv": (LATE + timedelta(days=9)).date()},
        by=make_staff(),
        at=at,
    )
    building.build_package(building.claim(made.package.pk, at=at), now=lambda: at)
    package = Package.objects.get(pk=made.package.pk)

    answer.release(package, by=make_staff(Role.REVIEWER), at=at, alone_reason="")

    told = letter(case, LetterKind.PARTIAL)
    assert ("We are sorry" in told) is late
    assert says_all(told)


@pytest.mark.parametrize("right", [Right.ACCESS, Right.PORTABILITY, Right.COMPLAINT])
@pytest.mark.parametrize("late", [False, True])
def test_page_of_an_open_case_promises_no_day_that_is_over(right, late):
    came = timezone.now() - timedelta(days=90 if late else 1)
    case = make_case(ANN, right=right, received_at=came)
    person = client_of(ANN)

    page = person.get(reverse("case", args=[case.reference])).content.decode()
    listed = person.get(reverse("case-list")).content.decode()

    assert ("has passed. We are sorry" in page) is late
    assert ("at the latest" in page) is not late
    assert ("It is late, and we are sorry" in listed) is late
    assert ("at the latest" in listed) is not late
    assert "section 167" in page


@pytest.mark.parametrize("late", [False, True])
def test_page_of_who_acts_promises_no_day_that_is_over(late):
    came = timezone.now() - timedelta(days=90 if late else 1)
    case = filed_for(make_case(ANN, right=Right.PORTABILITY, received_at=came))
    one = make_verified(case, at=timezone.now())

    url = reverse("acting-case", args=[case.reference])
    page = client_of(one.agent_email).get(url).content.decode()

    assert ("has passed. We are sorry" in page) is late
    assert ("at the latest" in page) is not late
    assert "section 167" in page
