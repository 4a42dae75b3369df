"""Data to take away can be sent straight to another company (UK GDPR Art 20(2))."""

from django.db import migrations, models

CASEEVENT_KIND = [
    "request_received", "stopped_at_once", "address_proved", "identifier_added",
    "identifier_ruled", "further_check", "receipt_corrected", "id_requested",
    "id_received", "authority_requested", "authority_received", "fee_charged",
    "fee_paid", "clarification_asked", "clarification_answered", "no_longer_asked",
    "chased", "closed_no_reply", "taken_up_again", "extended", "letter_sent",
    "letter_returned", "assigned", "search_started", "system_settled",
    "search_finished", "reviewed", "decided", "decided_in_part", "review_reopened",
    "refused", "ruled", "carried_out", "confirmed", "use_restricted",
    "restriction_lifted", "made_again", "package_built", "package_released",
    "second_look", "answered_in_part", "answered", "package_collected",
    "fetched_for_post", "dispatched", "package_revoked", "onward_answered",
    "sent_onward", "breach_opened", "complaint_received", "complaint_acknowledged",
    "complaint_linked", "handler_named", "issue_noted", "issue_concluded",
    "progress_told", "taken_elsewhere", "complaint_answered", "message_received",
    "message_sent", "note_written", "authority_recorded", "authority_judged",
    "authority_revoked", "recipient_chosen", "passed_on", "withdrawn", "lapsed",
    "closed", "merged", "joined",
]


def choices(words):
    return [(word, word.replace("_", " ").capitalize()) for word in words]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0029_identifier_rulings")]

    operations = [
        migrations.RemoveConstraint("caseevent", "case_event_kind_known"),
        migrations.AlterField("caseevent", "kind", models.TextField(choices=choices(CASEEVENT_KIND))),
        migrations.AddConstraint("caseevent", models.CheckConstraint(condition=models.Q(kind__in=CASEEVENT_KIND), name="case_event_kind_known")),
    ]
