"""What was released by one person alone is looked at a second time (C19)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0008_refusals_and_answers_made_again"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="caseevent",
            name="case_event_kind_known",
        ),
        migrations.AddField(
            model_name="package",
            name="second_look_due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.TextField(
                choices=[
                    ("request_received", "Request received"),
                    ("address_proved", "Address proved"),
                    ("identifier_added", "Identifier added"),
                    ("identifier_ruled", "Identifier ruled"),
                    ("further_check", "Further check"),
                    ("assigned", "Assigned"),
                    ("search_started", "Search started"),
                    ("system_settled", "System settled"),
                    ("search_finished", "Search finished"),
                    ("reviewed", "Reviewed"),
                    ("decided", "Decided"),
                    ("decided_in_part", "Decided in part"),
                    ("review_reopened", "Review reopened"),
                    ("refused", "Refused"),
                    ("made_again", "Made again"),
                    ("package_built", "Package built"),
                    ("package_released", "Package released"),
                    ("second_look", "Second look"),
                    ("answered_in_part", "Answered in part"),
                    ("answered", "Answered"),
                    ("package_collected", "Package collected"),
                    ("dispatched", "Dispatched"),
                    ("package_revoked", "Package revoked"),
                    ("breach_opened", "Breach opened"),
                    ("passed_on", "Passed on"),
                    ("withdrawn", "Withdrawn"),
                    ("lapsed", "Lapsed"),
                    ("closed", "Closed"),
                ]
            ),
        ),
        migrations.AddConstraint(
            model_name="caseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "request_received",
                            "address_proved",
                            "identifier_added",
                            "identifier_ruled",
                            "further_check",
                            "assigned",
                            "search_started",
                            "system_settled",
                            "search_finished",
                            "reviewed",
                            "decided",
                            "decided_in_part",
                            "review_reopened",
                            "refused",
                            "made_again",
                            "package_built",
                            "package_released",
                            "second_look",
                            "answered_in_part",
                            "answered",
                            "package_collected",
                            "dispatched",
                            "package_revoked",
                            "breach_opened",
                            "passed_on",
                            "withdrawn",
                            "lapsed",
                            "closed",
                        ],
                    )
                ),
                name="case_event_kind_known",
            ),
        ),
    ]
