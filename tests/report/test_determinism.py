"""The same report, the same bytes: whichever process makes it, wherever, whenever."""

import hashlib
import os
import subprocess
import sys

import pytest

from assessor.report import pdf
from tests.knowledge.editions import ROOT

MAKE = """
import hashlib, sys, django
django.setup()
from assessor.report import pdf
from tests.report.test_pdf import issue
pdf.TIMEOUT = pdf.PATIENCE = 240
if __name__ == "__main__":
    sys.stdout.write(hashlib.sha256(issue()).hexdigest())
"""


def made_with(**environment: str) -> str:
    """Return the hash of the bytes that a process of its own makes."""
    settings = {"DJANGO_SETTINGS_MODULE": "assessor.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", MAKE],
        cwd=ROOT,
        env={**os.environ, **settings, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.skipif(bool(pdf.availability()), reason="PDFs cannot be made here")
def test_two_processes_in_two_time_zones_with_two_hash_seeds_make_the_same_bytes() -> None:
    one = made_with(PYTHONHASHSEED="1", TIME_ZONE="Pacific/Kiritimati", TZ="Asia/Tokyo")
    other = made_with(PYTHONHASHSEED="2", TIME_ZONE="America/Los_Angeles", LANG="C")
    assert len(one) == len(hashlib.sha256().hexdigest())
    assert one == other
