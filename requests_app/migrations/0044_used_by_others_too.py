"""What staff say others use too is in doubt for their word, not for what was found.

Before going back, make those ``not_alone`` ``contested``: the older check knows no other
word for them. What was said stands in the rulings.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0043_what_is_cut_has_its_own_ground"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="caseidentifier",
            name="case_identifier_status_known",
        ),
        migrations.AddConstraint(
            model_name="caseidentifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["sure", "contested", "settled", "vouched", "not_alone"],
                    )
                ),
                name="case_identifier_status_known",
            ),
        ),
    ]
