"""Permission entries, what they come to, and suppressions."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

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
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'phone-live', 'phone-automated', 'sms', 'post', 'web', 'social'])), name='permission_channel_known'), models.CheckConstraint(condition=models.Q(('act__in', ['given', 'withdrawn', 'objected', 'refused', 'expired'])), name='permission_act_known'), models.CheckConstraint(condition=models.Q(models.Q(('act', 'given'), _negated=True), models.Q(('wording', ''), _negated=True), _connector='OR'), name='permission_given_has_wording')],
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
                'constraints': [models.UniqueConstraint(fields=('subject_ref', 'purpose', 'channel'), name='permission_state_once')],
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
                'constraints': [models.UniqueConstraint(fields=('subject_ref', 'purpose', 'channel'), name='suppression_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'phone-live', 'phone-automated', 'sms', 'post', 'web', 'social'])), name='suppression_channel_known')],
            },
        ),
    ]
