"""A contact that a row taught leads to no sure row until a person vouches for it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0039_passages_blacked_out'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='caseidentifier',
            name='case_identifier_status_known',
        ),
        migrations.AddField(
            model_name='identifierruling',
            name='learned',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='caseidentifier',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['sure', 'contested', 'settled', 'vouched'])), name='case_identifier_status_known'),
        ),
    ]
