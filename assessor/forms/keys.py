"""The random key by which a form that is sent twice is known."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class FormKeyField(forms.UUIDField):
    """The key of one rendering of a form; one that got lost on the way is replaced."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self, value: Any) -> uuid.UUID:
        try:
            key: uuid.UUID = super().clean(value)
        except ValidationError:
            return uuid.uuid4()
        return key
