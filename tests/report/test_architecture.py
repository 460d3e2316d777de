"""An architecture in words, with what the answers add to it."""

import json

from assessor.knowledge import KnowledgeBase, read_document
from assessor.report.architecture import Component, profile
from assessor.report.document import report_html
from tests.advice.answers import situation
from tests.knowledge.editions import RELEASED
from tests.report.records import ONE_FITS, record


def component(knowledge: KnowledgeBase, label: str, *tasks: str) -> Component:
    option = knowledge.options["vetted_point_solutions"]
    parts = profile(knowledge, option, situation(how_tasks=list(tasks))).components
    return next(part for part in parts if part.label == label)


def test_a_component_that_a_task_adds_names_the_task(knowledge: KnowledgeBase) -> None:
    added = component(knowledge, "Functions and workflow", "live_data", "act")
    assert added.because == (
        "Use live data from our databases or business systems",
        "Carry out actions in other systems (an 'agent')",
    )


def test_a_component_that_belongs_to_the_architecture_names_none(
    knowledge: KnowledgeBase,
) -> None:
    assert component(knowledge, "Ready-made AI product", "live_data").because == ()


def test_every_step_names_the_role_that_answers_for_it(knowledge: KnowledgeBase) -> None:
    option = knowledge.options["air_gapped"]
    first, *_ = profile(knowledge, option, situation()).first_90_days
    assert first == (
        "Get the requirement in writing from the authority that sets it",
        "Legal, privacy or compliance",
    )


def test_a_step_of_an_older_edition_names_nobody() -> None:
    edition = read_document(json.loads((RELEASED / "2026.11.1.json").read_text("utf-8")))
    steps = profile(edition, edition.options["air_gapped"], situation()).first_90_days
    assert {owner for _, owner in steps} == {""}


def test_the_report_prints_the_owner_of_a_step_and_the_reason_for_an_added_part() -> None:
    markup = report_html(record(ONE_FITS, {"how_tasks": ["live_data"]}), stylesheets=["report.css"])
    assert "— Owner of the data or content</span>" in markup
    assert "Added for: Use live data from our databases or business systems." in markup
