"""Who acts for the person, what shows that they may, and whether it does (D9)."""

import django.db.models.deletion
from django.db import migrations, models

import lumina_privacy.lib.fields

EVIDENCE = ["signed", "solicitor", "power_of_attorney", "court_order", "parent"]
GOES_TO = ["", "agent", "person"]


def choices(words):
    return [(word, word.replace("_", " ").capitalize()) for word in words]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0025_events_of_an_authority")]

    operations = [
        migrations.CreateModel(
            name="Authority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agent", lumina_privacy.lib.fields.SealedText()),
                ("agent_reach", lumina_privacy.lib.fields.SealedText()),
                ("acts_for", lumina_privacy.lib.fields.SealedText()),
                ("evidence", models.TextField(choices=choices(EVIDENCE))),
                ("scope", lumina_privacy.lib.fields.SealedText()),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("recorded_by", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("verified", models.BooleanField(blank=True, null=True)),
                ("judged_because", lumina_privacy.lib.fields.SealedText(blank=True, default="")),
                ("judged_by", models.TextField(blank=True, default="")),
                ("judged_at", models.DateTimeField(blank=True, null=True)),
                ("goes_to", models.TextField(blank=True, choices=choices(GOES_TO), default="")),
                ("goes_to_because", lumina_privacy.lib.fields.SealedText(blank=True, default="")),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_by", models.TextField(blank=True, default="")),
                ("revoked_because", lumina_privacy.lib.fields.SealedText(blank=True, default="")),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="authorities", to="requests_app.case")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(evidence__in=EVIDENCE), name="authority_evidence_known"),
                    models.CheckConstraint(condition=models.Q(goes_to__in=GOES_TO), name="authority_goes_to_known"),
                    models.CheckConstraint(
                        condition=models.Q(verified__isnull=True, judged_at__isnull=True, judged_by="")
                        | models.Q(verified__isnull=False, judged_at__isnull=False) & models.Q(judged_by__startswith="staff:") & ~models.Q(judged_because=""),
                        name="authority_judged_by_a_person_with_reason",
                    ),
                    models.CheckConstraint(condition=models.Q(goes_to="") | ~models.Q(goes_to_because=""), name="authority_recipient_has_reason"),
                    models.CheckConstraint(
                        condition=models.Q(revoked_at__isnull=True, revoked_by="") | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by=""),
                        name="authority_revoked_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(valid_from__isnull=True) | models.Q(expires_on__isnull=True) | models.Q(expires_on__gte=models.F("valid_from")),
                        name="authority_ends_after_it_begins",
                    ),
                ],
            },
        ),
    ]
