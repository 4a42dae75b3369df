"""What the virus scanner said of a file from outside."""

from django.db import migrations, models

STATES = [("", "None"), ("waiting", "Waiting"), ("clean", "Clean"), ("found", "Found"), ("too_large", "Too_Large")]


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_no_evidence_files")]

    operations = [
        migrations.AddField("storedfile", "scan", models.TextField(blank=True, choices=STATES, default="")),
        migrations.AddConstraint("storedfile", models.CheckConstraint(condition=models.Q(scan__in=[state for state, _ in STATES]), name="stored_file_scan_known")),
        migrations.AddIndex("storedfile", models.Index(condition=models.Q(scan="waiting"), fields=["created_at"], name="stored_file_to_scan")),
    ]
