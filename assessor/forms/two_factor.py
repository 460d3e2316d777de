"""What staff enter to prove that they have their second factor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

LONGEST_CODE = 40


class CodeInput(forms.TextInput):
    """Comes back empty: a code that was refused is of no use."""

    def format_value(self, value: Any) -> str:
        return ""


class CodeField(forms.CharField):
    """A code as it is shown, with or without spaces."""

    default_error_messages = {"required": gettext_lazy("Enter the code")}

    def __init__(self, **kwargs: Any) -> None:
        typed = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
        super().__init__(max_length=LONGEST_CODE, widget=CodeInput(attrs=typed), **kwargs)


class CodeForm(forms.Form):
    """The code of now, or a recovery code. ``next`` is where somebody was going."""

    code = CodeField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("The six digits that the app shows, or one of your recovery codes."),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    use_required_attribute = False


class EnrolmentForm(forms.Form):
    """The first code of a new key. ``offer`` is the key as it was shown, signed."""

    code = CodeField(label=gettext_lazy("The six digits that the app shows now"))
    offer = forms.CharField(widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    use_required_attribute = False
