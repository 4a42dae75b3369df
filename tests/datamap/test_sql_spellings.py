"""One value in many spellings is found on every engine: never too little."""

from __future__ import annotations

import sys

import pytest

from tests.datamap.shop import ANN, found


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
        {"Id": 2, "Phone": "+353 1 442 500890 1442500890"},
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
