"""An identifier is shown as it was typed, and compared by its one spelling."""

import lumina_privacy.lib.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0014_fetched_for_post'),
    ]

    operations = [
        migrations.AddField(
            model_name='provedidentifier',
            name='given',
            field=lumina_privacy.lib.fields.SealedText(blank=True, default=''),
        ),
    ]
