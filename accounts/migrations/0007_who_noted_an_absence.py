"""An account says who noted its absence: they gain nothing by it (decision C19)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_closings_are_looked_at'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='absence_noted_by',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]
