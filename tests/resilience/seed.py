"""Prepare an empty database for writers: an edition, and for each writer an assessment.

    python -m tests.resilience.run resilience.seed 4

Prints, as JSON, what each writer sends where. It runs in a process of its own, so that the
database can be any.
"""

import json
from typing import Any

from django.core.management import call_command
from django.test.utils import setup_test_environment

from tests.builders import make_assessment, owner_client, owner_of, page_data, step_url
from tests.resilience.writers import PAGE


def main(count: str) -> None:
    """Migrate the database and seed it."""
    call_command("migrate", verbosity=0)
    setup_test_environment()
    print(json.dumps([writer() for _ in range(int(count))]))  # noqa: T201


def writer() -> dict[str, Any]:
    """Return what somebody sends who answers one question of a new assessment."""
    assessment = make_assessment()
    return {
        "respondent": owner_of(assessment).pk,
        "address": step_url(assessment, PAGE),
        "cookies": {
            name: morsel.value for name, morsel in owner_client(assessment).cookies.items()
        },
        "data": page_data(assessment, PAGE, action="later"),
    }
