"""The tables of cases."""

from requests_app.models.answer import Decision, Dispatch, Download, Package
from requests_app.models.case import (
    Case,
    CaseEvent,
    CaseQuerySet,
    CaseText,
    FurtherCheck,
    ProvedIdentifier,
    Submission,
)
from requests_app.models.complaint import ComplaintIssue
from requests_app.models.letter import Letter, Sending
from requests_app.models.search import (
    CaseIdentifier,
    FoundDataset,
    IdentifierRuling,
    OwnerFile,
    OwnerTask,
    PassOn,
    RowDecision,
    SystemTask,
)

__all__ = [
    "Case",
    "CaseEvent",
    "CaseIdentifier",
    "CaseQuerySet",
    "CaseText",
    "ComplaintIssue",
    "Decision",
    "Dispatch",
    "Download",
    "FoundDataset",
    "FurtherCheck",
    "IdentifierRuling",
    "Letter",
    "OwnerFile",
    "OwnerTask",
    "Package",
    "PassOn",
    "ProvedIdentifier",
    "RowDecision",
    "Sending",
    "Submission",
    "SystemTask",
]
