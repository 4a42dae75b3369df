"""How far Article 20 reaches, column by column, in Lumina's own register."""

from __future__ import annotations

import pytest

from requests_app import portability
from requests_app.portability import Beyond, reach_of
from requests_app.states import Right
from tests.datamap.worlds import LUMINA

# By dataset: what goes out, and why some of the rest does not (law brief, 3.7). Written
# by hand, not from the code.
TABLE = {
    # Typed by the person, for a contract; of a birthday nothing but a check is made.
    ("crm", "contacts"): (
        {"title", "first_name", "last_name", "email", "private_email", "mobile"},
        {
            "date_of_birth": Beyond.OTHER_BASIS,
            "home_address": Beyond.OTHER_BASIS,
            "social_handle": Beyond.SOME_BASIS,
            "company_name": Beyond.NOT_PROVIDED,
            "note": Beyond.NOT_PROVIDED,
        },
    ),
    # On consent.
    ("crm", "personalisation"): (
        {"nickname", "hobbies", "children_first_names"},
        {"consented_on": Beyond.NOT_PROVIDED},
    ),
    ("crm", "preferences"): (set(), {"channel": Beyond.SOME_BASIS}),
    # Observed: what was bought. How we number it is ours.
    ("billing", "invoice_lines"): ({"description", "quantity"}, {}),
    ("billing", "invoices"): ({"total"}, {"number": Beyond.NOT_PROVIDED}),
    ("service_desk", "users"): ({"email", "last_sign_in_at", "last_ip"}, {}),
    ("service_desk", "comments"): (set(), {"body": Beyond.NOT_PROVIDED}),
    ("cctv", "recordings"): (set(), {"footage": Beyond.NOT_PROVIDED}),
    ("hr", "visitors"): (set(), {"page": Beyond.NOT_PROVIDED}),
    # The law makes us answer: no contract, no consent.
    ("portal", "request_decisions"): (set(), {"words": Beyond.NOT_PROVIDED}),
}


def dataset(system: str, name: str):
    return LUMINA.system(system).datasets[name]


@pytest.mark.parametrize(("place", "says"), TABLE.items())
def test_reach_is_judged_column_by_column(place, says):
    covered, others = says

    reach = reach_of(LUMINA, dataset(*place))

    assert covered <= reach.covered
    assert bool(covered) == bool(reach.covered)
    left = reach.left_out(let_in=False)
    assert {name: left[name] for name in others} == others


def test_secret_is_in_no_part_of_it():
    reach = reach_of(LUMINA, dataset("service_desk", "users"))

    assert "password_hash" not in reach.goes(let_in=True)
    assert "password_hash" not in reach.left_out(let_in=False)


def test_what_they_gave_on_another_basis_comes_in_only_when_somebody_lets_it_in():
    reach = reach_of(LUMINA, dataset("crm", "contacts"))

    assert "date_of_birth" not in reach.goes(let_in=False)
    assert {"date_of_birth", "social_handle"} <= reach.goes(let_in=True)
    assert "note" not in reach.goes(let_in=True)


@pytest.mark.parametrize(
    ("source", "beyond"),
    [
        ("referral", True),
        (" Public sources ", True),
        ("direct", False),
        ("", False),
        (None, False),
    ],
)
def test_row_says_itself_that_somebody_else_told_us(source, beyond):
    reach = reach_of(LUMINA, dataset("crm", "contacts"))

    assert reach.row_is_beyond({"source": source}) == beyond


def test_paper_is_beyond_it_whoever_gave_it():
    paper = dataset("billing", "customers").model_copy(update={"automated": False})

    reach = reach_of(LUMINA, paper)

    assert reach.is_nothing
    assert reach.beyond["email"] is Beyond.ON_PAPER


def test_whole_dataset_that_others_gave_is_beyond_it():
    told = dataset("billing", "customers").model_copy(update={"source": "referral"})

    assert reach_of(LUMINA, told).beyond["email"] is Beyond.FROM_OTHERS


def test_columns_that_nobody_declared_do_not_go():
    whole = dataset("billing", "customers").model_copy(update={"fields": "all"})

    assert reach_of(LUMINA, whole).is_nothing


def test_nobody_is_asked_by_hand_for_what_cannot_go_out():
    taken = portability.searched_for(Right.PORTABILITY, LUMINA)
    copied = portability.searched_for(Right.ACCESS, LUMINA)

    assert {one.id for one in copied} - {one.id for one in taken} == {"cctv", "hr"}


def test_only_what_goes_out_must_be_looked_at_first():
    contacts = dataset("crm", "contacts")
    users = dataset("crm", "personalisation")

    # The note and the manager are about others, and stay out anyhow.
    assert portability.needs_eyes(Right.ACCESS, LUMINA, contacts)
    assert not portability.needs_eyes(Right.PORTABILITY, LUMINA, contacts)
    assert portability.needs_eyes(Right.PORTABILITY, LUMINA, users)


def test_nothing_is_beyond_the_reach_of_another_right():
    assert portability.wants_review(Right.ERASURE, LUMINA, "cctv", "recordings")
    assert portability.reach_in(Right.ACCESS, LUMINA, dataset("hr", "files")) is None


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (("crm", "contacts"), True),
        # What they chose stays out unless somebody lets it in.
        (("crm", "preferences"), False),
        (("cctv", "recordings"), False),
    ],
)
def test_review_is_wanted_only_where_something_goes_out_by_itself(place, wanted):
    assert portability.wants_review(Right.PORTABILITY, LUMINA, *place) == wanted
