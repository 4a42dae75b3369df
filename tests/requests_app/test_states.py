"""The moves of a case, each pair of state and event against a table made by hand."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from requests_app.management.commands.case_states import diagram
from requests_app.moves import status_after
from requests_app.states import CaseStatus, EventKind

S, E = CaseStatus, EventKind
OPEN = (S.UNPROVED, S.RECEIVED, S.SEARCHING, S.IN_REVIEW, S.DECIDED)
# Written by hand from decisions D5, D11, D13, C33, C38, C40 and C41: what leads where.
LEADS = {
    (S.UNPROVED, E.STOPPED_AT_ONCE): S.RECEIVED,
    (S.UNPROVED, E.ADDRESS_PROVED): S.RECEIVED,
    (S.UNPROVED, E.COMPLAINT_RECEIVED): S.RECEIVED,
    (S.RECEIVED, E.COMPLAINT_ANSWERED): S.DONE,
    (S.UNPROVED, E.INSTRUCTION_RECEIVED): S.RECEIVED,
    (S.RECEIVED, E.ASSISTED): S.DECIDED,
    (S.IN_REVIEW, E.ASSISTED): S.DECIDED,
    (S.DECIDED, E.ASSISTED): S.DECIDED,
    (S.DECIDED, E.CUSTOMER_ANSWERED): S.DONE,
    (S.DECIDED, E.INSTRUCTION_CORRECTED): S.IN_REVIEW,
    (S.RECEIVED, E.ADDRESS_PROVED): S.RECEIVED,
    (S.UNPROVED, E.LAPSED): S.LAPSED,
    (S.RECEIVED, E.SEARCH_STARTED): S.SEARCHING,
    (S.RECEIVED, E.CLOSED): S.DONE,
    (S.RECEIVED, E.DECIDED): S.DECIDED,
    (S.RECEIVED, E.CONFIRMED): S.DONE,
    (S.DECIDED, E.CARRIED_OUT): S.DONE,
    (S.SEARCHING, E.SEARCH_FINISHED): S.IN_REVIEW,
    (S.IN_REVIEW, E.SEARCH_STARTED): S.SEARCHING,
    (S.IN_REVIEW, E.DECIDED): S.DECIDED,
    (S.IN_REVIEW, E.PACKAGE_REVOKED): S.IN_REVIEW,
    (S.DECIDED, E.REVIEW_REOPENED): S.IN_REVIEW,
    (S.DONE, E.REVIEW_REOPENED): S.IN_REVIEW,
    (S.REFUSED, E.REVIEW_REOPENED): S.IN_REVIEW,
    (S.RECEIVED, E.REFUSED): S.REFUSED,
    (S.SEARCHING, E.REFUSED): S.REFUSED,
    (S.IN_REVIEW, E.REFUSED): S.REFUSED,
    (S.RECEIVED, E.CLOSED_NO_REPLY): S.NO_REPLY,
    (S.SEARCHING, E.CLOSED_NO_REPLY): S.NO_REPLY,
    (S.IN_REVIEW, E.CLOSED_NO_REPLY): S.NO_REPLY,
    (S.NO_REPLY, E.TAKEN_UP_AGAIN): S.RECEIVED,
    (S.DECIDED, E.ANSWERED): S.DONE,
    (S.DECIDED, E.PACKAGE_REVOKED): S.IN_REVIEW,
    (S.DONE, E.PACKAGE_REVOKED): S.IN_REVIEW,
    (S.RECEIVED, E.MERGED): S.MERGED,
    (S.SEARCHING, E.MERGED): S.MERGED,
    (S.IN_REVIEW, E.MERGED): S.MERGED,
    **{(status, E.WITHDRAWN): S.WITHDRAWN for status in OPEN},
}
# Events that change no state, wherever they happen.
STAYS = {
    E.REQUEST_RECEIVED,
    E.IDENTIFIER_ADDED,
    E.IDENTIFIER_RULED,
    E.FURTHER_CHECK,
    E.RECEIPT_CORRECTED,
    E.RIGHT_READ,
    E.ID_REQUESTED,
    E.ID_RECEIVED,
    E.AUTHORITY_REQUESTED,
    E.AUTHORITY_RECEIVED,
    E.FEE_CHARGED,
    E.FEE_PAID,
    E.CLARIFICATION_ASKED,
    E.CLARIFICATION_ANSWERED,
    E.NO_LONGER_ASKED,
    E.READ_NO_ANSWER,
    E.PAGE_OPENED,
    E.CALLED,
    E.CONTACT_PREFERENCE_CHANGED,
    E.CHASED,
    E.EXTENDED,
    E.LETTER_SENT,
    E.LETTER_RETURNED,
    E.ASSIGNED,
    E.ACTION_PLANNED,
    E.DUE_REMINDED,
    E.POST_REMINDED,
    E.ALARM_RAISED,
    E.SYSTEM_SETTLED,
    E.REVIEWED,
    E.RULED,
    E.USE_RESTRICTED,
    E.RESTRICTION_LIFTED,
    E.MADE_AGAIN,
    E.DECIDED_IN_PART,
    E.PACKAGE_BUILT,
    E.PACKAGE_RELEASED,
    E.SECOND_LOOK,
    E.ONWARD_ANSWERED,
    E.SENT_ONWARD,
    E.ANSWERED_IN_PART,
    E.PACKAGE_COLLECTED,
    E.FETCHED_FOR_POST,
    E.DISPATCHED,
    E.PAPER_TAKEN_BACK,
    E.PASSED_ON,
    E.INSTRUCTION_CORRECTED,
    E.CUSTOMER_JUDGED,
    E.CUSTOMER_WRITTEN_TO,
    E.JOINED,
    E.COMPLAINT_ACKNOWLEDGED,
    E.COMPLAINT_FOLLOWED,
    E.COMPLAINT_LINKED,
    E.HANDLER_NAMED,
    E.ISSUE_NOTED,
    E.ISSUE_CONCLUDED,
    E.PROGRESS_TOLD,
    E.TAKEN_ELSEWHERE,
    E.MESSAGE_RECEIVED,
    E.MESSAGE_SENT,
    E.NOTE_WRITTEN,
    E.AUTHORITY_RECORDED,
    E.AUTHORITY_JUDGED,
    E.AUTHORITY_ASKED,
    E.AUTHORITY_ANSWERED,
    E.AUTHORITY_REVOKED,
    E.AUTHORITY_LAID_DOWN,
    E.RECIPIENT_CHOSEN,
    E.IDENTITY_SHOWN,
    E.IDENTITY_SEEN,
    E.IDENTITY_GONE,
    E.ADDRESS_SET_ASIDE,
}


def expected(status: CaseStatus, event: EventKind) -> CaseStatus | None:
    if event is E.BREACH_OPENED:
        return S.RECEIVED
    if (status, event) in LEADS:
        return LEADS[status, event]
    if event in STAYS | {E.PACKAGE_REVOKED, E.STOPPED_AT_ONCE}:
        return status
    return None


@pytest.mark.parametrize(("status", "event"), list(product(CaseStatus, EventKind)))
def test_each_event_leads_where_the_table_says_or_is_refused(status, event):
    assert status_after(status, event) == expected(status, event)


def test_the_drawn_diagram_is_the_one_of_the_code():
    drawn = Path(settings.BASE_DIR, "docs", "case-states.md").read_text()

    assert drawn == diagram()
