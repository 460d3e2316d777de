"""The clock jumps: order never hangs on it, and nothing is lost (R14)."""

import http.client
from pathlib import Path

import pytest

from tests.resilience.figures import control, measured, rounds
from tests.resilience.installation import Installation, Servers, warmed
from tests.resilience.shims import compiled
from tests.resilience.writers import QUESTION, Outcome, Writer

NAME = "clock jumps"
HOUR, DAY = 3600, 86_400
JUMPS = [0, 400 * DAY, -2 * DAY, HOUR, -HOUR, 1, -1, 30 * DAY, 0]
"""Years ahead, days back, the hour of summer time, a leap second, and right again."""


@pytest.fixture
def shifted(installation: Installation, tmp_path: Path) -> Installation:
    """Return an installation whose clock is as far off as the file ``shift`` says, in seconds."""
    (tmp_path / "shift").write_text("0")
    more = {
        "LD_PRELOAD": str(compiled("clock", tmp_path)),
        "CLOCK_SHIFT_IN": str(tmp_path / "shift"),
    }
    return Installation(installation.directory, installation.writers, more)


def jump(shifted: Installation, seconds: int) -> None:
    Path(shifted.more["CLOCK_SHIFT_IN"]).write_text(str(seconds))


def saved_meanwhile(shifted: Installation, servers: Servers, rounds: int) -> Outcome:
    """Save while the clock jumps; return what people were told.

    Years ahead sessions have ended: then the save is refused, and works again when they have not.
    Connections may end, too, being idle for years; people connect again.
    """
    outcome = Outcome()
    with servers.serving(shifted):
        people = shifted.people(2)
        for _ in range(rounds):
            for seconds in JUMPS:
                jump(shifted, seconds)
                is_years_ahead = seconds == JUMPS[1]
                for writer in people * 2:
                    assert saved(writer, outcome) != is_years_ahead
    return outcome


def saved(writer: Writer, outcome: Outcome) -> bool:
    try:
        return writer.save(outcome)
    except (OSError, http.client.HTTPException):
        return writer.save(outcome)


def test_whatever_the_clock_says_the_last_save_counts(shifted: Installation) -> None:
    with measured(NAME) as figure, warmed(shifted) as servers:
        figure.rounds = rounds(short=1, long=100) * len(JUMPS)
        outcome = saved_meanwhile(shifted, servers, figure.rounds // len(JUMPS))
        promises = outcome.promises
        figure.acknowledged = len(promises)
        figure.lost = len(shifted.missing(promises))
    assert figure.lost == 0
    assert set(outcome.refused) == {404}
    last = {promise.respondent: promise.text for promise in promises}
    assert {who: text for who, _revision, text in shifted.latest()} == last
    by_clock = dict(
        shifted.query(
            "SELECT respondent_id, value FROM assessor_answerchange "  # noqa: S608
            f"WHERE question = '{QUESTION}' ORDER BY saved_at"
        )
    )
    wrong = sum(by_clock[who] != f'"{text}"' for who, text in last.items())
    control(NAME, f"the last by the clock is wrong for {wrong} of {len(last)}")
    assert wrong == len(last)
