"""That an answer was fetched for the post is an event: its posting follows (C36)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0013_letters_stay_as_written'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='caseevent',
            name='case_event_kind_known',
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.TextField(choices=[('request_received', 'Request received'), ('address_proved', 'Address proved'), ('identifier_added', 'Identifier added'), ('identifier_ruled', 'Identifier ruled'), ('further_check', 'Further check'), ('receipt_corrected', 'Receipt corrected'), ('id_requested', 'Id requested'), ('id_received', 'Id received'), ('authority_requested', 'Authority requested'), ('authority_received', 'Authority received'), ('fee_charged', 'Fee charged'), ('fee_paid', 'Fee paid'), ('clarification_asked', 'Clarification asked'), ('clarification_answered', 'Clarification answered'), ('no_longer_asked', 'No longer asked'), ('extended', 'Extended'), ('letter_sent', 'Letter sent'), ('letter_returned', 'Letter returned'), ('assigned', 'Assigned'), ('search_started', 'Search started'), ('system_settled', 'System settled'), ('search_finished', 'Search finished'), ('reviewed', 'Reviewed'), ('decided', 'Decided'), ('decided_in_part', 'Decided in part'), ('review_reopened', 'Review reopened'), ('refused', 'Refused'), ('made_again', 'Made again'), ('package_built', 'Package built'), ('package_released', 'Package released'), ('second_look', 'Second look'), ('answered_in_part', 'Answered in part'), ('answered', 'Answered'), ('package_collected', 'Package collected'), ('fetched_for_post', 'Fetched for post'), ('dispatched', 'Dispatched'), ('package_revoked', 'Package revoked'), ('breach_opened', 'Breach opened'), ('passed_on', 'Passed on'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed'), ('merged', 'Merged'), ('joined', 'Joined')]),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['request_received', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'receipt_corrected', 'id_requested', 'id_received', 'authority_requested', 'authority_received', 'fee_charged', 'fee_paid', 'clarification_asked', 'clarification_answered', 'no_longer_asked', 'extended', 'letter_sent', 'letter_returned', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'refused', 'made_again', 'package_built', 'package_released', 'second_look', 'answered_in_part', 'answered', 'package_collected', 'fetched_for_post', 'dispatched', 'package_revoked', 'breach_opened', 'passed_on', 'withdrawn', 'lapsed', 'closed', 'merged', 'joined'])), name='case_event_kind_known'),
        ),
    ]
