"""A mail that carries a code loses its text however it ends, not only when sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_messages")]

    operations = [
        migrations.RemoveConstraint(
            model_name="message", name="message_sent_secret_is_wiped"
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("secret", False),
                    ("state", "queued"),
                    models.Q(("html", ""), ("text", "")),
                    _connector="OR",
                ),
                name="message_settled_secret_is_wiped",
            ),
        ),
    ]
