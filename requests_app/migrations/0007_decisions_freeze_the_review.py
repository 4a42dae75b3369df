"""A decision holds the marks of what was reviewed; an older one cannot go out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0006_identifier_rulings")]

    operations = [
        migrations.AddField("decision", "reviewed", models.JSONField(default=dict))
    ]
