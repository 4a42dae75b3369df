"""What the database itself refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import EmailCode, EnrolmentLink, User
from accounts.roles import Role
from tests.factories.accounts import make_staff, make_subject

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def refused_by(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


@pytest.mark.django_db
def test_user_kind_known():
    refused_by("user_kind_known", lambda: make_staff(kind="robot"))


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"role": ""}, {"role": "king"}])
def test_user_role_iff_staff(fields):
    refused_by("user_role_iff_staff", lambda: make_staff(**fields))


@pytest.mark.django_db
def test_user_role_iff_staff_leaves_subjects_without_one():
    refused_by("user_role_iff_staff", lambda: make_subject(role=Role.DCO))


@pytest.mark.django_db
def test_user_address_once_per_kind_and_one_of_each():
    make_staff(email="ann@example.org")
    make_subject("ann@example.org")

    # The generated column that Django's own commands look at is as unique.
    refused_by(
        "user_address_once_per_kind|accounts_user_login_key",
        lambda: make_staff(email="ann@example.org"),
    )


@pytest.mark.django_db
def test_user_deputy_is_another():
    user = make_staff()

    refused_by(
        "user_deputy_is_another",
        lambda: User.objects.filter(pk=user.pk).update(deputy=user),
    )


def make_code(**fields):
    known = {"address_ref": "r", "purpose": "sign_in", "salt": "s", "code_hash": "h"}
    return EmailCode.objects.create(
        created_at=AT, expires_at=LATER, **{**known, **fields}
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("email_code_purpose_known", {"purpose": "anything"}),
        ("email_code_tried_five_times_at_most", {"attempts": 6}),
        ("email_code_used_in_time", {"used_at": LATER}),
    ],
)
def test_email_code(name, fields):
    make_code(attempts=5, used_at=AT)

    refused_by(name, lambda: make_code(**fields))


@pytest.mark.django_db
def test_enrolment_link_used_in_time():
    refused_by(
        "enrolment_link_used_in_time",
        lambda: EnrolmentLink.objects.create(
            user=make_staff(),
            token_hash="h",
            created_at=AT,
            expires_at=LATER,
            used_at=LATER,
            made_by="system:test",
        ),
    )
