"""The page inside a package: UK GDPR Article 15(1) and (2), from Lumina's register."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.management import call_command
from playwright.sync_api import expect, sync_playwright

from accounts.roles import Role
from datamap import actions as datamap
from datamap import queries as datamap_queries
from datamap.models import Disclosure, Recipient, Revision
from datamap.search import RowStanding
from datamap.states import TAKEN_ELSEWHERE, DisclosureBasis
from lumina_privacy.lib.actor import system as actor
from requests_app.models import Decision, OwnerTask
from requests_app.packages.build import build
from requests_app.packages.contents import contents_of
from requests_app.policies import reviewed
from requests_app.states import DeliveryForm, Outcome, TaskState, TaskVerdict
from retention import actions as retention
from retention import queries as retention_queries
from tests import needs
from tests.datamap.worlds import LUMINA
from tests.factories.accounts import make_staff
from tests.factories.cases import (
    RECEIVED_AT,
    make_case,
    make_row,
    make_spooled,
    make_task,
)
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.long

WORDS = "<b>Dear Ann</b>\nRegards"


@pytest.fixture
def decision(db) -> Decision:
    """Return the decision of a case in which every declared dataset holds something."""
    call_command("setup", verbosity=0)
    case = make_case(
        "ann@example.org",
        revision=Revision.objects.get(pk=datamap_queries.active_revision_id()),
    )
    for system in LUMINA.systems:
        make_task(case, system.id, state=TaskState.DONE, verdict=TaskVerdict.FOUND)
        for dataset in system.datasets:
            make_spooled(case, [make_row("a")], system.id, dataset)
    case.found.update(choice="withhold", ground="privilege")
    case.tasks.filter(system="hr").update(verdict=TaskVerdict.NOTHING_HELD)
    case.tasks.filter(system="billing").update(
        state=TaskState.WITH_OWNER, verdict=TaskVerdict.NONE
    )
    return Decision.objects.create(
        case=case,
        outcome=Outcome.IN_PART,
        still_open=[{"system": "billing", "by": date(2026, 12, 1).isoformat()}],
        words=WORDS,
        form=DeliveryForm.DOWNLOAD,
        reviewed=reviewed.marks_of(case),
        by="staff:1",
        at=RECEIVED_AT,
    )


def text_of(decision) -> str:
    sink = io.BytesIO()
    build(contents_of(decision), sink, progress=lambda _: None, at=RECEIVED_AT)
    html = zipfile.ZipFile(sink).read("index.html").decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def package(decision) -> zipfile.ZipFile:
    sink = io.BytesIO()
    build(contents_of(decision), sink, progress=lambda _: None, at=RECEIVED_AT)
    return zipfile.ZipFile(sink)


@pytest.fixture
def html(package) -> str:
    return package.read("index.html").decode()


@pytest.fixture
def text(html) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def told_fields():
    for system in LUMINA.systems:
        for dataset in system.datasets.values():
            for field in dataset.declared.values():
                if not field.secret:
                    yield system, dataset, field


def test_purposes_and_their_bases_are_told(text):
    """Article 15(1)(a)."""
    used = {code for _, _, field in told_fields() for code in field.purposes}

    assert len(used) > 5
    for code in used:
        assert f"{LUMINA.purpose(code).name}, on the basis of " in text
    # Whom each basis is about: a sole trader reads that theirs is consent.
    assert (
        "by e-mail, phone and web, on the basis of Legitimate interest for business "
        "employees; Consent for everybody else"
    ) in text


def test_categories_are_told_by_the_notices_names(html):
    """Article 15(1)(b)."""
    used = {field.category for _, _, field in told_fields()}

    assert len(used) > 5
    for code in used:
        assert f"<dt>{LUMINA.category(code).name}</dt>" in html


def test_recipients_are_told_in_the_notices_words(text):
    """Article 15(1)(c)."""
    kinds = [one for one in datamap_queries.recipients() if one.quote and not one.kind]

    assert len(kinds) == 5
    for kind in kinds:
        assert kind.quote in text


@pytest.fixture
def adviser(decision) -> Recipient:
    """Return a recipient who received data of the person and of a stranger."""
    kind = Recipient.objects.get(code="advisers")
    recipient = Recipient.objects.create(code="smith", name="Smith & Co", kind=kind)
    disclose(DisclosureBasis.PROCESSOR)
    disclose(DisclosureBasis.PROCESSOR, "eve@example.org", categories=["cctv"])
    return recipient


def disclose(basis, address="ann@example.org", categories=("contact",)):
    datamap.disclose(
        recipient="smith",
        subjects=[("email", address)],
        purpose="goods-and-services",
        categories=categories,
        basis=basis,
        by=actor("test"),
        at=RECEIVED_AT,
    )


def test_who_received_their_data_is_told_by_name(adviser, decision):
    """Article 15(1)(c): those to whom it was disclosed, not kinds of them alone."""
    page = text_of(decision)

    what = LUMINA.category("contact").name
    assert f"Smith & Co, on 2 November 2026: {what}. What for: " in page
    assert page.count("Smith & Co") == 1
    assert page.index("Who received it") < page.index("Who may receive it")


def test_where_the_person_took_their_data_is_told_with_what_for(decision):
    """Article 15(1)(c) of what went there by Article 20(2)."""
    datamap.disclose(
        recipient=datamap.name_recipient("Bytes", by=actor("test"), at=RECEIVED_AT),
        subjects=[("email", "ann@example.org")],
        purpose=TAKEN_ELSEWHERE,
        categories=["contact"],
        basis=DisclosureBasis.PORTABILITY,
        by=actor("test"),
        at=RECEIVED_AT,
    )

    page = text_of(decision)

    what = LUMINA.category("contact").name
    assert (
        f"Bytes, on 2 November 2026: {what}. What for: you took it there (UK GDPR "
        "Article 20(2))"
    ) in page


def test_disclosure_of_which_the_person_is_not_told_leaves_no_trace(adviser, decision):
    """Decision D10: not what was decided against, nor what is undecided."""
    before = text_of(decision)
    disclose(DisclosureBasis.LEGAL_OBLIGATION, categories=["identity"])

    assert text_of(decision) == before
    untold = Disclosure.objects.get(tell_person=None)
    datamap.decide_telling(
        untold.pk,
        tell=False,
        reason="It would warn them.",
        by=make_staff(Role.DCO),
        at=RECEIVED_AT,
    )
    assert text_of(decision) == before


def test_disclosure_about_a_value_of_two_people_is_not_told(adviser, decision):
    decision.case.identifiers.create(
        kind="email", ref="r", value="ann@example.org", status="contested", route=[]
    )

    assert "Smith & Co" not in text_of(decision)


def test_answer_made_after_its_day_says_that_it_is_late_and_no_other_does(decision):
    assert "We are sorry" not in text_of(decision)

    decision.case.due_on = RECEIVED_AT.date() - timedelta(days=1)
    decision.case.save(update_fields=["due_on"])

    assert "the day by which the law wanted it" in text_of(decision)


def test_periods_are_told_with_what_starts_them(text):
    """Article 15(1)(d)."""
    assert "6 years after the last contact" in text
    for system in LUMINA.systems:
        for dataset in system.datasets.values():
            if dataset.retention is not None:
                assert f"{system.name}: {dataset.name}" in text


def test_period_that_is_only_proposed_is_told_as_proposed(decision):
    """Decision C22: nothing is removed by a line that nobody has approved."""
    before = text_of(decision).count("This period is proposed")
    lines = retention_queries.lines().values()
    by = make_staff(Role.DCO).actor
    assert before > 0

    for line in lines:
        retention.approve_line(line.id, reason="As decided.", by=by, at=RECEIVED_AT)

    assert "This period is proposed" not in text_of(decision)
    assert "6 years after the last contact" in text_of(decision)


def test_rights_and_complaints_are_told(text):
    """Article 15(1)(e), (ea) and (f)."""
    controller = datamap_queries.controller()

    assert "ask us to correct or erase your data, to restrict" in text
    assert "object to what we do with it" in text
    assert f"complain to us: {controller.dco_email}, {controller.dco_phone}" in text
    assert f"complain to the {controller.regulator_name} at any time" in text
    assert controller.regulator_web in text
    assert "section 167, Data Protection Act 2018" in text


def test_source_is_told_of_every_dataset_that_declares_one(text):
    """Article 15(1)(g)."""
    names = {source.code: source.name for source in LUMINA.sources}
    declared = [
        names[dataset.source]
        for system in LUMINA.systems
        for dataset in system.datasets.values()
        if dataset.source and not dataset.source_column
    ]

    assert declared
    for name in declared:
        assert name in text
    assert "see the column “Where the record came from”" in text


def test_automated_decisions_are_told_in_the_notices_words(text):
    """Article 15(1)(h)."""
    assert "We do not utilise any automated decision making or profiling." in text


def test_place_and_transfers_are_told(text):
    """Article 15(2)."""
    assert "In the United Kingdom. We only store your personal data" in text
    assert "within the European Economic Area (EEA)" in text


def test_what_was_searched_and_what_is_open_is_told(text):
    billing, hr = LUMINA.system("billing").name, LUMINA.system("hr").name

    assert f"{billing}: by 1 December 2026" in text
    assert f"{hr} Searched; nothing is held about you." in text


@pytest.mark.parametrize(
    ("may_name", "told_at", "words"),
    [
        (True, RECEIVED_AT, "Acme Ltd. You can ask them directly. We passed your"),
        (True, None, "Acme Ltd. You can ask them directly."),
        (False, RECEIVED_AT, "An organisation that we may not name. We passed your"),
    ],
)
def test_customers_are_named_only_when_they_may_be(decision, may_name, told_at, words):
    decision.case.pass_ons.create(
        system="service_desk",
        customer="Acme Ltd",
        customer_ref="r",
        rows=3,
        may_name=may_name,
        opened_at=RECEIVED_AT,
        done_at=told_at,
        done_by="staff:1" if told_at else "",
    )

    page = text_of(decision)

    assert words in page
    assert ("Acme" in page) is may_name
    assert ("passed your request on" in page) is (told_at is not None)


def test_owners_files_are_told_with_purpose_and_period(decision):
    task = decision.case.tasks.get(system="cctv")
    asked = OwnerTask.objects.create(
        reference="LP-1",
        task=task,
        address="facilities@luminatech.example",
        due_on=date(2026, 11, 20),
        asked_at=RECEIVED_AT,
    )
    asked.files.create(
        file=uuid4(), choice="withhold", ground="third_party", at=RECEIVED_AT
    )
    decision.case.found.all().delete()
    decision.reviewed = reviewed.marks_of(decision.case)

    page = text_of(decision)

    assert "none holds personal data" not in page
    assert "CCTV: Recordings" in page
    assert "on the basis of Legitimate interest" in page


def test_what_is_only_set_apart_is_not_called_found(decision):
    decision.case.found.filter(system="crm").delete()
    make_spooled(decision.case, [make_row("a", RowStanding.POSSIBLE)])
    decision.reviewed = reviewed.marks_of(decision.case)

    page = text_of(decision)

    assert "Searched; nothing is held that is surely about you." in page


def test_page_stands_alone_and_runs_nothing(html):
    assert "<script" not in html
    assert "http-equiv" not in html
    assert " style=" not in html
    assert re.findall(r'(?:src|href)="([^"]+)"', html) == ["style.css"]
    assert "&lt;b&gt;Dear Ann&lt;/b&gt;<br>Regards" in html


@pytest.mark.journey
def test_page_is_accessible_from_a_folder(package, tmp_path):
    package.extractall(tmp_path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=needs.program("chromium", "chromium")
        )
        page = browser.new_page()
        page.goto((tmp_path / "index.html").as_uri())

        assert_accessible(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("A copy of your data")
        # The style came along: without it the text runs over the whole window.
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
        browser.close()
