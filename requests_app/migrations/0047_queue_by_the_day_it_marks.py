"""The index of the queue is by the day that a row is marked by.

Where the month waits by our reading alone that is the safe day. Dropped and built
anew: the rows stay as they are.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0046_what_was_gone_by'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='case_queue',
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(
                Coalesce('due_on', 'safe_due_on'),
                'id',
                condition=models.Q(
                    ('status__in', ['received', 'searching', 'in_review', 'decided'])
                ),
                name='case_queue',
            ),
        ),
    ]
