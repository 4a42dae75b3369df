"""A decision of one person is looked at by another, and may go back (decision C19)."""

from django.db import migrations, models

LETTER_KIND = [
    "identity", "authority", "fee", "clarification", "extension", "reminder",
    "closure", "refusal", "partial", "withdrawn", "complaint_acknowledgement",
    "complaint_progress", "complaint_outcome", "message", "decision", "done",
    "reopened",
]


def choices(words):
    return [(word, word.replace("_", " ").capitalize()) for word in words]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0030_data_sent_to_another_company")]

    operations = [
        migrations.AddField("case", "second_look_due_on", models.DateField(blank=True, null=True)),
        migrations.AddIndex("case", models.Index(condition=models.Q(second_look_due_on__isnull=False), fields=["second_look_due_on"], name="case_second_look")),
        migrations.RemoveConstraint("letter", "letter_kind_known"),
        migrations.AlterField("letter", "kind", models.TextField(choices=choices(LETTER_KIND))),
        migrations.AddConstraint("letter", models.CheckConstraint(condition=models.Q(kind__in=LETTER_KIND), name="letter_kind_known")),
    ]
