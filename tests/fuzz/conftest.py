"""What fuzzing needs: nobody is held back, or most requests would only find that out."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _no_limits(settings: Settings) -> None:
    settings.LIMITS = dict.fromkeys(settings.LIMITS, ())
