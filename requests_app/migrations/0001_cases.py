"""Submissions, cases and their events; searches, what they found, and answers."""

import django.db.models.deletion
import lumina_privacy.lib.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('datamap', '0001_register'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OwnerTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField(unique=True)),
                ('address', lumina_privacy.lib.fields.SealedText()),
                ('due_on', models.DateField()),
                ('answer', models.TextField(blank=True, choices=[('', ''), ('files', 'Files'), ('nothing_held', 'Nothing held'), ('not_mine', 'Not mine'), ('needs_until', 'Needs until')], default='')),
                ('note', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('needs_until', models.DateField(blank=True, null=True)),
                ('asked_at', models.DateTimeField()),
                ('chased_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField(unique=True)),
                ('right', models.TextField(choices=[('access', 'Access'), ('rectification', 'Rectification'), ('erasure', 'Erasure'), ('restriction', 'Restriction'), ('portability', 'Portability'), ('objection', 'Objection'), ('objection_direct_marketing', 'Objection direct marketing'), ('withdraw_consent', 'Withdraw consent'), ('complaint', 'Complaint'), ('not_yet_known', 'Not yet known'), ('breach', 'Breach'), ('passed_on', 'Passed on')])),
                ('status', models.TextField(choices=[('unproved', 'Unproved'), ('received', 'Received'), ('searching', 'Searching'), ('in_review', 'In review'), ('decided', 'Decided'), ('done', 'Done'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed')])),
                ('clock_state', models.TextField(choices=[('running', 'Running'), ('paused', 'Paused'), ('not_started', 'Not started')])),
                ('due_on', models.DateField(blank=True, null=True)),
                ('safe_due_on', models.DateField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('hold', models.BigIntegerField(blank=True, null=True)),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('related', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relatives', to='requests_app.case')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='datamap.revision')),
            ],
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('kind', models.TextField(choices=[('request_received', 'Request received'), ('address_proved', 'Address proved'), ('further_check', 'Further check'), ('assigned', 'Assigned'), ('search_started', 'Search started'), ('system_settled', 'System settled'), ('search_finished', 'Search finished'), ('reviewed', 'Reviewed'), ('decided', 'Decided'), ('decided_in_part', 'Decided in part'), ('review_reopened', 'Review reopened'), ('package_built', 'Package built'), ('package_released', 'Package released'), ('answered_in_part', 'Answered in part'), ('answered', 'Answered'), ('package_collected', 'Package collected'), ('dispatched', 'Dispatched'), ('package_revoked', 'Package revoked'), ('breach_opened', 'Breach opened'), ('passed_on', 'Passed on'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed')])),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('actor', models.TextField()),
                ('facts', models.JSONField(default=dict)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='requests_app.case')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.caseevent')),
            ],
        ),
        migrations.CreateModel(
            name='CaseIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('ref', models.TextField()),
                ('value', lumina_privacy.lib.fields.SealedText()),
                ('status', models.TextField()),
                ('route', models.JSONField(default=list)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='requests_app.case')),
            ],
        ),
        migrations.CreateModel(
            name='CaseText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', lumina_privacy.lib.fields.SealedText()),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='text', to='requests_app.caseevent')),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.TextField(choices=[('granted', 'Granted'), ('nothing_held', 'Nothing held'), ('in_part', 'In part')])),
                ('still_open', models.JSONField(default=list)),
                ('words', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('form', models.TextField(choices=[('download', 'Download'), ('print', 'Print'), ('medium', 'Medium')])),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='requests_app.case')),
            ],
        ),
        migrations.CreateModel(
            name='FoundDataset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.TextField()),
                ('dataset', models.TextField()),
                ('spool', models.UUIDField(blank=True, null=True)),
                ('sure', models.PositiveBigIntegerField(default=0)),
                ('possible', models.PositiveBigIntegerField(default=0)),
                ('processor', models.PositiveBigIntegerField(default=0)),
                ('customers', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('secrets', models.JSONField(default=list)),
                ('routes', models.JSONField(default=list)),
                ('choice', models.TextField(blank=True, default='')),
                ('ground', models.TextField(blank=True, default='')),
                ('reviewed_by', models.TextField(blank=True, default='')),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='found', to='requests_app.case')),
            ],
        ),
        migrations.CreateModel(
            name='FurtherCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.TextField(choices=[('fact', 'Fact'), ('call_back', 'Call back'), ('phone_code', 'Phone code'), ('photo', 'Photo'), ('waived', 'Waived')])),
                ('passed', models.BooleanField()),
                ('reason', lumina_privacy.lib.fields.SealedText()),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='requests_app.case')),
            ],
        ),
        migrations.CreateModel(
            name='OwnerFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.UUIDField(unique=True)),
                ('claimed_type', models.TextField(blank=True, default='')),
                ('choice', models.TextField(blank=True, choices=[('release', 'Release'), ('redact', 'Redact'), ('withhold', 'Withhold')], default='')),
                ('ground', models.TextField(blank=True, default='')),
                ('reviewed_by', models.TextField(blank=True, default='')),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='requests_app.ownertask')),
            ],
        ),
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField(unique=True)),
                ('state', models.TextField(choices=[('pending', 'Pending'), ('building', 'Building'), ('built', 'Built'), ('failed', 'Failed'), ('released', 'Released'), ('revoked', 'Revoked'), ('destroyed', 'Destroyed')])),
                ('file', models.UUIDField(blank=True, null=True)),
                ('manifest', models.JSONField(default=dict)),
                ('size_bytes', models.PositiveBigIntegerField(default=0)),
                ('rows_done', models.PositiveBigIntegerField(default=0)),
                ('rows_planned', models.PositiveBigIntegerField(default=0)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('problem', models.TextField(blank=True, default='')),
                ('built_at', models.DateTimeField(blank=True, null=True)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('released_by', models.TextField(blank=True, default='')),
                ('alone_reason', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('second_look_by', models.TextField(blank=True, default='')),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('collected_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='requests_app.case')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='package', to='requests_app.decision')),
            ],
        ),
        migrations.CreateModel(
            name='Download',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
                ('bytes_sent', models.PositiveBigIntegerField(default=0)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='requests_app.package')),
            ],
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.TextField()),
                ('to', lumina_privacy.lib.fields.SealedText()),
                ('tracking', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='requests_app.package')),
            ],
        ),
        migrations.CreateModel(
            name='PassOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.TextField()),
                ('customer', lumina_privacy.lib.fields.SealedText()),
                ('customer_ref', models.TextField()),
                ('rows', models.PositiveBigIntegerField()),
                ('may_name', models.BooleanField(blank=True, null=True)),
                ('opened_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.TextField(blank=True, default='')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pass_ons', to='requests_app.case')),
            ],
        ),
        migrations.CreateModel(
            name='ProvedIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('ref', models.TextField(db_index=True)),
                ('value', lumina_privacy.lib.fields.SealedText()),
                ('proof', models.TextField()),
                ('level', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proved', to='requests_app.case')),
            ],
        ),
        migrations.CreateModel(
            name='RowDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row_ref', models.TextField()),
                ('choice', models.TextField(choices=[('release', 'Release'), ('redact', 'Redact'), ('withhold', 'Withhold')])),
                ('fields', models.JSONField(default=list)),
                ('ground', models.TextField()),
                ('reason', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
                ('found', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='requests_app.founddataset')),
            ],
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField(unique=True)),
                ('idempotency_key', models.UUIDField(unique=True)),
                ('times_sent', models.PositiveIntegerField(default=1)),
                ('channel', models.TextField(choices=[('web', 'Web'), ('email', 'Email'), ('phone', 'Phone'), ('post', 'Post'), ('in_person', 'In person'), ('social', 'Social')])),
                ('received_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('actor', models.TextField()),
                ('address', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('address_ref', models.TextField(blank=True, db_index=True, default='')),
                ('name', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('phone', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('postal', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('answers', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('proved_at', models.DateTimeField(blank=True, null=True)),
                ('reminders', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['web', 'email', 'phone', 'post', 'in_person', 'social'])), name='submission_channel_known'), models.CheckConstraint(condition=models.Q(('recorded_at__gte', models.F('received_at'))), name='submission_received_before_recorded')],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='requests_app.submission'),
        ),
        migrations.CreateModel(
            name='SystemTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.TextField()),
                ('state', models.TextField(choices=[('pending', 'Pending'), ('running', 'Running'), ('waiting', 'Waiting'), ('needs_person', 'Needs person'), ('with_owner', 'With owner'), ('done', 'Done')])),
                ('verdict', models.TextField(blank=True, choices=[('', ''), ('found', 'Found'), ('nothing_held', 'Nothing held'), ('reasoned', 'Reasoned')], default='')),
                ('reason', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('settled_by', models.TextField(blank=True, default='')),
                ('searched_with', models.TextField(blank=True, default='')),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('rounds', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(blank=True, null=True)),
                ('datasets_done', models.PositiveIntegerField(default=0)),
                ('datasets_planned', models.PositiveIntegerField(default=0)),
                ('rows_done', models.PositiveBigIntegerField(default=0)),
                ('problem', models.TextField(blank=True, default='')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='requests_app.case')),
            ],
        ),
        migrations.AddField(
            model_name='ownertask',
            name='task',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='owner_task', to='requests_app.systemtask'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.UniqueConstraint(fields=('case', 'seq'), name='case_event_once'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['request_received', 'address_proved', 'further_check', 'assigned', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'package_built', 'package_released', 'answered_in_part', 'answered', 'package_collected', 'dispatched', 'package_revoked', 'breach_opened', 'passed_on', 'withdrawn', 'lapsed', 'closed'])), name='case_event_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='caseidentifier',
            constraint=models.UniqueConstraint(fields=('case', 'kind', 'ref'), name='case_identifier_once'),
        ),
        migrations.AddConstraint(
            model_name='caseidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['sure', 'contested'])), name='case_identifier_status_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['granted', 'nothing_held', 'in_part'])), name='decision_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['download', 'print', 'medium'])), name='decision_form_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('by__startswith', 'staff:')), name='decision_by_a_person'),
        ),
        migrations.AddConstraint(
            model_name='founddataset',
            constraint=models.UniqueConstraint(fields=('case', 'system', 'dataset'), name='found_dataset_once'),
        ),
        migrations.AddConstraint(
            model_name='founddataset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('choice', 'withhold'), _negated=True), models.Q(('ground', ''), _negated=True), _connector='OR'), name='found_dataset_withheld_has_ground'),
        ),
        migrations.AddConstraint(
            model_name='furthercheck',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['fact', 'call_back', 'phone_code', 'photo', 'waived'])), name='check_method_known'),
        ),
        migrations.AddConstraint(
            model_name='ownerfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('choice', 'withhold'), _negated=True), models.Q(('ground', ''), _negated=True), _connector='OR'), name='owner_file_withheld_has_ground'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'building', 'built', 'failed', 'released', 'revoked', 'destroyed'])), name='package_state_known'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'released'), _negated=True), models.Q(('expires_at__isnull', False), ('released_by__startswith', 'staff:')), _connector='OR'), name='package_released_by_a_person'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['built', 'released']), _negated=True), ('file__isnull', False), _connector='OR'), name='package_built_has_file'),
        ),
        migrations.AddConstraint(
            model_name='passon',
            constraint=models.UniqueConstraint(fields=('case', 'system', 'customer_ref'), name='pass_on_once'),
        ),
        migrations.AddConstraint(
            model_name='provedidentifier',
            constraint=models.UniqueConstraint(fields=('case', 'kind', 'ref'), name='proved_once'),
        ),
        migrations.AddConstraint(
            model_name='rowdecision',
            constraint=models.UniqueConstraint(fields=('found', 'row_ref'), name='row_decision_once'),
        ),
        migrations.AddConstraint(
            model_name='rowdecision',
            constraint=models.CheckConstraint(condition=models.Q(('choice__in', ['release', 'redact', 'withhold'])), name='row_decision_choice_known'),
        ),
        migrations.AddConstraint(
            model_name='rowdecision',
            constraint=models.CheckConstraint(condition=models.Q(('ground', ''), _negated=True), name='row_decision_has_ground'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ['received', 'searching', 'in_review', 'decided'])), fields=['due_on', 'id'], name='case_queue'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('right__in', ['access', 'rectification', 'erasure', 'restriction', 'portability', 'objection', 'objection_direct_marketing', 'withdraw_consent', 'complaint', 'not_yet_known', 'breach', 'passed_on'])), name='case_right_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['unproved', 'received', 'searching', 'in_review', 'decided', 'done', 'withdrawn', 'lapsed'])), name='case_status_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('clock_state__in', ['running', 'paused', 'not_started'])), name='case_clock_state_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('status__in', ['unproved', 'received', 'searching', 'in_review', 'decided'])), models.Q(('closed_at__isnull', False), models.Q(('status__in', ['unproved', 'received', 'searching', 'in_review', 'decided']), _negated=True)), _connector='OR'), name='case_closed_iff_final'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clock_state', 'running'), _negated=True), ('due_on__isnull', False), _connector='OR'), name='case_running_has_due_day'),
        ),
        migrations.AddIndex(
            model_name='systemtask',
            index=models.Index(condition=models.Q(('state__in', ['pending', 'running', 'waiting'])), fields=['state', 'next_try_at', 'claimed_until'], name='system_task_due'),
        ),
        migrations.AddConstraint(
            model_name='systemtask',
            constraint=models.UniqueConstraint(fields=('case', 'system'), name='system_task_once'),
        ),
        migrations.AddConstraint(
            model_name='systemtask',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'running', 'waiting', 'needs_person', 'with_owner', 'done'])), name='system_task_state_known'),
        ),
        migrations.AddConstraint(
            model_name='systemtask',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['', 'found', 'nothing_held', 'reasoned'])), name='system_task_verdict_known'),
        ),
        migrations.AddConstraint(
            model_name='systemtask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('verdict', ''), _negated=True), _connector='OR'), name='system_task_done_has_verdict'),
        ),
        migrations.AddConstraint(
            model_name='ownertask',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['', 'files', 'nothing_held', 'not_mine', 'needs_until'])), name='owner_task_answer_known'),
        ),
    ]
