"""A hold is released by hand when a second person agrees."""

import django.db.models.deletion
from django.db import migrations, models

import lumina_privacy.lib.fields


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0013_links_of_colleagues"),
    ]

    operations = [
        migrations.CreateModel(
            name="HoldRelease",
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
                ("hold", models.BigIntegerField()),
                ("reason", lumina_privacy.lib.fields.SealedText()),
                ("proposed_by", models.TextField()),
                ("proposed_at", models.DateTimeField()),
                ("approved", models.BooleanField(blank=True, null=True)),
                ("settled_by", models.TextField(blank=True, default="")),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_why",
                    lumina_privacy.lib.fields.SealedText(blank=True, default=""),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hold_releases",
                        to="requests_app.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=("hold",),
                        name="hold_release_waits_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed_by__startswith", "staff:"),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="hold_release_proposed_by_staff_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("approved__isnull", True),
                                ("settled_at__isnull", True),
                                ("settled_by", ""),
                            ),
                            models.Q(
                                ("approved__isnull", False),
                                ("settled_at__isnull", False),
                                ("settled_by__startswith", "staff:"),
                                models.Q(("settled_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hold_release_settled_by_staff_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_by", models.F("proposed_by")), _negated=True
                        ),
                        name="hold_release_settled_by_another",
                    ),
                ],
            },
        ),
    ]
