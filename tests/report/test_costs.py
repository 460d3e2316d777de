"""Cost and footprint in words."""

from datetime import date

import pytest

from assessor.report.costs import Costs, costs
from tests.report.records import CASES, NOTHING_IS_LEFT, record
from tests.report.rendered import Render, both, words
from tests.report.shown import with_suggestion

LARGE = "enterprise_full"
OWN_GPUS = "own_gpus_sovereign"
SEATS = "personal_full"


def estimated(case: str) -> Costs:
    found = costs(record(case))
    assert found is not None
    return found


WITH_AN_OPTION = [case for case in CASES if record(case).suggestion.leader]


@pytest.mark.parametrize("case", WITH_AN_OPTION)
def test_the_first_two_and_the_cheapest_are_shown_the_leader_first(case: str) -> None:
    estimates = record(case).suggestion.estimates
    assert estimates is not None
    found = estimated(case)
    assert len(found.options) == len(estimates.options) <= 3
    assert "First by fit" in found.leader.roles
    assert [option for option in found.options if "Cheapest not ruled out" in option.roles]


def test_what_it_costs_is_said_as_a_range_with_its_centre() -> None:
    leader = estimated(LARGE).leader
    assert (leader.year.span, leader.year.central) == ("100,000 to 1,000,000", "320,000")
    assert estimated(LARGE).staff.central == "240,000"


def test_only_parts_that_some_option_has_are_shown() -> None:
    parts = {label: dict(row) for label, row in estimated(SEATS).parts}
    assert list(parts) == ["Licences, paid for each person", "People who run it"]
    gpus = {label: dict(row) for label, row in estimated(LARGE).parts}[
        "GPUs of your own, rented or bought"
    ]
    assert gpus["Enterprise private foundation model"] is None
    assert gpus["Multi-model, versioned"] is not None


def test_own_gpus_say_how_many_and_how_much_of_the_time_they_work() -> None:
    leader = estimated(OWN_GPUS).leader
    assert leader.gpus == "2 to 10"
    assert leader.working == "less than 1 to 30\N{NO-BREAK SPACE}%"
    assert not estimated(SEATS).has_gpus


def test_break_even_names_the_service_compared_with() -> None:
    services = {crossing.service: crossing.requests for crossing in estimated(OWN_GPUS).crossings}
    assert services["Claude Opus 5.5"] == "460,000"
    assert estimated(SEATS).crossings == ()


def test_what_moves_the_cost_most_comes_with_the_cost_at_each_end() -> None:
    first = estimated(LARGE).movers[0]
    assert (first.label, first.favourable, first.unfavourable) == ("People who run it", "1", "4")
    assert (first.usd_favourable, first.usd_unfavourable) == ("200,000", "560,000")


def test_of_what_is_better_when_there_is_more_the_high_end_is_the_favourable_one() -> None:
    issued = record(OWN_GPUS)
    estimates = issued.suggestion.estimates
    assert estimates is not None
    speed = estimates.sensitivity[0].model_copy(update={"assumption": "tokens_per_second"})
    changed = estimates.model_copy(update={"sensitivity": (speed,)})
    found = costs(with_suggestion(issued, estimates=changed))
    assert found is not None
    (mover,) = found.movers
    assert float(mover.favourable.replace(",", "")) > float(mover.unfavourable.replace(",", ""))


def test_the_footprint_is_for_a_year_and_for_each_person() -> None:
    leader = estimated(OWN_GPUS).leader
    assert [burned.unit for burned in leader.footprint] == ["kWh", "kg CO2e", "litres"]
    assert leader.carbon.year.central == "5,000"
    assert leader.carbon.person is not None
    assert leader.carbon.person.central == "2.5"


def test_every_assumption_says_where_it_comes_from() -> None:
    found = estimated(LARGE)
    estimates = record(LARGE).suggestion.estimates
    assert estimates is not None
    assert [group.heading for group in found.assumptions] == [
        "Every option", *(option.name for option in found.options),
    ]  # fmt: skip
    origins = {line.label: line.origin for line in found.assumptions[0].assumptions}
    assert origins["Requests"] == "Your answer"
    assert origins["People who use it"] == "Assumed: nobody was asked"
    assert origins["Cost of one full-time person"] == "Edition: assumption"
    assert all(line.source for group in found.assumptions for line in group.assumptions)


def test_without_an_option_there_is_nothing_to_estimate() -> None:
    assert costs(record(NOTHING_IS_LEFT)) is None


def test_prices_carry_their_date() -> None:
    assert estimated(LARGE).prices_as_of == date(2026, 11, 22)


@both
def test_page_and_report_say_cost_budget_and_footprint(render: Render) -> None:
    said = words(render(record(LARGE)))
    for part in (
        "USD 100,000 to 1,000,000 a year, about 320,000 in the central case",
        "Within your budget About USD 26,000 a month in the central case. What may it cost",
        "About 240,000 of that pays the people who run it.",
        "GPT-6.1 Sol: from about 800,000 requests a month, on 2 GPUs",
        "location-based, inference only, no training, no end devices",
        "by list prices of 22 November 2026",
        "The scale is logarithmic: each pale line is ten times the one before.",
    ):
        assert part in said


@both
def test_a_service_that_gpus_never_beat_says_never(render: Render) -> None:
    issued = record(LARGE)
    estimates = issued.suggestion.estimates
    assert estimates is not None
    leader = estimates.options[estimates.leader]
    never = leader.break_even[0].model_copy(update={"requests_per_month": None, "gpus": None})
    options = {
        **estimates.options,
        estimates.leader: leader.model_copy(update={"break_even": (never,)}),
    }
    changed = estimates.model_copy(update={"options": options})
    assert "GPT-6.1 Sol: never" in words(render(with_suggestion(issued, estimates=changed)))


@both
def test_what_is_paid_for_each_person_has_no_volume_that_pays(render: Render) -> None:
    said = words(render(record(SEATS)))
    assert "is paid for each person and not by use, so there is no such volume." in said
    assert "Above your budget" in said


@both
@pytest.mark.parametrize("case", CASES)
def test_no_estimate_carries_more_than_two_significant_digits(render: Render, case: str) -> None:
    found = costs(record(case))
    if found is None:
        assert 'id="costs"' not in render(record(case))
        return
    for option in found.options:
        for shown in (option.year, *option.parts.values(), *(b.year for b in option.footprint)):
            digits = shown.central.replace(",", "").replace(".", "").strip("0")
            assert shown.central.startswith("less than") or len(digits) <= 2
