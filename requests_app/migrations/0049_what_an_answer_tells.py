"""What an answer tells of receivers and customers is kept with it, as marks.

Of what was built before nobody knows it, so it is built again before it goes.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0048_whose_value_was_ruled_on'),
    ]

    operations = [
        migrations.AddField(
            model_name='package',
            name='tells',
            field=models.JSONField(blank=True, null=True),
        ),
    ]
