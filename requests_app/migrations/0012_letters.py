"""Letters as they were sent, and how they reached the person."""

from django.db import migrations, models
from django.db.models import PROTECT, Q

import lumina_privacy.lib.fields

KINDS = ["identity", "authority", "fee", "clarification", "extension"]
STATES = ["waiting", "sent", "returned"]


def labelled(words):
    return [(word, word.capitalize()) for word in words]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0011_events_of_the_clock")]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("case", models.ForeignKey("requests_app.case", PROTECT, related_name="letters")),
                ("event", models.ForeignKey("requests_app.caseevent", PROTECT, related_name="+")),
                ("kind", models.TextField(choices=labelled(KINDS))),
                ("subject", models.TextField()),
                ("body", lumina_privacy.lib.fields.SealedText()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(kind__in=KINDS), name="letter_kind_known"),
                    models.CheckConstraint(condition=~Q(body=""), name="letter_says_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("letter", models.ForeignKey("requests_app.letter", PROTECT, related_name="sendings")),
                ("message", models.BigIntegerField(null=True, blank=True, unique=True)),
                ("state", models.TextField(choices=labelled(STATES))),
                ("method", models.TextField(blank=True, default="")),
                ("by", models.TextField(blank=True, default="")),
                ("settled_at", models.DateTimeField(null=True, blank=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(state__in=STATES), name="sending_state_known"),
                    models.CheckConstraint(
                        condition=Q(state="waiting", settled_at__isnull=True)
                        | ~Q(state="waiting") & Q(settled_at__isnull=False),
                        name="sending_settled_has_instant",
                    ),
                    models.CheckConstraint(
                        condition=Q(message__isnull=False)
                        | Q(state="waiting")
                        | Q(by__startswith="staff:") & ~Q(method=""),
                        name="sending_by_post_is_recorded_by_a_person",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["id"], name="sending_waits", condition=Q(state="waiting")),
                ],
            },
        ),
    ]
