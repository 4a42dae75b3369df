"""A later request of one person may be merged into the earlier one (decision C33)."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datamap', '0004_cancelled_holidays'),
        ('requests_app', '0009_second_looks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='case',
            name='case_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='caseevent',
            name='case_event_kind_known',
        ),
        migrations.AlterField(
            model_name='case',
            name='status',
            field=models.TextField(choices=[('unproved', 'Unproved'), ('received', 'Received'), ('searching', 'Searching'), ('in_review', 'In review'), ('decided', 'Decided'), ('done', 'Done'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('refused', 'Refused'), ('merged', 'Merged')]),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.TextField(choices=[('request_received', 'Request received'), ('address_proved', 'Address proved'), ('identifier_added', 'Identifier added'), ('identifier_ruled', 'Identifier ruled'), ('further_check', 'Further check'), ('assigned', 'Assigned'), ('search_started', 'Search started'), ('system_settled', 'System settled'), ('search_finished', 'Search finished'), ('reviewed', 'Reviewed'), ('decided', 'Decided'), ('decided_in_part', 'Decided in part'), ('review_reopened', 'Review reopened'), ('refused', 'Refused'), ('made_again', 'Made again'), ('package_built', 'Package built'), ('package_released', 'Package released'), ('second_look', 'Second look'), ('answered_in_part', 'Answered in part'), ('answered', 'Answered'), ('package_collected', 'Package collected'), ('dispatched', 'Dispatched'), ('package_revoked', 'Package revoked'), ('breach_opened', 'Breach opened'), ('passed_on', 'Passed on'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed'), ('merged', 'Merged'), ('joined', 'Joined')]),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['unproved', 'received', 'searching', 'in_review', 'decided', 'done', 'withdrawn', 'lapsed', 'refused', 'merged'])), name='case_status_known'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['request_received', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'refused', 'made_again', 'package_built', 'package_released', 'second_look', 'answered_in_part', 'answered', 'package_collected', 'dispatched', 'package_revoked', 'breach_opened', 'passed_on', 'withdrawn', 'lapsed', 'closed', 'merged', 'joined'])), name='case_event_kind_known'),
        ),
    ]
