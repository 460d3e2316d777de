"""The shape of an edition: frozen values, one class for each kind of entry in the YAML files.

Unknown keys are errors. What the keys mean is said in the files themselves.
"""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from assessor.knowledge.conditions import (
    Attribute,
    AttributeClause,
    Clause,
    Fact,
    QuestionClause,
)
from assessor.knowledge.hashing import sha256_of

Grade = Annotated[int, Field(strict=True, ge=0, le=4)]
"""0 unsuitable, 1 poor, 2 workable with effort, 3 good, 4 ideal."""

Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]


def _with_text_keys(value: object) -> object:
    """Let YAML write the points of a scale as numbers; JSON keys are always text."""
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else value


def _as_list(value: object) -> object:
    """Let a question with one scoring write it without a list."""
    return [value] if isinstance(value, dict) else value


# ---------------------------------------------------------------- questions


class Meta(Fact):
    """Version and date of a file. The remaining entries are notes for editors."""

    schema_version: Literal[1]
    content_version: str
    as_of: str


class BankMeta(Meta):
    language: str
    question_count: int
    asked_once_per_organisation: tuple[str, ...]
    target_minutes: tuple[int, int]
    unknown_key: Literal["dont_know"]
    unknown_label: str
    expression_grammar: str
    answer_types: str
    combine: str


class Group(Fact):
    key: str
    order: int
    title: str
    article_section: str
    intro: str
    minutes: int


class Consideration(Fact):
    """A part of a group with a heading of its own (section 3 of the article has six)."""

    key: str
    group: str
    order: int
    label: str
    article_section: str


class Role(Fact):
    key: str
    label: str


class Criterion(Fact):
    """A column of the article's table (``core``), or a circumstance it has no column for."""

    key: str
    order: int
    core: bool
    label: str
    article_column: str | None
    levels: tuple[str, ...]
    level_labels: dict[str, str]
    article_levels: tuple[str, ...]


class Choice(Fact):
    key: str
    label: str
    exclusive: bool = False


class MapScoring(Fact):
    """Each answer stands for one level; several answers combine to the least or greatest."""

    dimension: str
    combine: Literal["min", "max", "set"]
    map: Annotated[dict[str, str], BeforeValidator(_with_text_keys)]


class Thresholds(Fact):
    """Tokens per month from which the volume counts as medium, and as high."""

    medium_from: int
    high_from: int


class TokenScoring(Fact):
    """Requests per month times the largest tokens (in plus out) among the chosen tasks."""

    dimension: str
    combine: Literal["thresholds_tokens_month"]
    thresholds: Thresholds


Scoring = Annotated[MapScoring | TokenScoring, Field(discriminator="combine")]


class QuestionBase(Fact):
    key: str
    group: str
    consideration: str | None = None
    order: int
    text: str
    help: str
    answered_by: tuple[str, ...]
    required: bool
    allow_unknown: bool
    show_if: tuple[QuestionClause, ...]
    trace: tuple[str, ...]
    feeds: tuple[str, ...]
    scoring: Annotated[tuple[Scoring, ...], BeforeValidator(_as_list)] = ()
    assumption: bool = False
    notes: str = ""


class SingleQuestion(QuestionBase):
    type: Literal["single"]
    choices: tuple[Choice, ...]


class MultiQuestion(QuestionBase):
    type: Literal["multi"]
    choices: tuple[Choice, ...]


class RankedQuestion(QuestionBase):
    """Up to ``max_choices`` choices, the most important first."""

    type: Literal["ranked"]
    choices: tuple[Choice, ...]
    max_choices: int


TASKS = "how_tasks"
"""The question whose choices say how large a request is."""


class Scale(Fact):
    min: int
    max: int
    min_label: str
    mid_label: str
    max_label: str


class ScaleQuestion(QuestionBase):
    type: Literal["scale"]
    scale: Scale


class NumberRange(Fact):
    min: int
    max: int
    unit: str
    suggested: tuple[int, ...]


class NumberQuestion(QuestionBase):
    type: Literal["number"]
    number: NumberRange


class TextOptions(Fact):
    max_length: int


class TextQuestion(QuestionBase):
    type: Literal["text"]
    allow_unknown: Literal[False]
    text_options: TextOptions


ChoiceQuestion = SingleQuestion | MultiQuestion | RankedQuestion
Question = Annotated[
    SingleQuestion | MultiQuestion | RankedQuestion | ScaleQuestion | NumberQuestion | TextQuestion,
    Field(discriminator="type"),
]


class Tokens(Fact):
    """Average tokens of one request."""

    tokens_in: int = Field(alias="in")
    tokens_out: int = Field(alias="out")

    @property
    def total(self) -> int:
        return self.tokens_in + self.tokens_out


class EstimateDefaults(Fact):
    assumption: bool
    note: str
    tokens_by_task: dict[str, Tokens]


class StopGate(Fact):
    """Something to settle before anything else; its message is shown when its clauses hold."""

    key: str
    when: tuple[QuestionClause, ...]
    message: str
    severity: Literal["ask_legal", "ask_security", "scope"]


class Sentence(Fact):
    """A sentence of the article (its beginning) and the questions it became."""

    id: str
    start: str
    context: bool = False
    questions: tuple[str, ...]
    remark: str = ""
    becomes: str = ""


class QuestionBank(Fact):
    meta: BankMeta
    groups: tuple[Group, ...]
    considerations: tuple[Consideration, ...]
    roles: tuple[Role, ...]
    dimensions: tuple[Criterion, ...]
    questions: tuple[Question, ...]
    priority_map: dict[str, tuple[str, ...]]
    base_weights: dict[str, Weight]
    estimate_defaults: EstimateDefaults
    stop_gates: tuple[StopGate, ...]
    article_sentences: tuple[Sentence, ...]


# ---------------------------------------------------------------- architectures


class CatalogueMeta(Meta):
    ideal_profile: str
    examples_note: str
    grade_scale: Annotated[dict[str, str], BeforeValidator(_with_text_keys)]
    cost_bands: dict[str, str]
    exit_scale: Annotated[dict[str, str], BeforeValidator(_with_text_keys)]


class Component(Fact):
    label: str
    plain: str
    examples: tuple[str, ...] = ()


class KnockoutRule(Fact):
    """Excludes every architecture that matches ``exclude_where`` when all clauses hold."""

    key: str
    when: tuple[QuestionClause, ...]
    exclude_where: AttributeClause
    reason: str
    trace: tuple[str, ...]


class ConditionRule(Fact):
    """Adds "only if …" to every architecture that matches ``applies_where``."""

    key: str
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


class Architecture(Fact):
    key: str
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
    first_90_days: tuple[str, ...]
    examples: tuple[str, ...]
    exit: Exit

    def grade(self, criterion: str, level: str) -> int:
        """Return the grade 0–4 at this level of this criterion."""
        return self.fit[criterion].grades[level]


class FloorReasons(Fact):
    """The words for an option below the floor: no fit at all, or too little protection."""

    unsuitable: str
    too_little: str


class Catalogue(Fact):
    meta: CatalogueMeta
    components: dict[str, Component]
    attribute_definitions: dict[str, str]
    min_team_labels: dict[str, str]
    knockout_rules: tuple[KnockoutRule, ...]
    floor_reasons: FloorReasons
    condition_rules: tuple[ConditionRule, ...]
    architectures: tuple[Architecture, ...]


# ---------------------------------------------------------------- risks and controls


class LibraryMeta(Meta):
    disclaimer: str
    not_rendered: tuple[str, ...]
    clause_grammar: str
    phases: tuple[str, ...]


class Source(Fact):
    title: str
    url: str
    amending_url: str = ""
    read_via: str
    checked: str


class LegalDate(Fact):
    articles: tuple[str, ...]
    topic: str
    applies_from: str
    certainty: Literal["high", "medium", "low"]
    note: str


class Risk(Fact):
    key: str
    label: str
    consideration: str
    nist_gai_risk: str | None


class Always(Fact):
    always: Literal[True]


class AnyOf(Fact):
    any: tuple[Clause, ...]


def _applicability(value: object) -> str | None:
    for kind in ("always", "any"):
        if (isinstance(value, dict) and kind in value) or hasattr(value, kind):
            return kind
    return None


Applicability = Annotated[
    Annotated[Always, Tag("always")] | Annotated[AnyOf, Tag("any")],
    Discriminator(
        _applicability,
        custom_error_type="applicability",
        custom_error_message="Write {always: true} or {any: [clause, …]}",
    ),
]


class ClauseMap(Fact):
    """The clauses of each standard that a control helps with."""

    nist_rmf: tuple[str, ...]
    nist_600_1: tuple[str, ...]
    eu_ai_act: tuple[str, ...]
    iso_42001: tuple[str, ...]
    owasp: tuple[str, ...]
    gdpr: tuple[str, ...]


class Control(Fact):
    key: str
    title: str
    what: str
    consideration: str
    risks: tuple[str, ...]
    applies: Applicability
    phase: str
    owner: str
    evidence: str
    map: ClauseMap
    other_law: str = ""


class ControlLibrary(Fact):
    meta: LibraryMeta
    sources: dict[str, Source]
    legal_calendar: tuple[LegalDate, ...]
    open_points: tuple[str, ...]
    satisfies: dict[str, tuple[str, ...]]
    risks: tuple[Risk, ...]
    controls: tuple[Control, ...]


# ---------------------------------------------------------------- worked cases


class Expected(Fact):
    levels: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    leader: str | None
    score: float | None
    runner_up: str | None = None
    runner_up_score: float | None
    excluded: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    status: str
    robust_near_weights: float | None = None
    robust_any_weights: float | None = None


class GoldenCase(Fact):
    """A worked case: levels of the six columns alone, or answers; and what must come out."""

    key: str
    levels: dict[str, str] = Field(default_factory=dict)
    answers: dict[str, str | int | list[str]] = Field(default_factory=dict)
    expect: Expected


class GoldenCases(Fact):
    cases: tuple[GoldenCase, ...]


# ---------------------------------------------------------------- the whole


class KnowledgeBase(Fact):
    """One edition: the four files, and the ways into them."""

    question_bank: QuestionBank
    architectures: Catalogue
    controls: ControlLibrary
    golden_cases: GoldenCases

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnowledgeBase) and self.sha256 == other.sha256

    @property
    def version(self) -> str:
        """Return the content version, for example 2026.11.1."""
        return self.question_bank.meta.content_version

    @cached_property
    def document(self) -> dict[str, Any]:
        """Return the whole edition as plain JSON values."""
        return self.model_dump(mode="json", by_alias=True)

    @cached_property
    def sha256(self) -> str:
        """Return the hash of the whole edition."""
        return sha256_of(self.document)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Return the questions by key, in the order of groups and of questions in them."""
        group_order = {group.key: group.order for group in self.question_bank.groups}
        ordered = sorted(
            self.question_bank.questions, key=lambda q: (group_order.get(q.group, 0), q.order)
        )
        return {question.key: question for question in ordered}

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Return the criteria by key, the six columns of the article's table first."""
        ordered = sorted(self.question_bank.dimensions, key=lambda criterion: criterion.order)
        return {criterion.key: criterion for criterion in ordered}

    @cached_property
    def options(self) -> dict[str, Architecture]:
        """Return the architectures by key, in the order of the catalogue."""
        return {option.key: option for option in self.architectures.architectures}

    @cached_property
    def roles(self) -> dict[str, Role]:
        return {role.key: role for role in self.question_bank.roles}

    @cached_property
    def sentences(self) -> dict[str, Sentence]:
        return {sentence.id: sentence for sentence in self.question_bank.article_sentences}
