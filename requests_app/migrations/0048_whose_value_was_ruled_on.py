"""What was said of a value that two carry is kept with who they were.

Of what was said before nobody knows whom it was said of, so the next search that finds
the value with two asks anew.
"""

import lumina_privacy.lib.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0047_queue_by_the_day_it_marks'),
    ]

    operations = [
        migrations.AddField(
            model_name='caseidentifier',
            name='holders',
            field=lumina_privacy.lib.fields.SealedText(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='identifierruling',
            name='holders',
            field=lumina_privacy.lib.fields.SealedText(blank=True, db_default='', default=''),
        ),
    ]
