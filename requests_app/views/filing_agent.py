"""The questions of who asks for somebody else, and what is made of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.forms import Form

from requests_app.actions import intake
from requests_app.forms import agents as forms
from requests_app.grounds import AuthorityEvidence
from requests_app.states import Right

PAGES: Final[tuple[tuple[str, str, type[Form]], ...]] = (
    ("person", "For whom you ask", forms.PersonForm),
    ("theirs", "How to reach the person", forms.TheirReachForm),
    ("evidence", "What shows that you may act", forms.EvidenceForm),
    ("agent", "Who you are", forms.AgentForm),
)
# Asked of nobody else, and what is not asked of them.
ONLY_ASKED: Final = frozenset(slug for slug, _, _ in PAGES)
NOT_ASKED: Final = frozenset({"name"})


def acts(answers: Mapping[str, Any]) -> bool:
    """Whether whoever files acts for somebody else."""
    return bool(answers.get("about", {}).get("about") == "other")


def filing_of(
    told: Mapping[str, Any], *, words: dict[str, object], rights: tuple[Right, ...]
) -> intake.Filing:
    """Return what an agent sends: the person's addresses, and the agent apart."""
    theirs, reach, agent = told["theirs"], told["reach"], told["agent"]
    return intake.Filing(
        name=told["person"]["person"],
        email=theirs["person_email"],
        postal=theirs["person_postal"],
        answers=words,
        rights=rights,
        agent=intake.Agent(
            name=agent["agent"],
            email=reach["email"],
            phone=reach["phone"],
            reach=agent["agent_reach"],
            evidence=AuthorityEvidence(told["evidence"]["evidence"]),
            scope=told["evidence"]["covers"],
            known_by=forms.known_by(told["person"]),
            avoided=forms.avoided_by(told["theirs"]),
        ),
    )


def represented(filing: intake.Filing, said: Mapping[str, Any]) -> intake.Filing:
    """Return what staff took in, with who acts, if somebody does.

    What identifies the person is searched; where they are written to is said apart.
    """
    if said["acts"] != "agent":
        return filing
    return replace(
        filing,
        email=said["person_email"],
        phone="",
        postal=said["person_postal"],
        agent=intake.Agent(
            name=said["agent"],
            email=said["agent_email"],
            reach=said["agent_reach"],
            evidence=AuthorityEvidence(said["evidence"]),
            scope=said["covers"],
            known_by=tuple(filing.given()),
            avoided=forms.avoided_by(dict(said)),
        ),
    )
