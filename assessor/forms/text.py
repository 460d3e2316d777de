"""Text that people type: on one line, or on several."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from assessor.models import TEXT_LENGTH

LINE_BREAKING = frozenset({"Cc", "Zl", "Zp"})
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn what stands after them, in sentences that are not their author's."""

BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class NameField(forms.CharField):
    """A name on one line that people can see."""

    def to_python(self, value: Any) -> str:
        """Turn control characters and line ends into spaces; what nobody can see is nothing.

        Marks that turn the direction of what follows are dropped.
        """
        text = "".join(
            " " if unicodedata.category(character) in LINE_BREAKING else character
            for character in super().to_python(value) or ""
            if character not in DIRECTIONS
        )
        return text.strip() if any(map(is_visible, text)) else ""


def is_visible(character: str) -> bool:
    """Say whether a character leaves a mark: no space, no mere joiner or direction sign."""
    return unicodedata.category(character)[0] not in "CZ" and character not in BLANK_LETTERS


class CountedBoundField(forms.BoundField):
    """A text on a page, with what ``_count.html`` says of its length."""

    @property
    def aria_describedby(self) -> str:
        return f"{super().aria_describedby or ''} {self.auto_id}_count".strip()


class CountedField(forms.CharField):
    """Text that may be typed or pasted beyond its limit: a browser would cut it off in silence."""

    default_error_messages = {
        "max_length": gettext_lazy(
            "Shorten the text to at most %(limit_value)d characters: it has %(show_value)d."
        )
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attributes = super().widget_attrs(widget)
        attributes.pop("maxlength", None)
        return attributes

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        return CountedBoundField(form, self, field_name)


class LinesField(CountedField):
    """Text of several lines, with line ends as one character and no control characters."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 4})
        super().__init__(max_length=TEXT_LENGTH, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return "".join(each for each in text if each == "\n" or each.isprintable()).strip()
