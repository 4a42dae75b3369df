"""A decision about a row is one about a row in the standing it had."""

from django.db import migrations, models

INCLUSION = ("same_person", "own_contribution")


def fill(apps, _schema_editor):
    """Say of each decision what it was taken as: one set apart has its reason."""
    decisions = apps.get_model("requests_app", "RowDecision").objects
    decisions.filter(ground__in=INCLUSION).exclude(reason="").update(
        standing="possible"
    )
    decisions.filter(ground="same_person", standing="sure").update(ground="")


def empty(apps, _schema_editor):
    """Give rows that are given the ground they had before."""
    decisions = apps.get_model("requests_app", "RowDecision").objects
    decisions.filter(ground="").update(ground="same_person")


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0003_announced_searches")]

    operations = [
        migrations.AddField(
            "founddataset", "voided", models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            "rowdecision",
            "standing",
            models.TextField(default="sure"),
            preserve_default=False,
        ),
        migrations.RemoveConstraint("rowdecision", "row_decision_has_ground"),
        migrations.AlterField(
            "rowdecision", "ground", models.TextField(blank=True, default="")
        ),
        migrations.RunPython(fill, empty),
        migrations.AddConstraint(
            "rowdecision",
            models.CheckConstraint(
                condition=models.Q(standing__in=("sure", "possible")),
                name="row_decision_standing_known",
            ),
        ),
        migrations.AddConstraint(
            "rowdecision",
            models.CheckConstraint(
                condition=~models.Q(ground="")
                | models.Q(standing="sure", choice="release"),
                name="row_decision_has_ground",
            ),
        ),
        migrations.AddConstraint(
            "rowdecision",
            models.CheckConstraint(
                condition=models.Q(standing="sure")
                | models.Q(choice="withhold")
                | models.Q(ground__in=list(INCLUSION)) & ~models.Q(reason=""),
                name="row_decision_lets_in_with_reason",
            ),
        ),
    ]
