"""Migrate a database from one state to the next, and tell each time what people have said.

python -m tests.resilience.run resilience.migrating 0005_people 0006_reviewers_review ...
"""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from tests.resilience.installation import Installation


def main(*states: str) -> None:
    """Print a hash for each state, and one for the state of this version."""
    here = Installation(Path(settings.VAR_DIR))
    for state in states:
        call_command("migrate", "assessor", state, verbosity=0)
        print(here.canonical())  # noqa: T201
    call_command("migrate", verbosity=0)
    print(here.canonical())  # noqa: T201
