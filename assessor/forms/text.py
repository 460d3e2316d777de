"""Text that people type: on one line, or on several."""

import unicodedata
from typing import Any

from django import forms

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


class LinesField(forms.CharField):
    """Text of several lines, with line ends as one character and no control characters."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 4})
        super().__init__(max_length=TEXT_LENGTH, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return "".join(each for each in text if each == "\n" or each.isprintable()).strip()
