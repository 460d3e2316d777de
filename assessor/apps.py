"""The one Django app."""

from django.apps import AppConfig
from django.core import checks

from assessor.checks import single_sign_on, versions
from assessor.storage import checks as storage


class AssessorConfig(AppConfig):
    """Assessor."""

    name = "assessor"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what is checked before anything starts, and who writes down what happens."""
        from assessor import staff_sessions  # noqa: PLC0415 (models are there only now)
        from assessor.workflow import sign_ins  # noqa: PLC0415

        checks.register(single_sign_on)
        checks.register(versions)
        checks.register(storage.sqlite_version)
        checks.register(storage.network_file_system)
        checks.register(storage.passing_file_system, deploy=True)
        checks.register(storage.postgresql_durability, checks.Tags.database)
        checks.register(storage.postgresql_in_clear, deploy=True)
        sign_ins.note_all()
        staff_sessions.limit_all()
