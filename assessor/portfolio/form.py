"""What the portfolio is filtered by."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.forms.text import NameField
from assessor.models import NAME_LENGTH, Edition
from assessor.portfolio.filters import Filters

MONTH = RegexValidator(
    r"^(19|2\d)\d\d-(0[1-9]|1[0-2])\Z", gettext_lazy("Enter a month such as 2026-11")
)


class MonthInput(forms.TextInput):
    """Where the browser knows no months, people type one."""

    input_type = "month"


class MonthField(forms.CharField):
    """A month such as 2026-11, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        widget = MonthInput(attrs={"class": "form-control", "placeholder": "2026-11"})
        super().__init__(required=False, widget=widget, validators=[MONTH], **kwargs)


class PortfolioForm(forms.Form):
    """Organisation, months of the last submission, and edition."""

    organisation = NameField(
        label=gettext_lazy("Organisation, whole name"),
        help_text=gettext_lazy("As it was written, capitals too"),
        max_length=NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    start = MonthField(label=gettext_lazy("Submitted from"))
    end = MonthField(label=gettext_lazy("Submitted until"))
    edition = forms.ChoiceField(
        label=gettext_lazy("Edition"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        versions = Edition.objects.values_list("version", flat=True)
        field = cast("forms.ChoiceField", self.fields["edition"])
        field.choices = [("", _("All")), *((version, version) for version in versions)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("start") and data.get("end") and data["start"] > data["end"]:
            raise ValidationError(_("The first month is after the last one."))
        return data

    def filters(self) -> Filters:
        """Return the filters; to be called on a valid form."""
        return Filters(**self.cleaned_data)
