"""What moves the clock are events of a case."""

from django.db import migrations, models

KINDS = ['request_received', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'receipt_corrected', 'id_requested', 'id_received', 'authority_requested', 'authority_received', 'fee_charged', 'fee_paid', 'clarification_asked', 'clarification_answered', 'no_longer_asked', 'extended', 'letter_sent', 'letter_returned', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'refused', 'made_again', 'package_built', 'package_released', 'second_look', 'answered_in_part', 'answered', 'package_collected', 'dispatched', 'package_revoked', 'breach_opened', 'passed_on', 'withdrawn', 'lapsed', 'closed', 'merged', 'joined']


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0010_merged_cases")]

    operations = [
        migrations.RemoveConstraint("caseevent", "case_event_kind_known"),
        migrations.AlterField(
            "caseevent",
            "kind",
            models.TextField(
                choices=[(kind, kind.replace("_", " ").capitalize()) for kind in KINDS]
            ),
        ),
        migrations.AddConstraint(
            "caseevent",
            models.CheckConstraint(
                condition=models.Q(kind__in=KINDS), name="case_event_kind_known"
            ),
        ),
    ]
