"""What a night deletes, whatever the clock has done."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from assessor.jobs import routines
from assessor.models import Assessment
from tests.builders import make_assessment
from tests.jobs.test_tasks import work

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    """A clock that is set to so many days from when the test began."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._began = timezone.now()
        self._days = 0
        monkeypatch.setattr(timezone, "now", lambda: self._began + timedelta(days=self._days))

    def nights(self, *days: int) -> None:
        """Let a worker run in each of these nights."""
        for self._days in days:
            work()

    def ask(self, day: int) -> None:
        """Let a worker ask for the work of a night, and do none of it."""
        self._days = day
        routines.hand_out(timezone.now())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Clock:
    """A clock by which a draft is due after the tenth night."""
    settings.KEEP_DRAFTS_DAYS = 10
    made = Clock(monkeypatch)
    make_assessment()
    return made


def is_there() -> bool:
    return Assessment.objects.exists()


def test_what_is_due_goes_in_the_night_it_is_due(clock: Clock) -> None:
    clock.nights(8, 9, 10)
    assert is_there()
    clock.nights(11)
    assert not is_there()


def test_a_clock_that_leaps_deletes_nothing_that_night(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.nights(1, 2, 402)
    assert is_there()
    assert "Retention: assessments due: 1; none is deleted before the next night" in caplog.text


def test_a_clock_that_is_set_right_again_the_next_day_has_deleted_nothing(clock: Clock) -> None:
    clock.nights(1, 2, 402, 3, 4, 5)
    assert is_there()
    clock.nights(*range(6, 12))
    assert not is_there()


def test_after_a_night_without_a_worker_the_second_night_deletes(clock: Clock) -> None:
    clock.nights(1, 2, 40)
    assert is_there()
    clock.nights(41)
    assert not is_there()


def test_a_clock_that_leaps_before_the_work_is_done_deletes_nothing(clock: Clock) -> None:
    clock.nights(1)
    clock.ask(2)
    clock.nights(402)
    assert is_there()
