"""Permissions know people by keyed hashes and never by an address."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consent', '0002_append_only'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='permissionentry',
            constraint=models.CheckConstraint(condition=models.Q(('subject_ref__regex', '^[A-Za-z0-9]+:[0-9a-f]{64}$')), name='permission_subject_is_a_keyed_hash'),
        ),
        migrations.AddConstraint(
            model_name='permissionstate',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'phone-live', 'phone-automated', 'sms', 'post', 'web', 'social'])), name='permission_state_channel_known'),
        ),
        migrations.AddConstraint(
            model_name='permissionstate',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['unknown', 'given', 'stopped'])), name='permission_state_known'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(('subject_ref__regex', '^[A-Za-z0-9]+:[0-9a-f]{64}$')), name='suppression_is_a_keyed_hash'),
        ),
    ]
