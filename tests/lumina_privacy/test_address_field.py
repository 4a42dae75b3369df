"""Addresses that people type: mail must be able to reach them."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError

from lumina_privacy.lib.address_field import AddressField

AT, DOT, SIGNS = "with an @", "needs a dot", "the address alone"


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("ann@example.org", "ann@example.org"),
        ("  Ann.O'Hara+x@Example.ORG ", "ann.o'hara+x@example.org"),
        ("ann@Bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@例え.jp", "ann@xn--r8jz45g.jp"),
        ("ann@mail.example.co.uk", "ann@mail.example.co.uk"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
    ],
)
def test_address_is_taken_in_one_spelling(typed, known):
    assert AddressField().clean(typed) == known


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write an e-mail address"),
        ("edith", AT),
        ("@example.org", AT),
        ("ann@", AT),
        ("a@b", DOT),
        ("ann@localhost", DOT),
        ("ann@intranet.", DOT),
        ("Ann <ann@example.org>", SIGNS),
        ('"ann"@example.org', SIGNS),
        ("ann b@example.org", SIGNS),
        ("ann@exam ple.org", SIGNS),
        ("ann\u200b@example.org", SIGNS),
        ("😀@example.org", SIGNS),
        ("ann@😀.org", SIGNS),
        ("ann@example.org, bob@example.org", SIGNS),
        ("ann@bob@example.org", SIGNS),
        ("ann@[192.0.2.1]", SIGNS),
        ("ann@-example.org", SIGNS),
        ("ann@example..org", SIGNS),
        (".ann@example.org", SIGNS),
        ("änne@example.org", SIGNS),
        ("ann@192.0.2.1", SIGNS),
        ("ann\r\nBcc: x@example.org", SIGNS),
        ("a@" + "b" * 60 + "." + "c" * 250 + ".org", "at most 254"),
    ],
)
def test_what_no_mail_can_reach_is_refused_with_what_to_type(typed, said):
    with pytest.raises(ValidationError) as refused:
        AddressField().clean(typed)

    assert said in refused.value.messages[0]


def test_address_may_be_left_out_where_the_form_says_so():
    assert AddressField(required=False).clean(" ") == ""


def test_one_page_says_it_in_its_own_words():
    class Form(forms.Form):
        email = AddressField(error_messages={"required": "Whom do we write to?"})

    assert Form({}).errors == {"email": ["Whom do we write to?"]}
