"""Somebody may act for the person: recorded, judged, taken back (D9)."""

from django.db import migrations, models

CASEEVENT_KIND = ['request_received', 'stopped_at_once', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'receipt_corrected', 'id_requested', 'id_received', 'authority_requested', 'authority_received', 'fee_charged', 'fee_paid', 'clarification_asked', 'clarification_answered', 'no_longer_asked', 'chased', 'closed_no_reply', 'taken_up_again', 'extended', 'letter_sent', 'letter_returned', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'refused', 'ruled', 'carried_out', 'confirmed', 'use_restricted', 'restriction_lifted', 'made_again', 'package_built', 'package_released', 'second_look', 'answered_in_part', 'answered', 'package_collected', 'fetched_for_post', 'dispatched', 'package_revoked', 'breach_opened', 'complaint_received', 'complaint_acknowledged', 'complaint_linked', 'handler_named', 'issue_noted', 'issue_concluded', 'progress_told', 'taken_elsewhere', 'complaint_answered', 'message_received', 'message_sent', 'note_written', 'authority_recorded', 'authority_judged', 'authority_revoked', 'recipient_chosen', 'passed_on', 'withdrawn', 'lapsed', 'closed', 'merged', 'joined']
LETTER_KIND = ['identity', 'authority', 'fee', 'clarification', 'extension', 'reminder', 'closure', 'refusal', 'partial', 'withdrawn', 'complaint_acknowledgement', 'complaint_progress', 'complaint_outcome', 'message', 'decision', 'done']


def choices(words):
    return [(word, word.replace("_", " ").capitalize()) for word in words]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0024_rulings_stay_as_ruled")]

    operations = [
        migrations.RemoveConstraint("caseevent", "case_event_kind_known"),
        migrations.RemoveConstraint("letter", "letter_kind_known"),
        migrations.AlterField("caseevent", "kind", models.TextField(choices=choices(CASEEVENT_KIND))),
        migrations.AlterField("letter", "kind", models.TextField(choices=choices(LETTER_KIND))),
        migrations.AddConstraint("caseevent", models.CheckConstraint(condition=models.Q(kind__in=CASEEVENT_KIND), name="case_event_kind_known")),
        migrations.AddConstraint("letter", models.CheckConstraint(condition=models.Q(kind__in=LETTER_KIND), name="letter_kind_known")),
    ]
