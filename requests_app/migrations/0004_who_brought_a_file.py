"""Who brought a file is kept with it, so that nobody after them sees what it is."""

import lumina_privacy.lib.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0003_message_read_no_answer'),
    ]

    operations = [
        migrations.AddField(
            model_name='ownerfile',
            name='brought_by',
            field=lumina_privacy.lib.fields.SealedText(blank=True, db_default='', default=''),
        ),
    ]
