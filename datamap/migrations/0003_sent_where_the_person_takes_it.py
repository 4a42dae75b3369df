"""Data may go to somebody because the person takes it there (Article 20(2))."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datamap', '0002_telling_stays_as_decided'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='disclosure',
            name='disclosure_basis_known',
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['processor', 'consent', 'contract', 'portability', 'legal-obligation', 'voluntary', 'legal-claims'])), name='disclosure_basis_known'),
        ),
    ]
