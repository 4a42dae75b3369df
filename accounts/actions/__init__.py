"""Everything that changes an account, a device, a code or a session."""

from accounts.actions.codes import MINUTES as CODE_MINUTES
from accounts.actions.codes import THROTTLED, prove_code, send_code
from accounts.actions.subjects import (
    expect_code,
    owner_actor,
    sign_in_owner,
    sign_in_subject,
    sign_out,
    step_up,
)

__all__ = [
    "CODE_MINUTES",
    "THROTTLED",
    "expect_code",
    "owner_actor",
    "prove_code",
    "send_code",
    "sign_in_owner",
    "sign_in_subject",
    "sign_out",
    "step_up",
]
