"""What the database itself refuses of a case, each rule by its name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, models, transaction

from requests_app import models as tables

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def plain(field):
    """Return a value that the column takes by itself."""
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.ForeignKey):
        return 0  # checked at the end of the transaction, which never comes
    kinds = {
        models.DateTimeField: AT,
        models.DateField: AT.date(),
        models.BooleanField: False,
        models.UUIDField: uuid4(),
        models.IntegerField: 0,
        models.JSONField: {},
    }
    return next((v for kind, v in kinds.items() if isinstance(field, kind)), "x")


def write(table, **changes):
    """Insert a row whose other columns hold the least there can be."""
    row = {
        field.attname: plain(field)
        for field in table._meta.concrete_fields
        if not field.has_default() and not field.null and not field.primary_key
    }
    with transaction.atomic():
        table(**{**row, **changes}).save()
        transaction.set_rollback(True)


CASE = {"status": "received", "clock_state": "paused"}
PERSON = {"by": "staff:7"}
ROW = {**PERSON, "ground": "paragraph 16", "standing": "sure"}
APART = {
    **PERSON,
    "standing": "possible",
    "choice": "redact",
    "ground": "same_person",
    "reason": "x",
    "cut_ground": "third_party",
}
KEPT_MAYBE = {"outcome": "maybe", "answered_at": AT}
SURE = {"status": "sure"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "table", "good", "bad"),
    [
        ("submission_channel_known", "Submission", {}, {"channel": "pigeon"}),
        (
            "submission_received_before_recorded",
            "Submission",
            {},
            {"received_at": AT + timedelta(seconds=1)},
        ),
        ("case_right_known", "Case", CASE, {"right": "to-be-liked"}),
        ("case_status_known", "Case", CASE, {"status": "lost", "closed_at": AT}),
        ("case_clock_state_known", "Case", CASE, {"clock_state": "stopped"}),
        ("case_closed_iff_final", "Case", CASE, {"status": "done"}),
        ("case_closed_iff_final", "Case", CASE, {"closed_at": AT}),
        ("case_running_has_due_day", "Case", CASE, {"clock_state": "running"}),
        ("letter_kind_known", "Letter", {}, {"kind": "limerick"}),
        ("letter_says_something", "Letter", {}, {"body": ""}),
        ("ruling_what_known", "Ruling", PERSON, {"what": "shred"}),
        ("ruling_has_ground_and_reason", "Ruling", PERSON, {"ground": ""}),
        ("ruling_has_ground_and_reason", "Ruling", PERSON, {"words": ""}),
        ("ruling_by_a_person", "Ruling", PERSON, {"by": "system:night"}),
        ("ruling_keeps_until_a_day", "Ruling", PERSON, {"what": "keep"}),
        (
            "sending_state_known",
            "Sending",
            {"state": "sent", "settled_at": AT, "message": 1},
            {"state": "lost", "settled_at": AT, "message": 1},
        ),
        (
            "sending_settled_has_instant",
            "Sending",
            {"state": "waiting"},
            {"state": "sent", "message": 1},
        ),
        (
            "sending_by_post_is_recorded_by_a_person",
            "Sending",
            {"state": "sent", "settled_at": AT, "by": "staff:7", "method": "Post"},
            {"state": "sent", "settled_at": AT, "by": "system:x", "method": "Post"},
        ),
        ("case_event_kind_known", "CaseEvent", {}, {"kind": "sneezed"}),
        ("check_method_known", "FurtherCheck", PERSON, {"method": "palmistry"}),
        ("decision_known", "Decision", PERSON, {"outcome": "perhaps"}),
        ("decision_form_known", "Decision", PERSON, {"form": "song"}),
        ("decision_by_a_person", "Decision", PERSON, {"by": "system:nightly"}),
        (
            "decision_refuses_with_ground_and_reason",
            "Decision",
            {**PERSON, "outcome": "refused", "ground": "x", "words": "Because."},
            {"words": ""},
        ),
        (
            "decision_refuses_with_ground_and_reason",
            "Decision",
            PERSON,
            {"ground": "x"},
        ),
        ("package_state_known", "Package", {}, {"state": "wrapped"}),
        (
            "package_released_by_a_person",
            "Package",
            {},
            {
                "state": "released",
                "file": uuid4(),
                "expires_at": AT,
                "released_by": "system:x",
            },
        ),
        ("package_built_has_file", "Package", {}, {"state": "built"}),
        ("case_identifier_status_known", "CaseIdentifier", SURE, {"status": "maybe"}),
        ("identifier_ruling_by_a_person", "IdentifierRuling", PERSON, {"by": "x:1"}),
        ("system_task_state_known", "SystemTask", {}, {"state": "asleep"}),
        ("system_task_verdict_known", "SystemTask", {}, {"verdict": "guilty"}),
        ("system_task_done_has_verdict", "SystemTask", {}, {"state": "done"}),
        (
            "found_dataset_withheld_has_ground",
            "FoundDataset",
            {},
            {"choice": "withhold"},
        ),
        ("row_decision_choice_known", "RowDecision", ROW, {"choice": "burn"}),
        (
            "row_decision_standing_known",
            "RowDecision",
            ROW,
            {"standing": "odd", "choice": "withhold", "reason": "x"},
        ),
        (
            "row_decision_has_ground",
            "RowDecision",
            ROW,
            {"choice": "withhold", "standing": "sure", "ground": ""},
        ),
        (
            "row_decision_set_apart_is_cut_on_a_ground",
            "RowDecision",
            APART,
            {"cut_ground": ""},
        ),
        (
            "row_decision_set_apart_is_cut_on_a_ground",
            "RowDecision",
            APART,
            {"choice": "release"},
        ),
        ("owner_task_answer_known", "OwnerTask", {}, {"answer": "no"}),
        ("preservation_outcome_known", "Preservation", {}, KEPT_MAYBE),
        ("preservation_answered_has_outcome", "Preservation", {}, {"outcome": "kept"}),
        ("preservation_answered_has_outcome", "Preservation", {}, {"answered_at": AT}),
        ("owner_file_withheld_has_ground", "OwnerFile", {}, {"choice": "withhold"}),
    ],
)
def test_database_refuses(constraint, table, good, bad):
    model = getattr(tables, table)
    write(model, **good)

    with pytest.raises(IntegrityError, match=f'"{constraint}"'):
        write(model, **{**good, **bad})
