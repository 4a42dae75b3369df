"""The ledger, its seals, its heartbeats, and the tokens that stand for people.

One made of those that the first months of work took; a database on which all of them
ran takes this for done (docs/adr/0025-migrations-made-one.md).
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("audit", "0001_ledger"),
        ("audit", "0003_opaque_names"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.TextField(primary_key=True, serialize=False)),
                ('last_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Pseudonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.TextField(unique=True)),
                ('token', models.UUIDField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('event_id', models.BigIntegerField(unique=True)),
                ('previous_hash', models.TextField()),
                ('hash', models.TextField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Unsealed',
            fields=[
                ('event_id', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('event', models.TextField()),
                ('actor', models.TextField()),
                ('about', models.TextField()),
                ('subject', models.UUIDField(blank=True, null=True)),
                ('details', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['about', 'id'], name='audit_event_about'), models.Index(fields=['subject', 'id'], name='audit_event_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('actor__regex', '^[a-z]+:[A-Za-z0-9_.:-]{1,80}$')), name='event_actor_is_opaque'), models.CheckConstraint(condition=models.Q(('about__regex', '^[a-z_-]+(:[A-Za-z0-9_.:-]{1,80})?$')), name='event_about_is_opaque')],
            },
        ),
    ]
