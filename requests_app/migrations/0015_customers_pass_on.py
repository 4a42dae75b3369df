"""A customer passes a request to us: its events, and the letters to them (D13)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0014_holds_are_released_by_two'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='caseevent',
            name='case_event_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='letter',
            name='letter_kind_known',
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.TextField(choices=[('request_received', 'Request received'), ('stopped_at_once', 'Stopped at once'), ('address_proved', 'Address proved'), ('identifier_added', 'Identifier added'), ('identifier_ruled', 'Identifier ruled'), ('further_check', 'Further check'), ('receipt_corrected', 'Receipt corrected'), ('right_read', 'Right read'), ('id_requested', 'Id requested'), ('id_received', 'Id received'), ('authority_requested', 'Authority requested'), ('authority_received', 'Authority received'), ('fee_charged', 'Fee charged'), ('fee_paid', 'Fee paid'), ('clarification_asked', 'Clarification asked'), ('clarification_answered', 'Clarification answered'), ('no_longer_asked', 'No longer asked'), ('read_no_answer', 'Read no answer'), ('chased', 'Chased'), ('closed_no_reply', 'Closed no reply'), ('taken_up_again', 'Taken up again'), ('extended', 'Extended'), ('letter_sent', 'Letter sent'), ('letter_returned', 'Letter returned'), ('assigned', 'Assigned'), ('action_planned', 'Action planned'), ('alarm_raised', 'Alarm raised'), ('post_reminded', 'Post reminded'), ('due_reminded', 'Due reminded'), ('search_started', 'Search started'), ('system_settled', 'System settled'), ('search_finished', 'Search finished'), ('reviewed', 'Reviewed'), ('decided', 'Decided'), ('decided_in_part', 'Decided in part'), ('review_reopened', 'Review reopened'), ('refused', 'Refused'), ('ruled', 'Ruled'), ('carried_out', 'Carried out'), ('confirmed', 'Confirmed'), ('use_restricted', 'Use restricted'), ('restriction_lifted', 'Restriction lifted'), ('made_again', 'Made again'), ('package_built', 'Package built'), ('package_released', 'Package released'), ('second_look', 'Second look'), ('answered_in_part', 'Answered in part'), ('answered', 'Answered'), ('package_collected', 'Package collected'), ('fetched_for_post', 'Fetched for post'), ('dispatched', 'Dispatched'), ('paper_taken_back', 'Paper taken back'), ('package_revoked', 'Package revoked'), ('page_opened', 'Page opened'), ('onward_answered', 'Onward answered'), ('sent_onward', 'Sent onward'), ('breach_opened', 'Breach opened'), ('complaint_received', 'Complaint received'), ('complaint_acknowledged', 'Complaint acknowledged'), ('complaint_followed', 'Complaint followed'), ('complaint_linked', 'Complaint linked'), ('handler_named', 'Handler named'), ('issue_noted', 'Issue noted'), ('issue_concluded', 'Issue concluded'), ('progress_told', 'Progress told'), ('taken_elsewhere', 'Taken elsewhere'), ('complaint_answered', 'Complaint answered'), ('message_received', 'Message received'), ('message_sent', 'Message sent'), ('note_written', 'Note written'), ('called', 'Called'), ('wish_changed', 'Wish changed'), ('authority_recorded', 'Authority recorded'), ('authority_judged', 'Authority judged'), ('authority_asked', 'Authority asked'), ('authority_answered', 'Authority answered'), ('authority_revoked', 'Authority revoked'), ('authority_laid_down', 'Authority laid down'), ('recipient_chosen', 'Recipient chosen'), ('identity_shown', 'Identity shown'), ('identity_seen', 'Identity seen'), ('identity_gone', 'Identity gone'), ('address_set_aside', 'Address set aside'), ('passed_on', 'Passed on'), ('instruction_received', 'Instruction received'), ('instruction_corrected', 'Instruction corrected'), ('customer_judged', 'Customer judged'), ('customer_written_to', 'Customer written to'), ('assisted', 'Assisted'), ('customer_answered', 'Customer answered'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('closed', 'Closed'), ('merged', 'Merged'), ('joined', 'Joined')]),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.TextField(choices=[('acknowledgement', 'Acknowledgement'), ('identity', 'Identity'), ('authority', 'Authority'), ('no_authority', 'No authority'), ('agent_left', 'Agent left'), ('fee', 'Fee'), ('clarification', 'Clarification'), ('extension', 'Extension'), ('reminder', 'Reminder'), ('closure', 'Closure'), ('refusal', 'Refusal'), ('partial', 'Partial'), ('withdrawn', 'Withdrawn'), ('complaint_acknowledgement', 'Complaint acknowledgement'), ('complaint_progress', 'Complaint progress'), ('complaint_outcome', 'Complaint outcome'), ('message', 'Message'), ('decision', 'Decision'), ('done', 'Done'), ('reopened', 'Reopened'), ('merged', 'Merged'), ('customer_acknowledgement', 'Customer acknowledgement'), ('customer_message', 'Customer message'), ('customer_answer', 'Customer answer')]),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['request_received', 'stopped_at_once', 'address_proved', 'identifier_added', 'identifier_ruled', 'further_check', 'receipt_corrected', 'right_read', 'id_requested', 'id_received', 'authority_requested', 'authority_received', 'fee_charged', 'fee_paid', 'clarification_asked', 'clarification_answered', 'no_longer_asked', 'read_no_answer', 'chased', 'closed_no_reply', 'taken_up_again', 'extended', 'letter_sent', 'letter_returned', 'assigned', 'action_planned', 'alarm_raised', 'post_reminded', 'due_reminded', 'search_started', 'system_settled', 'search_finished', 'reviewed', 'decided', 'decided_in_part', 'review_reopened', 'refused', 'ruled', 'carried_out', 'confirmed', 'use_restricted', 'restriction_lifted', 'made_again', 'package_built', 'package_released', 'second_look', 'answered_in_part', 'answered', 'package_collected', 'fetched_for_post', 'dispatched', 'paper_taken_back', 'package_revoked', 'page_opened', 'onward_answered', 'sent_onward', 'breach_opened', 'complaint_received', 'complaint_acknowledged', 'complaint_followed', 'complaint_linked', 'handler_named', 'issue_noted', 'issue_concluded', 'progress_told', 'taken_elsewhere', 'complaint_answered', 'message_received', 'message_sent', 'note_written', 'called', 'wish_changed', 'authority_recorded', 'authority_judged', 'authority_asked', 'authority_answered', 'authority_revoked', 'authority_laid_down', 'recipient_chosen', 'identity_shown', 'identity_seen', 'identity_gone', 'address_set_aside', 'passed_on', 'instruction_received', 'instruction_corrected', 'customer_judged', 'customer_written_to', 'assisted', 'customer_answered', 'withdrawn', 'lapsed', 'closed', 'merged', 'joined'])), name='case_event_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['acknowledgement', 'identity', 'authority', 'no_authority', 'agent_left', 'fee', 'clarification', 'extension', 'reminder', 'closure', 'refusal', 'partial', 'withdrawn', 'complaint_acknowledgement', 'complaint_progress', 'complaint_outcome', 'message', 'decision', 'done', 'reopened', 'merged', 'customer_acknowledgement', 'customer_message', 'customer_answer'])), name='letter_kind_known'),
        ),
    ]
