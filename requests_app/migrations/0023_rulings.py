"""What is ruled thing by thing, and the words of deciding on it."""

from django.db import migrations, models
from django.db.models import PROTECT, Q

import lumina_privacy.lib.fields

CASEEVENT_KIND = ['request_received', 'stopped_at_once', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'receipt_corrected', 'id_requested', 'id_received', 'authority_requested', 'authority_received', 'fee_charged', 'fee_paid', 'clarification_asked', 'clarification_answered', 'no_longer_asked', 'chased', 'closed_no_reply', 'taken_up_again', 'extended', 'letter_sent', 'letter_returned', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'refused', 'ruled', 'carried_out', 'confirmed', 'use_restricted', 'restriction_lifted', 'made_again', 'package_built', 'package_released', 'second_look', 'answered_in_part', 'answered', 'package_collected', 'fetched_for_post', 'dispatched', 'package_revoked', 'breach_opened', 'complaint_received', 'complaint_acknowledged', 'complaint_linked', 'handler_named', 'issue_noted', 'issue_concluded', 'progress_told', 'taken_elsewhere', 'complaint_answered', 'message_received', 'message_sent', 'note_written', 'passed_on', 'withdrawn', 'lapsed', 'closed', 'merged', 'joined']
LETTER_KIND = ['identity', 'authority', 'fee', 'clarification', 'extension', 'reminder', 'closure', 'refusal', 'partial', 'withdrawn', 'complaint_acknowledgement', 'complaint_progress', 'complaint_outcome', 'message', 'decision', 'done']
DECISION_OUTCOME = ['granted', 'nothing_held', 'refused', 'in_part', 'partly', 'declined']
RULED = ['correct', 'add_note', 'leave', 'erase', 'remove_details', 'keep', 'restrict', 'do_not_restrict', 'stop', 'go_on']


def choices(words):
    return [(word, word.replace("_", " ").capitalize()) for word in words]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0022_messages_of_a_case")]

    operations = [
        migrations.RemoveConstraint("caseevent", "case_event_kind_known"),
        migrations.RemoveConstraint("letter", "letter_kind_known"),
        migrations.RemoveConstraint("decision", "decision_known"),
        migrations.AlterField("caseevent", "kind", models.TextField(choices=choices(CASEEVENT_KIND))),
        migrations.AlterField("letter", "kind", models.TextField(choices=choices(LETTER_KIND))),
        migrations.AlterField("decision", "outcome", models.TextField(choices=choices(DECISION_OUTCOME))),
        migrations.AddConstraint("caseevent", models.CheckConstraint(condition=models.Q(kind__in=CASEEVENT_KIND), name="case_event_kind_known")),
        migrations.AddConstraint("letter", models.CheckConstraint(condition=models.Q(kind__in=LETTER_KIND), name="letter_kind_known")),
        migrations.AddConstraint("decision", models.CheckConstraint(condition=models.Q(outcome__in=DECISION_OUTCOME), name="decision_known")),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("case", models.ForeignKey("requests_app.case", PROTECT, related_name="ruled")),
                ("system", models.TextField(blank=True, default="")),
                ("dataset", models.TextField(blank=True, default="")),
                ("category", models.TextField(blank=True, default="")),
                ("purpose", models.TextField(blank=True, default="")),
                ("mark", models.TextField(blank=True, default="")),
                ("what", models.TextField(choices=choices(RULED))),
                ("ground", models.TextField()),
                ("words", lumina_privacy.lib.fields.SealedText()),
                ("until", models.DateField(null=True, blank=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(what__in=RULED), name="ruling_what_known"),
                    models.CheckConstraint(condition=~Q(ground="") & ~Q(words=""), name="ruling_has_ground_and_reason"),
                    models.CheckConstraint(condition=Q(by__startswith="staff:"), name="ruling_by_a_person"),
                    models.CheckConstraint(condition=~Q(what__in=["keep", "remove_details"]) | Q(until__isnull=False), name="ruling_keeps_until_a_day"),
                ],
            },
        ),
    ]
