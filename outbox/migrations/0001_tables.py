"""Mail as rows, each with its purpose, its claim and its attempts.

One made of those that the first months of work took; a database on which all of them
ran takes this for done (docs/adr/0025-migrations-made-one.md).
"""

import lumina_privacy.lib.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("outbox", "0001_messages"),
        ("outbox", "0002_wiped_when_settled"),
        ("outbox", "0003_alarm_seen"),
        ("outbox", "0004_plain_text_alone"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('kind', models.TextField(choices=[('service', 'Service'), ('survey', 'Survey'), ('marketing', 'Marketing')])),
                ('purpose', models.TextField()),
                ('recipient', lumina_privacy.lib.fields.SealedText()),
                ('recipient_ref', models.TextField(db_index=True)),
                ('subject', lumina_privacy.lib.fields.SealedText()),
                ('text', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('about', models.TextField(db_index=True)),
                ('dedupe_key', models.TextField(unique=True)),
                ('secret', models.BooleanField(default=False)),
                ('statutory', models.BooleanField(default=False)),
                ('state', models.TextField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('failed', 'Failed'), ('dropped', 'Dropped'), ('bounced', 'Bounced')], default='queued')),
                ('queued_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('problem', models.TextField(blank=True, default='')),
                ('seen_by', models.TextField(blank=True, default='')),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('seen_why', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at', 'id'], name='message_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['service', 'survey', 'marketing'])), name='message_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'sent', 'failed', 'dropped', 'bounced'])), name='message_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='message_sent_has_instant'), models.CheckConstraint(condition=models.Q(('secret', False), ('state', 'queued'), ('text', ''), _connector='OR'), name='message_settled_secret_is_wiped'), models.CheckConstraint(condition=models.Q(models.Q(('seen_at__isnull', True), ('seen_by', ''), ('seen_why', '')), models.Q(models.Q(('seen_by__startswith', 'staff:')), models.Q(('seen_why', ''), _negated=True), ('seen_at__isnull', False), ('state__in', ['bounced', 'failed'])), _connector='OR'), name='message_alarm_seen_by_a_person')],
            },
        ),
    ]
