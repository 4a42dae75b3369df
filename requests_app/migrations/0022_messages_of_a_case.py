"""The thread of a case, the files with it, and notes for staff alone."""

import django.db.models.deletion
from django.db import migrations, models

import lumina_privacy.lib.fields

SENDERS = ["person", "staff", "note"]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0021_events_of_the_thread")]

    operations = [
        migrations.CreateModel(
            name="CaseMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(unique=True)),
                ("sender", models.TextField(choices=[(word, word.replace("_", " ").capitalize()) for word in SENDERS])),
                ("body", lumina_privacy.lib.fields.SealedText(blank=True, default="")),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("seen_by", models.TextField(blank=True, default="")),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="requests_app.case")),
                ("event", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="requests_app.caseevent")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(sender__in=SENDERS), name="message_sender_known"),
                    models.CheckConstraint(
                        condition=models.Q(seen_at__isnull=True, seen_by="") | models.Q(seen_at__isnull=False) & ~models.Q(seen_by=""),
                        name="message_seen_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(sender="note") | models.Q(by__startswith="staff:", seen_at__isnull=True),
                        name="message_note_is_of_staff",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["case"], name="message_unread", condition=models.Q(sender="person", seen_at__isnull=True)),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.UUIDField(unique=True)),
                ("message", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="files", to="requests_app.casemessage")),
            ],
        ),
    ]
