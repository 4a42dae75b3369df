"""Revisions of the register, its findings, and the facts that staff pages keep.

One made of those that the first months of work took; a database on which all of them
ran takes this for done (docs/adr/0025-migrations-made-one.md).
"""

import django.db.models.deletion
import lumina_privacy.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("datamap", "0001_register"),
        ("datamap", "0002_revision_keeps_its_order"),
        ("datamap", "0003_disclosures"),
        ("datamap", "0004_cancelled_holidays"),
        ("datamap", "0005_telling"),
        ("datamap", "0007_what_is_read"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('cancelled', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('value', models.TextField()),
                ('since', models.DateTimeField()),
                ('by', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['kind', '-since'], name='contact_point_newest')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.TextField()),
                ('dataset', models.TextField(blank=True, default='')),
                ('code', models.TextField()),
                ('problem', models.TextField()),
                ('severity', models.TextField()),
                ('raised_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_by', models.TextField(blank=True, default='')),
                ('reason', models.TextField(blank=True, default='')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('system', 'dataset', 'code', 'problem'), name='finding_once'), models.CheckConstraint(condition=models.Q(('severity__in', ['error', 'warning'])), name='finding_severity_known'), models.CheckConstraint(condition=models.Q(('settled_at__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='finding_settled_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('quote', models.TextField(blank=True, default='')),
                ('location', models.TextField(blank=True, default='')),
                ('active', models.BooleanField(default=True)),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='datamap.recipient')),
            ],
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_ref', models.TextField(db_index=True)),
                ('purpose', models.TextField()),
                ('categories', models.JSONField(default=list)),
                ('basis', models.TextField()),
                ('tell_person', models.BooleanField(blank=True, null=True)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('disclosed_at', models.DateTimeField()),
                ('by', models.TextField()),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='datamap.recipient')),
            ],
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.TextField(unique=True)),
                ('content', lumina_privacy.lib.fields.OrderedJSONField()),
                ('loaded_at', models.DateTimeField()),
                ('loaded_by', models.TextField()),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.TextField(blank=True, default='')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by', '')), models.Q(('approved_at__isnull', False), models.Q(('approved_by', ''), _negated=True)), _connector='OR'), name='revision_approved_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tell', models.BooleanField()),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.TextField()),
                ('disclosure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tellings', to='datamap.disclosure')),
            ],
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['processor', 'consent', 'contract', 'legal-obligation', 'voluntary', 'legal-claims'])), name='disclosure_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('tell_person', True), ('basis__in', ['legal-obligation', 'voluntary', 'legal-claims']), _connector='OR'), name='disclosure_untold_only_to_authorities'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('review_on__isnull', False), ('tell_person', False)), models.Q(('review_on__isnull', True), ('tell_person', True)), models.Q(('review_on__isnull', True), ('tell_person__isnull', True)), _connector='OR'), name='disclosure_untold_is_looked_at_again'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('subject_ref__regex', '^[A-Za-z0-9]+:[0-9a-f]{64}$')), name='disclosure_is_of_a_keyed_hash'),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='telling_has_its_reason'),
        ),
    ]
