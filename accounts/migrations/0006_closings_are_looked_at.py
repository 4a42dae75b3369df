"""A closing of an account is a change that a second officer looks at (decision C19).

Going back fails while the table has one: settle it, and remove its row, first.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_role_unless_told'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rolechange',
            name='role_change_known_kind',
        ),
        migrations.AlterField(
            model_name='rolechange',
            name='what',
            field=models.TextField(choices=[('role', 'Role'), ('reopen', 'Reopen'), ('link', 'Link'), ('close', 'Close')], db_default='role', default='role'),
        ),
        migrations.AddConstraint(
            model_name='rolechange',
            constraint=models.CheckConstraint(condition=models.Q(('what', 'role'), models.Q(('user__isnull', False), ('what__in', ['reopen', 'link', 'close'])), _connector='OR'), name='role_change_known_kind'),
        ),
    ]
