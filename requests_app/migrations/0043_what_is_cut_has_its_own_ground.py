"""What is cut of a row set apart has a ground of its own.

Rows decided before have none: they stay as they are, no package is built of them, and
the next decision about each must say it.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0042_envelopes_say_since_when'),
    ]

    operations = [
        migrations.AddField(
            model_name='rowdecision',
            name='cut_ground',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        AddConstraintNotValid(
            model_name='rowdecision',
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ('choice', 'redact'),
                        ('standing', 'possible'),
                        models.Q(('cut_ground', ''), _negated=True),
                    ),
                    models.Q(
                        models.Q(
                            ('choice', 'redact'),
                            ('standing', 'possible'),
                            _negated=True,
                        ),
                        ('cut_ground', ''),
                    ),
                    _connector='OR',
                ),
                name='row_decision_set_apart_is_cut_on_a_ground',
            ),
        ),
    ]
