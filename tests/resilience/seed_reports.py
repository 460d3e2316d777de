"""Add issued reports whose PDFs nobody has made yet to an installation.

    python -m tests.resilience.run resilience.seed_reports 10

Prints, as JSON, the address of each PDF with the cookies of whoever may have it.
"""

import json

from django.test.utils import setup_test_environment
from django.urls import reverse

from tests.builders import owner_client, submitted


def main(count: str) -> None:
    """Submit so many assessments."""
    setup_test_environment()
    print(json.dumps([report(number) for number in range(int(count))]))  # noqa: T201


def report(number: int) -> dict[str, str]:
    """Return where the PDF of a new report is, and who may have it, as a browser says it."""
    assessment = submitted(initiative=f"Plan {number}").assessment
    cookies = owner_client(assessment).cookies.items()
    return {
        "address": reverse("pdf", args=[assessment.pk]),
        "cookies": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies),
    }
