"""A holiday that staff removed stays known, so that seeding does not bring it back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datamap", "0003_disclosures")]

    operations = [
        migrations.AddField(
            model_name="holiday",
            name="cancelled",
            field=models.BooleanField(default=False),
        ),
    ]
