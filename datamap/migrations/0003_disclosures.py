"""A disclosure has a known basis, and is of a keyed hash (decision D10)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datamap', '0002_revision_keeps_its_order'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['processor', 'consent', 'contract', 'legal-obligation', 'voluntary', 'legal-claims'])), name='disclosure_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('tell_person', True), ('basis__in', ['legal-obligation', 'voluntary', 'legal-claims']), _connector='OR'), name='disclosure_untold_only_to_authorities'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('subject_ref__regex', '^[A-Za-z0-9]+:[0-9a-f]{64}$')), name='disclosure_is_of_a_keyed_hash'),
        ),
    ]
