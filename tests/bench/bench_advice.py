"""How long advice takes. Run by ``make bench``; nothing here can fail for being slow."""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from assessor.advice import advise
from assessor.advice.confidence import noise_of
from assessor.advice.standing import standing
from assessor.knowledge import UNKNOWN, Answer
from tests.knowledge.editions import shipped

CASES = {case.key: dict(case.answers) for case in shipped().golden_cases.cases if case.answers}
NOTHING_KNOWN: dict[str, Answer] = {
    **{key: UNKNOWN for key, question in shipped().questions.items() if question.allow_unknown},
    "where_scope": "function",
    "how_tasks": ["answer_docs"],
}


@pytest.fixture(scope="module", autouse=True)
def _noise_drawn() -> None:
    """Draw the random numbers of the edition, once per process, outside the measurements."""
    noise_of(shipped())


def test_reference_loop(benchmark: BenchmarkFixture) -> None:
    """A million turns of a plain loop would take a hundred of these."""
    benchmark(lambda: sum(number * number for number in range(10_000)))


@pytest.mark.parametrize("case", ["enterprise_full", "mid_market_four_unknowns"])
def test_ranking_without_confidence(benchmark: BenchmarkFixture, case: str) -> None:
    benchmark(standing, shipped(), CASES[case])


@pytest.mark.parametrize("case", CASES)
def test_complete_advice(benchmark: BenchmarkFixture, case: str) -> None:
    benchmark(advise, shipped(), CASES[case])


def test_complete_advice_with_nothing_known(benchmark: BenchmarkFixture) -> None:
    benchmark(advise, shipped(), NOTHING_KNOWN)


def test_random_numbers_of_an_edition(benchmark: BenchmarkFixture) -> None:
    benchmark(noise_of.__wrapped__, shipped())
