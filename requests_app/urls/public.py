"""The data subject's addresses: references only, no personal data (decision C12)."""

from __future__ import annotations

from django.urls import path

from requests_app.views import public_case, public_code, public_filing

urlpatterns = [
    path("access/", public_filing.start, name="access-start"),
    path("access/check/", public_filing.check, name="access-check"),
    path("access/send/", public_filing.send, name="access-send"),
    path("access/code/", public_code.code, name="access-code"),
    path("access/code/again/", public_code.code_again, name="access-code-again"),
    path("access/code/address/", public_code.address, name="access-address"),
    path("access/for-somebody/", public_filing.for_somebody, name="access-other"),
    path("access/<slug:slug>/", public_filing.question, name="access-question"),
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
        public_case.download,
        name="package-download",
    ),
]
