"""The database says that a change is of a role where who inserts it does not.

A process from before ``what`` goes on proposing while a new version is rolled out.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_ways_in'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rolechange',
            name='what',
            field=models.TextField(choices=[('role', 'Role'), ('reopen', 'Reopen'), ('link', 'Link')], db_default='role', default='role'),
        ),
    ]
