"""Mail is plain text: no template ever filled the other column."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0003_alarm_seen'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='message',
            name='message_settled_secret_is_wiped',
        ),
        migrations.RemoveField(
            model_name='message',
            name='html',
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('secret', False), ('state', 'queued'), ('text', ''), _connector='OR'), name='message_settled_secret_is_wiped'),
        ),
    ]
