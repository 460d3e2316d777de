"""Prepare an empty database for a team: writers, and people who are about to submit.

    python -m tests.resilience.run resilience.seed_team 4 3

Prints, as JSON, what the writers send, and of each who submits the assessment, the revision seen
and the token of a private link.
"""

import json
from typing import Any

from django.core.management import call_command
from django.test.utils import setup_test_environment

from assessor.models import PrivateLink
from tests.advice.answers import situation
from tests.builders import make_assessment, owner_of
from tests.resilience.seed import writer


def main(writers: str, submitters: str) -> None:
    """Migrate the database and seed it."""
    call_command("migrate", verbosity=0)
    setup_test_environment()
    about = {
        "writers": [writer() for _ in range(int(writers))],
        "submitters": [_submitter() for _ in range(int(submitters))],
    }
    print(json.dumps(about))  # noqa: T201


def _submitter() -> dict[str, Any]:
    assessment = make_assessment(situation())
    token = PrivateLink.issue(owner_of(assessment))
    return {"assessment": str(assessment.pk), "revision": assessment.revision, "token": token}
