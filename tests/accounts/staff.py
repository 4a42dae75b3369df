"""What tests of the staff's doors do again and again."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from accounts.actions import devices
from accounts.models import TotpDevice
from accounts.roles import Role
from lumina_privacy.lib.actor import system
from tests.factories.accounts import make_staff
from tests.ledger import events_about

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
BY = system("test")


def with_password(role=Role.DCO, **fields):
    user = make_staff(role, **fields)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def with_app(user):
    return TotpDevice.objects.create(user=user, name="App", secret="ab" * 20)


def app_code(device, at=None, steps=0):
    totp = TOTP(bytes.fromhex(device.secret), drift=steps)
    totp.time = (at or timezone.now()).timestamp()
    return f"{totp.token():06d}"


def give_password(client, address, password=PASSWORD, **more):
    return client.post(
        reverse("staff-sign-in"), {"address": address, "password": password, **more}
    )


def events(user):
    return [row.event for row in events_about(str(user.actor))]


def welcome_path(user, at=None):
    return urlsplit(devices.offer_enrolment(user, by=BY, at=at or timezone.now())).path


def take(client, path, password=PASSWORD):
    return client.post(path, {"password": password, "again": password})
