"""A file of an owner says of which of its system's datasets it is.

Of files that were brought before nobody has said so: "".
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0051_to_whom_it_was_released'),
    ]

    operations = [
        migrations.AddField(
            model_name='ownerfile',
            name='dataset',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]
