"""The refusal, a part and the withdrawal are told by letter too."""

from django.db import migrations, models

LETTER_KIND = ['identity', 'authority', 'fee', 'clarification', 'extension', 'reminder', 'closure', 'refusal', 'partial', 'withdrawn']


def choices(words):
    return [(word, word.replace("_", " ").capitalize()) for word in words]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0016_closed_for_want_of_a_reply")]

    operations = [
        migrations.RemoveConstraint("letter", "letter_kind_known"),
        migrations.AlterField("letter", "kind", models.TextField(choices=choices(LETTER_KIND))),
        migrations.AddConstraint("letter", models.CheckConstraint(condition=models.Q(kind__in=LETTER_KIND), name="letter_kind_known")),
    ]
