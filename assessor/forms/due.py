"""What staff send who look at suggestions again."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.models import Assessment

REVIEWED, PUT_OFF = "reviewed", "put_off"


class DayInput(forms.DateInput):
    """Where the browser knows no days, people type one."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def still_to_come(day: date) -> None:
    """Raise ValidationError for today and for days that have passed."""
    if day <= localdate():
        raise ValidationError(_("Enter a day that is still to come"))


class LookedAtForm(forms.Form):
    """Which suggestions, what was done about them, and when to look again."""

    assessment = forms.ModelMultipleChoiceField(
        queryset=Assessment.objects.filter(due_on__isnull=False),
        error_messages={
            "required": gettext_lazy("Tick at least one assessment"),
            "invalid_choice": gettext_lazy("One of them was changed meanwhile. Tick again."),
            "invalid_pk_value": gettext_lazy("One of them was changed meanwhile. Tick again."),
        },
    )
    next_on = forms.DateField(
        label=gettext_lazy("Next review"),
        required=False,
        widget=DayInput(attrs={"class": "form-control"}),
        help_text=gettext_lazy("Such as 2027-11-25. Left empty, a review holds for a year."),
        validators=[still_to_come],
        error_messages={"invalid": gettext_lazy("Enter a day such as 2027-11-25")},
    )
    action = forms.ChoiceField(choices=[(REVIEWED, REVIEWED), (PUT_OFF, PUT_OFF)])
    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        is_put_off = data.get("action") == PUT_OFF
        if is_put_off and "next_on" not in self.errors and not data.get("next_on"):
            self.add_error("next_on", _("Say when to review next"))
        return data
