"""A case's rulings are those on its data; those on identifiers say so."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0028_something_they_showed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="identifierruling",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="identifier_rulings",
                to="requests_app.case",
            ),
        ),
    ]
