"""How sure we must be who asks: a published table of levels. No Django.

The table goes by the right, by what the answer holds, by how the request came and by a
doubt that was written down (decisions C2, D2; law brief, section 4). Nothing about the
person is scored: a sign either applies or does not, and the highest level counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import Final

from datamap.known import is_role_address
from datamap.registry.systems import Dataset
from requests_app import rules
from requests_app.states import AT_ONCE, CheckMethod, Right


class Level(IntEnum):
    """What has to be shown, from nothing upwards."""

    NONE = 0
    ADDRESS = 1  # control of an address, or what staff knew them by
    FACT = 2  # one more thing that the mailbox cannot answer
    DOCUMENT = 3  # something seen, or a call to the number on file


class Sign(StrEnum):
    """Why a level is needed."""

    AT_ONCE = "at_once"
    ASKED = "asked"
    NO_CODE = "no_code"
    COMPANY_MAILBOX = "company_mailbox"
    ROLE_MAILBOX = "role_mailbox"
    ONLY_NOTED = "only_noted"
    NOT_ON_FILE = "not_on_file"
    FOOTAGE = "footage"
    FREE_TEXT = "free_text"
    LOGS = "logs"
    SET_APART = "set_apart"
    OWNERS_FILE = "owners_file"
    MORE = "more"
    DOUBT = "doubt"
    SMALL_DOUBT = "small_doubt"


class EvidenceGone(StrEnum):
    """Why what showed an identity is deleted (decision D9)."""

    DECIDED = "decided"
    NOT_NEEDED = "not_needed"
    CLOSED = "closed"
    THIRTY_DAYS = "thirty_days"
    HARMFUL = "harmful"
    UNUSABLE = "unusable"


# At the latest what shows an identity goes; and staff are reminded before (D9).
KEPT_DAYS: Final = timedelta(days=30)
REMIND_DAYS: Final = timedelta(days=20)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. ``told``: what the person reads of it, before the answer.

    Empty where it hangs on what was found: that would tell of data before anybody is
    sure who reads (architecture, rule 6).
    """

    sign: Sign
    level: Level
    rights: frozenset[Right]
    words: str
    told: str = ""


# They stop or complain; nothing may be asked first (C34, C3). Of whom a customer passes
# a request on to us nothing is asked either: that was for the customer (D13).
NOTHING_ASKED: Final = AT_ONCE | {Right.COMPLAINT, Right.BREACH, Right.PASSED_ON}
# Something of the person's goes out; of a complaint only when its outcome tells any.
GIVES: Final = frozenset({Right.ACCESS, Right.PORTABILITY, Right.COMPLAINT})
# Something of the person's is changed at the word of whoever asks.
CHANGES: Final = frozenset({Right.RECTIFICATION, Right.ERASURE})
_WEIGHED: Final = frozenset(Right) - NOTHING_ASKED
_TOUCHES: Final = GIVES | CHANGES

TABLE: Final = (
    Row(
        Sign.AT_ONCE,
        Level.NONE,
        NOTHING_ASKED,
        "Marketing stops, consent ends and a complaint is looked into whoever asks.",
        "To stop marketing, to withdraw consent or to complain you never have to show "
        "who you are.",
    ),
    Row(
        Sign.ASKED,
        Level.ADDRESS,
        _WEIGHED | {Right.COMPLAINT},
        "The request uses data of one person, so its sender has to be known.",
        "The code that we sent to your address, or what you told a colleague of ours, "
        "shows that the request is yours.",
    ),
    Row(
        Sign.NO_CODE,
        Level.FACT,
        _TOUCHES,
        "It came in another way than this site, and no address is proved by a code.",
        "You wrote or spoke to us, and no code has shown that an address is yours.",
    ),
    Row(
        Sign.COMPANY_MAILBOX,
        Level.FACT,
        _TOUCHES,
        "The address is at a company: colleagues, a deputy or an administrator may "
        "read it.",
        "Your address is at a company, where others may read the mail too.",
    ),
    Row(
        Sign.ROLE_MAILBOX,
        Level.FACT,
        _TOUCHES,
        "The address is that of a role or of several people.",
        "Your address looks like one that several people read.",
    ),
    Row(
        Sign.ONLY_NOTED,
        Level.FACT,
        _TOUCHES,
        "It is searched by something that was only written down, not proved: as the "
        "old mailbox of somebody who has left.",
        "We also look for you by something that you told us and that is not proved.",
    ),
    Row(
        Sign.NOT_ON_FILE,
        Level.FACT,
        _TOUCHES,
        "What was proved stands in no contact record that is surely theirs.",
    ),
    Row(
        Sign.FOOTAGE,
        Level.FACT,
        GIVES,
        "The answer holds footage. Ask for a photograph or a description to find the "
        "person in it, not for an identity document.",
    ),
    Row(
        Sign.FREE_TEXT,
        Level.FACT,
        GIVES,
        "The answer holds free text, or something about other people.",
    ),
    Row(Sign.LOGS, Level.FACT, GIVES, "The answer holds logs of what they used."),
    Row(
        Sign.SET_APART,
        Level.FACT,
        GIVES,
        "A row that was set apart goes out.",
    ),
    Row(Sign.OWNERS_FILE, Level.FACT, GIVES, "A file of a system's owner goes out."),
    Row(
        Sign.MORE,
        Level.FACT,
        GIVES,
        "The answer holds more than contact data, preferences and ticket headings.",
    ),
    Row(
        Sign.DOUBT,
        Level.DOCUMENT,
        _WEIGHED | {Right.COMPLAINT},
        "A doubt about who asks was written down and told to the person.",
        "We wrote to you why we have a doubt, and what would settle it.",
    ),
    Row(
        Sign.SMALL_DOUBT,
        Level.FACT,
        _WEIGHED | {Right.COMPLAINT},
        "A doubt about who asks was told to the person, and a fact that we hold, or a "
        "photograph, was named as the least that settles it.",
        "We wrote to you why we have a doubt, and what would settle it.",
    ),
)
DOUBTS: Final = frozenset({Sign.DOUBT, Sign.SMALL_DOUBT})
# What parts the reasons from what is missing, in one sentence after the other.
WHY: Final = " Why: "
# What each way of checking shows. A waiver shows nothing: a decider does without.
SHOWS: Final[Mapping[CheckMethod, Level]] = {
    CheckMethod.FACT: Level.FACT,
    CheckMethod.PHOTO: Level.FACT,
    CheckMethod.CALL_BACK: Level.DOCUMENT,
    CheckMethod.PHONE_CODE: Level.DOCUMENT,
    CheckMethod.DOCUMENT: Level.DOCUMENT,
    CheckMethod.WAIVED: Level.ADDRESS,
}
# What may be named as the least that settles a doubt (UK GDPR Article 12(6)).
LEAST: Final = tuple(one for one in CheckMethod if one is not CheckMethod.WAIVED)
LEVELS: Final[Mapping[Level, str]] = {
    Level.NONE: "Nothing",
    Level.ADDRESS: "Control of an address, or that a colleague knew them",
    Level.FACT: "One more thing that the mailbox cannot answer: a fact that we hold, "
    "a call to the number on file, a code to that telephone, or a photograph to find "
    "them in footage",
    Level.DOCUMENT: "A call to the number on file, a code to that telephone, or "
    "something that shows who they are, looked at by a colleague and not kept",
}
# As the person reads what is needed of them.
TOLD: Final[Mapping[Level, str]] = {
    Level.NONE: "Nothing.",
    Level.ADDRESS: "Signing in with the code that we send to your address is enough, "
    "or that a colleague of ours knows you.",
    Level.FACT: "Before anything goes out or is changed we check one more thing that "
    "your mailbox cannot answer: a fact that you and we know, a call to the number "
    "that we have on file, or a code to that telephone.",
    Level.DOCUMENT: "A call to the number that we have on file, a code to that "
    "telephone, or something that shows who you are. It need not be a passport or a "
    "driving licence, we ask for no more than settles the doubt, and do not keep it.",
}

# Categories of the notice that are logs, whatever the dataset is called.
_LOGGED: Final = frozenset({"technical", "website-usage"})
# Mailboxes that one private person opened for themselves. Any other domain counts as a
# company's: the careful side, and nobody is refused for it.
PRIVATE_DOMAINS: Final = frozenset(
    {
        "aol.com",
        "btinternet.com",
        "fastmail.com",
        "gmail.com",
        "gmx.co.uk",
        "gmx.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "mac.com",
        "mail.com",
        "me.com",
        "msn.com",
        "ntlworld.com",
        "outlook.com",
        "posteo.net",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "tuta.com",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
        "ymail.com",
    }
)


@dataclass(frozen=True, slots=True)
class Needed:
    """The level that is needed, and the rows of the table that say so."""

    level: Level
    rows: tuple[Row, ...]


def needed(right: Right, signs: Collection[Sign]) -> Needed:
    """Return what ``right`` needs with ``signs``: the highest of the rows that apply.

    >>> needed(Right.ACCESS, []).level, needed(Right.OBJECTION_DIRECT_MARKETING, [])
    ... # doctest: +ELLIPSIS
    (<Level.ADDRESS: 1>, Needed(level=<Level.NONE: 0>, rows=...
    >>> needed(Right.ACCESS, [Sign.COMPANY_MAILBOX, Sign.DOUBT]).level.name
    'DOCUMENT'
    """
    always = {Sign.AT_ONCE if right in AT_ONCE else Sign.ASKED}
    rows = [
        row for row in TABLE if row.sign in {*signs, *always} and (right in row.rights)
    ]
    level = max((row.level for row in rows), default=Level.NONE)
    return Needed(level, tuple(row for row in rows if row.level == level))


def signs_of_mailbox(address: str) -> frozenset[Sign]:
    """Return what an address says of who may read it. Plus-tags do not count.

    >>> sorted(signs_of_mailbox("ann@gmail.com"))
    []
    >>> sorted(signs_of_mailbox("office+dsar@acme.example"))
    [<Sign.COMPANY_MAILBOX: 'company_mailbox'>, <Sign.ROLE_MAILBOX: 'role_mailbox'>]
    """
    domain = address.lower().rpartition("@")[2]
    signs = set()
    if domain not in PRIVATE_DOMAINS:
        signs.add(Sign.COMPANY_MAILBOX)
    if is_role_address(address):
        signs.add(Sign.ROLE_MAILBOX)
    return frozenset(signs)


def sign_of(dataset: Dataset | None, *, by_sighting: bool) -> Sign | None:
    """Return why a dataset needs more than an address when it goes out; None: plain.

    ``by_sighting``: the register says that its system finds people by when and where
    they were seen, so what it holds are pictures, whatever it is called.
    """
    if dataset is None:
        return Sign.MORE
    if by_sighting:
        return Sign.FOOTAGE
    if rules.needs_eyes(dataset):
        return Sign.FREE_TEXT
    if rules.categories_of(dataset) & _LOGGED:
        return Sign.LOGS
    return None if rules.is_waivable(dataset) else Sign.MORE
