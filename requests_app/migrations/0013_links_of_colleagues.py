"""Teams without an account share a link to write down what somebody said."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0012_wishes_change"),
    ]

    operations = [
        migrations.CreateModel(
            name="ColleagueLink",
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
                ("team", models.TextField()),
                ("token_hash", models.TextField(unique=True)),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("uses", models.PositiveIntegerField(default=0)),
                ("used_on", models.DateField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_by", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("made_by__startswith", "staff:"),
                            models.Q(("team", ""), _negated=True),
                        ),
                        name="colleague_link_made_by_staff_for_a_team",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("used_on__isnull", True), ("uses", 0)),
                            models.Q(("used_on__isnull", False), ("uses__gt", 0)),
                            _connector="OR",
                        ),
                        name="colleague_link_used_on_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", True), ("revoked_by", "")),
                            models.Q(
                                ("revoked_at__isnull", False),
                                ("revoked_by__startswith", "staff:"),
                            ),
                            _connector="OR",
                        ),
                        name="colleague_link_revoked_by_staff",
                    ),
                ],
            },
        ),
    ]
