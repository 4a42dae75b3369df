"""Who is written to in a case, apart from what it is searched by (ADR 18)."""

import django.db.models.deletion
import lumina_privacy.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0033_kept_at_once'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuthorityLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.TextField(unique=True)),
                ('email', lumina_privacy.lib.fields.SealedText()),
                ('email_ref', models.TextField(db_index=True)),
                ('reason', lumina_privacy.lib.fields.SealedText()),
                ('offered_by', models.TextField()),
                ('offered_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed', models.BooleanField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AvoidedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField(choices=[('email', 'Email'), ('phone', 'Phone'), ('postal', 'Postal')])),
                ('ref', models.TextField(db_index=True)),
                ('value', lumina_privacy.lib.fields.SealedText()),
                ('said', lumina_privacy.lib.fields.SealedText()),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='caseevent',
            name='case_event_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='casemessage',
            name='message_sender_known',
        ),
        migrations.RemoveConstraint(
            model_name='letter',
            name='letter_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='provedidentifier',
            name='proved_proof_known',
        ),
        migrations.RemoveIndex(
            model_name='casemessage',
            name='message_unread',
        ),
        migrations.AddField(
            model_name='authority',
            name='agent_email',
            field=lumina_privacy.lib.fields.SealedText(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='authority',
            name='agent_email_ref',
            field=models.TextField(blank=True, db_index=True, default=''),
        ),
        migrations.AddField(
            model_name='authority',
            name='child',
            field=models.TextField(blank=True, choices=[('', ''), ('too_young', 'Too young'), ('wants_it', 'Wants it')], default=''),
        ),
        migrations.AddField(
            model_name='casemessage',
            name='authority',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='requests_app.authority'),
        ),
        migrations.AddField(
            model_name='letter',
            name='authority',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='requests_app.authority'),
        ),
        migrations.AddField(
            model_name='submission',
            name='agent_address',
            field=lumina_privacy.lib.fields.SealedText(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='submission',
            name='agent_address_ref',
            field=models.TextField(blank=True, db_index=True, default=''),
        ),
        migrations.AddField(
            model_name='submission',
            name='for_another',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.TextField(choices=[('request_received', 'Request received'), ('stopped_at_once', 'Stopped at once'), ('address_proved', 'Address proved'), ('identifier_added', 'Identifier added'), ('identifier_ruled', 'Identifier ruled'), ('further_check', 'Further check'), ('receipt_corrected', 'Receipt corrected'), ('id_requested', 'Id requested'), ('id_received', 'Id received'), ('authority_requested', 'Authority requested'), ('authority_received', 'Authority received'), ('fee_charged', 'Fee charged'), ('fee_paid', 'Fee paid'), ('clarification_asked', 'Clarification asked'), ('clarification_answered', 'Clarification answered'), ('no_longer_asked', 'No longer asked'), ('chased', 'Chased'), ('closed_no_reply', 'Closed no reply'), ('taken_up_again', 'Taken up again'), ('extended', 'Extended'), ('letter_sent', 'Letter sent'), ('letter_returned', 'Letter returned'), ('assigned', 'Assigned'), ('search_started', 'Search started'), ('system_settled', 'System settled'), ('search_finished', 'Search finished'), ('reviewed', 'Reviewed'), ('decided', 'Decided'), ('decided_in_part', 'Decided in part'), ('review_reopened', 'Review reopened'), ('refused', 'Refused'), ('ruled', 'Ruled'), ('carried_out', 'Carried out'), ('confirmed', 'Confirmed'), ('use_restricted', 'Use restricted'), ('restriction_lifted', 'Restriction lifted'), ('made_again', 'Made again'), ('package_built', 'Package built'), ('package_released', 'Package released'), ('second_look', 'Second look'), ('answered_in_part', 'Answered in part'), ('answered', 'Answered'), ('package_collected', 'Package collected'), ('fetched_for_post', 'Fetched for post'), ('dispatched', 'Dispatched'), ('package_revoked', 'Package revoked'), ('onward_answered', 'Onward answered'), ('sent_onward', 'Sent onward'), ('breach_opened', 'Breach opened'), ('complaint_received', 'Complaint received'), ('complaint_acknowledged', 'Complaint acknowledged'), ('complaint_linked', 'Complaint linked'), ('handler_named', 'Handler named'), ('issue_noted', 'Issue noted'), ('issue_concluded', 'Issue concluded'), ('progress_told', 'Progress told'), ('taken_elsewhere', 'Taken elsewhere'), ('complaint_answered', 'Complaint answered'), ('message_received', 'Message received'), ('message_sent', 'Message sent'), ('note_written', 'Note written'), ('authority_recorded', 'Authority recorded'), ('authority_judged', 'Authority judged'), ('authority_asked', 'Authority asked'), ('authority_answered', 'Authority answered'), ('authority_revoked', 'Authority revoked'), ('recipient_chosen', 'Recipient chosen'), ('identity_shown', 'Identity shown'), ('identity_seen', 'Identity seen'), ('identity_gone', 'Identity gone'), ('address_set_aside', 'Address set aside'), ('passed_on', 'Passed on'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed'), ('merged', 'Merged'), ('joined', 'Joined')]),
        ),
        migrations.AlterField(
            model_name='casemessage',
            name='sender',
            field=models.TextField(choices=[('person', 'Person'), ('staff', 'Staff'), ('note', 'Note'), ('agent', 'Agent')]),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.TextField(choices=[('identity', 'Identity'), ('authority', 'Authority'), ('no_authority', 'No authority'), ('fee', 'Fee'), ('clarification', 'Clarification'), ('extension', 'Extension'), ('reminder', 'Reminder'), ('closure', 'Closure'), ('refusal', 'Refusal'), ('partial', 'Partial'), ('withdrawn', 'Withdrawn'), ('complaint_acknowledgement', 'Complaint acknowledgement'), ('complaint_progress', 'Complaint progress'), ('complaint_outcome', 'Complaint outcome'), ('message', 'Message'), ('decision', 'Decision'), ('done', 'Done'), ('reopened', 'Reopened')]),
        ),
        migrations.AlterField(
            model_name='provedidentifier',
            name='proof',
            field=models.TextField(choices=[('code', 'Code'), ('staff', 'Staff'), ('agent', 'Agent'), ('joined', 'Joined')]),
        ),
        migrations.AddIndex(
            model_name='casemessage',
            index=models.Index(condition=models.Q(('seen_at__isnull', True), ('sender__in', ['person', 'agent'])), fields=['case'], name='message_unread'),
        ),
        migrations.AddConstraint(
            model_name='authority',
            constraint=models.CheckConstraint(condition=models.Q(('child__in', ['', 'too_young', 'wants_it'])), name='authority_child_known'),
        ),
        migrations.AddConstraint(
            model_name='authority',
            constraint=models.CheckConstraint(condition=models.Q(('child', ''), ('evidence', 'parent'), ('verified', True), _negated=True), name='authority_of_a_parent_heard_the_child'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['request_received', 'stopped_at_once', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'receipt_corrected', 'id_requested', 'id_received', 'authority_requested', 'authority_received', 'fee_charged', 'fee_paid', 'clarification_asked', 'clarification_answered', 'no_longer_asked', 'chased', 'closed_no_reply', 'taken_up_again', 'extended', 'letter_sent', 'letter_returned', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'refused', 'ruled', 'carried_out', 'confirmed', 'use_restricted', 'restriction_lifted', 'made_again', 'package_built', 'package_released', 'second_look', 'answered_in_part', 'answered', 'package_collected', 'fetched_for_post', 'dispatched', 'package_revoked', 'onward_answered', 'sent_onward', 'breach_opened', 'complaint_received', 'complaint_acknowledged', 'complaint_linked', 'handler_named', 'issue_noted', 'issue_concluded', 'progress_told', 'taken_elsewhere', 'complaint_answered', 'message_received', 'message_sent', 'note_written', 'authority_recorded', 'authority_judged', 'authority_asked', 'authority_answered', 'authority_revoked', 'recipient_chosen', 'identity_shown', 'identity_seen', 'identity_gone', 'address_set_aside', 'passed_on', 'withdrawn', 'lapsed', 'closed', 'merged', 'joined'])), name='case_event_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='casemessage',
            constraint=models.CheckConstraint(condition=models.Q(('sender__in', ['person', 'staff', 'note', 'agent'])), name='message_sender_known'),
        ),
        migrations.AddConstraint(
            model_name='casemessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('authority__isnull', True), ('sender', 'agent'), _negated=True), models.Q(('authority__isnull', False), ('sender__in', ['person', 'note']), _negated=True)), name='message_of_an_agent_has_its_authority'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['identity', 'authority', 'no_authority', 'fee', 'clarification', 'extension', 'reminder', 'closure', 'refusal', 'partial', 'withdrawn', 'complaint_acknowledgement', 'complaint_progress', 'complaint_outcome', 'message', 'decision', 'done', 'reopened'])), name='letter_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='provedidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('proof__in', ['code', 'staff', 'agent', 'joined'])), name='proved_proof_known'),
        ),
        migrations.AddField(
            model_name='authoritylink',
            name='authority',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='requests_app.authority'),
        ),
        migrations.AddField(
            model_name='avoidedaddress',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='avoided', to='requests_app.submission'),
        ),
        migrations.AddConstraint(
            model_name='authoritylink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('confirmed__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_at__lt', models.F('expires_at')), ('confirmed__isnull', False)), _connector='OR'), name='authority_link_answered_in_time'),
        ),
        migrations.AddConstraint(
            model_name='authoritylink',
            constraint=models.CheckConstraint(condition=models.Q(('offered_by__startswith', 'staff:'), models.Q(('reason', ''), _negated=True)), name='authority_link_offered_by_staff_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='avoidedaddress',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['email', 'phone', 'postal'])), name='avoided_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='avoidedaddress',
            constraint=models.UniqueConstraint(fields=('submission', 'kind', 'ref'), name='avoided_once'),
        ),
    ]
