"""What is asked of who asks for somebody else (decision D9). Shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.subject_ref import IdentifierKind, canonical
from requests_app.forms.public import NameField, ReachForm
from requests_app.grounds import AuthorityEvidence
from requests_app.queries import words
from requests_app.queries.questions import HOW, QUESTIONS
from requests_app.states import ContactMethod

_MOST_VALUES: Final = 10


class LinesField(forms.CharField):
    """Identifiers of one kind, one a line."""

    def __init__(self, kind: IdentifierKind, wrong: str, **kwargs: Any) -> None:
        """Take what is said of a line that is none of ``kind``."""
        self.kind, self.wrong = kind, wrong
        super().__init__(
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """Return the lines as they were typed, without empty ones."""
        text = str(super().clean(value))
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > _MOST_VALUES:
            raise forms.ValidationError(f"Write at most {_MOST_VALUES}.")
        for line in lines:
            try:
                canonical(self.kind, line)
            except ValueError:
                raise forms.ValidationError(self.wrong.format(line=line)) from None
        return "\n".join(lines)


class PersonForm(forms.Form):
    """Who the person is, and what they are known to us by."""

    person = NameField(
        label=QUESTIONS["person"].asks,
        help_text="As we are likely to have it in our records.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write the person’s name."},
    )
    known_emails = LinesField(
        IdentifierKind.EMAIL,
        "“{line}” is no e-mail address. Write it like name@example.org.",
        label=QUESTIONS["known_emails"].asks,
        help_text="One a line. We search for them, and send nothing there.",
    )
    known_phones = LinesField(
        IdentifierKind.PHONE,
        "“{line}” is no telephone number with its area code.",
        label=QUESTIONS["known_phones"].asks,
        help_text="One a line. We search for them, and call none of them.",
    )
    known_postal = forms.CharField(
        label=QUESTIONS["known_postal"].asks,
        help_text="Where they live, or lived when we had to do with them.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Something must find them."""
        cleaned = super().clean() or {}
        if not self.errors and not known_by(cleaned):
            self.add_error(
                "known_emails", "Write at least one thing by which we can find them."
            )
        return cleaned


def known_by(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what the person is searched by, by kind, as it was typed."""
    return (
        *_each(IdentifierKind.EMAIL, told.get("known_emails", "")),
        *_each(IdentifierKind.PHONE, told.get("known_phones", "")),
        *(
            [(str(IdentifierKind.POSTAL), told["known_postal"].strip())]
            if told.get("known_postal", "").strip()
            else []
        ),
    )


def _each(kind: IdentifierKind, lines: str) -> list[tuple[str, str]]:
    return [(str(kind), line) for line in lines.splitlines() if line.strip()]


class TheirReachForm(forms.Form):
    """Where the person themselves may be written to, and where not."""

    person_email = AddressField(
        label=QUESTIONS["person_email"].asks,
        help_text="We may write to them there: to ask whether you act for them if we "
        "are in doubt, or to send them the answer.",
        autocomplete="off",
        required=False,
    )
    person_postal = forms.CharField(
        label=QUESTIONS["person_postal"].asks,
        help_text="For letters to them.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    avoid_emails = LinesField(
        IdentifierKind.EMAIL,
        "“{line}” is no e-mail address. Write it like name@example.org.",
        label=QUESTIONS["avoid_emails"].asks,
        help_text="One a line: where somebody else may read. Nothing goes there.",
    )
    avoid_postal = forms.CharField(
        label=QUESTIONS["avoid_postal"].asks,
        help_text="Where somebody else may open the post.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse an address that both must and must not be used."""
        cleaned = super().clean() or {}
        avoided = {(kind, canonical(kind, one)) for kind, one in avoided_by(cleaned)}
        for name, kind in (
            ("person_email", IdentifierKind.EMAIL),
            ("person_postal", IdentifierKind.POSTAL),
        ):
            value = cleaned.get(name, "")
            if value.strip() and (str(kind), canonical(kind, value)) in avoided:
                self.add_error(name, "You wrote that this must not be used.")
        return cleaned


def avoided_by(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what must not be used, by kind, as it was typed."""
    postal = told.get("avoid_postal", "").strip()
    return (
        *_each(IdentifierKind.EMAIL, told.get("avoid_emails", "")),
        *([(str(IdentifierKind.POSTAL), postal)] if postal else []),
    )


class EvidenceForm(forms.Form):
    """What shows that somebody may act, and what it covers."""

    evidence = forms.ChoiceField(
        label=QUESTIONS["evidence"].asks,
        help_text="You can send it to us here once your address is proved. For your "
        "child: the right is the child’s own. If your child can understand it, we ask "
        "whether they want it.",
        choices=[(one.value, words.EVIDENCE[one]) for one in AuthorityEvidence],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what shows that you may act."},
    )
    covers = forms.CharField(
        label=QUESTIONS["covers"].asks,
        help_text="Which rights, and over what: as it stands in the document.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what it covers."},
    )


class AgentForm(forms.Form):
    """Who acts."""

    agent = NameField(
        label=QUESTIONS["agent"].asks,
        help_text="And of which firm or body, if you act for one.",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your name."},
    )
    agent_reach = forms.CharField(
        label=QUESTIONS["agent_reach"].asks,
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )


class AgentReachForm(ReachForm):
    """Where who acts is reached. The code goes there, and our letters to them."""

    conditional = ()
    reach = None  # type: ignore[assignment]  # how the person is answered, not they
    postal = None  # type: ignore[assignment]

    email = AddressField(
        label="Your e-mail address",
        help_text="Yours, not the person’s. We send a code there.",
        error_messages={"required": "Write your e-mail address."},
    )


class AgentHowForm(forms.Form):
    """How the answer should come. To whom it goes is decided by a person."""

    how = forms.ChoiceField(
        label="How should the copy come?",
        help_text="Whether it goes to you or to the person, a colleague decides.",
        choices=list(HOW.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the copy should come."},
    )


# What each way of answering the person needs, where somebody acts for them.
_NEEDS: Final[Mapping[str, tuple[str, str]]] = {
    ContactMethod.POST: (
        "person_postal",
        "They want letters: write their postal address.",
    ),
    ContactMethod.EMAIL: (
        "person_email",
        "They want e-mail: write their e-mail address.",
    ),
}


class RepresentativeForm(forms.Form):
    """Who acts for the person, where a request came by letter, mail or telephone."""

    conditional = ("agent", "evidence", "covers")

    acts = forms.ChoiceField(
        label="Who asks?",
        help_text="If somebody asks for the person: what you write above is what we "
        "search, never the agent’s own address.",
        choices=[
            ("person", "The person themselves"),
            ("agent", "Somebody who acts for them"),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    agent = NameField(
        label="Who acts?",
        help_text="Their name, and of which firm or body.",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    agent_email = AddressField(
        label="The agent’s e-mail address", autocomplete="off", required=False
    )
    agent_reach = forms.CharField(
        label="The agent’s postal address or telephone number",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    evidence = forms.ChoiceField(
        label="What shows that they may act?",
        choices=EvidenceForm.base_fields["evidence"].choices,  # type: ignore[attr-defined]  # a ChoiceField
        required=False,
        widget=forms.RadioSelect,
    )
    covers = forms.CharField(
        label="What does it cover?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    person_email = AddressField(
        label="Where may the person be written to by e-mail?",
        autocomplete="off",
        required=False,
    )
    person_postal = forms.CharField(
        label="And by post?",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    avoid_emails = TheirReachForm.base_fields["avoid_emails"]
    avoid_postal = TheirReachForm.base_fields["avoid_postal"]

    def clean(self) -> dict[str, Any]:
        """Ask for what an agent needs, and for nothing where nobody acts."""
        cleaned = super().clean() or {}
        if cleaned.get("acts") != "agent":
            return cleaned
        for name, missing in {
            "agent": "Write who acts.",
            "evidence": "Choose what they showed, or named.",
            "covers": "Write what it covers.",
        }.items():
            if not str(cleaned.get(name, "")).strip():
                self.add_error(name, missing)
        if not (cleaned.get("agent_email") or cleaned.get("agent_reach", "").strip()):
            self.add_error("agent_reach", "Write how whoever acts is reached.")
        return cleaned

    def can_be_answered(self, reach: str) -> bool:
        """Whether the person can be answered as they want; else it says what lacks."""
        if self.cleaned_data.get("acts") != "agent":
            return True
        name, missing = _NEEDS.get(reach, ("", ""))
        if name and not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, missing)
        return name not in self.errors
