"""Staff and data subjects in one table, their codes, devices and links."""

import django.db.models.deletion
import django.db.models.functions.text
import lumina_privacy.lib.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

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
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['sign_in', 'file_request', 'download', 'owner'])), name='email_code_purpose_known')],
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
    ]
