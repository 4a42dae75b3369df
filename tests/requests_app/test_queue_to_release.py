"""What waits for its release costs the queue the same, however much of it there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from lumina_privacy.lib.actor import STRANGER
from requests_app.actions.projection import append, locked
from requests_app.models import Case
from requests_app.policies.check import are_checked, is_checked
from requests_app.states import CaseStatus, CheckMethod, EventKind, RevokedWhy
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_reviewed, make_revision
from tests.requests_app.kept import make_package
from tests.requests_app.test_identity_levels import (
    AT,
    PRIVATE,
    check,
    doubt,
    proves,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]
# Of who asks: seven, for all rows together; one asks which holds wait for a second
# person.
QUERIES = 34


def plain(case):
    proves(case, PRIVATE)


def checked(case):
    check(case)


def waived(case):
    check(case, CheckMethod.WAIVED)


def doubted(case):
    doubt(case, CheckMethod.FACT)


def sent_wrongly(case):
    check(case)
    with transaction.atomic():
        append(
            locked(case),
            EventKind.PACKAGE_REVOKED,
            happened_at=AT,
            by=STRANGER,
            at=AT + timedelta(hours=1),
            facts={"why": RevokedWhy.WRONG_PERSON},
        )


def unknown(case):
    case.proved.all().delete()


WAYS = (plain, checked, waived, doubted, sent_wrongly, unknown)


def waits_for_release(way, revision) -> Case:
    case = make_reviewed(revision=revision)
    way(case)
    make_package(case)
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.DECIDED)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("how_many", [1, 6])
def test_queue_costs_the_same_for_one_answer_to_release_and_for_six(
    how_many, django_assert_num_queries
):
    revision = make_revision()
    cases = [waits_for_release(way, revision) for way in WAYS[:how_many]]
    client = staff_client(make_staff())
    client.get(reverse("case-queue"))

    with django_assert_num_queries(QUERIES):
        response = client.get(reverse("case-queue"))

    listed = {row.reference: row.blocking for row in response.context["page"].rows}
    pages = {
        case.reference: client.get(reverse("staff-case", args=[case.reference]))
        for case in cases
    }
    assert listed == {name: page.context["step"].said for name, page in pages.items()}


def test_each_is_judged_as_if_it_were_alone():
    cases = [waits_for_release(way, make_revision()) for way in WAYS]
    together = waits_for_release(unknown, make_revision())
    Case.objects.filter(pk=together.pk).update(submission=cases[2].submission)
    cases.append(Case.objects.get(pk=together.pk))

    judged = are_checked(cases)

    assert [judged[case.pk] for case in cases] == [is_checked(case) for case in cases]
    assert [bool(judged[case.pk]) for case in cases] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
