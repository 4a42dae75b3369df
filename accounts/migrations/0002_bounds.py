"""A code is tried five times at most, and used before it expires."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_users'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='emailcode',
            constraint=models.CheckConstraint(condition=models.Q(('attempts__lte', 5)), name='email_code_tried_five_times_at_most'),
        ),
        migrations.AddConstraint(
            model_name='emailcode',
            constraint=models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('used_at__lt', models.F('expires_at')), _connector='OR'), name='email_code_used_in_time'),
        ),
        migrations.AddConstraint(
            model_name='enrolmentlink',
            constraint=models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('used_at__lt', models.F('expires_at')), _connector='OR'), name='enrolment_link_used_in_time'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('deputy', models.F('id')), _negated=True), name='user_deputy_is_another'),
        ),
    ]
