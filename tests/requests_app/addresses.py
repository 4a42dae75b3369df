"""Every address of this app, and to whom it opens."""

from __future__ import annotations

from accounts.roles import Role

# What each address of a case is made of, beside the reference.
SUBJECT = {
    "case": (),
    "case-receipt": (),
    "case-withdraw": (),
    "case-prove-waiting": (),
    "case-disown": (),
    "case-authority-take-back": (),
    "case-write": (),
    "case-messages-seen": (),
    "case-identity-show": (),
    "package-download": ("package",),
    # Of who acts for the person: the person themselves finds nothing there.
    **dict.fromkeys(("acting-case", "acting-receipt"), ()),
    **dict.fromkeys(("acting-write", "acting-seen", "acting-lay-down"), ()),
    "acting-download": ("package",),
}
OWNERS = {
    "owner-keep": (),
    "owner-task": (),
    "owner-files": (),
    "owner-file-remove": ("file",),
    "owner-file-replace": ("file",),
    "owner-finish": (),
    "owner-nothing": (),
    "owner-take-back": (),
    "owner-not-mine": (),
    "owner-until": (),
}
# Staff: by the permission that opens the page; who has it stands below.
READS = {
    "staff-case": (),
    "case-progress": (),
    "case-review": (),
    "case-dataset": ("system", "dataset"),
    "case-row": ("system", "dataset", "no"),
    "case-owner-file": ("file",),
    "letter": ("letter",),
    "thread-file": ("sent",),
    "case-rulings": (),
    "case-evidence": (),
}
WORKS = {
    "case-search": (),
    "case-assign": (),
    "case-check": (),
    **dict.fromkeys(("case-identity", "case-identity-add", "case-identity-decide"), ()),
    "case-identity-look": ("shown",),
    "case-identity-picture": ("shown",),
    "case-identifier-add": (),
    **dict.fromkeys(("case-mailbox", "case-page-open"), ()),
    "case-identifier-rule": ("known",),
    "case-reopen": (),
    **dict.fromkeys(("case-restrict", "case-carried-out"), ()),
    "case-rule": ("system", "dataset"),
    "case-rulings-rest": (),
    "case-merge": ("other",),
    "case-ask": ("what",),
    "case-received": ("asked",),
    "case-drop": ("asked",),
    "case-correct-receipt": (),
    "case-take-up": (),
    **dict.fromkeys(("case-read", "case-plan"), ()),
    "letter-posted": ("letter",),
    "letter-again": ("letter",),
    "case-pass-on": ("pass_on",),
    "case-system-settle": ("system",),
    "case-dataset-choose": ("system", "dataset"),
    "case-rows-withhold": ("system", "dataset"),
    "case-owner-file-choose": ("file",),
    "package-dispatch": ("package",),
    **dict.fromkeys(("package-taken-back", "package-was-posted"), ("package",)),
    "case-onward": (),
    **dict.fromkeys(("package-onward", "package-onward-fetch"), ("package",)),
    "package-fetch": ("package",),
    "package-print": ("package",),
    "package-build": ("package",),
    "package-again": ("package",),
    "complaint-acknowledge": (),
    "authority-record": (),
    "case-set-aside": (),
    "authority-judge": ("authority",),
    **dict.fromkeys(("authority-ask-person", "authority-end"), ("authority",)),
    "authority-taken-back": ("authority",),
    "thread-answer": (),
    **dict.fromkeys(("thread-note", "thread-call", "case-contact-preference"), ()),
    "thread-seen": (),
    **dict.fromkeys(("thread-take", "thread-no-answer"), ("message", "asked")),
    **dict.fromkeys(("complaint-issue", "complaint-progress", "complaint-link"), ()),
    **dict.fromkeys(("complaint-handler", "complaint-elsewhere"), ()),
    **dict.fromkeys(("instruction-judge", "instruction-correct"), ()),
    **dict.fromkeys(("instruction-write", "instruction-assist"), ()),
}
BACK = {
    "case-prove-waiting",
    "case-disown",
    "case-authority-take-back",
    "case-write",
    "case-messages-seen",
    "case-identity-show",
    *("acting-write", "acting-seen", "acting-lay-down"),
    *OWNERS,
} - {"owner-task", "owner-keep"}
RETRIES = {"case-system-retry": ("system",)}
DECIDES = {
    "case-decide": (),
    "case-refuse": (),
    **dict.fromkeys(("case-rulings-decide", "case-confirm"), ()),
    "case-look": (),
    "case-extend": (),
    "case-no-reply": (),
    "breach-close": (),
    "complaint-conclude": ("issue",),
    "complaint-outcome": (),
    "authority-answer": ("authority",),
    "instruction-answer": (),
    "case-hold": (),
}
RELEASES = {
    "package-release": ("package",),
    "package-look": ("package",),
    "case-hold-settle": ("held",),
}
REVOKES = {"package-revoke": ("package",)}
TRAY = {"tray-lapse": ()}
OFFICERS = {"case-disclosures": ()}
STAFF = {**READS, **WORKS, **RETRIES, **DECIDES, **RELEASES, **REVOKES, **TRAY}
STAFF |= OFFICERS
# Addresses of this app that name no case: nothing of a person hangs on them.
WITHOUT_A_CASE = {
    "home",
    "acts-for-me",  # a one-time link
    "contact",
    "authorities-abroad",
    "identity-levels",
    "complain",
    "complain-done",
    "complain-follow",
    "complaint-take-in",
    "instruction-take-in",
    *("colleague-page", "colleague-note"),  # what is written there is never shown
    *("colleague-links", "colleague-link-end"),
    "component-gallery",
    *("ask-start", "ask-check", "ask-send", "ask-code", "ask-code-again"),
    *("ask-done", "ask-address", "ask-died", "ask-question"),
    "stop-marketing",
    "case-list",
    "case-queue",
    "case-tray",
    "second-looks",
    "to-be-posted",
    "case-take-in",
    "system-list",
    "system-retry",
    "mail-see-to",
    "holidays",
    "holiday-remove",
    "owner-sign-in",
    "owner-tasks",
    "owner-code",
    "owner-code-again",
}
_WORKERS = {Role.DCO, Role.CASEWORKER, Role.REVIEWER}
_READERS = {*_WORKERS, Role.AUDITOR}
ROLES = {
    **dict.fromkeys(READS, _READERS),
    **dict.fromkeys(WORKS, _WORKERS),
    **{name: {*_WORKERS, Role.OPERATIONS} for name in RETRIES},
    **dict.fromkeys(DECIDES, _WORKERS),
    **{name: {Role.DCO, Role.REVIEWER} for name in RELEASES},
    **dict.fromkeys(REVOKES, _WORKERS),
    **{name: {Role.DCO} for name in OFFICERS},
    # The auditor reads the tray; closing is refused to them by its policy.
    **{name: {Role.DCO, Role.AUDITOR} for name in TRAY},
}
