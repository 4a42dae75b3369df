"""A check may have been that something was shown, looked at and not kept."""

from django.db import migrations, models

METHOD = ['fact', 'call_back', 'phone_code', 'photo', 'document', 'waived']


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0027_proofs_are_known")]

    operations = [
        migrations.RemoveConstraint("furthercheck", "check_method_known"),
        migrations.AlterField("furthercheck", "method", models.TextField(choices=[(word, word.replace("_", " ").capitalize()) for word in METHOD])),
        migrations.AddConstraint("furthercheck", models.CheckConstraint(condition=models.Q(method__in=METHOD), name="check_method_known")),
    ]
