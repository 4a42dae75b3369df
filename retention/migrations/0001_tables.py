"""Lines of the schedule, holds, and whom they cover.

One made of those that the first months of work took; a database on which all of them
ran takes this for done (docs/adr/0025-migrations-made-one.md).
"""

import django.db.models.deletion
import lumina_privacy.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("retention", "0001_schedule_and_holds"),
        ("retention", "0002_provisional_holds"),
        ("retention", "0003_what_is_read"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField(choices=[('legal', 'legal'), ('request', 'request'), ('restriction', 'restriction')])),
                ('placed_for', models.TextField(db_index=True)),
                ('ground', models.TextField()),
                ('placed_at', models.DateTimeField()),
                ('provisional_until', models.DateField(blank=True, null=True)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('released_by', models.TextField(blank=True, default='')),
                ('released_because', models.TextField(blank=True, default='')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['legal', 'request', 'restriction'])), name='hold_kind_known'), models.CheckConstraint(condition=models.Q(('released_at__isnull', True), models.Q(('released_because', ''), _negated=True), _connector='OR'), name='hold_released_with_reason'), models.CheckConstraint(condition=models.Q(('provisional_until__isnull', True), ('kind', 'request'), _connector='OR'), name='hold_provisional_only_for_a_request')],
            },
        ),
        migrations.CreateModel(
            name='ScheduleLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField()),
                ('version', models.PositiveIntegerField()),
                ('name', models.TextField()),
                ('trigger', models.TextField()),
                ('period', models.TextField()),
                ('end_action', models.TextField(choices=[('destroy', 'destroy'), ('anonymise', 'anonymise')])),
                ('why', models.TextField()),
                ('owner', models.TextField()),
                ('review_on', models.DateField()),
                ('proposed_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.TextField(blank=True, default='')),
                ('approved_because', models.TextField(blank=True, default='')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='line_version_once'), models.CheckConstraint(condition=models.Q(('end_action__in', ['destroy', 'anonymise'])), name='line_end_action_known'), models.CheckConstraint(condition=models.Q(('approved_at__isnull', True), models.Q(models.Q(('approved_because', ''), _negated=True), models.Q(('approved_by', ''), _negated=True)), _connector='OR'), name='line_approved_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='HoldDataset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.TextField()),
                ('dataset', models.TextField()),
                ('hold', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='datasets', to='retention.hold')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('hold', 'system', 'dataset'), name='hold_dataset_once')],
            },
        ),
        migrations.CreateModel(
            name='HoldIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('ref', models.TextField(db_index=True)),
                ('value', lumina_privacy.lib.fields.SealedText()),
                ('hold', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identifiers', to='retention.hold')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('hold', 'kind', 'ref'), name='hold_identifier_once'), models.CheckConstraint(condition=models.Q(('ref__regex', '^[A-Za-z0-9]+:[0-9a-f]{64}$')), name='hold_identifier_is_a_keyed_hash')],
            },
        ),
    ]
