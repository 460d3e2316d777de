"""Fill an empty database with something of everything, and print each role's cookies as JSON.

python -m tests.resilience.run fuzz.people
"""

import json

from django.core.management import call_command
from django.test.utils import setup_test_environment

from tests.fuzz.test_corpus import fuzzer_of, prepared


def main() -> None:
    """Migrate, fill, print."""
    call_command("migrate", verbosity=0)
    setup_test_environment()
    assessment = prepared()
    clients = fuzzer_of(assessment, seed=1).clients
    cookies = {
        role: {name: morsel.value for name, morsel in client.cookies.items()}
        for role, client in clients.items()
    }
    print(json.dumps({"assessment": str(assessment.pk), "roles": cookies}))  # noqa: T201
