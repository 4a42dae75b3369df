"""The register against the notice that Lumina published: nothing left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from datamap.registry.load import RegisterBroken, load_register
from datamap.registry.promises import LawfulBasis, Listing, Said
from tests.datamap.worlds import LUMINA, ROOT

FOLDER = ROOT / "lumina_privacy" / "register"
SEED = Path(__file__).parent / "seed" / "privacy-notice.txt"
[NOTICE] = LUMINA.notices

# The bullets of the published text that are no entry of the register: the six terms of
# processors' contracts and the eight rights.
OWN_BULLETS = 6 + 8


def normal(text: str) -> str:
    """Return ``text`` without bullet signs, and with single spaces."""
    return " ".join(text.replace("•", " ").split())


def first(name):
    return yaml.safe_load(
        (FOLDER / "first" / f"{name}.yaml").read_text(encoding="utf-8")
    )


def test_notice_is_the_published_text_word_for_word():
    assert normal(NOTICE.text()) == normal(SEED.read_text(encoding="utf-8"))


def test_every_bullet_of_the_published_text_is_an_entry_or_counted_above():
    text = SEED.read_text(encoding="utf-8")
    bullets = {
        normal(line) for line in text.splitlines() if line.strip().startswith("•")
    }
    declared = (LUMINA.bases, LUMINA.sources, LUMINA.categories, LUMINA.purposes)
    quotes = [entry.quote for entries in declared for entry in entries]
    quotes += [kind["quote"] for kind in first("recipients") if "quote" in kind]

    assert len(quotes) == len(set(quotes)) == 4 + 6 + 12 + 14 + 5
    assert set(quotes) < bullets
    assert len(bullets - set(quotes)) == OWN_BULLETS


def test_notice_lists_the_registers_entries_instead_of_repeating_them():
    blocks = [block for section in NOTICE.sections for block in section.blocks]

    assert [block.of for block in blocks if isinstance(block, Listing)] == [
        "bases",
        "sources",
        "categories",
        "purposes",
        "recipients",
        "",
        "",
    ]


def test_contact_points_are_those_of_the_published_text():
    contacts, text = first("contacts"), normal(SEED.read_text(encoding="utf-8"))
    # The ICO's postal address is not in the seed; letters need it (decision C37).
    contacts.pop("regulator_post")

    assert [value for value in contacts.values() if value not in text] == []


@pytest.mark.parametrize("basis", LawfulBasis)
def test_each_lawful_basis_is_declared_once(basis):
    assert [declared.code for declared in LUMINA.bases].count(basis) == 1


def test_purposes_stand_on_the_bases_that_the_notice_gives():
    consent, contract, legal, interest = "CONSENT", "CONTRACT", "LEGAL_OBLIGATION", "LI"
    names = {b: b.name.replace("LEGITIMATE_INTERESTS", interest) for b in LawfulBasis}
    found = {
        purpose.code: [names[record.basis] for record in purpose.processing]
        for purpose in LUMINA.purposes
    }

    assert found == {
        "goods-and-services": [contract],
        "surveys": [interest],
        "enquiries": [contract, legal, interest],
        "product-changes": [interest],
        "service-outages": [contract],
        "terms-and-notices": [legal],
        "marketing-electronic": [interest, consent],
        "marketing-post": [interest],
        "personalisation": [consent],
        "prospecting": [interest],
        "website-improvement": [interest],
        "fraud-and-identity": [interest],
        "cctv-security": [interest],
        "legal-disclosure": [legal],
    }


def test_several_bases_of_one_purpose_say_for_whom():
    records = [p.processing for p in LUMINA.purposes if len(p.processing) > 1]

    assert all(record.applies_to for several in records for record in several)


def test_storage_is_promised_in_the_uk_and_the_eea_only():
    eea = (
        "AT BE BG HR CY CZ DK EE FI FR DE GR HU IS IE IT LV LI LT LU MT NL NO PL PT RO "
        "SK SI ES SE"
    )

    assert set(LUMINA.promises.storage_locations) == {"GB", *eea.split()}


def test_every_dataset_has_a_line_of_the_schedule():
    lines = {line["code"] for line in first("schedule")}
    without = [
        f"{system.id}.{dataset.id}"
        for system in LUMINA.systems
        for dataset in system.datasets.values()
        if dataset.retention is None or dataset.retention.line not in lines
    ]

    assert without == []


def test_every_field_names_a_source_or_a_column_that_does():
    without = [
        f"{system.id}.{dataset.id}"
        for system in LUMINA.systems
        for dataset in system.datasets.values()
        if not (dataset.source or dataset.source_column)
    ]

    assert without == []


@pytest.fixture
def copied(tmp_path):
    """A copy of the register that a test may break."""
    return Path(shutil.copytree(FOLDER, tmp_path / "register"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("categories.yaml", "your job title, department", "your job title"),
        ("first/contacts.yaml", "dco@luminatech.co.uk", "privacy@luminatech.co.uk"),
        ("notices.yaml", "We do not sell", "We seldom sell"),
    ],
)
def test_published_words_cannot_change_anywhere(copied, file, old, new):
    change(copied / file, old, new)

    with pytest.raises(RegisterBroken) as broken:
        load_register(copied)

    [complaint] = broken.value.complaints
    assert (Path(complaint.file).name, complaint.key) == ("notices.yaml", "0.sha256")
    assert "draft a new version" in complaint.problem


def test_draft_may_change(copied):
    change(copied / "notices.yaml", f'"{NOTICE.sha256}"', '""')
    change(copied / "notices.yaml", "We do not sell", "We never sell")

    assert "We never sell" in load_register(copied).notices[0].text()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("list: purposes", "list: porpoises", "no list 'porpoises'"),
        ("{dco_phone}", "{dco_fax}", "no contact point 'dco_fax' is declared"),
    ],
)
def test_notice_that_names_what_is_not_declared_is_told_by_line(
    copied, old, new, problem
):
    lines = (copied / "notices.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if old in text)
    change(copied / "notices.yaml", old, new)

    with pytest.raises(RegisterBroken) as broken:
        load_register(copied)

    [complaint] = broken.value.complaints
    assert complaint.line == line
    assert complaint.problem.startswith(problem)


def test_datasets_are_held_for_purposes_that_the_notice_gives_them():
    hr, desk = LUMINA.system("hr"), LUMINA.system("service_desk")

    assert hr.datasets["files"].purposes == ("legal-disclosure",)
    assert hr.datasets["visitors"].purposes == ("cctv-security",)
    assert desk.datasets["tickets"].declared["subject"].free_text


def test_what_is_given_on_an_address_alone_is_said_field_by_field():
    """D2: contact data, preferences and ticket headings; never what tickets say."""
    waivable = {
        f"{system.id}.{dataset.id}.{name}"
        for system in LUMINA.systems
        for dataset in system.datasets.values()
        for name, field in dataset.declared.items()
        if field.waivable
    }

    assert {"service_desk.tickets.subject", "crm.preferences.channel"} <= waivable
    assert "crm.contacts.email" in waivable
    assert not {"crm.contacts.note", "service_desk.comments.body"} & waivable


def test_paragraphs_that_answers_repeat_are_the_notices_own():
    [notice] = LUMINA.notices

    assert set(notice.said) == set(Said)
    for text in notice.said.values():
        assert text in notice.text().splitlines()


def bases_of(system: str, dataset: str, field: str) -> set[str]:
    declared = LUMINA.system(system).datasets[dataset].declared[field]
    return {
        record.basis
        for code in declared.purposes
        for record in LUMINA.purpose(code).processing
    }


def test_what_is_kept_for_the_law_says_that_it_is():
    silent = {
        f"{system.id}.{dataset.id}.{name}"
        for system in LUMINA.systems
        for dataset in system.datasets.values()
        if dataset.on_erasure and "tax law" in dataset.on_erasure.ground
        for name in dataset.declared
        if LawfulBasis.LEGAL_OBLIGATION not in bases_of(system.id, dataset.id, name)
    }
    assert silent == set()


@pytest.mark.parametrize("field", ["first_name", "last_name", "email", "work_address"])
def test_who_never_bought_anything_is_not_told_of_a_contract_alone(field):
    """A prospect, or somebody on the newsletter: the notice names other ends too."""
    used = LUMINA.system("crm").datasets["contacts"].declared[field].purposes

    assert {"goods-and-services", "prospecting"} <= set(used)


@pytest.mark.parametrize("field", ["email", "mobile", "source_evidence"])
def test_what_marketing_uses_says_so(field):
    """The notice: "by email, phone and through our website", else with consent."""
    used = LUMINA.system("crm").datasets["contacts"].declared[field].purposes

    assert "marketing-electronic" in used
    assert LawfulBasis.CONSENT in bases_of("crm", "contacts", field)
