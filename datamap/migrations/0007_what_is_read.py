"""Not to tell is looked at again; and nobody read what a recipient is to us."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("datamap", "0006_telling_stays")]

    operations = [
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("review_on__isnull", False), ("tell_person", False)),
                    models.Q(("review_on__isnull", True), ("tell_person", True)),
                    models.Q(
                        ("review_on__isnull", True), ("tell_person__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="disclosure_untold_is_looked_at_again",
            ),
        ),
        migrations.RemoveField("recipient", "is_processor"),
    ]
