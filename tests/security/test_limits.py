"""Buckets: so many times in so much time, for all processes alike, and never for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from pytest_django import Settings

from assessor import environment, limits, rates
from assessor.limits import TooMany
from assessor.models import Bucket
from assessor.rates import Rate

HOUR = 3600


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("assessor.limits.time.time", clock.time)
    return clock


@pytest.fixture(autouse=True)
def _three_an_hour(settings: Settings) -> None:
    settings.LIMITS = {
        "X": rates.rates("3/h"),
        "TWO": rates.rates("2/m,3/h"),
        "NONE": rates.rates("0"),
    }


def refused(what: str = "X", whose: object = "kim") -> int:
    """Return for how long somebody is held back."""
    with pytest.raises(TooMany) as found:
        limits.take(what, whose)
    return found.value.seconds


# ---------------------------------------------------------------- one bucket


@pytest.mark.django_db
def test_so_often_and_no_more_and_then_one_by_one(clock: Clock) -> None:
    for _ in range(3):
        limits.take("X", "kim")
    assert refused() == HOUR / 3
    clock.now += HOUR / 3 - 1
    assert refused() == 1
    clock.now += 1
    limits.take("X", "kim")
    assert refused() == HOUR / 3


@pytest.mark.django_db
def test_each_has_their_own(clock: Clock) -> None:
    for _ in range(3):
        limits.take("X", "kim")
    limits.take("X", "lee")
    limits.take("X", "kim", "elsewhere")


@pytest.mark.django_db
def test_after_a_pause_all_is_free_again_and_no_more_than_all(clock: Clock) -> None:
    for _ in range(2):
        for _ in range(3):
            limits.take("X", "kim")
        refused()
        clock.now += 100 * HOUR


@pytest.mark.django_db
def test_what_is_given_back_can_be_taken_again(clock: Clock) -> None:
    for _ in range(5):
        limits.take("X", "kim")
        limits.give_back("X", "kim")
    assert Bucket.objects.get().full_at == pytest.approx(clock.now)


@pytest.mark.django_db
def test_what_is_given_back_is_nobody_elses(clock: Clock) -> None:
    for _ in range(3):
        limits.take("X", "lee")
    limits.take("X", "kim")
    limits.give_back("X", "kim")
    assert refused(whose="lee") == HOUR / 3


@pytest.mark.django_db
def test_checking_takes_nothing(clock: Clock) -> None:
    limits.check("X", "kim")
    assert not Bucket.objects.exists()
    for _ in range(3):
        limits.take("X", "kim")
    for _ in range(2):
        with pytest.raises(TooMany):
            limits.check("X", "kim")
    clock.now += HOUR / 3
    limits.check("X", "kim")


@pytest.mark.django_db
def test_of_several_rates_all_hold_and_waits_grow(clock: Clock) -> None:
    limits.take("TWO", "kim")
    limits.take("TWO", "kim")
    assert refused("TWO") == 30
    clock.now += 30
    limits.take("TWO", "kim")
    clock.now += 30
    assert refused("TWO") > 1000


@pytest.mark.django_db
def test_no_limit_counts_nothing(clock: Clock) -> None:
    limits.take("NONE", "kim")
    assert not Bucket.objects.exists()


@pytest.mark.django_db
def test_a_clock_that_is_set_back_locks_nobody_out(clock: Clock) -> None:
    for _ in range(3):
        limits.take("X", "kim")
    clock.now -= 400 * 24 * HOUR
    limits.check("X", "kim")
    for _ in range(3):
        limits.take("X", "kim")
    assert refused() == HOUR / 3


@pytest.mark.django_db
def test_a_bucket_names_nobody(clock: Clock) -> None:
    limits.take("X", "correct horse battery", "203.0.113.0/24")
    assert Bucket.objects.get().key.isalnum()
    assert len(Bucket.objects.get().key) == 64


@pytest.mark.django_db
def test_what_says_nothing_any_more_is_deleted(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits.take("X", "kim")
    clock.now += HOUR
    limits.take("X", "lee")
    assert Bucket.objects.count() == 2
    monkeypatch.setattr(limits, "_pruned_at", -1e9)
    limits.take("X", "lee")
    assert Bucket.objects.count() == 1
    limits.take("X", "lee")
    assert limits.prune() == 0
    assert refused(whose="lee") == HOUR / 3
    clock.now += 2 * HOUR
    assert limits.prune() == 1


@pytest.mark.django_db
def test_a_refusal_is_logged_without_whom_it_met(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        limits.take("X", "kim")
    with pytest.raises(TooMany, match="X") as found:
        limits.take("X", "kim")
    assert found.value.what == "X"
    assert caplog.messages == ["Too often: X"]


@pytest.mark.django_db
def test_of_refusals_only_the_first_in_the_longest_time_is_news(clock: Clock) -> None:
    assert limits.is_first_refusal("TWO", "kim")
    clock.now += HOUR - 1
    assert not limits.is_first_refusal("TWO", "kim")
    assert limits.is_first_refusal("TWO", "lee")
    clock.now += 1
    assert limits.is_first_refusal("TWO", "kim")


@pytest.mark.django_db
@pytest.mark.parametrize("often", [1, 3, 5])
def test_taking_takes_one_statement(
    clock: Clock, often: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for _ in range(min(often, 3) - 1):
        limits.take("X", "kim")
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        limits.take("X", "kim")


# ---------------------------------------------------------------- many at once


AT_ONCE = 8


def attempts(take: Callable[[], None], many: int = 20) -> int:
    """Return how many were let through, of many of whom some come at once."""

    def attempt(_number: int) -> bool:
        try:
            take()
        except TooMany:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(threads.map(attempt, range(many)))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_get_through() -> None:
    assert attempts(lambda: limits.take("X", "kim")) == 3


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_counting_then_would_let_more_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control of the test above: it finds a bucket that is read, and written later."""
    all_have_looked = Barrier(AT_ONCE, timeout=60)

    def taken(key: str, rate: Rate, now: float) -> bool:
        bucket, _made = Bucket.objects.get_or_create(key=key, defaults={"full_at": now})
        all_have_looked.wait()
        if bucket.full_at > now + rate.seconds - rate.interval:
            return False
        bucket.full_at = max(bucket.full_at, now) + rate.interval
        with transaction.atomic():
            bucket.save()
        return True

    monkeypatch.setattr(limits, "_taken", taken)
    assert attempts(lambda: limits.take("X", "kim"), AT_ONCE) > 3


# ---------------------------------------------------------------- what settings say


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10/h", (Rate(10, 3600),)),
        ("3/s", (Rate(3, 1),)),
        ("5/15m", (Rate(5, 900),)),
        ("120/m, 20/d", (Rate(120, 60), Rate(20, 86400))),
        ("0", ()),
    ],
)
def test_a_rate_is_read(text: str, meant: rates.Rates) -> None:
    assert rates.rates(text) == meant


@pytest.mark.parametrize("text", ["10", "10/", "/h", "-1/h", "0/h", "1/0h", "1/w", "1.5/h", "١/h"])
def test_what_is_no_rate_stops_the_start_and_says_how_to_write_one(text: str) -> None:
    given = dict.fromkeys(rates.IN_GENERAL, "") | {"SAVES": text}
    with pytest.raises(ImproperlyConfigured, match=r"LIMIT_SAVES is .* such as 10/h"):
        environment.limits(given, public=True)


def test_on_one_machine_more_is_free_and_what_is_set_holds_everywhere() -> None:
    given = dict.fromkeys(rates.IN_GENERAL, "") | {"CODES": "7/h"}
    public, local = (environment.limits(given, public=public) for public in (True, False))
    assert public["STARTS"] == (Rate(10, 3600),)
    assert local["STARTS"] == (Rate(100, 3600),)
    assert public["CODES"] == local["CODES"] == (Rate(7, 3600),)


def test_the_document_states_every_limit_as_it_is() -> None:
    path: Path = django_settings.BASE_DIR / "docs" / "security" / "limits.md"
    rows = [row.split(" | ") for row in path.read_text().splitlines() if row.startswith("| `LIMIT")]
    stated = {row[0].strip("| `").removeprefix("LIMIT_"): row[1].strip("`") for row in rows}
    assert stated == rates.IN_GENERAL
