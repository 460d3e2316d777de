"""An architecture in words: its parts, what it takes, and how to leave it."""

import re
from dataclasses import dataclass

from assessor.knowledge import KnowledgeBase
from assessor.knowledge.catalogue import Architecture, Component
from assessor.report.diagrams import Flow, diagram_svg, flows

BAND = re.compile(r"\$+")


@dataclass(frozen=True)
class Profile:
    """What people need to know of an architecture. ``diagram`` is None where none is drawn."""

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
    first_90_days: tuple[str, ...]
    examples: tuple[str, ...]


def profile(knowledge: KnowledgeBase, option: Architecture) -> Profile:
    """Return an architecture with every key and band in words."""
    catalogue = knowledge.architectures
    return Profile(
        name=option.name,
        short_name=option.short_name,
        summary=option.summary,
        diagram=diagram_svg(option.key, option.diagram),
        components=tuple(catalogue.components[key] for key in option.components),
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
        first_90_days=option.first_90_days,
        examples=option.examples,
    )


def _in_words(knowledge: KnowledgeBase, band: str) -> str:
    """Say "small to moderate" for "$ to $$"."""
    words = knowledge.architectures.meta.cost_bands
    return BAND.sub(lambda match: words.get(match.group(), match.group()), band)
