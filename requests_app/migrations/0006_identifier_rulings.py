"""What a person says of values that two people share; the events of saying it."""

import django.db.models.deletion
import lumina_privacy.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0005_sealed_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='IdentifierRuling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('ref', models.TextField()),
                ('value', lumina_privacy.lib.fields.SealedText()),
                ('route', models.JSONField(default=list)),
                ('same_person', models.BooleanField()),
                ('reason', lumina_privacy.lib.fields.SealedText()),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='caseevent',
            name='case_event_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='caseidentifier',
            name='case_identifier_status_known',
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.TextField(choices=[('request_received', 'Request received'), ('address_proved', 'Address proved'), ('identifier_added', 'Identifier added'), ('identifier_ruled', 'Identifier ruled'), ('further_check', 'Further check'), ('assigned', 'Assigned'), ('search_started', 'Search started'), ('system_settled', 'System settled'), ('search_finished', 'Search finished'), ('reviewed', 'Reviewed'), ('decided', 'Decided'), ('decided_in_part', 'Decided in part'), ('review_reopened', 'Review reopened'), ('package_built', 'Package built'), ('package_released', 'Package released'), ('answered_in_part', 'Answered in part'), ('answered', 'Answered'), ('package_collected', 'Package collected'), ('dispatched', 'Dispatched'), ('package_revoked', 'Package revoked'), ('breach_opened', 'Breach opened'), ('passed_on', 'Passed on'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed')]),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['request_received', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'package_built', 'package_released', 'answered_in_part', 'answered', 'package_collected', 'dispatched', 'package_revoked', 'breach_opened', 'passed_on', 'withdrawn', 'lapsed', 'closed'])), name='case_event_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='caseidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['sure', 'contested', 'settled'])), name='case_identifier_status_known'),
        ),
        migrations.AddField(
            model_name='identifierruling',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='requests_app.case'),
        ),
        migrations.AddConstraint(
            model_name='identifierruling',
            constraint=models.CheckConstraint(condition=models.Q(('by__startswith', 'staff:')), name='identifier_ruling_by_a_person'),
        ),
        migrations.RunSQL(
            'CREATE TRIGGER requests_app_identifierruling_append_only '
            'BEFORE UPDATE OR DELETE ON requests_app_identifierruling '
            "FOR EACH ROW EXECUTE FUNCTION lumina_append_only('value', 'reason')",
            'DROP TRIGGER requests_app_identifierruling_append_only '
            'ON requests_app_identifierruling',
        ),
    ]
