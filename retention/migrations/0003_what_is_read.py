"""Nobody read who placed a hold, which the ledger says, nor a day that nobody set."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("retention", "0002_provisional_holds")]

    operations = [
        # Taken back, the column is there again and says that the ledger knows.
        migrations.AlterField(
            "hold", "placed_by", models.TextField(default="system:ledger")
        ),
        migrations.RemoveField("hold", "placed_by"),
        migrations.RemoveField("hold", "review_on"),
    ]
