"""Addresses of signing in, of staff accounts and of the ledger."""

from __future__ import annotations

from django.urls import path

from accounts.views import (
    account,
    enrolment,
    ledger,
    people,
    role_changes,
    staff,
    subjects,
)

urlpatterns = [
    path("sign-in/", subjects.sign_in, name="subject-sign-in"),
    path("sign-in/code/", subjects.prove, name="subject-code"),
    path("sign-in/code/again/", subjects.send_again, name="subject-code-again"),
    path("sign-out/", subjects.sign_out, name="sign-out"),
    path("staff/sign-in/", staff.sign_in, name="staff-sign-in"),
    path("staff/token/", staff.token, name="staff-token"),
    path("staff/token/key/begin/", staff.key_begin, name="staff-key-begin"),
    path("staff/token/key/complete/", staff.key_complete, name="staff-key-complete"),
    path("staff/token/recovery/", staff.recovery, name="staff-recovery"),
    path("staff/welcome/<str:token>/", enrolment.welcome, name="staff-welcome"),
    path("staff/enrol/", enrolment.enrol, name="staff-enrol"),
    path("staff/enrol/key/begin/", enrolment.key_begin, name="staff-enrol-key-begin"),
    path(
        "staff/enrol/key/complete/",
        enrolment.key_complete,
        name="staff-enrol-key-complete",
    ),
    path("staff/enrol/app/begin/", enrolment.totp_begin, name="staff-enrol-totp-begin"),
    path("staff/enrol/app/", enrolment.totp, name="staff-enrol-totp"),
    path("staff/account/", account.account, name="staff-account"),
    path(
        "staff/account/device/remove/",
        account.remove_device,
        name="staff-device-remove",
    ),
    path(
        "staff/account/recovery-codes/",
        account.recovery_codes,
        name="staff-recovery-codes",
    ),
    path("staff/account/password/", account.password, name="staff-password"),
    path("staff/account/absence/", account.absence, name="staff-absence"),
    path("staff/people/", people.people_list, name="staff-people"),
    path("staff/people/add/", people.add, name="staff-person-add"),
    path(
        "staff/people/changes/<int:pk>/",
        role_changes.detail,
        name="staff-change",
    ),
    path(
        "staff/people/changes/<int:pk>/agree/",
        role_changes.agree,
        name="staff-change-agree",
    ),
    path(
        "staff/people/changes/<int:pk>/turn-down/",
        role_changes.turn_down,
        name="staff-change-turn-down",
    ),
    path(
        "staff/people/changes/<int:pk>/withdraw/",
        role_changes.withdraw,
        name="staff-change-withdraw",
    ),
    path("staff/people/<int:pk>/", people.detail, name="staff-person"),
    path("staff/people/<int:pk>/role/", people.change_role, name="staff-person-role"),
    path("staff/people/<int:pk>/close/", people.close, name="staff-person-close"),
    path("staff/people/<int:pk>/reopen/", people.reopen, name="staff-person-reopen"),
    path("staff/people/<int:pk>/link/", people.new_link, name="staff-person-link"),
    path("staff/people/<int:pk>/absence/", people.absence, name="staff-person-absence"),
    path("staff/ledger/", ledger.ledger, name="ledger"),
    path("staff/ledger/verify/", ledger.verify, name="ledger-verify"),
]
