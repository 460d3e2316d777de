"""What an architecture costs and burns, from answers to ranges."""

import json
import math
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice import Suggestion, advise, questionnaire, workload
from assessor.advice.cases import CENTRAL, FAVOURABLE, UNFAVOURABLE, Case
from assessor.advice.cost import usd_per_request
from assessor.advice.demand import demand_of
from assessor.advice.estimates import Estimates, OptionEstimate, estimates_for
from assessor.advice.footprint import wh_per_request
from assessor.advice.workload import Workload
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase, read_document
from assessor.knowledge.costs import EstimateModel, Knob
from assessor.knowledge.quantities import Range
from tests.advice.answers import answer_sets, situation, unhurried, without
from tests.knowledge.editions import RELEASED, changed, document, shipped

OWN_GPUS, SERVICE, SEATS = (
    "small_llm_vpc_private_cloud",
    "foundation_api_rag",
    "vetted_point_solutions",
)
LOOK_UP = situation(how_tasks=["answer_docs"], opex_volume=100_000, reg_jurisdiction=["other"])


def estimates(answers: dict[str, Answer], *ranked: str) -> Estimates:
    found = estimates_for(shipped(), answers, ranked)
    assert found is not None
    return found


def estimate(answers: dict[str, Answer], architecture: str) -> OptionEstimate:
    return estimates(answers, architecture).options[architecture]


def model() -> EstimateModel:
    found = shipped().estimates
    assert found is not None
    return found


def load(answers: dict[str, Answer], architecture: str) -> Workload:
    demand = demand_of(shipped(), model(), answers)
    return Workload(model(), model().options[architecture], demand)


def ranges(option: OptionEstimate) -> list[Range]:
    return [value for _, value in option if isinstance(value, Range)]


def rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


# ---------------------------------------------------------------- the worked figures


@pytest.mark.parametrize(
    ("reference", "usd"),
    [
        ("claude_opus_5_5", "0.024"),
        ("gpt_6_1_sol", "0.012"),
        ("claude_sonnet_5_5", "0.012"),
        ("gemini_3_8_flash", "0.0045"),
        ("mistral_large_4", "0.0036"),
        ("mistral_small_4", "0.00084"),
        ("gpt_6_luna", "0.0006"),
        ("claude_haiku_5_5", "0.0006"),
        ("qwen3_32b_eu", "0.0005"),
        ("gpt_oss_120b_eu", "0.0005"),
    ],
)
def test_a_look_up_request_costs_what_the_price_table_says(reference: str, usd: str) -> None:
    price = workload.price_of(model().models[reference])
    written = usd_per_request(workload.request_of(load(LOOK_UP, SERVICE), CENTRAL), price)
    assert f"{written:.{len(usd) - len('0.')}f}" == usd


@pytest.mark.parametrize(
    ("reference", "usd"),
    [
        ("claude_opus_5_5", "240 / 2,400 / 24,000"),
        ("claude_sonnet_5_5", "120 / 1,200 / 12,000"),
        ("gemini_3_8_flash", "45 / 450 / 4,500"),
        ("mistral_large_4", "36 / 364 / 3,640"),
        ("mistral_small_4", "8 / 84 / 840"),
        ("claude_haiku_5_5", "6 / 60 / 600"),
    ],
)
def test_a_month_costs_its_requests(reference: str, usd: str) -> None:
    price = workload.price_of(model().models[reference])
    one = usd_per_request(workload.request_of(load(LOOK_UP, SERVICE), CENTRAL), price)
    volumes = (10_000, 100_000, 1_000_000)
    assert " / ".join(f"{volume * one:,.0f}" for volume in volumes) == usd


def test_a_small_model_on_two_gpus_with_half_a_person() -> None:
    parts = estimate(LOOK_UP, OWN_GPUS).usd_per_month_by_part
    assert rounded(parts["gpus"].central + parts["staff"].central, 3) == 9570


def test_the_two_gpus_hardly_work() -> None:
    option = estimate(LOOK_UP, OWN_GPUS)
    assert option.gpus is not None
    assert option.utilisation is not None
    assert option.gpus.central == 2
    assert rounded(option.utilisation.central, 1) == 0.007


def test_the_break_even_names_what_it_is_compared_with() -> None:
    crossings = {
        crossing.service_name: (crossing.requests_per_month, crossing.gpus)
        for crossing in estimate(LOOK_UP, OWN_GPUS).break_even
    }
    assert crossings == {
        "Claude Opus 5.5": (398_742, 2),
        "Claude Sonnet 5.5": (797_484, 2),
        "Gemini 3.8 Flash": (2_126_623, 2),
        "Mistral Small 4": (27_713_334, 8),
        "Claude Haiku 5.5": (None, None),
    }


def test_a_service_is_compared_with_the_gpus_that_could_replace_it() -> None:
    (crossing,) = estimate(LOOK_UP, SERVICE).break_even
    assert (crossing.service, crossing.requests_per_month) == ("claude_sonnet_5_5", 797_484)


def test_a_workstation_breaks_even_with_its_own_few_people() -> None:
    opus, *_ = estimate(LOOK_UP, "local_quantised_model").break_even
    assert opus.requests_per_month == math.ceil((0.13 * 730 + 0.1 * 10_000) / 0.024)


def test_a_product_paid_for_each_person_never_breaks_even() -> None:
    assert estimate(LOOK_UP, SEATS).break_even == ()


def test_the_footprint_of_100_000_requests_to_a_frontier_model() -> None:
    option = estimate(LOOK_UP, SERVICE)
    assert round(option.kwh_per_year.central / 12) == 143
    assert round(option.kg_co2e_per_year.central / 12) == 66
    assert round(option.water_l_per_year.central / 12, -1) == 620


def test_gpus_burn_also_when_nobody_asks() -> None:
    option = estimate({**LOOK_UP, "opex_volume": 0}, OWN_GPUS)
    assert option.utilisation == Range(low=0, central=0, high=0)
    assert round(option.kwh_per_year.central / 12) == 456
    assert round(option.kg_co2e_per_year.central / 12) == 209


# ---------------------------------------------------------------- ranges


@unhurried
@given(answers=answer_sets(), architecture=st.sampled_from(list(shipped().options)))
def test_every_range_is_in_order_and_finite_for_any_answers(
    answers: dict[str, Answer], architecture: str
) -> None:
    counting = questionnaire.asked(shipped(), answers)
    costed = load(counting, architecture)
    months = [workload.month(costed, end) for end in (FAVOURABLE, CENTRAL, UNFAVOURABLE)]
    for figures in (
        [month.usd for month in months],
        [month.running.gpus for month in months],
        [month.kwh for month in months],
        [month.kg_co2e for month in months],
        [month.water_l for month in months],
    ):
        assert figures == sorted(figures), architecture
        assert all(map(math.isfinite, figures)), architecture
    assert ranges(estimate(counting, architecture)), architecture


@unhurried
@given(
    fewer=st.integers(0, 10**9),
    more=st.integers(0, 10**9),
    architecture=st.sampled_from(list(shipped().options)),
)
def test_more_requests_never_cost_or_burn_less(fewer: int, more: int, architecture: str) -> None:
    fewer, more = sorted((fewer, more))
    few = estimate({**LOOK_UP, "opex_volume": fewer}, architecture)
    many = estimate({**LOOK_UP, "opex_volume": more}, architecture)
    for at in ("low", "central", "high"):
        assert few.usd_per_year.at(at) <= many.usd_per_year.at(at)
        assert few.kwh_per_year.at(at) <= many.kwh_per_year.at(at) * (1 + 1e-9)


@pytest.mark.parametrize("architecture", list(shipped().options))
def test_an_absurd_volume_is_only_expensive(architecture: str) -> None:
    option = estimate({**LOOK_UP, "opex_volume": 10**9, "how_tasks": ["act"]}, architecture)
    for values in ranges(option):
        assert math.isfinite(values.high)
    if option.utilisation:
        assert option.utilisation.high <= 1


def test_the_parts_add_up() -> None:
    option = estimate(LOOK_UP, "multi_model_gateway")
    assert set(option.usd_per_month_by_part) == {"service", "gpus", "platform", "staff"}
    for at in ("low", "central", "high"):
        parts = sum(part.at(at) for part in option.usd_per_month_by_part.values())
        assert parts == pytest.approx(option.usd_per_month.at(at))
        assert option.usd_per_year.at(at) == pytest.approx(12 * option.usd_per_month.at(at))


def test_a_service_for_a_share_of_the_requests_leaves_the_rest_to_the_gpus() -> None:
    alone = workload.running(load(LOOK_UP, OWN_GPUS), CENTRAL).utilisation
    beside = workload.running(load(LOOK_UP, "multi_model_gateway"), CENTRAL).utilisation
    assert beside == pytest.approx(0.7 * alone)


# ---------------------------------------------------------------- ends of the ranges


def test_a_service_costs_its_requests_with_retries_at_both_ends() -> None:
    service = estimate(LOOK_UP, SERVICE).usd_per_month_by_part["service"]
    luna = (1000 * 0.1 + 1000 * 0.01 + 200 * 0.5) / 1e6
    opus = (8000 * 4 + 3 * 800 * 20) / 1e6
    assert service.low == pytest.approx(50_000 * 1.1 * luna)
    assert service.central == pytest.approx(100_000 * 1.2 * 0.012)
    assert service.high == pytest.approx(200_000 * 1.4 * opus)


def test_the_energy_of_a_service_counts_hidden_thinking() -> None:
    wh = wh_per_request(8000, 3 * 800, 15, 0.4, 2.5)
    high = estimate(LOOK_UP, SERVICE).kwh_per_year.high
    assert high == pytest.approx(12 * 200_000 * wh / 1000)


def test_speed_counts_in_full_at_the_favourable_end_and_thinking_at_the_other() -> None:
    def busy(case: Case, written: float, tokens_per_second: float) -> None:
        gpus, utilisation = workload.running(load(LOOK_UP, OWN_GPUS), case)
        flat_out = gpus * tokens_per_second * 3600 * 730
        assert utilisation == pytest.approx(written / flat_out)

    busy(FAVOURABLE, 50_000 * 200, 2480 * 0.7)
    busy(UNFAVOURABLE, 200_000 * 800 * 3, 1840 * 0.3)


def test_a_steadier_load_needs_fewer_gpus() -> None:
    busy = load({**LOOK_UP, "opex_volume": 50_000_000}, OWN_GPUS)
    steady, bursty = (
        workload.running(busy, Case(instead={"peak_share": end})).gpus
        for end in ("favourable", "unfavourable")
    )
    assert (steady, bursty) == (11, 24)


def test_a_service_and_gpus_together_burn_what_each_burns_for_its_share() -> None:
    both = estimate(LOOK_UP, "multi_model_gateway").kwh_per_year.central / 12
    service = 0.3 * estimate(LOOK_UP, SERVICE).kwh_per_year.central / 12
    gpus = 2 * (110 + 490 * 0.7 * 0.00705 + 150) * 730 * 1.2 / 1000
    assert both == pytest.approx(service + gpus, rel=1e-4)


def test_a_model_runs_on_at_least_as_many_gpus_as_it_was_measured_on() -> None:
    path = "estimates/options/small_llm_vpc_private_cloud/self_hosted/model_class"
    larger = estimates_for(read_document(changed(path, "dense_70b")), LOOK_UP, [OWN_GPUS])
    two = estimates_for(read_document(changed(path, "dense_32b")), LOOK_UP, [OWN_GPUS])
    assert larger is not None
    assert two is not None
    assert [found.options[OWN_GPUS].gpus for found in (two, larger)] == [
        Range(low=2, central=2, high=2),
        Range(low=4, central=4, high=4),
    ]


# ---------------------------------------------------------------- what is shown


def test_leader_runner_up_and_cheapest_are_shown() -> None:
    found = estimates(LOOK_UP, "enterprise_vpc_foundation", "multi_model_gateway", SERVICE)
    assert (found.leader, found.runner_up) == ("enterprise_vpc_foundation", "multi_model_gateway")
    assert found.cheapest == SERVICE
    assert list(found.options) == ["enterprise_vpc_foundation", "multi_model_gateway", SERVICE]
    assert found.prices_as_of == "2026-11-22"


def test_an_option_that_is_also_the_cheapest_is_shown_once() -> None:
    found = estimates(LOOK_UP, SERVICE)
    assert (found.runner_up, found.cheapest) == (None, SERVICE)
    assert list(found.options) == [SERVICE]


def test_without_an_option_there_is_nothing_to_estimate(knowledge: KnowledgeBase) -> None:
    assert estimates_for(knowledge, LOOK_UP, []) is None


def test_an_edition_without_a_cost_model_gives_no_estimates() -> None:
    edition = document()
    del edition["estimates"]
    assert estimates_for(read_document(edition), LOOK_UP, [SERVICE]) is None


def test_estimates_survive_being_stored_as_json() -> None:
    found = estimates(LOOK_UP, OWN_GPUS, SERVICE, SEATS)
    assert Estimates.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("budget", "architecture", "expected"),
    [
        ("large", "enterprise_vpc_foundation", "within"),
        ("medium", OWN_GPUS, "within"),
        ("medium", "fine_tuned_small_llm", "above"),
        ("low", "local_quantised_model", "near"),
        (UNKNOWN, OWN_GPUS, "unknown"),
    ],
)
def test_the_central_cost_is_held_against_the_budget(
    budget: str, architecture: str, expected: str
) -> None:
    assert estimate({**LOOK_UP, "opex_budget": budget}, architecture).budget == expected


def test_a_budget_that_was_not_asked_is_unknown() -> None:
    assert estimate(without(LOOK_UP, "opex_budget"), OWN_GPUS).budget == "unknown"


# ---------------------------------------------------------------- what moves it


def test_three_assumptions_that_move_the_leader_most_are_named_with_their_range() -> None:
    busy = {**LOOK_UP, "opex_volume": 5_000_000}
    found = estimates(busy, SERVICE)
    swings = [
        one.usd_per_year_unfavourable - one.usd_per_year_favourable for one in found.sensitivity
    ]
    assert found.sensitivity[0].assumption == "model"
    assert len(swings) == 3
    assert swings == sorted(swings, reverse=True)
    central = found.options[SERVICE].usd_per_year.central
    for one in found.sensitivity:
        assert one.usd_per_year_favourable <= central <= one.usd_per_year_unfavourable


@pytest.mark.parametrize("architecture", list(shipped().options))
def test_every_assumption_that_moves_an_estimate_is_listed(architecture: str) -> None:
    found = estimates(LOOK_UP, architecture)
    listed = {*found.assumptions, *found.options[architecture].assumptions}
    named = {assumption.key for assumption in listed}
    assert len(named) == len(listed)
    assert {one.assumption for one in found.sensitivity} <= named
    assert all(assumption.source for assumption in listed)


def test_every_label_is_used_by_some_architecture() -> None:
    used = {
        assumption.key
        for architecture in shipped().options
        for found in [estimates(LOOK_UP, architecture)]
        for assumption in (*found.assumptions, *found.options[architecture].assumptions)
    }
    assert used == set(get_args(Knob))


# ---------------------------------------------------------------- what the answers say


def assumed(answers: dict[str, Answer], key: str) -> tuple[Any, ...]:
    (found,) = (one for one in estimates(answers, SERVICE).assumptions if one.key == key)
    return found.values.low, found.values.central, found.values.high, found.origin


def test_an_answered_volume_is_an_order_of_magnitude() -> None:
    assert assumed(LOOK_UP, "requests") == (50_000, 100_000, 200_000, "answer")


def test_an_unknown_volume_spans_the_suggested_numbers() -> None:
    unknown = {**LOOK_UP, "opex_volume": UNKNOWN}
    assert assumed(unknown, "requests") == (1_000, 100_000, 10_000_000, "dont_know")


ASKED_BY_STAFF = {**LOOK_UP, "opex_volume": UNKNOWN, "where_users": 50}


def test_an_unknown_volume_is_no_more_than_the_people_who_use_it_can_make() -> None:
    low, central, high, origin = assumed(ASKED_BY_STAFF, "requests")
    assert (low, central, high) == (40 * 0.5 * 20, 50 * 5 * 21, 62.5 * 50 * 22)
    assert origin == "dont_know"
    assert assumed(without(ASKED_BY_STAFF, "opex_volume"), "requests")[3] == "not_asked"


@pytest.mark.parametrize("task", ["extract", "code"])
def test_documents_and_code_come_in_larger_numbers(task: str) -> None:
    many = {**ASKED_BY_STAFF, "how_tasks": ["draft", task]}
    assert assumed(many, "requests")[:3] == (40 * 0.5 * 20, 50 * 10 * 21, 62.5 * 200 * 22)


def test_what_a_volume_worked_out_from_people_rests_on_is_said() -> None:
    found = estimates(ASKED_BY_STAFF, SERVICE).assumptions
    (requests,) = (each for each in found if each.key == "requests")
    assert requests.basis == "assumption"
    for part in ("from the people who use it", "0.5 to 50 uses", "21 working days"):
        assert part in requests.source


@pytest.mark.parametrize(
    "otherwise",
    [
        {"how_audience": "external_direct"},
        {"how_audience": UNKNOWN},
        {"policy_access": "public"},
        {"policy_access": UNKNOWN},
        {"how_tasks": ["answer_docs", "chat_external"]},
        {"how_tasks": ["answer_docs", "act"]},
        {"where_users": UNKNOWN},
        {"where_users": 0},
    ],
    ids=str,
)
def test_people_bound_no_volume_that_the_public_or_machines_make(
    otherwise: dict[str, Answer],
) -> None:
    spanned = {**ASKED_BY_STAFF, **otherwise}
    assert assumed(spanned, "requests") == (1_000, 100_000, 10_000_000, "dont_know")


@pytest.mark.parametrize("key", ["how_audience", "how_tasks", "policy_access", "where_users"])
def test_people_bound_no_volume_where_nobody_was_asked_about_them(key: str) -> None:
    assert assumed(without(ASKED_BY_STAFF, key), "requests")[2] == 10_000_000


def test_fifty_people_need_few_gpus() -> None:
    gpus = estimate(ASKED_BY_STAFF, OWN_GPUS).gpus
    assert gpus is not None
    assert (gpus.low, gpus.high) == (1, 2)


def test_editions_from_before_span_the_suggested_numbers_as_they_did() -> None:
    edition = read_document(json.loads((RELEASED / "2026.11.2.json").read_text("utf-8")))
    found = estimates_for(edition, ASKED_BY_STAFF, [SERVICE])
    assert found is not None
    (requests,) = (each for each in found.assumptions if each.key == "requests")
    assert requests.values == Range(low=1_000, central=100_000, high=10_000_000)


def test_a_volume_that_was_not_asked_is_said_to_be_an_assumption() -> None:
    asked = without(LOOK_UP, "opex_volume")
    assert assumed(asked, "requests") == (1_000, 100_000, 10_000_000, "not_asked")


def test_the_largest_task_sets_the_length_of_a_request() -> None:
    several = {**LOOK_UP, "how_tasks": ["draft", "act", "extract"]}
    assert assumed(several, "tokens") == (8_250, 16_500, 33_000, "answer")


def test_without_tasks_the_length_spans_all_of_them() -> None:
    low, central, high, origin = assumed(without(LOOK_UP, "how_tasks"), "tokens")
    assert (low, high, origin) == (0, 33_000, "not_asked")
    assert low < central < high


def test_media_alone_cost_nothing_per_request_and_have_no_break_even() -> None:
    option = estimate({**LOOK_UP, "how_tasks": ["other_media"]}, OWN_GPUS)
    assert option.utilisation == Range(low=0, central=0, high=0)
    assert {crossing.requests_per_month for crossing in option.break_even} == {None}


def test_stated_users_are_taken_as_approximate() -> None:
    assert assumed({**LOOK_UP, "where_users": 200}, "users") == (160, 200, 250, "answer")


def test_users_who_were_not_stated_follow_from_scope_and_size() -> None:
    judged = {**LOOK_UP, "where_scope": "enterprise", "where_org_size": "large"}
    assert assumed(judged, "users") == (300, 2_000, 20_000, "not_asked")
    assert assumed({**judged, "where_users": UNKNOWN}, "users")[3] == "dont_know"


def test_without_scope_and_size_users_span_every_band() -> None:
    nobody_asked = without(LOOK_UP, "where_scope", "where_org_size")
    low, central, high, _ = assumed(nobody_asked, "users")
    assert (low, high) == (2, 20_000)
    assert low < central < high


def test_products_paid_for_each_person_cost_more_with_more_people() -> None:
    few = estimate({**LOOK_UP, "where_users": 10}, SEATS)
    many = estimate({**LOOK_UP, "where_users": 1000}, SEATS)
    assert few.usd_per_month_by_part["seats"].central == 300
    assert many.usd_per_month_by_part["seats"].central == 30_000


def test_figures_per_person_need_people() -> None:
    option = estimate({**LOOK_UP, "where_users": 0}, OWN_GPUS)
    assert option.usd_per_user_month is None
    assert option.kg_co2e_per_user_year is None


def test_figures_per_person_divide_by_the_central_number() -> None:
    option = estimate({**LOOK_UP, "where_users": 100}, OWN_GPUS)
    assert option.usd_per_user_month is not None
    for at in ("low", "central", "high"):
        assert option.usd_per_user_month.at(at) == pytest.approx(option.usd_per_month.at(at) / 100)


def test_several_places_give_the_range_over_all_of_them() -> None:
    low, central, high, origin = assumed(
        {**LOOK_UP, "reg_jurisdiction": ["eu", "uk"]}, "grid_carbon"
    )
    assert (low, high, origin) == (0.03526, 0.5886, "answer")
    assert central == pytest.approx((0.32965 + 0.21741) / 2)


def test_an_unknown_place_is_the_world() -> None:
    unknown = {**LOOK_UP, "reg_jurisdiction": UNKNOWN}
    assert assumed(unknown, "grid_carbon")[1:] == (0.45829, 0.67013, "dont_know")


# ---------------------------------------------------------------- nothing else changes


def beside_estimates(suggestion: Suggestion) -> dict[str, Any]:
    return suggestion.model_dump(exclude={"estimates"})


@pytest.mark.parametrize("users", [0, 250])
def test_the_number_of_users_changes_no_suggestion(users: int) -> None:
    for case in shipped().golden_cases.cases:
        if case.answers:
            with_users = advise(shipped(), {**case.answers, "where_users": users})
            assert beside_estimates(with_users) == beside_estimates(advise(shipped(), case.answers))


def test_a_dearer_edition_gives_dearer_estimates() -> None:
    dearer = read_document(changed("estimates/models/claude_sonnet_5_5/usd_per_million_out", 15.0))
    found = estimates_for(dearer, LOOK_UP, [SERVICE])
    assert found is not None
    before = estimate(LOOK_UP, SERVICE).usd_per_year
    assert found.options[SERVICE].usd_per_year.central > before.central
    assert found.options[SERVICE].usd_per_year.low == before.low
