"""The one Django app."""

from django.apps import AppConfig


class AssessorConfig(AppConfig):
    """Assessor."""

    name = "assessor"
    default_auto_field = "django.db.models.BigAutoField"
