"""A figure that cannot be, or a name that means nothing, is found when an edition is read."""

import json
import math

import pytest

from assessor.advice.cost import gpus_to_hold
from assessor.knowledge import KnowledgeBase, KnowledgeError, read_document
from assessor.knowledge.costs import EstimateModel
from assessor.knowledge.quantities import Figure
from tests.knowledge.editions import GONE, RELEASED, Document, change, changed, document

ESTIMATES = "estimates"
SONNET = f"{ESTIMATES}/models/claude_sonnet_5_5"
STAFF = f"{ESTIMATES}/parameters/staff_cost"
OPTION = f"{ESTIMATES}/options/small_llm_vpc_private_cloud"
PLACE = document()[ESTIMATES]["places"]["uk"]
SERVICE = f"{ESTIMATES}/options/foundation_api_rag/service"


def refusal(edition: Document) -> str:
    with pytest.raises(KnowledgeError) as refused:
        read_document(edition)
    return str(refused.value)


def cost_model(knowledge: KnowledgeBase) -> EstimateModel:
    assert knowledge.estimates is not None
    return knowledge.estimates


# ---------------------------------------------------------------- the shipped edition


def test_every_architecture_has_a_cost_model(knowledge: KnowledgeBase) -> None:
    assert set(cost_model(knowledge).options) == set(knowledge.options)


def test_half_a_person_costs_5000_a_month(knowledge: KnowledgeBase) -> None:
    assert cost_model(knowledge).parameters.staff_cost.central / 2 == 5000


def test_editions_without_estimates_are_still_read() -> None:
    released = json.loads((RELEASED / "2026.11.1.json").read_text("utf-8"))
    assert read_document(released).estimates is None


def test_the_estimates_are_part_of_the_hash(knowledge: KnowledgeBase) -> None:
    assert read_document(changed(f"{STAFF}/central", 10_001)).sha256 != knowledge.sha256


def test_speeds_were_measured_on_enough_gpus_to_hold_the_model(knowledge: KnowledgeBase) -> None:
    estimates = cost_model(knowledge)
    memory_gb = estimates.hardware["rented_h100"].memory_gb
    for key, model in estimates.model_classes.items():
        needed = gpus_to_hold(model.parameters_billion, model.bits, memory_gb)
        assert needed <= model.measured_on_gpus, key


# ---------------------------------------------------------------- figures that cannot be


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            f"{SONNET}/usd_per_million_in",
            math.nan,
            "models.claude_sonnet_5_5.usd_per_million_in: Input should be",
        ),
        (
            f"{SONNET}/usd_per_million_out",
            math.inf,
            "usd_per_million_out: Input should be a finite",
        ),
        (f"{SONNET}/usd_per_million_in", -2, "usd_per_million_in: Input should be greater than 0"),
        (f"{SONNET}/usd_per_million_in", 0, "usd_per_million_in: Input should be greater than 0"),
        (f"{SONNET}/usd_per_million_in", "2", "usd_per_million_in: Input should be a valid number"),
        (f"{STAFF}/low", math.nan, "parameters.staff_cost.low: Input should be"),
        (f"{STAFF}/low", -1, "parameters.staff_cost.low: Input should be greater than"),
        (f"{STAFF}/low", 12_000, "parameters.staff_cost: Value error, must be given as low"),
        (f"{STAFF}/source", "", "parameters.staff_cost.source: String should have"),
        (f"{STAFF}/source", GONE, "parameters.staff_cost.source: Field required"),
        (f"{STAFF}/basis", "rumour", "parameters.staff_cost.basis: Input should be 'fact'"),
        (
            f"{ESTIMATES}/parameters/derate/low",
            0,
            "parameters.derate: Value error, must be above 0",
        ),
        (
            f"{ESTIMATES}/parameters/peak_share/high",
            1.1,
            "peak_share: Value error, must be a share",
        ),
        (f"{ESTIMATES}/sites/own/pue/low", 0.9, "sites.own.pue: Value error, must be 1 or more"),
        (f"{ESTIMATES}/hardware/rented_h100/busy_watts/low", 70, "busy_watts must not be below"),
        (f"{SERVICE}/share_of_requests", 0, "share_of_requests: Input should be greater than 0"),
        (f"{ESTIMATES}/labels/weather", {"label": "Rain", "unit": "mm"}, "labels.weather"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_its_place(
    path: str, value: object, expected: str
) -> None:
    found = refusal(changed(path, value))
    assert found.startswith("estimates.yaml: ")
    assert expected in found


def test_a_range_may_be_one_value() -> None:
    figure = Figure(low=1, central=1, high=1, basis="fact", source="Counted.")
    assert figure.at("low") == figure.at("high") == 1


# ---------------------------------------------------------------- names that mean nothing


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (f"{SONNET}/energy", "huge", "models.claude_sonnet_5_5.energy: no entry 'huge'"),
        (f"{SONNET}/usd_per_million_cached", 3.0, "must not be above usd_per_million_in"),
        (
            f"{SERVICE}/models/central",
            "gpt_9",
            "options (foundation_api_rag).service.models: no entry 'gpt_9'",
        ),
        (
            f"{SERVICE}/models/low",
            "claude_opus_5_5",
            "usd_per_million_in must rise from low to high",
        ),
        (f"{SERVICE}/share_of_requests", 0.5, "share_of_requests: nothing answers the rest"),
        (
            f"{ESTIMATES}/options/multi_model_gateway/service/share_of_requests",
            1,
            "share_of_requests: leaves nothing for self_hosted",
        ),
        (
            f"{OPTION}/self_hosted/model_class",
            "dense_1b",
            "options (small_llm_vpc_private_cloud).self_hosted.model_class: no entry 'dense_1b'",
        ),
        (f"{OPTION}/self_hosted/hardware", "abacus", "self_hosted.hardware: no entry 'abacus'"),
        (OPTION, GONE, "options: missing: small_llm_vpc_private_cloud"),
        (
            f"{ESTIMATES}/options/vetted_point_solutions/seats/energy",
            "none",
            "options (vetted_point_solutions).seats.energy: no entry 'none'",
        ),
        (f"{ESTIMATES}/places/mars", PLACE, "places: no entry 'mars'"),
        (f"{ESTIMATES}/labels/users", GONE, "labels: missing: users"),
        (f"{ESTIMATES}/hardware/rented_h100/site", "moon", "hardware.rented_h100.site: no entry"),
        (f"{ESTIMATES}/service_site", "moon", "service_site: no entry 'moon'"),
        (f"{ESTIMATES}/break_even/services", ["gpt_9"], "break_even.services: no entry 'gpt_9'"),
        (
            f"{ESTIMATES}/questions/users",
            "where_scope",
            "questions.users: no question 'where_scope'",
        ),
        (f"{ESTIMATES}/questions/place", "nowhere", "places: no question 'nowhere' with choices"),
        (f"{ESTIMATES}/places/uk", GONE, "places: missing: uk"),
        (f"{ESTIMATES}/unknown_place", "mars", "unknown_place: no entry 'mars'"),
        (
            f"{ESTIMATES}/requests_by_people/habits/0/when/0/question",
            "audience",
            "requests_by_people.habits.0.when: no question 'audience'",
        ),
        (f"{ESTIMATES}/users/function", GONE, "users: missing: function"),
        (f"{ESTIMATES}/users/function/mid", GONE, "users.function: missing: mid"),
        (
            f"{ESTIMATES}/budget/up_to_usd_per_month/low",
            GONE,
            "budget.up_to_usd_per_month: missing: low",
        ),
        (f"{ESTIMATES}/meta/content_version", "1.0", "meta.content_version: 1.0, not 2026.11.3"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_its_place(
    path: str, value: object, expected: str
) -> None:
    found = refusal(changed(path, value))
    assert found.startswith("estimates.yaml: ")
    assert expected in found


def test_a_dearer_model_may_not_use_less_energy_than_a_cheaper_one() -> None:
    edition = changed(f"{ESTIMATES}/models/claude_opus_5_5/energy", "small")
    change(edition, f"{ESTIMATES}/models/gpt_6_luna/energy", "closed_frontier")
    assert "energy must rise from low to high" in refusal(edition)
