"""Files that people take with them."""

from typing import TypeVar

from django.http import HttpResponseBase

Answer = TypeVar("Answer", bound=HttpResponseBase)


def to_keep(response: Answer, name: str) -> Answer:
    """Let a browser store what is sent by this name, and guess nothing about what it is."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
