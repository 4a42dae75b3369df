"""Tell since when what was sent before has waited: the day its letter was written."""

from django.db import migrations, models


def say_since_when(apps, schema_editor):
    """Count what was sent before from the day its letter was written."""
    sending = apps.get_model("requests_app", "Sending")
    letter = apps.get_model("requests_app", "Letter")
    written = letter.objects.filter(pk=models.OuterRef("letter")).values("at")
    sending.objects.update(at=models.Subquery(written))


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0040_vouched_for'),
    ]

    operations = [
        migrations.RunPython(say_since_when, migrations.RunPython.noop),
    ]
