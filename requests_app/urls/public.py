"""The data subject's addresses: references only, no personal data (decision C12)."""

from __future__ import annotations

from django.urls import path

from requests_app.views import public_case, public_code, public_download, public_filing

urlpatterns = [
    path("stop-marketing/", public_filing.stop_marketing, name="stop-marketing"),
    path("ask/", public_filing.start, name="ask-start"),
    path("ask/check/", public_filing.check, name="ask-check"),
    path("ask/send/", public_filing.send, name="ask-send"),
    path("ask/code/", public_code.code, name="ask-code"),
    path("ask/code/again/", public_code.code_again, name="ask-code-again"),
    path("ask/code/address/", public_code.address, name="ask-address"),
    path("ask/died/", public_filing.died, name="ask-died"),
    path("ask/done/", public_code.done, name="ask-done"),
    path("ask/<slug:slug>/", public_filing.question, name="ask-question"),
    path("cases/", public_case.cases, name="case-list"),
    path(
        "cases/waiting/<str:reference>/prove/",
        public_case.prove_waiting,
        name="case-prove-waiting",
    ),
    path(
        "cases/waiting/<str:reference>/not-mine/",
        public_case.disown,
        name="case-disown",
    ),
    path("cases/<str:reference>/", public_case.case, name="case"),
    path("cases/<str:reference>/receipt/", public_case.receipt, name="case-receipt"),
    path("cases/<str:reference>/withdraw/", public_case.withdraw, name="case-withdraw"),
    path(
        "cases/<str:reference>/answers/<str:package>/",
        public_download.download,
        name="package-download",
    ),
]
