"""A request may be refused, with its ground; an answer may be made again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("datamap", "0004_cancelled_holidays"),
        ("requests_app", "0007_decisions_freeze_the_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="case",
            name="case_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="caseevent",
            name="case_event_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_known",
        ),
        migrations.AddField(
            model_name="decision",
            name="ground",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AlterField(
            model_name="case",
            name="status",
            field=models.TextField(
                choices=[
                    ("unproved", "Unproved"),
                    ("received", "Received"),
                    ("searching", "Searching"),
                    ("in_review", "In review"),
                    ("decided", "Decided"),
                    ("done", "Done"),
                    ("withdrawn", "Withdrawn"),
                    ("lapsed", "Lapsed"),
                    ("refused", "Refused"),
                ]
            ),
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
        migrations.AlterField(
            model_name="decision",
            name="outcome",
            field=models.TextField(
                choices=[
                    ("granted", "Granted"),
                    ("nothing_held", "Nothing held"),
                    ("refused", "Refused"),
                    ("in_part", "In part"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="package",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packages",
                to="requests_app.decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "unproved",
                            "received",
                            "searching",
                            "in_review",
                            "decided",
                            "done",
                            "withdrawn",
                            "lapsed",
                            "refused",
                        ],
                    )
                ),
                name="case_status_known",
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
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["granted", "nothing_held", "refused", "in_part"])
                ),
                name="decision_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome", 'refused'),
                        models.Q(("ground", ""), _negated=True),
                        models.Q(("words", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(
                            ("outcome", 'refused'),
                            _negated=True,
                        ),
                        ("ground", ""),
                    ),
                    _connector="OR",
                ),
                name="decision_refuses_with_ground_and_reason",
            ),
        ),
    ]
