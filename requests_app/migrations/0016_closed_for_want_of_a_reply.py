"""A case may be closed whose person never answered (decision C9)."""

from django.db import migrations, models

CASE_STATUS = ['unproved', 'received', 'searching', 'in_review', 'decided', 'done', 'withdrawn', 'lapsed', 'no_reply', 'refused', 'merged']
CASEEVENT_KIND = ['request_received', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'receipt_corrected', 'id_requested', 'id_received', 'authority_requested', 'authority_received', 'fee_charged', 'fee_paid', 'clarification_asked', 'clarification_answered', 'no_longer_asked', 'chased', 'closed_no_reply', 'taken_up_again', 'extended', 'letter_sent', 'letter_returned', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'refused', 'made_again', 'package_built', 'package_released', 'second_look', 'answered_in_part', 'answered', 'package_collected', 'fetched_for_post', 'dispatched', 'package_revoked', 'breach_opened', 'passed_on', 'withdrawn', 'lapsed', 'closed', 'merged', 'joined']
LETTER_KIND = ['identity', 'authority', 'fee', 'clarification', 'extension', 'reminder', 'closure']


def choices(words):
    return [(word, word.replace("_", " ").capitalize()) for word in words]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0015_identifiers_as_given")]

    operations = [
        migrations.RemoveConstraint("case", "case_status_known"),
        migrations.RemoveConstraint("caseevent", "case_event_kind_known"),
        migrations.RemoveConstraint("letter", "letter_kind_known"),
        migrations.AlterField("case", "status", models.TextField(choices=choices(CASE_STATUS))),
        migrations.AlterField("caseevent", "kind", models.TextField(choices=choices(CASEEVENT_KIND))),
        migrations.AlterField("letter", "kind", models.TextField(choices=choices(LETTER_KIND))),
        migrations.AddConstraint("case", models.CheckConstraint(condition=models.Q(status__in=CASE_STATUS), name="case_status_known")),
        migrations.AddConstraint("caseevent", models.CheckConstraint(condition=models.Q(kind__in=CASEEVENT_KIND), name="case_event_kind_known")),
        migrations.AddConstraint("letter", models.CheckConstraint(condition=models.Q(kind__in=LETTER_KIND), name="letter_kind_known")),
    ]
