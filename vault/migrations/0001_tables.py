"""Files kept encrypted, and what was destroyed of them.

One made of those that the first months of work took; a database on which all of them
ran takes this for done (docs/adr/0025-migrations-made-one.md).
"""

import lumina_privacy.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("vault", "0001_files"),
        ("vault", "0002_no_evidence_files"),
        ("vault", "0003_scans"),
        ("vault", "0004_pictures_of_an_identity"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('purpose', models.TextField(choices=[('spool', 'Spool'), ('package', 'Package'), ('upload', 'Upload'), ('evidence', 'Evidence'), ('picture', 'Picture')])),
                ('about', models.TextField(db_index=True)),
                ('name', lumina_privacy.lib.fields.SealedText()),
                ('size_bytes', models.PositiveBigIntegerField()),
                ('sha256', models.TextField()),
                ('wrapped_under', models.TextField()),
                ('scan', models.TextField(blank=True, choices=[('', 'None'), ('waiting', 'Waiting'), ('clean', 'Clean'), ('found', 'Found'), ('too_large', 'Too_Large')], default='')),
                ('created_at', models.DateTimeField()),
                ('destroyed_at', models.DateTimeField(blank=True, null=True)),
                ('destroyed_for', models.TextField(blank=True, default='')),
                ('content_gone', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('scan', 'waiting')), fields=['created_at'], name='stored_file_to_scan'), models.Index(condition=models.Q(('content_gone', False), ('destroyed_at__isnull', False)), fields=['id'], name='stored_file_to_clear')],
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['spool', 'package', 'upload', 'evidence', 'picture'])), name='stored_file_purpose_known'), models.CheckConstraint(condition=models.Q(('scan__in', ['', 'waiting', 'clean', 'found', 'too_large'])), name='stored_file_scan_known'), models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', True), ('destroyed_for', '')), models.Q(('destroyed_at__isnull', False), models.Q(('destroyed_for', ''), _negated=True)), _connector='OR'), name='stored_file_destroyed_for_a_reason')],
            },
        ),
    ]
