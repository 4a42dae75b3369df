"""Every envelope says since when it waits (C36)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0041_since_when_envelopes_wait'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sending',
            name='at',
            field=models.DateTimeField(),
        ),
    ]
