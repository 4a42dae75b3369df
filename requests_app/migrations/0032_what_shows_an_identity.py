"""What a person shows of who they are: brought, looked at, deleted (D9)."""

import django.db.models.deletion
from django.db import migrations, models

CASEEVENT_KIND = ['request_received', 'stopped_at_once', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'receipt_corrected', 'id_requested', 'id_received', 'authority_requested', 'authority_received', 'fee_charged', 'fee_paid', 'clarification_asked', 'clarification_answered', 'no_longer_asked', 'chased', 'closed_no_reply', 'taken_up_again', 'extended', 'letter_sent', 'letter_returned', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'refused', 'ruled', 'carried_out', 'confirmed', 'use_restricted', 'restriction_lifted', 'made_again', 'package_built', 'package_released', 'second_look', 'answered_in_part', 'answered', 'package_collected', 'fetched_for_post', 'dispatched', 'package_revoked', 'onward_answered', 'sent_onward', 'breach_opened', 'complaint_received', 'complaint_acknowledged', 'complaint_linked', 'handler_named', 'issue_noted', 'issue_concluded', 'progress_told', 'taken_elsewhere', 'complaint_answered', 'message_received', 'message_sent', 'note_written', 'authority_recorded', 'authority_judged', 'authority_revoked', 'recipient_chosen', 'identity_shown', 'identity_seen', 'identity_gone', 'passed_on', 'withdrawn', 'lapsed', 'closed', 'merged', 'joined']
GONE = ["decided", "not_needed", "closed", "thirty_days", "harmful", "unusable"]


def choices(words):
    return [(word, word.replace("_", " ").capitalize()) for word in words]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0031_second_looks_at_decisions")]

    operations = [
        migrations.RemoveConstraint("caseevent", "case_event_kind_known"),
        migrations.AlterField("caseevent", "kind", models.TextField(choices=choices(CASEEVENT_KIND))),
        migrations.AddConstraint("caseevent", models.CheckConstraint(condition=models.Q(kind__in=CASEEVENT_KIND), name="case_event_kind_known")),
        migrations.CreateModel(
            name="IdentityEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked", models.PositiveIntegerField()),
                ("file", models.UUIDField(unique=True)),
                ("is_ready", models.BooleanField()),
                ("with_message", models.BooleanField(default=False)),
                ("given_by", models.TextField()),
                ("given_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("gone_for", models.TextField(blank=True, choices=choices(GONE), default="")),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="shown", to="requests_app.case")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(gone_at__isnull=True), fields=["given_at"], name="evidence_kept")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(gone_at__isnull=True, gone_for="")
                        | models.Q(gone_at__isnull=False) & ~models.Q(gone_for="") & models.Q(gone_for__in=GONE),
                        name="evidence_gone_for_a_reason",
                    ),
                ],
            },
        ),
    ]
