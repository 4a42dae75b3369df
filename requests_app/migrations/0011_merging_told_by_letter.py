"""That two requests are one may be told by letter."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0010_next_looks_are_planned'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='letter',
            name='letter_kind_known',
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.TextField(choices=[('acknowledgement', 'Acknowledgement'), ('identity', 'Identity'), ('authority', 'Authority'), ('no_authority', 'No authority'), ('agent_left', 'Agent left'), ('fee', 'Fee'), ('clarification', 'Clarification'), ('extension', 'Extension'), ('reminder', 'Reminder'), ('closure', 'Closure'), ('refusal', 'Refusal'), ('partial', 'Partial'), ('withdrawn', 'Withdrawn'), ('complaint_acknowledgement', 'Complaint acknowledgement'), ('complaint_progress', 'Complaint progress'), ('complaint_outcome', 'Complaint outcome'), ('message', 'Message'), ('decision', 'Decision'), ('done', 'Done'), ('reopened', 'Reopened'), ('merged', 'Merged')]),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['acknowledgement', 'identity', 'authority', 'no_authority', 'agent_left', 'fee', 'clarification', 'extension', 'reminder', 'closure', 'refusal', 'partial', 'withdrawn', 'complaint_acknowledgement', 'complaint_progress', 'complaint_outcome', 'message', 'decision', 'done', 'reopened', 'merged'])), name='letter_kind_known'),
        ),
    ]
