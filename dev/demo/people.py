"""Ten stories to try by hand; everybody in them is invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a story, and what to try as them."""

    name: str
    email: str
    story: str
    try_this: str


PEOPLE = (
    Person(
        "Maggie Holloway",
        "maggie.holloway@harbourlights.example",
        "Left Harbour Lights in June; a manager now reads her old mailbox. She was filmed "
        "at Lumina House on 14 November.",
        "Ask with the old address: control of a mailbox is not enough to receive. Ask "
        "with maggie.h@post.example: her record knows that address too.",
    ),
    Person(
        "Tom Ashdown",
        "tom@ashdownjoinery.example",
        "A sole trader on the newsletter, with an invoice still open.",
        "Get a copy: billing, contacts and preferences come together.",
    ),
    Person(
        "Priya Raman",
        "priya.raman@post.example",
        "Visited Lumina House; solicitors (Finch & Co) act for her.",
        "Write as the solicitors: take it in at Staff, Take in a request.",
    ),
    Person(
        "Gareth Bevan",
        "gareth@bevanlogistics.example",
        "A prospect, found on a public page.",
        "His copy says where his data came from, with the page's address.",
    ),
    Person(
        "Sally Whitcombe",
        "sally@whitcombe.example",
        "A sole trader, called Sal, with invoices from 2020 to 2026 and the names of her "
        "children on file.",
        "Review her case: third-party names need a decision.",
    ),
    Person(
        "Derek Munro",
        "derek.munro@castlegate.example",
        "His job title is out of date and somebody left an unkind note about him.",
        "The note is his data: review it as he will read it.",
    ),
    Person(
        "Helen Okafor",
        "helen.okafor@brightwater.example",
        "The subject of one of her tickets is a spreadsheet formula; another names a "
        "colleague's mobile.",
        "Open her CSV in a spreadsheet: nothing runs. Redact the colleague's number.",
    ),
    Person(
        "Ian Pettigrew",
        "ian.pettigrew@post.example",
        "Asked weeks ago and is answered late.",
        "See his case at the top of the queue.",
    ),
    Person(
        "Alice Norton and Bob Tranter",
        "alice.norton@meridianpartners.example, bob.tranter@meridianpartners.example",
        "Two colleagues with one switchboard, one company number and one shared mailbox "
        "(office@meridianpartners.example).",
        "Ask as one: not a row of the other is chosen; what hangs on the company is set "
        "apart.",
    ),
    Person(
        "Edith Marlow",
        "(none: 14 Orchard Close, Hemel Hempstead HP1 2ZZ; 01442 555 014)",
        "Ninety-one, no e-mail. She writes letters and telephones.",
        "Take her letter in at Staff, Take in a request; answer on paper.",
    ),
)


def listing() -> str:
    """Return the people as ./run prints them."""
    lines = ["Demonstration people (all invented):", ""]
    for number, person in enumerate(PEOPLE, start=1):
        lines += [
            f"{number:2}. {person.name}  <{person.email}>",
            f"    {person.story}",
            f"    Try: {person.try_this}",
        ]
    return "\n".join([*lines, ""])
