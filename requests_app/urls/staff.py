"""Addresses of staff and of the owners of systems. No personal data in any (C12)."""

from __future__ import annotations

from django.urls import path

from requests_app.views import (
    owner,
    owner_keeping,
    owner_sign_in,
    staff_answer,
    staff_calendar,
    staff_case,
    staff_clock,
    staff_disclosures,
    staff_ends,
    staff_evidence,
    staff_hold,
    staff_identity,
    staff_intake,
    staff_mail,
    staff_merge,
    staff_onward,
    staff_planning,
    staff_posting,
    staff_queue,
    staff_reading,
    staff_recall,
    staff_review,
    staff_rulings,
    staff_second_looks,
    staff_tasks,
)

_CASE = "staff/cases/<str:reference>/"
_DATASET = f"{_CASE}review/<str:system>/<str:dataset>/"
_PACKAGE = f"{_CASE}packages/<str:package>/"
_LETTER = f"{_CASE}letters/<int:pk>/"
_OWNER = "owner/<str:reference>/"

urlpatterns = [
    path("staff/", staff_queue.queue, name="case-queue"),
    path("staff/systems/", staff_queue.systems, name="system-list"),
    path(
        "staff/systems/<str:system>/retry/",
        staff_queue.retry_system,
        name="system-retry",
    ),
    path("staff/systems/mail/<int:pk>/", staff_mail.see_to, name="mail-see-to"),
    path("staff/holidays/", staff_calendar.holidays, name="holidays"),
    path(
        "staff/holidays/<int:year>-<int:month>-<int:day>/remove/",
        staff_calendar.remove,
        name="holiday-remove",
    ),
    path("staff/to-be-posted/", staff_posting.waiting, name="to-be-posted"),
    path("staff/second-looks/", staff_second_looks.waiting, name="second-looks"),
    path("staff/tray/", staff_intake.tray, name="case-tray"),
    path(
        "staff/tray/<str:reference>/close/", staff_intake.let_lapse, name="tray-lapse"
    ),
    path("staff/take-in/", staff_intake.take_in, name="case-take-in"),
    path(_CASE, staff_case.case_page, name="staff-case"),
    path(f"{_CASE}progress/", staff_case.progress, name="case-progress"),
    path(f"{_CASE}search/", staff_case.start_search, name="case-search"),
    path(f"{_CASE}assign/", staff_case.assign, name="case-assign"),
    path(f"{_CASE}plan/", staff_planning.plan, name="case-plan"),
    path(f"{_CASE}known-by/", staff_identity.add, name="case-identifier-add"),
    path(f"{_CASE}mailbox/", staff_identity.join_mailbox, name="case-mailbox"),
    path(f"{_CASE}page/", staff_identity.open_page, name="case-page-open"),
    path(
        f"{_CASE}known-by/<int:pk>/", staff_identity.rule, name="case-identifier-rule"
    ),
    path(f"{_CASE}read/", staff_reading.read, name="case-read"),
    path(f"{_CASE}merge/<str:other>/", staff_merge.merge, name="case-merge"),
    path(
        f"{_CASE}disclosures/", staff_disclosures.disclosures, name="case-disclosures"
    ),
    path(f"{_CASE}check/", staff_case.check, name="case-check"),
    path(f"{_CASE}pass-on/<int:pk>/", staff_case.pass_on, name="case-pass-on"),
    path(
        f"{_CASE}systems/<str:system>/retry/",
        staff_tasks.retry,
        name="case-system-retry",
    ),
    path(
        f"{_CASE}systems/<str:system>/settle/",
        staff_tasks.settle,
        name="case-system-settle",
    ),
    path(f"{_CASE}ask/<str:what>/", staff_clock.ask, name="case-ask"),
    path(f"{_CASE}asked/<int:seq>/", staff_clock.received, name="case-received"),
    path(f"{_CASE}asked/<int:seq>/drop/", staff_clock.drop, name="case-drop"),
    path(f"{_CASE}extend/", staff_clock.extend, name="case-extend"),
    path(f"{_CASE}no-reply/", staff_clock.close, name="case-no-reply"),
    path(f"{_CASE}take-up/", staff_clock.take_up_again, name="case-take-up"),
    path(f"{_CASE}receipt/", staff_clock.correct_receipt, name="case-correct-receipt"),
    path(_LETTER, staff_clock.letter, name="letter"),
    path(f"{_LETTER}posted/", staff_clock.posted, name="letter-posted"),
    path(f"{_LETTER}again/", staff_clock.send_again, name="letter-again"),
    path(f"{_CASE}decide/", staff_answer.decide, name="case-decide"),
    path(f"{_CASE}onward/", staff_onward.answer, name="case-onward"),
    path(f"{_PACKAGE}onward/", staff_onward.sent, name="package-onward"),
    path(f"{_PACKAGE}onward/file/", staff_onward.fetch, name="package-onward-fetch"),
    path(f"{_CASE}refuse/", staff_ends.refuse, name="case-refuse"),
    path(f"{_CASE}rulings/", staff_rulings.overview, name="case-rulings"),
    path(f"{_CASE}rulings/decide/", staff_rulings.decide, name="case-rulings-decide"),
    path(f"{_CASE}rulings/rest/", staff_rulings.rule_rest, name="case-rulings-rest"),
    path(f"{_CASE}rulings/done/", staff_rulings.carry_out, name="case-carried-out"),
    path(
        f"{_CASE}rulings/<str:system>/<str:dataset>/",
        staff_rulings.rule,
        name="case-rule",
    ),
    path(f"{_CASE}restrict/", staff_rulings.restrict, name="case-restrict"),
    path(f"{_CASE}confirm/", staff_rulings.confirm, name="case-confirm"),
    path(f"{_CASE}breach/close/", staff_ends.close_breach, name="breach-close"),
    path(f"{_CASE}hold/", staff_hold.hold, name="case-hold"),
    path(f"{_CASE}hold/<int:pk>/", staff_hold.settle, name="case-hold-settle"),
    path(f"{_CASE}evidence/", staff_evidence.evidence, name="case-evidence"),
    path(f"{_CASE}reopen/", staff_answer.reopen, name="case-reopen"),
    path(f"{_CASE}review/", staff_review.overview, name="case-review"),
    path(f"{_CASE}files/<int:pk>/", staff_review.owner_file, name="case-owner-file"),
    path(
        f"{_CASE}files/<int:pk>/choose/",
        staff_review.choose_file,
        name="case-owner-file-choose",
    ),
    path(_DATASET, staff_review.dataset_rows, name="case-dataset"),
    path(f"{_DATASET}choose/", staff_review.choose_dataset, name="case-dataset-choose"),
    path(f"{_DATASET}withhold/", staff_review.withhold_rows, name="case-rows-withhold"),
    path(f"{_DATASET}rows/<int:no>/", staff_review.one_row, name="case-row"),
    path(f"{_PACKAGE}release/", staff_answer.release, name="package-release"),
    path(f"{_PACKAGE}fetch/", staff_answer.fetch, name="package-fetch"),
    path(f"{_PACKAGE}print/", staff_answer.print_out, name="package-print"),
    path(f"{_PACKAGE}dispatch/", staff_answer.dispatch, name="package-dispatch"),
    path(f"{_PACKAGE}taken-back/", staff_recall.take_back, name="package-taken-back"),
    path(f"{_PACKAGE}was-posted/", staff_recall.posted, name="package-was-posted"),
    path(f"{_PACKAGE}revoke/", staff_answer.revoke, name="package-revoke"),
    path(f"{_PACKAGE}look/", staff_second_looks.at_answer, name="package-look"),
    path(f"{_CASE}look/", staff_second_looks.at_objection, name="case-look"),
    path(f"{_PACKAGE}again/", staff_ends.make_again, name="package-again"),
    path(f"{_PACKAGE}build/", staff_answer.build_again, name="package-build"),
    path("owner/sign-in/", owner_sign_in.sign_in, name="owner-sign-in"),
    path("owner/sign-in/code/", owner_sign_in.prove, name="owner-code"),
    path(
        "owner/sign-in/code/again/", owner_sign_in.send_again, name="owner-code-again"
    ),
    path("owner/keep/<str:reference>/", owner_keeping.keep, name="owner-keep"),
    path("owner/", owner.tasks, name="owner-tasks"),
    path(_OWNER, owner.task, name="owner-task"),
    path(f"{_OWNER}files/", owner.add_files, name="owner-files"),
    path(
        f"{_OWNER}files/<int:pk>/replace/",
        owner.replace_file,
        name="owner-file-replace",
    ),
    path(
        f"{_OWNER}files/<int:pk>/remove/", owner.remove_file, name="owner-file-remove"
    ),
    path(f"{_OWNER}finish/", owner.finish, name="owner-finish"),
    path(f"{_OWNER}nothing/", owner.hold_nothing, name="owner-nothing"),
    path(f"{_OWNER}take-back/", owner.take_back, name="owner-take-back"),
    path(f"{_OWNER}not-mine/", owner.send_on, name="owner-not-mine"),
    path(f"{_OWNER}until/", owner.need_until, name="owner-until"),
]
