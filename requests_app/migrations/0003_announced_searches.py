"""A sweep that has told a worker of a search does not tell another one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0002_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='systemtask',
            name='announced_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
