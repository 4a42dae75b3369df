"""Who has seen to a mail that did not arrive, when, and what they did."""

from django.db import migrations, models

import lumina_privacy.lib.fields


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_wiped_when_settled")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="seen_by",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="message",
            name="seen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="seen_why",
            field=lumina_privacy.lib.fields.SealedText(blank=True, default=""),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("seen_at__isnull", True), ("seen_by", ""), ("seen_why", "")
                    ),
                    models.Q(
                        models.Q(("seen_by__startswith", "staff:")),
                        models.Q(("seen_why", ""), _negated=True),
                        ("seen_at__isnull", False),
                        ("state__in", ["bounced", "failed"]),
                    ),
                    _connector="OR",
                ),
                name="message_alarm_seen_by_a_person",
            ),
        ),
    ]
