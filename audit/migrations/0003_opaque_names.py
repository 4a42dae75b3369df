"""The database refuses an actor or a subject matter that is not an opaque name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("actor__regex", "^[a-z]+:[A-Za-z0-9_.:-]{1,80}$")),
                name="event_actor_is_opaque",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("about__regex", "^[a-z_-]+(:[A-Za-z0-9_.:-]{1,80})?$")
                ),
                name="event_about_is_opaque",
            ),
        ),
    ]
