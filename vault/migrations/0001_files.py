"""Files kept encrypted, and what was destroyed of them."""

import lumina_privacy.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('purpose', models.TextField(choices=[('spool', 'Spool'), ('package', 'Package'), ('upload', 'Upload'), ('evidence', 'Evidence')])),
                ('about', models.TextField(db_index=True)),
                ('name', lumina_privacy.lib.fields.SealedText()),
                ('size_bytes', models.PositiveBigIntegerField()),
                ('sha256', models.TextField()),
                ('wrapped_under', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('destroyed_at', models.DateTimeField(blank=True, null=True)),
                ('destroyed_for', models.TextField(blank=True, default='')),
                ('content_gone', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('content_gone', False), ('destroyed_at__isnull', False)), fields=['id'], name='stored_file_to_clear')],
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['spool', 'package', 'upload', 'evidence'])), name='stored_file_purpose_known'), models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', True), ('destroyed_for', '')), models.Q(('destroyed_at__isnull', False), models.Q(('destroyed_for', ''), _negated=True)), _connector='OR'), name='stored_file_destroyed_for_a_reason')],
            },
        ),
    ]
