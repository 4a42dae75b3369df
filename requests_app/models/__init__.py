"""The tables of cases."""

from requests_app.models.answer import Decision, Dispatch, Download, Package
from requests_app.models.authority import Authority, AvoidedAddress
from requests_app.models.case import (
    Case,
    CaseEvent,
    CaseQuerySet,
    CaseText,
    Submission,
)
from requests_app.models.colleagues import ColleagueLink
from requests_app.models.complaint import ComplaintIssue
from requests_app.models.confirming import AuthorityLink
from requests_app.models.evidence import IdentityEvidence
from requests_app.models.hold_release import HoldRelease
from requests_app.models.known import CaseIdentifier, IdentifierRuling
from requests_app.models.letter import Letter, Sending
from requests_app.models.preservation import Preservation
from requests_app.models.proved import FurtherCheck, ProvedIdentifier
from requests_app.models.ruling import Ruling
from requests_app.models.search import (
    FoundDataset,
    OwnerFile,
    OwnerTask,
    PassOn,
    RowDecision,
    SystemTask,
    Terms,
)
from requests_app.models.thread import CaseMessage, MessageFile

__all__ = [
    "Authority",
    "AuthorityLink",
    "AvoidedAddress",
    "Case",
    "CaseEvent",
    "CaseIdentifier",
    "CaseMessage",
    "CaseQuerySet",
    "CaseText",
    "ColleagueLink",
    "ComplaintIssue",
    "Decision",
    "Dispatch",
    "Download",
    "FoundDataset",
    "FurtherCheck",
    "HoldRelease",
    "IdentifierRuling",
    "IdentityEvidence",
    "Letter",
    "MessageFile",
    "OwnerFile",
    "OwnerTask",
    "Package",
    "PassOn",
    "Preservation",
    "ProvedIdentifier",
    "RowDecision",
    "Ruling",
    "Sending",
    "Submission",
    "SystemTask",
    "Terms",
]
