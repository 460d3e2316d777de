"""What people send who sign a suggestion, or decide on it."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.forms.text import LinesField, NameField
from assessor.models import NAME_LENGTH, Respondent, Review, Signature
from assessor.report.reading import Reading
from assessor.report.sign_off import residual_risks
from assessor.workflow.reviewing import Decision, Opinion

REASONS_MISSING: dict[str, Promise] = {
    Signature.Opinion.CONDITIONS: gettext_lazy("Say under which conditions you agree"),
    Signature.Opinion.DISAGREE: gettext_lazy("Say why you disagree"),
    Review.Step.CHANGES_REQUESTED: gettext_lazy("Say what has to change"),
    Review.Step.DECLINED: gettext_lazy("Say why you decline"),
}


NONE = "none"
"""Chosen where no architecture is, for now."""


class ReasonField(LinesField):
    """A reason that its form asks for where one is needed, so that nothing calls it optional."""

    def validate(self, value: str) -> None:
        """Accept that there is none."""


class SignatureForm(forms.Form):
    """What somebody says to a suggestion. ``seen`` is the hash of the one the page shows."""

    seen = forms.CharField(widget=forms.HiddenInput)
    name = NameField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    opinion = forms.ChoiceField(
        label=gettext_lazy("Do you agree with the suggestion?"),
        choices=[
            (Signature.Opinion.AGREE, gettext_lazy("I agree")),
            (Signature.Opinion.CONDITIONS, gettext_lazy("I agree with conditions")),
            (Signature.Opinion.DISAGREE, gettext_lazy("I disagree")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether you agree")},
    )
    reason = ReasonField(
        label=gettext_lazy("Conditions or reason"),
        help_text=gettext_lazy("Needed when you set conditions, and when you disagree."),
    )
    accepted_risks = forms.MultipleChoiceField(
        label=gettext_lazy("Residual risks I accept"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "The gravest risks whose controls are not all in place. "
            "Whoever accepts one answers for it until the next review."
        ),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, person: Respondent, reading: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person.name:
            del self.fields["name"]
        risks = residual_risks(reading.record)
        if not risks:
            del self.fields["accepted_risks"]
            return
        cast("forms.MultipleChoiceField", self.fields["accepted_risks"]).choices = [
            (key, f"{risk.label} ({risk.word})") for key, risk in risks.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for conditions, and for the reason why somebody disagrees."""
        data = self.cleaned_data
        missing = REASONS_MISSING.get(data.get("opinion", ""))
        if missing and data.get("reason") == "":
            self.add_error("reason", str(missing))
        return data

    def said(self) -> Opinion:
        """Return the cleaned form as a value."""
        data = self.cleaned_data
        return Opinion(
            suggestion_sha256=data["seen"],
            opinion=data["opinion"],
            reason=data["reason"],
            accepted_risks=tuple(data.get("accepted_risks", ())),
            name=data.get("name", ""),
        )


class DecisionForm(forms.Form):
    """What is decided. ``seen`` is the hash of the suggestion the page shows."""

    seen = forms.CharField(widget=forms.HiddenInput)
    step = forms.ChoiceField(
        label=gettext_lazy("What do you decide?"),
        choices=[
            (Review.Step.APPROVED, gettext_lazy("Approve")),
            (Review.Step.CHANGES_REQUESTED, gettext_lazy("Request changes")),
            (Review.Step.DECLINED, gettext_lazy("Decline")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you decide")},
    )
    chosen = forms.ChoiceField(
        label=gettext_lazy("If you approve: for which architecture?"),
        error_messages={"required": gettext_lazy("Choose an architecture")},
    )
    reason = ReasonField(label=gettext_lazy("Reason"))
    use_required_attribute = False

    def __init__(self, *args: Any, reading: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leader = reading.leader
        self.suggested = leader.architecture.key if leader else None
        chosen = cast("forms.ChoiceField", self.fields["chosen"])
        chosen.choices = list(_architectures(reading))
        chosen.initial = self.suggested or NONE
        self.fields["reason"].help_text = (
            _("Needed to request changes, to decline, and to choose another architecture.")
            if leader
            else _("Needed, whatever you decide: no option is left under the answers.")
        )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason for everything but an approval as suggested."""
        data = self.cleaned_data
        if data.get("reason") == "" and (missing := self._reason_missing(data)):
            self.add_error("reason", str(missing))
        return data

    def _reason_missing(self, data: dict[str, Any]) -> str | Promise:
        if data.get("step") != Review.Step.APPROVED:
            return REASONS_MISSING.get(data.get("step", ""), "")
        if data.get("chosen") == NONE:
            return _("Say why none is chosen for now")
        follows = data.get("chosen") in {None, self.suggested}
        return "" if follows else _("Say why this one is chosen")

    def decided(self) -> Decision:
        """Return the cleaned form as a value."""
        data = self.cleaned_data
        names_one = data["step"] == Review.Step.APPROVED and data["chosen"] != NONE
        return Decision(
            suggestion_sha256=data["seen"],
            step=data["step"],
            reason=data["reason"],
            chosen=data["chosen"] if names_one else "",
        )


def _architectures(reading: Reading) -> Iterator[tuple[str, Any]]:
    """Offer the suggested one first, then all others: nobody is bound by the suggestion."""
    if reading.leader:
        name = reading.leader.architecture.short_name
        yield reading.leader.architecture.key, _("%(name)s (as suggested)") % {"name": name}
    else:
        yield NONE, _("None for now")
    left = [(place.architecture.key, place.architecture.short_name) for place in reading.ranked[1:]]
    if left:
        yield _("Also left under the answers"), left
    ruled_out = _("%(name)s (ruled out)")
    out = [
        (option.architecture.key, ruled_out % {"name": option.architecture.short_name})
        for option in reading.out
    ]
    if out:
        yield _("Ruled out by the answers"), out
