"""One value in many spellings is found on every engine: never too little."""

from __future__ import annotations

import sys

import pytest

from datamap.search import KnownIdentifier, RowStanding
from tests.datamap.shop import ANN, found
from tests.datamap.worlds import search


@pytest.mark.parametrize(
    "held",
    [
        "ann@example.org",
        "ANN@EXAMPLE.ORG",
        "  Ann@Example.org ",
        "Ann@example.ORG",
        "\tann@example.org\r\n",
        "ann@example.org\u00a0",
    ],
)
def test_address_is_found_in_any_case_and_with_blanks_around(shop, held):
    shop({**ANN, "Email": held}, {"Id": 2, "Email": "joann@example.org"})

    assert [row.key for row in found("people", email="ann@example.org")] == ["1"]


@pytest.mark.parametrize(
    "held",
    [
        "01442 500890",
        "(01442) 500-890",
        "+44 1442 500890",
        "0044 1442 500.890",
        "+44 (0)1442 500890",
        "01442\u00a0500890",
        "1442500890",
        "01442\u2013500\u2011890",
        "01442\u202f500\t890",
    ],
)
def test_number_is_found_in_any_shape(shop, held):
    shop({**ANN, "Phone": held}, {"Id": 2, "Phone": "01442 500891"})

    assert [row.key for row in found("people", phone="+441442500890")] == ["1"]


def test_number_is_found_in_any_of_its_columns_but_not_inside_another(shop):
    shop(
        {"Id": 1, "Fax": "01442 500890"},
        {"Id": 2, "Phone": "+49 1442500890"},
    )

    assert [row.key for row in found("people", phone="+441442500890")] == ["1"]


@pytest.mark.parametrize("held", ["ZOË@EXAMPLE.ORG", "zoe\u0308@example.org"])
def test_address_beyond_ascii_is_found_in_any_case_and_form(shop, held):
    shop({**ANN, "Email": held}, {"Id": 2, "Email": "zoe@example.org"})

    assert [row.key for row in found("people", email="zoë@example.org")] == ["1"]


def test_text_is_found_whatever_its_case_and_blanks(shop):
    shop(
        {**ANN, "Address": " 37   MARK\t Road\r\n"},
        {"Id": 2, "Address": "37 Mark Roads"},
    )

    assert [row.key for row in found("people", postal="37 mark road")] == ["1"]


BLANKS = [c for c in map(chr, range(sys.maxunicode)) if c.isspace()]


@pytest.mark.parametrize(
    "held",
    [
        "37" + " " * 9 + "Mark Road",
        "37" + " " * 120 + "Mark Road",
        "37\u2003Mark\u3000Road",
        "\v37 Mark\x85Road\x1c",
        "37 Mark " + "".join(BLANKS) + "Road",
    ],
)
def test_every_blank_is_one_blank_at_any_length(shop, held):
    shop({**ANN, "Address": held}, {"Id": 2, "Address": "37 Mark Roads"})

    assert [row.key for row in found("people", postal="37 mark road")] == ["1"]


@pytest.mark.parametrize("around", ["\u2003", "\v", "\u3000" * 9])
def test_address_and_number_are_found_between_any_blanks(shop, around):
    shop(
        {
            **ANN,
            "Email": f"{around}ann@example.org{around}",
            "Phone": f"01442{around}500890",
        }
    )

    assert found("people", email="ann@example.org")
    assert found("people", phone="+441442500890")


def test_what_is_no_address_and_no_number_is_found_by_its_words(shop):
    shop({**ANN, "Email": "ask \u2003 Ann", "Phone": "ask" + " " * 9 + "reception"})

    assert found("people", email="ask ann")
    assert found("people", phone="ask reception")


@pytest.mark.parametrize("held", ["C-17", " C-17", "C-17\u2003", "\tC-17\v"])
def test_exact_text_is_found_with_blanks_around_it_only(shop, held):
    shop(
        {**ANN, "Code": held},
        {"Id": 2, "Code": "c-17"},
        {"Id": 3, "Code": "C - 17"},
    )

    assert [row.key for row in found("people", code="C-17")] == ["1"]


def test_extension_is_part_of_the_number(shop):
    """Colleagues share what stands before it (D1)."""
    shop(
        {**ANN, "Phone": "01442 500890 ext 7"},
        {"Id": 2, "Phone": "01442 500890 x8"},
        {"Id": 3, "Phone": "01442 500890"},
        {"Id": 4, "Phone": "+44 (0)1442 500890 #7"},
    )

    theirs = found("people", phone="+441442500890;ext=7")

    assert [row.key for row in theirs] == ["1", "4"]
    assert [row.key for row in found("people", phone="+441442500890")] == ["3"]


MIXED = [
    "Ann Bell <Ann@Example.org>",
    "ann@example.org, bob@b.example",
    "bob@b.example;ANN@EXAMPLE.ORG",
    "bob@b.example / ann@example.org",
    "bob@b.example ann@example.org",
    "mailto:ann@example.org?subject=Hello",
    "'ann@example.org'",
    "(home) ann@example.org.",
    "smtp:ann@example.org",
    "SMTP:Ann@example.org;smtp:bob@b.example",
    "{ann@example.org}",
    "“ann@example.org”",
    "bob@b.example&ann@example.org",
    "r&d@firm.example&ann@example.org",
    "\u2018ann@example.org\u2019!",
]


@pytest.mark.parametrize("held", MIXED)
def test_address_among_others_is_found_and_never_taken_for_the_whole(shop, held):
    register = shop({**ANN, "Email": held}, {"Id": 2, "Email": "bob@b.example"})

    [row] = found("people", email="ann@example.org")
    _, remembered = search(register, "shop", "ann@example.org")

    assert row.key == "1"
    assert "ann@example.org" not in row.identifiers["email"]
    assert "ann@example.org" in row.among["email"]
    assert remembered.keys("people") == []
    assert remembered.keys("people", RowStanding.POSSIBLE) == ["1"]
    [apart] = remembered.rows["people"]
    assert apart.reason == (
        "The e-mail address stands in one field with something else."
    )


PHONE = KnownIdentifier("phone", "+447700900177")
NUMBERS = [
    "Bob's mother 07700 900177",
    "c/o Bob 07700900177",
    "old, now Bob's: 07700 900177",
    "07700 900177 Bob",
    "2 Bob St, 07700 900177",
    "Bob 07700 900178, Ann 07700 900177",
    "07700900177;07700900178",
    "07700 900178 / 07700 900177",
    "07700 900178 or +44 (0)7700 900177",
    "07700 900178 07700 900177",
    "07700 900177/x2, Bob",
]


@pytest.mark.parametrize("held", NUMBERS)
def test_number_among_words_or_numbers_is_found_and_never_taken_for_the_whole(
    shop, held
):
    register = shop(
        {**ANN, "Email": "", "Phone": held},
        {"Id": 2, "Email": "", "Phone": "07700 900178"},
    )

    [row] = found("people", phone="+447700900177")
    _, remembered = search(register, "shop", PHONE)

    assert row.key == "1"
    assert "+447700900177" not in row.identifiers["phone"]
    assert "+447700900177" in row.among["phone"]
    assert remembered.keys("people") == []
    [apart] = remembered.rows["people"]
    assert apart.reason == (
        "The telephone number stands in one field with something else."
    )


@pytest.mark.parametrize(
    "held",
    [
        *("tel:+447700900177", "\u202a+44 7700 900177\u202c", "07700-900-177"),
        *("(07700) 900177", "0044 7700 900177", "07700.900177"),
    ],
)
def test_number_alone_in_its_cell_is_the_whole_of_it(shop, held):
    shop({**ANN, "Phone": held})

    [row] = found("people", phone="+447700900177")

    assert row.identifiers["phone"] == {"+447700900177"}
    assert not row.among


def test_number_with_an_extension_is_not_that_of_the_switchboard(shop):
    shop({**ANN, "Phone": "c/o Bob 01442 500890 ext. 7"})

    assert found("people", phone="+441442500890;ext=7")
    assert found("people", phone="+441442500890") == []


@pytest.mark.parametrize(
    "held",
    [
        "xann@example.org, bob@b.example",
        "Ann <ann@example.org.uk>",
        "ann@example.orgs;bob@b.example",
        "mailto:joann@example.org",
        "ann@example.org@b.example, c@c.example",
        "ann%example.org",
        "a_n@example.org, c@c.example",
    ],
)
def test_address_that_only_looks_alike_among_others_is_not_found(shop, held):
    shop({**ANN, "Email": held})

    assert found("people", email="ann@example.org") == []
    assert found("people", email="a_n@example.org") == [] or held.startswith("a_n")


def test_column_that_holds_one_address_a_cell_is_not_looked_into(shop):
    shop(
        {"Id": 1, "Login": " Ann@example.org "},
        {"Id": 2, "Login": "ann@example.org, bob@b.example"},
    )

    assert [row.key for row in found("people", login="ann@example.org")] == ["1"]
