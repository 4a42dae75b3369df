"""What shows who somebody is, as it came and as pictures (decision D9)."""

from django.db import migrations, models

PURPOSES = ["spool", "package", "upload", "evidence", "picture"]


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_scans")]

    operations = [
        migrations.RemoveConstraint("storedfile", "stored_file_purpose_known"),
        migrations.AlterField("storedfile", "purpose", models.TextField(choices=[(one, one.title()) for one in PURPOSES])),
        migrations.AddConstraint("storedfile", models.CheckConstraint(condition=models.Q(purpose__in=PURPOSES), name="stored_file_purpose_known")),
    ]
