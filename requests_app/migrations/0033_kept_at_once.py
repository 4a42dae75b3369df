"""What overwrites itself and was asked for is a task of its owner, the same day."""

import django.db.models.deletion
import lumina_privacy.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0032_what_shows_an_identity'),
    ]

    operations = [
        migrations.CreateModel(
            name='Preservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField(unique=True)),
                ('system', models.TextField()),
                ('address', lumina_privacy.lib.fields.SealedText()),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('outcome', models.TextField(blank=True, choices=[('', ''), ('kept', 'Kept'), ('overwritten', 'Overwritten'), ('not_there', 'Not there')], default='')),
                ('note', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('chased_at', models.DateTimeField(blank=True, null=True)),
                ('let_go_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='preservations', to='requests_app.case')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True), ('let_go_at__isnull', True)), fields=['due_on'], name='preservation_waiting')],
                'constraints': [models.UniqueConstraint(fields=('case', 'system'), name='preservation_once'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'kept', 'overwritten', 'not_there'])), name='preservation_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='preservation_answered_has_outcome')],
            },
        ),
    ]
