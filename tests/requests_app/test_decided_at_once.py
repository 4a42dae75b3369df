"""Two decide the same case at the same moment: one decides, one reads why not."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from lumina_privacy.lib.verdict import Refused
from requests_app.actions import decision, timekeeping
from requests_app.models import Case, Letter
from requests_app.states import CaseStatus, DeliveryForm, EventKind, Outcome, Right
from tests.factories.accounts import make_staff
from tests.factories.cases import make_case
from tests.factories.clock import again, noon
from tests.requests_app.test_ends import AT, check, make_ready

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "We looked twice and found nothing that speaks for it."


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do the acts at the same moment; return why those were refused that were."""
    start, refused, failed = threading.Barrier(len(acts)), [], []

    def act(one: Callable[[], object]) -> None:
        try:
            start.wait(10)
            one()
        except Refused as refusal:
            refused.append(str(refusal))
        except Exception as error:  # noqa: BLE001 (told in the thread of the test)
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(one,)) for one in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    return refused


def grant(case: Case):
    by = make_staff()
    return lambda: decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=by,
        at=AT,
    )


def refuse(case: Case):
    by = make_staff()
    return lambda: decision.refuse(
        case, ground="manifestly_excessive", words=WORDS, by=by, at=AT
    )


def test_one_grants_and_the_other_reads_that_it_is_decided():
    case = make_ready()
    check(case, passed=True)

    [why] = at_once(grant(case), grant(case))

    assert "decided" in why.lower()
    assert case.decisions.count() == case.packages.count() == 1
    assert case.events.filter(kind=EventKind.DECIDED).count() == 1


def test_one_grants_and_one_refuses_and_one_of_them_stands():
    case = make_ready()
    check(case, passed=True)

    assert len(at_once(grant(case), refuse(case))) == 1

    decided = case.decisions.get()
    ended = again(case).status
    assert (decided.outcome, ended) in {
        (Outcome.GRANTED, CaseStatus.DECIDED),
        (Outcome.REFUSED, CaseStatus.REFUSED),
    }
    is_refused = ended == CaseStatus.REFUSED
    assert Letter.objects.filter(case=case, kind="refusal").exists() == is_refused


def test_two_extend_at_once_and_it_is_extended_once():
    case = make_case(right=Right.ERASURE, received_at=noon("2026-11-02"))
    people = [make_staff(), make_staff()]

    refused = at_once(
        *(
            lambda by=by: timekeeping.extend(
                case,
                ground="number",
                reason="Four requests.",
                by=by,
                at=noon("2026-11-05"),
            )
            for by in people
        )
    )

    assert refused == ["The period is extended once; that has been done."]
    assert case.events.filter(kind=EventKind.EXTENDED).count() == 1
    assert Letter.objects.filter(case=case).count() == 1
