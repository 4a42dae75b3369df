"""What was found and is not what a person writes about can be ruled so."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0044_used_by_others_too'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ruling',
            name='ruling_what_known',
        ),
        migrations.AlterField(
            model_name='ruling',
            name='what',
            field=models.TextField(choices=[('correct', 'Correct'), ('add_note', 'Add note'), ('leave', 'Leave'), ('erase', 'Erase'), ('remove_details', 'Remove details'), ('keep', 'Keep'), ('restrict', 'Restrict'), ('do_not_restrict', 'Do not restrict'), ('stop', 'Stop'), ('go_on', 'Go on'), ('not_meant', 'Not meant')]),
        ),
        migrations.AddConstraint(
            model_name='ruling',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['correct', 'add_note', 'leave', 'erase', 'remove_details', 'keep', 'restrict', 'do_not_restrict', 'stop', 'go_on', 'not_meant'])), name='ruling_what_known'),
        ),
    ]
