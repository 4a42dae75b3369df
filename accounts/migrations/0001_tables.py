"""Staff and data subjects in one table, their codes, devices and links.

One made of those that the first months of work took; a database on which all of them
ran takes this for done (docs/adr/0025-migrations-made-one.md).
"""

import django.db.models.deletion
import django.db.models.functions.text
import lumina_privacy.lib.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("accounts", "0001_users"),
        ("accounts", "0002_bounds"),
        ("accounts", "0003_role_changes"),
        ("accounts", "0004_ways_in"),
        ("accounts", "0005_role_unless_told"),
        ("accounts", "0006_closings_are_looked_at"),
        ("accounts", "0007_who_noted_an_absence"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('kind', models.TextField(choices=[('staff', 'Staff'), ('subject', 'Subject')])),
                ('email', models.TextField()),
                ('login', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Concat('kind', models.Value(':', output_field=models.TextField()), 'email'), output_field=models.TextField(), unique=True)),
                ('name', models.TextField(blank=True, default='')),
                ('role', models.TextField(blank=True, choices=[('dco', 'Dco'), ('caseworker', 'Caseworker'), ('reviewer', 'Reviewer'), ('auditor', 'Auditor'), ('operations', 'Operations')], default='')),
                ('is_active', models.BooleanField(default=True)),
                ('absent_until', models.DateField(blank=True, null=True)),
                ('absence_noted_by', models.TextField(blank=True, db_default='', default='')),
                ('created_at', models.DateTimeField()),
                ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='EmailCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_ref', models.TextField()),
                ('purpose', models.TextField(choices=[('sign_in', 'Sign_In'), ('file_request', 'File_Request'), ('download', 'Download'), ('owner', 'Owner')])),
                ('about', models.TextField(blank=True, default='')),
                ('salt', models.TextField()),
                ('code_hash', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('superseded', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['address_ref', 'purpose', '-id'], name='email_code_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['sign_in', 'file_request', 'download', 'owner'])), name='email_code_purpose_known'), models.CheckConstraint(condition=models.Q(('attempts__lte', 5)), name='email_code_tried_five_times_at_most'), models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('used_at__lt', models.F('expires_at')), _connector='OR'), name='email_code_used_in_time')],
            },
        ),
        migrations.CreateModel(
            name='EnrolmentLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.TextField(unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', models.TextField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='enrolment_links', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salt', models.TextField()),
                ('code_hash', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RoleChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.TextField(choices=[('role', 'Role'), ('reopen', 'Reopen'), ('link', 'Link'), ('close', 'Close')], db_default='role', default='role')),
                ('address', models.TextField(blank=True, default='')),
                ('name', models.TextField(blank=True, default='')),
                ('role', models.TextField(choices=[('dco', 'Dco'), ('caseworker', 'Caseworker'), ('reviewer', 'Reviewer'), ('auditor', 'Auditor'), ('operations', 'Operations')])),
                ('was', models.TextField(blank=True, default='')),
                ('state', models.TextField(choices=[('waiting', 'Waiting'), ('owed', 'Owed'), ('agreed', 'Agreed'), ('turned_down', 'Turned_Down'), ('withdrawn', 'Withdrawn'), ('single', 'Single')])),
                ('alone', models.BooleanField(default=False)),
                ('why', lumina_privacy.lib.fields.SealedText()),
                ('proposed_by', models.TextField()),
                ('proposed_at', models.DateTimeField()),
                ('look_due_on', models.DateField(blank=True, null=True)),
                ('settled_by', models.TextField(blank=True, default='')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_why', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='TotpDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                ('throttling_failure_timestamp', models.DateTimeField(blank=True, default=None, help_text='A timestamp of the last failed verification attempt. Null if last attempt succeeded.', null=True)),
                ('throttling_failure_count', models.PositiveIntegerField(default=0, help_text='Number of successive failed attempts.')),
                ('secret', lumina_privacy.lib.fields.SealedText()),
                ('last_step', models.BigIntegerField(default=-1)),
                ('user', models.ForeignKey(help_text='The user that this device belongs to.', on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(fields=('kind', 'email'), name='user_address_once_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['staff', 'subject'])), name='user_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'staff'), ('role__in', ['dco', 'caseworker', 'reviewer', 'auditor', 'operations'])), models.Q(('kind', 'subject'), ('role', '')), _connector='OR'), name='user_role_iff_staff'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('deputy', models.F('id')), _negated=True), name='user_deputy_is_another'),
        ),
        migrations.AddConstraint(
            model_name='enrolmentlink',
            constraint=models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('used_at__lt', models.F('expires_at')), _connector='OR'), name='enrolment_link_used_in_time'),
        ),
        migrations.AddConstraint(
            model_name='rolechange',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['dco', 'caseworker', 'reviewer', 'auditor', 'operations'])), name='role_change_role_known'),
        ),
        migrations.AddConstraint(
            model_name='rolechange',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'owed', 'agreed', 'turned_down', 'withdrawn', 'single'])), name='role_change_known_state'),
        ),
        migrations.AddConstraint(
            model_name='rolechange',
            constraint=models.CheckConstraint(condition=models.Q(('what', 'role'), models.Q(('user__isnull', False), ('what__in', ['reopen', 'link', 'close'])), _connector='OR'), name='role_change_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='rolechange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('address', ''), ('name', ''), ('user__isnull', False)), models.Q(models.Q(('address', ''), _negated=True), ('state', 'waiting')), models.Q(('address', ''), ('name', ''), ('state__in', ['turned_down', 'withdrawn'])), _connector='OR'), name='role_change_names_whom_while_it_waits'),
        ),
        migrations.AddConstraint(
            model_name='rolechange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by', ''), ('state__in', ['waiting', 'owed', 'single'])), models.Q(('settled_at__isnull', False), ('settled_by', models.F('proposed_by')), ('state', 'withdrawn')), models.Q(models.Q(('settled_by', models.F('proposed_by')), _negated=True), models.Q(('settled_by__startswith', 'staff:'), ('settled_by', 'system:agree_change'), _connector='OR'), ('settled_at__isnull', False), ('state__in', ['agreed', 'turned_down'])), _connector='OR'), name='role_change_settled_by_another'),
        ),
        migrations.AddConstraint(
            model_name='rolechange',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('user',), name='role_change_one_waits_for_each'),
        ),
    ]
