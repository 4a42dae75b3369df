"""What a decision and a search go by is kept with them, so that a change is seen.

Decisions by which a row goes out hold for the row as it was read; those made before
can be told of no row, and are made again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0045_asked_about_something_else'),
    ]

    operations = [
        migrations.AddField(
            model_name='rowdecision',
            name='of',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='systemtask',
            name='led_by',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='founddataset',
            name='is_apart',
            field=models.BooleanField(default=False),
        ),
    ]
