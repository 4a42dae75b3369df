"""A reviewer blacks out a passage of a text, and the person gets the rest."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0038_complaints_followed'),
    ]

    operations = [
        migrations.AddField(
            model_name='rowdecision',
            name='passages',
            field=models.JSONField(default=list),
        ),
    ]
