"""Prepare an empty database with a bundle of PDFs that nobody has made yet.

python -m tests.resilience.run resilience.seed_bundle 4
"""

from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils.timezone import now

from assessor.jobs import routines, tasks
from assessor.models import Assessment
from assessor.workflow import bundling
from tests.builders import submitted


def main(count: str) -> None:
    """Migrate the database, and start the bundle."""
    call_command("migrate", verbosity=0)
    for number in range(int(count)):
        submitted(initiative=f"Plan {number}")
    user = User.objects.create_user("kim", is_staff=True)
    bundle = bundling.start_bundle(user, Assessment.objects.all())
    routines.hand_out(now())
    tasks.ask(tasks.continue_bundle, str(bundle.pk))
