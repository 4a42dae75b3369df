"""A closed account opened, or a new link, takes two persons as a role does.

It goes back only until ``manage.py agree_change`` has settled a change: the rule from
before knows no such second person, and the database refuses.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_role_changes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rolechange',
            name='role_change_settled_by_another',
        ),
        migrations.AddField(
            model_name='rolechange',
            name='what',
            field=models.TextField(choices=[('role', 'Role'), ('reopen', 'Reopen'), ('link', 'Link')], default='role'),
        ),
        migrations.AddConstraint(
            model_name='rolechange',
            constraint=models.CheckConstraint(condition=models.Q(('what', 'role'), models.Q(('user__isnull', False), ('what__in', ['reopen', 'link'])), _connector='OR'), name='role_change_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='rolechange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by', ''), ('state__in', ['waiting', 'owed', 'single'])), models.Q(('settled_at__isnull', False), ('settled_by', models.F('proposed_by')), ('state', 'withdrawn')), models.Q(models.Q(('settled_by', models.F('proposed_by')), _negated=True), models.Q(('settled_by__startswith', 'staff:'), ('settled_by', 'system:agree_change'), _connector='OR'), ('settled_at__isnull', False), ('state__in', ['agreed', 'turned_down'])), _connector='OR'), name='role_change_settled_by_another'),
        ),
    ]
