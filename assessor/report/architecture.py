"""An architecture in words: its parts, what it takes, and how to leave it."""

import re
from dataclasses import dataclass

from assessor.advice.parts import ComponentNeeded, components_for
from assessor.knowledge import Answers, KnowledgeBase
from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.labels import answer_labels
from assessor.knowledge.question_bank import TASKS
from assessor.report.diagrams import Flow, diagram_svg, flows

BAND = re.compile(r"\$+")


@dataclass(frozen=True)
class Component:
    """A part in words. ``because``: the tasks it was added for, empty where it belongs anyway."""

    label: str
    plain: str
    examples: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """What people need to know of an architecture. ``diagram`` is None where none is drawn.

    ``first_90_days`` are steps, each with the role that answers for it, empty where none is named.
    """

    name: str
    short_name: str
    summary: str
    diagram: str | None
    components: tuple[Component, ...]
    flows: tuple[Flow, ...]
    strengths: tuple[str, ...]
    trade_offs: tuple[str, ...]
    not_when: tuple[str, ...]
    team: str
    time_to_first_version: str
    up_front_cost: str
    running_cost: str
    exit_rating: int
    exit_words: str
    exit_text: str
    first_90_days: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]


def profile(knowledge: KnowledgeBase, option: Architecture, answers: Answers) -> Profile:
    """Return an architecture with every key and band in words, and the parts these answers add."""
    catalogue = knowledge.architectures
    return Profile(
        name=option.name,
        short_name=option.short_name,
        summary=option.summary,
        diagram=diagram_svg(option.key, option.diagram),
        components=tuple(
            _component(knowledge, needed) for needed in components_for(knowledge, option, answers)
        ),
        flows=tuple(flows(option.diagram)),
        strengths=option.strengths,
        trade_offs=option.trade_offs,
        not_when=option.not_when,
        team=option.typical.team,
        time_to_first_version=option.typical.time_to_first_version,
        up_front_cost=_in_words(knowledge, option.typical.capex),
        running_cost=_in_words(knowledge, option.typical.opex),
        exit_rating=option.exit.rating,
        exit_words=catalogue.meta.exit_scale[str(option.exit.rating)],
        exit_text=option.exit.text,
        first_90_days=tuple((step.text, _role(knowledge, step.owner)) for step in option.steps),
        examples=option.examples,
    )


def _component(knowledge: KnowledgeBase, needed: ComponentNeeded) -> Component:
    component = knowledge.architectures.components[needed.component]
    tasks = list(needed.because)
    return Component(
        label=component.label,
        plain=component.plain,
        examples=component.examples,
        because=tuple(answer_labels(knowledge, knowledge.questions[TASKS], tasks) if tasks else ()),
    )


def _role(knowledge: KnowledgeBase, owner: str | None) -> str:
    return knowledge.roles[owner].label if owner else ""


def _in_words(knowledge: KnowledgeBase, band: str) -> str:
    """Say "small to moderate" for "$ to $$"."""
    words = knowledge.architectures.meta.cost_bands
    return BAND.sub(lambda match: words.get(match.group(), match.group()), band)
