"""No file is kept as evidence: the purpose was never used (decision D9)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('vault', '0001_files'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='storedfile',
            name='stored_file_purpose_known',
        ),
        migrations.AlterField(
            model_name='storedfile',
            name='purpose',
            field=models.TextField(choices=[('spool', 'Spool'), ('package', 'Package'), ('upload', 'Upload')]),
        ),
        migrations.AddConstraint(
            model_name='storedfile',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['spool', 'package', 'upload'])), name='stored_file_purpose_known'),
        ),
    ]
