"""What Ann and we wrote in her case, for the tests of who may not read it."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from requests_app.actions import thread
from requests_app.actions.incoming import Attached
from requests_app.models import Case
from tests.factories.accounts import make_subject


def written_in(case: Case, *, at: datetime) -> dict[str, object]:
    """Write to us as Ann, with a file; return what the addresses are made of."""
    picture = Attached("at-the-door.png", [b"\x89PNG\r\n\x1a\n", b"Ann Other"])
    message = thread.write_to_us(
        case,
        body="I am Ann Other.",
        files=[picture],
        token=uuid4(),
        by=make_subject("ann.elsewhere@example.org"),
        at=at,
    )
    return {
        "message": message.pk,
        "sent": message.files.get().pk,
        "shown": case.shown.create(
            asked=1, file=uuid4(), is_ready=True, given_by="subject:1", given_at=at
        ).pk,
        "authority": case.authorities.create(
            agent="A",
            agent_reach="",
            acts_for="Ann Other",
            evidence="signed",
            scope="All.",
            recorded_by="staff:1",
            recorded_at=at,
        ).pk,
        "held": case.hold_releases.create(
            hold=0, reason="Bob.", proposed_by="staff:1", proposed_at=at
        ).pk,
        "issue": case.issues.create(
            words="Too late.", noted_by="staff:1", noted_at=at
        ).pk,
    }
