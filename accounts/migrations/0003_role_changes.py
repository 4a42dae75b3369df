"""Who may do what is changed by two officers: the proposal and the look at it."""

import django.db.models.deletion
import lumina_privacy.lib.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_bounds'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoleChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.TextField(blank=True, default='')),
                ('name', models.TextField(blank=True, default='')),
                ('role', models.TextField(choices=[('dco', 'Dco'), ('caseworker', 'Caseworker'), ('reviewer', 'Reviewer'), ('auditor', 'Auditor'), ('operations', 'Operations')])),
                ('was', models.TextField(blank=True, default='')),
                ('state', models.TextField(choices=[('waiting', 'Waiting'), ('owed', 'Owed'), ('agreed', 'Agreed'), ('turned_down', 'Turned_Down'), ('withdrawn', 'Withdrawn'), ('single', 'Single')])),
                ('alone', models.BooleanField(default=False)),
                ('why', lumina_privacy.lib.fields.SealedText()),
                ('proposed_by', models.TextField()),
                ('proposed_at', models.DateTimeField()),
                ('look_due_on', models.DateField(blank=True, null=True)),
                ('settled_by', models.TextField(blank=True, default='')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_why', lumina_privacy.lib.fields.SealedText(blank=True, default='')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['dco', 'caseworker', 'reviewer', 'auditor', 'operations'])), name='role_change_role_known'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'owed', 'agreed', 'turned_down', 'withdrawn', 'single'])), name='role_change_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('address', ''), ('name', ''), ('user__isnull', False)), models.Q(models.Q(('address', ''), _negated=True), ('state', 'waiting')), models.Q(('address', ''), ('name', ''), ('state__in', ['turned_down', 'withdrawn'])), _connector='OR'), name='role_change_names_whom_while_it_waits'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by', ''), ('state__in', ['waiting', 'owed', 'single'])), models.Q(('settled_at__isnull', False), ('settled_by', models.F('proposed_by')), ('state', 'withdrawn')), models.Q(models.Q(('settled_by', models.F('proposed_by')), _negated=True), ('settled_at__isnull', False), ('settled_by__startswith', 'staff:'), ('state__in', ['agreed', 'turned_down'])), _connector='OR'), name='role_change_settled_by_another'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('user',), name='role_change_one_waits_for_each')],
            },
        ),
    ]
