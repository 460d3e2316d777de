"""What comes back every night is asked for once, however many workers there are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from assessor.jobs import routines

ALL = list(routines.NIGHTLY)
WORKERS = 6
ZONE = ZoneInfo("Europe/Madrid")
NIGHT = datetime(2026, 12, 1, 3, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _in_madrid(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"


@pytest.mark.django_db
def test_each_night_asks_once() -> None:
    assert routines.hand_out(NIGHT) == ALL
    for later in (timedelta(minutes=1), timedelta(hours=23, minutes=59)):
        assert routines.hand_out(NIGHT + later) == []
    assert routines.hand_out(NIGHT + timedelta(days=1)) == ALL
    assert DBTaskResult.objects.count() == 2 * len(ALL)


@pytest.mark.django_db
def test_a_machine_that_was_off_at_night_makes_up_for_it_once() -> None:
    routines.hand_out(NIGHT)
    assert routines.hand_out(NIGHT + timedelta(days=9, hours=12)) == ALL
    assert routines.hand_out(NIGHT + timedelta(days=9, hours=13)) == []


@pytest.mark.django_db
def test_machines_whose_clocks_differ_ask_once() -> None:
    slow = NIGHT - timedelta(minutes=1)
    assert routines.hand_out(slow) == ALL
    assert routines.hand_out(NIGHT) == ALL
    for _beat in range(2):
        assert routines.hand_out(slow) == []
        assert routines.hand_out(NIGHT) == []


@pytest.mark.django_db
def test_a_clock_that_was_wrong_keeps_nothing_from_being_asked_for() -> None:
    routines.hand_out(NIGHT + timedelta(days=400))
    assert routines.hand_out(NIGHT) == ALL
    assert routines.hand_out(NIGHT) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_of_many_at_once_one_asks(_round: int) -> None:
    together = Barrier(WORKERS)

    def ask(_number: int) -> list[str]:
        together.wait(timeout=30)
        try:
            return routines.hand_out(NIGHT)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as threads:
        asked = [name for names in threads.map(ask, range(WORKERS)) for name in names]
    assert sorted(asked) == sorted(ALL)
    assert DBTaskResult.objects.count() == len(ALL)
