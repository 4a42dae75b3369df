"""Whether a person is told of a disclosure is decided, with a reason, every year (D10)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("datamap", "0004_cancelled_holidays")]

    operations = [
        migrations.AddField(
            model_name="disclosure",
            name="review_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Telling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("tell", models.BooleanField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tellings",
                        to="datamap.disclosure",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="telling_has_its_reason",
                    )
                ],
            },
        ),
    ]
