"""The one Django app."""

from django.apps import AppConfig
from django.core import checks

from assessor.checks import single_sign_on


class AssessorConfig(AppConfig):
    """Assessor."""

    name = "assessor"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what is checked before anything starts."""
        checks.register(single_sign_on)
