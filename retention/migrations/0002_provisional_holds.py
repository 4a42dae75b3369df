"""Only a request's hold is provisional (decision C5); holds know keyed hashes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('retention', '0001_schedule_and_holds'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('provisional_until__isnull', True), ('kind', 'request'), _connector='OR'), name='hold_provisional_only_for_a_request'),
        ),
        migrations.AddConstraint(
            model_name='holdidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('ref__regex', '^[A-Za-z0-9]+:[0-9a-f]{64}$')), name='hold_identifier_is_a_keyed_hash'),
        ),
    ]
