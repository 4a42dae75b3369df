"""Ten stories to try by hand; everybody in them is invented."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from dev.demo.stories import EDITHS_ADDRESS, EDITHS_PHONE


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a story, how they are reached, and what to try as them."""

    name: str
    reached: tuple[str, ...]
    story: str
    try_this: str


PEOPLE = (
    Person(
        "Maggie Holloway",
        ("maggie.holloway@harbourlights.example", "maggie.h@post.example"),
        "Left Harbour Lights in June; her manager now reads her old mailbox, and has "
        "already used it. A camera at Lumina House filmed her ten days ago.",
        "Ask with the old address: whoever reads that mailbox can file, and must "
        "pass a further check to receive. Ask with the private one: the same record "
        "is found and names the old address; what hangs on that alone is set apart "
        "until you say whose it is. Answer the CCTV task as owner.",
    ),
    Person(
        "Tom Ashdown",
        ("tom@ashdownjoinery.example",),
        "A sole trader on the newsletter, with an invoice still open.",
        "Get a copy: contact, preferences and invoices come together, found through "
        "his address and the numbers our systems gave him. He is no business employee: "
        "the newsletter is on consent.",
    ),
    Person(
        "Priya Raman",
        ("priya.raman@post.example",),
        "Visited Lumina House and signed the visitors' book; Finch & Co, solicitors, "
        "write for her (cases@finchandco.example).",
        "Ask for her as cases@finchandco.example (“No, I act for somebody else”), or "
        "take in their letter as staff. Look at their authority, choose who gets the "
        "answer; or ask her whether they act, and say no as her. The visitors' book "
        "is kept by hand, so its owner gets a task.",
    ),
    Person(
        "Gareth Bevan",
        ("gareth@bevanlogistics.example",),
        "A prospect, found on a public page seven weeks ago and told nothing since. He "
        "asked yesterday and never entered his code.",
        "See his request in the tray. Sign in with his address to prove it: the first "
        "date stays. His copy says on which page he was found, and when.",
    ),
    Person(
        "Sally Whitcombe",
        ("sally@whitcombe.example",),
        "A sole trader, called Sal, with invoices from 2020 to 2026 and the names of "
        "her partner and children on file. Billing spells her address in capitals.",
        "Ask as her and review: the rows with the names of others are looked at before "
        "they are released, and a field can be cut with its ground.",
    ),
    Person(
        "Derek Munro",
        ("derek.munro@castlegate.example",),
        "His job title is out of date, and somebody wrote an unkind note about him. He "
        "rang four weeks ago and nobody has begun.",
        "His case is due in days. Start the search: the note is his data, to be "
        "reviewed as he will read it; nobody may tidy it first.",
    ),
    Person(
        "Helen Okafor",
        ("helen.okafor@brightwater.example",),
        "The subject of one of her tickets is a spreadsheet formula; another names a "
        "colleague's mobile; a third belongs to her employer's own helpdesk. Her "
        "search has begun.",
        "Answer the owners' tasks and review her case. Open her CSV in a spreadsheet: "
        "nothing runs. Withhold the colleague's number. Brightwater's ticket is passed "
        "on, not released. Of her password the package says only that one is held, and "
        "since when.",
    ),
    Person(
        "Ian Pettigrew",
        ("ian.pettigrew@post.example",),
        "Asked six weeks ago and is answered late.",
        "His case stands at the top of the queue, with the day it was due.",
    ),
    Person(
        "Alice Norton and Bob Tranter",
        (
            "alice.norton@meridianpartners.example",
            "bob.tranter@meridianpartners.example",
        ),
        "Two colleagues with one switchboard, one company number and one shared "
        "mailbox (office@meridianpartners.example).",
        "Ask as one of them: no row of the other is ever chosen. What hangs on the "
        "company is set apart, with the reason.",
    ),
    Person(
        "Edith Marlow",
        (EDITHS_ADDRESS, EDITHS_PHONE),
        "Ninety-one, and has no e-mail. She writes letters and telephones; a letter of "
        "hers was taken in three days ago.",
        "Work her case: decide for paper, release as the reviewer, print the answer "
        "and record that it was posted. Take in another letter as staff, with her "
        "telephone number.",
    ),
)


def listing() -> str:
    """Return the people as ./run prints them."""
    lines = ["Demonstration people (all invented):", ""]
    for number, person in enumerate(PEOPLE, start=1):
        lines.append(f"{number:2}. {person.name}")
        lines += [f"      {way}" for way in person.reached]
        lines += _wrapped(person.story, "    ") + _wrapped(person.try_this, "    Try: ")
        lines.append("")
    return "\n".join(lines)


def _wrapped(text: str, first: str) -> list[str]:
    return textwrap.wrap(
        text, 88, initial_indent=first, subsequent_indent=" " * len(first)
    )
