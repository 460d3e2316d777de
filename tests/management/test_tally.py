"""manage.py tally: the counts are checked, or made anew."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assessor.models import Tally
from tests.builders import make_assessment, submitted

pytestmark = pytest.mark.django_db


def tally(**options: Any) -> str:
    output = StringIO()
    call_command("tally", stdout=output, **options)
    return output.getvalue()


def test_counts_that_are_right_are_told_to_be() -> None:
    make_assessment()
    submitted()
    assert tally().endswith(" counts are right.\n")


def test_counts_that_are_wrong_are_an_error_until_they_are_made_anew() -> None:
    submitted()
    Tally.objects.filter(kind="status", key="submitted", edition="").update(count=5)
    Tally.objects.create(
        kind="status", key="lost", value="", edition="2020.1", month="2020-01", count=1
    )
    with pytest.raises(CommandError, match="2 counts are wrong"):
        tally()
    assert tally(rebuild=True) == tally()
    assert not Tally.objects.filter(key="lost").exists()
