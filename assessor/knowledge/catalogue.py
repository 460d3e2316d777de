"""The architectures, what they are made of, and the rules that rule them out."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from assessor.knowledge.applicability import Applicability
from assessor.knowledge.conditions import Attribute, AttributeClause, Fact, Key, QuestionClause
from assessor.knowledge.values import Grade, Meta, with_text_keys

APPROACH = "how_approach"
"""The question whose choices are the approaches: buy, lease, build, reuse."""


class CatalogueMeta(Meta):
    ideal_profile: str
    examples_note: str
    grade_scale: Annotated[dict[str, str], BeforeValidator(with_text_keys)]
    cost_bands: dict[str, str]
    exit_scale: Annotated[dict[str, str], BeforeValidator(with_text_keys)]


class Component(Fact):
    """A part of an architecture. ``includes`` names parts that come with it."""

    label: str
    plain: str
    examples: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()


class KnockoutRule(Fact):
    """Excludes every architecture that matches ``exclude_where`` when all clauses hold."""

    key: Key
    when: tuple[QuestionClause, ...]
    exclude_where: AttributeClause
    reason: str
    trace: tuple[str, ...]


class ConditionRule(Fact):
    """Adds "only if …" to every architecture that matches ``applies_where``."""

    key: Key
    when: tuple[QuestionClause, ...]
    applies_where: AttributeClause
    text: str


class ArticleRow(Fact):
    """One row of the article's table, word for word."""

    situation: str
    team_capex: str
    governance: str
    opex: str
    sensitivity: str
    specificity: str
    architecture: str


class Fit(Fact):
    """The grade of an architecture at each level of one criterion."""

    grades: dict[str, Grade]
    note: str


def _fit(value: object) -> object:
    """Read the YAML form ``{low: 2, high: 4, note: …}``."""
    if not isinstance(value, dict) or "grades" in value:
        return value
    return {
        "note": value.get("note"),
        "grades": {level: grade for level, grade in value.items() if level != "note"},
    }


class Zone(Fact):
    id: str
    label: str


class Node(Fact):
    id: str
    label: str
    zone: str


class Edge(Fact):
    source: str = Field(alias="from")
    target: str = Field(alias="to")
    label: str


class Diagram(Fact):
    zones: tuple[Zone, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


class Typical(Fact):
    """What an architecture typically takes. Money is given in the bands of the catalogue."""

    team: str
    time_to_first_version: str
    capex: str
    opex: str


class Exit(Fact):
    """How to leave: 1 (very hard) to 5 (very easy)."""

    rating: Annotated[int, Field(strict=True, ge=1, le=5)]
    text: str


class Step(Fact):
    """Something to do in the first 90 days, and the role that answers for it."""

    text: str
    owner: str | None = None


class Growth(Fact):
    """The architecture to grow into, when it is time, and how to get there."""

    architecture: str
    when: str
    how: str


class Architecture(Fact):
    key: Key
    name: str
    short_name: str
    canonical: bool
    article_row: ArticleRow | None = None
    trace: tuple[str, ...]
    summary: str
    ideal_profile: dict[str, str]
    fit: dict[str, Annotated[Fit, BeforeValidator(_fit)]]
    attributes: dict[str, Attribute]
    components: tuple[str, ...]
    diagram: Diagram
    strengths: tuple[str, ...]
    trade_offs: tuple[str, ...]
    not_when: tuple[str, ...]
    typical: Typical
    first_90_days: tuple[str | Step, ...]
    examples: tuple[str, ...]
    exit: Exit
    approaches: tuple[str, ...] = ()
    grows_into: tuple[Growth, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the first 90 days; a step that an older edition gives as text has no owner."""
        return tuple(
            Step(text=step) if isinstance(step, str) else step for step in self.first_90_days
        )

    def grade(self, criterion: str, level: str) -> int:
        """Return the grade 0–4 at this level of this criterion."""
        return self.fit[criterion].grades[level]


class FloorReasons(Fact):
    """The words for an option below the floor: no fit at all, or too little protection."""

    unsuitable: str
    too_little: str


class Alternative(Fact):
    """What else could be done than deploying any of the architectures."""

    key: Key
    title: str
    text: str
    when_better: str
    what_it_costs_you: str
    applies: Applicability


class Catalogue(Fact):
    """``task_components``: the parts that each task asks for, whatever the architecture."""

    meta: CatalogueMeta
    components: dict[str, Component]
    attribute_definitions: dict[str, str]
    min_team_labels: dict[str, str]
    knockout_rules: tuple[KnockoutRule, ...]
    floor_reasons: FloorReasons
    condition_rules: tuple[ConditionRule, ...]
    architectures: tuple[Architecture, ...]
    task_components: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    alternatives: tuple[Alternative, ...] = ()
