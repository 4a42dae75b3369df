"""Whoever acts for the person: whether they may, and where the answer goes (D9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from accounts.models import User
from accounts.queries import proved_addresses
from accounts.roles import Permission
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs, canonical_email
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.clock import in_words
from requests_app.grounds import AnswerGoesTo, AuthorityEvidence, ChildSays
from requests_app.models import Authority, Case, Package
from requests_app.policies.common import is_open, works, wrote
from requests_app.states import CaseStatus, DeliveryForm, Right

NOT_VERIFIED = (
    "Somebody acts for the person. Look at what shows that they may, and record what "
    "you find, before anything goes out."
)

SAME_ADDRESS = (
    "The case is searched by this address as the person’s. Whoever acts for them is "
    "written to at another: what is an agent’s is never searched."
)

AGENTS = (
    "That is where whoever acts for the person is written to. It is not the person’s, "
    "and is never searched."
)


def may_open_recording(case: Case, by: User) -> Verdict:
    """Whether ``by`` may record that somebody acts for the person."""
    verdict = first_refusal(works(by, "Recording an authority"), is_open(case))
    if not verdict:
        return verdict
    if case.right in {Right.BREACH, Right.COMPLAINT, Right.PASSED_ON}:
        return refuse("Here nobody has to show an authority.")
    if case.status == CaseStatus.UNPROVED:
        return refuse("The address is not proved yet.")
    return ALLOWED


def may_record(
    case: Case,
    by: User,
    *,
    agent: str,
    agent_email: str,
    scope: str,
    valid_from: date | None,
    expires_on: date | None,
) -> Verdict:
    """Whether what is recorded of an authority is enough to look at."""
    verdict = first_refusal(
        may_open_recording(case, by),
        wrote(agent, "Write who acts."),
        wrote(scope, "Write which rights it covers, and over what."),
    )
    if not verdict:
        return verdict
    if valid_from and expires_on and expires_on < valid_from:
        return refuse("It cannot end before it begins.")
    if agent_email and is_the_persons(case, agent_email):
        return refuse(SAME_ADDRESS)
    return ALLOWED


def is_the_persons(case: Case, email: str) -> bool:
    """Whether ``email`` is searched as the person's, or reaches them. 1 query."""
    sent = case.submission
    if sent.for_another and sent.address == canonical_email(email):
        return True
    refs = all_refs(IdentifierKind.EMAIL, email)
    return case.proved.filter(kind=IdentifierKind.EMAIL, ref__in=refs).exists()


def may_file_from(
    email: str, known_by: Iterable[tuple[str, str]], *, reach: str
) -> Verdict:
    """Whether an agent may file from ``email`` for who is known by ``known_by``.

    ``reach``: where the person is written to. Who reads there has the person's page, so
    it is never the agent's own. Costs no query, and says nothing of who is known.
    """
    if email and reach and canonical_email(reach) == canonical_email(email):
        return refuse(
            "You gave your own address as the person’s. Write where we reach the "
            "person themselves, or leave it open."
        )
    if email and (str(IdentifierKind.EMAIL), canonical_email(email)) in {
        (str(kind), value) for kind, value in known_by
    }:
        return refuse(
            "Your own address stands among the person’s. Write your own as yours, and "
            "theirs as theirs: what is yours is never searched."
        )
    return ALLOWED


def may_write_as_agent(case: Case, authority: Authority) -> Verdict:
    """Whether the agent of ``authority`` may still write in the case. 1 query."""
    newest = case.newest_authority()
    if newest is None or newest.pk != authority.pk or newest.revoked_at is not None:
        return refuse("You do not act for this person here any more.")
    return ALLOWED


def lets_decide(case: Case) -> Verdict:
    """Whether somebody is behind a request that an agent filed. Costs 1 query.

    What the person asked themselves needs nobody's authority. What an agent asked is
    decided, and nothing changed or erased for it, once it is verified (decision D9).
    """
    if not case.submission.for_another:
        return ALLOWED
    newest = case.newest_authority()
    if newest is not None and newest.laid_down:
        return _stood(newest)
    if newest is None or newest.revoked_at is not None:
        return refuse(
            "Nobody acts for the person any more, and they did not ask themselves."
        )
    return _is_verified(newest)


def _stood(laid_down: Authority) -> Verdict:
    """Whether who acts no longer might when they asked: then it is the person’s own.

    The person took nothing back.
    """
    if laid_down.verified:
        return ALLOWED
    return refuse(
        "Whoever asked acts no longer, and it is not shown that they might. Ask the "
        "person whether they want it, and record what you find."
    )


def lets_fetch(case: Case, authority: Authority | None, *, today: date) -> Verdict:
    """Whether the person, or the agent of ``authority``, may have the answer (D9).

    Whom the decider chose, and nobody else, on ``today``. Costs 1 query.
    """
    newest = case.newest_authority()
    to_agent = newest is not None and newest.gets_letters(today)
    if authority is None:
        if to_agent:
            return refuse("This answer went to whoever acts for you.")
        return ALLOWED
    if newest is None or newest.pk != authority.pk or not to_agent:
        return refuse("This answer is not for you, or not any more.")
    return ALLOWED


def is_an_agents(case: Case, kind: str, value: str) -> bool:
    """Whether whoever acts is written to at ``value``. Costs 1 query.

    Raises ValueError for a value that is not of its kind.
    """
    refs = all_refs(kind, value)
    return (
        kind == IdentifierKind.EMAIL
        and case.authorities.filter(agent_email_ref__in=refs).exists()
    )


def may_set_aside(case: Case, by: User, *, said: str) -> Verdict:
    """Whether ``by`` may note an address that the person asked us not to use."""
    return first_refusal(
        may_open_setting_aside(case, by),
        wrote(said, "Write who asked for it, and how."),
    )


def may_open_setting_aside(case: Case, by: User) -> Verdict:
    """Whether ``by`` may note such an address at all."""
    if case.right == Right.BREACH:
        return refuse("A breach has nobody to write to.")
    if case.right == Right.PASSED_ON:
        return refuse("Here the customer is written to, never the person.")
    return works(by, "Noting an address")


def may_judge(
    authority: Authority, by: User, *, verified: bool, reason: str, child: ChildSays
) -> Verdict:
    """Whether ``by`` may say that what was shown is enough, or is not."""
    verdict = first_refusal(
        may_open_judging(authority, by),
        wrote(reason, "Write what you saw, and why it is enough or not."),
    )
    of_a_parent = authority.evidence == AuthorityEvidence.PARENT
    if verdict and verified and of_a_parent and not child:
        return refuse(
            "The right is the child’s own. Say whether the child is too young to "
            "understand it, or wants it."
        )
    return verdict


def may_open_judging(authority: Authority, by: User) -> Verdict:
    """Whether ``by`` may judge the authority at all."""
    verdict = first_refusal(works(by, "Verifying"), is_open(authority.case))
    if not verdict:
        return verdict
    if authority.revoked_at is not None and not authority.laid_down:
        return refuse("The person has taken it back. Record a new one.")
    return ALLOWED


def may_choose_recipient(authority: Authority, by: User, *, reason: str) -> Verdict:
    """Whether ``by`` may choose that the answer goes to the agent or the person."""
    verdict = may_open_choosing(authority, by)
    return verdict and wrote(reason, "Write why it goes there.")


def may_open_choosing(authority: Authority, by: User) -> Verdict:
    """Whether the choice of the recipient is open to ``by``."""
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Choosing who gets the answer is for a decider.")
    if authority.laid_down:
        return refuse("Whoever acted does so no longer. The answer is the person’s.")
    if authority.revoked_at is not None:
        return refuse("It was taken back. The answer is the person’s.")
    # What is released can still be kept from the agent, the case being closed; for them
    # it is made again and released again.
    verdict = _is_verified(authority)
    if authority.case.status == CaseStatus.DONE:
        return verdict
    return first_refusal(is_open(authority.case), verdict)


def may_revoke(authority: Authority) -> Verdict:
    """Whether the person may take the authority back: at any time, once."""
    if authority.laid_down:
        return refuse("Whoever acted has said already that they no longer act.")
    if authority.revoked_at is not None:
        return refuse("It is taken back already.")
    return ALLOWED


def may_lay_down(authority: Authority, by: User) -> Verdict:
    """Whether ``by``, who acts, may say that they no longer do. Costs 2 queries.

    At any time, whatever became of the case: nobody is held to act for another.
    """
    email = canonical_email(authority.agent_email) if authority.agent_email else ""
    if not email or email not in map(canonical_email, proved_addresses(by)):
        return refuse("You do not act for this person here.")
    return may_write_as_agent(authority.case, authority)


def _is_verified(authority: Authority) -> Verdict:
    if authority.verified is None:
        return refuse(NOT_VERIFIED)
    if not authority.verified:
        return refuse("What was shown is not enough. Ask for the authority.")
    return ALLOWED


def lets_release(package: Package, *, today: date) -> Verdict:
    """Whether whoever acts for the person may have it, on ``today``. Costs 1 query."""
    return lets_have(package, package.case.newest_authority(), today=today)


def lets_have(package: Package, authority: Authority | None, *, today: date) -> Verdict:
    """Whether it may go where ``authority``, the newest, has it go. Costs no query.

    What the person asked themselves is theirs, whoever said that they act: once that is
    taken back or found not to be enough, what is decided goes to the person. What had
    been decided for the agent goes to nobody, until it is decided again.
    """
    if authority is None:
        return ALLOWED
    asked = not package.case.submission.for_another or authority.goes_on
    if asked and _is_the_persons(package, authority):
        return ALLOWED
    if authority.laid_down:
        return refuse(
            "Whoever acted does so no longer, and nothing goes to them. Decide again: "
            "the answer is the person’s."
        )
    if authority.revoked_at is not None and authority.goes_to != AnswerGoesTo.PERSON:
        return refuse(
            "The person has taken the authority back. Nothing goes to whoever acted "
            "for them; ask the person, and decide again."
        )
    if authority.goes_to == AnswerGoesTo.PERSON:
        return _is_verified(authority)
    return first_refusal(
        _is_verified(authority),
        _in_its_time(authority, today),
        _reaches_the_agent(authority, package),
    )


def _is_the_persons(package: Package, authority: Authority) -> bool:
    """Whether nobody acts any more, and the answer was never meant for who did."""
    over = authority.revoked_at
    if over is None and authority.verified is False:
        over = authority.judged_at
    if over is None:
        return False
    return authority.goes_to != AnswerGoesTo.AGENT or package.decision.at >= over


def _in_its_time(authority: Authority, today: date) -> Verdict:
    if authority.valid_from is not None and today < authority.valid_from:
        return refuse(f"The authority begins on {in_words(authority.valid_from)}.")
    if authority.expires_on is not None and today > authority.expires_on:
        return refuse(f"The authority ended on {in_words(authority.expires_on)}.")
    return ALLOWED


def _reaches_the_agent(authority: Authority, package: Package) -> Verdict:
    if not authority.goes_to:
        return refuse(
            "Choose first whether the answer goes to the agent or to the person."
        )
    if package.decision.form == DeliveryForm.DOWNLOAD and not authority.agent_email:
        return refuse(
            "Whoever acts has no e-mail address here, so they cannot sign in to fetch "
            "a download. Decide for paper or an encrypted medium."
        )
    return ALLOWED
