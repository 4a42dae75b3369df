"""Permission entries, what they come to, and suppressions.

One made of those that the first months of work took; a database on which all of them
ran takes this for done (docs/adr/0025-migrations-made-one.md).
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("consent", "0001_permissions"),
        ("consent", "0003_keyed_hashes"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='PermissionEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_ref', models.TextField()),
                ('purpose', models.TextField()),
                ('channel', models.TextField(choices=[('email', 'email'), ('phone-live', 'phone-live'), ('phone-automated', 'phone-automated'), ('sms', 'sms'), ('post', 'post'), ('web', 'web'), ('social', 'social')])),
                ('act', models.TextField(choices=[('given', 'given'), ('withdrawn', 'withdrawn'), ('objected', 'objected'), ('refused', 'refused'), ('expired', 'expired')])),
                ('wording', models.TextField(blank=True, default='')),
                ('wording_version', models.TextField(blank=True, default='')),
                ('source', models.TextField()),
                ('evidence', models.TextField(blank=True, default='')),
                ('actor', models.TextField()),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['subject_ref', 'purpose', 'channel', 'at'], name='permission_fold')],
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'phone-live', 'phone-automated', 'sms', 'post', 'web', 'social'])), name='permission_channel_known'), models.CheckConstraint(condition=models.Q(('act__in', ['given', 'withdrawn', 'objected', 'refused', 'expired'])), name='permission_act_known'), models.CheckConstraint(condition=models.Q(models.Q(('act', 'given'), _negated=True), models.Q(('wording', ''), _negated=True), _connector='OR'), name='permission_given_has_wording'), models.CheckConstraint(condition=models.Q(('subject_ref__regex', '^[A-Za-z0-9]+:[0-9a-f]{64}$')), name='permission_subject_is_a_keyed_hash')],
            },
        ),
        migrations.CreateModel(
            name='PermissionState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_ref', models.TextField()),
                ('purpose', models.TextField()),
                ('channel', models.TextField()),
                ('state', models.TextField(choices=[('unknown', 'unknown'), ('given', 'given'), ('stopped', 'stopped')])),
                ('since', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject_ref', 'purpose', 'channel'), name='permission_state_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'phone-live', 'phone-automated', 'sms', 'post', 'web', 'social'])), name='permission_state_channel_known'), models.CheckConstraint(condition=models.Q(('state__in', ['unknown', 'given', 'stopped'])), name='permission_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_ref', models.TextField()),
                ('purpose', models.TextField(blank=True, default='')),
                ('channel', models.TextField()),
                ('since', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject_ref', 'purpose', 'channel'), name='suppression_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'phone-live', 'phone-automated', 'sms', 'post', 'web', 'social'])), name='suppression_channel_known'), models.CheckConstraint(condition=models.Q(('subject_ref__regex', '^[A-Za-z0-9]+:[0-9a-f]{64}$')), name='suppression_is_a_keyed_hash')],
            },
        ),
    ]
