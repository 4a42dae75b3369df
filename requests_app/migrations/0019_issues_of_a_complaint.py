"""What is complained of, one thing a row (DPA 2018 s.164A)."""

import django.db.models.deletion
from django.db import migrations, models

import lumina_privacy.lib.fields

OUTCOMES = ["", "upheld", "partly_upheld", "not_upheld"]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0018_events_of_a_complaint")]

    operations = [
        migrations.CreateModel(
            name="ComplaintIssue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", lumina_privacy.lib.fields.SealedText()),
                ("noted_by", models.TextField()),
                ("noted_at", models.DateTimeField()),
                ("outcome", models.TextField(blank=True, choices=[(word, word.replace("_", " ").capitalize()) for word in OUTCOMES], default="")),
                ("reasons", lumina_privacy.lib.fields.SealedText(blank=True, default="")),
                ("action", lumina_privacy.lib.fields.SealedText(blank=True, default="")),
                ("concluded_by", models.TextField(blank=True, default="")),
                ("concluded_at", models.DateTimeField(blank=True, null=True)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="issues", to="requests_app.case")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(outcome__in=OUTCOMES), name="issue_outcome_known"),
                    models.CheckConstraint(
                        condition=models.Q(outcome="", concluded_by="", concluded_at__isnull=True)
                        | ~models.Q(outcome="") & ~models.Q(reasons="") & models.Q(concluded_by__startswith="staff:", concluded_at__isnull=False),
                        name="issue_concluded_has_reasons_and_person",
                    ),
                ],
            },
        ),
    ]
