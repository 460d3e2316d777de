"""The questions, what their answers stand for, and the article they come from."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from assessor.knowledge.conditions import Fact, Key, QuestionClause
from assessor.knowledge.values import Meta, Weight, with_text_keys


def _as_list(value: object) -> object:
    """Let a question with one scoring write it without a list."""
    return [value] if isinstance(value, dict) else value


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
    key: Key
    order: int
    title: str
    article_section: str
    intro: str
    minutes: int


class Consideration(Fact):
    """A part of a group with a heading of its own (section 3 of the article has six)."""

    key: Key
    group: str
    order: int
    label: str
    article_section: str


class Role(Fact):
    key: Key
    label: str


class Criterion(Fact):
    """A column of the article's table (``core``), or a circumstance it has no column for."""

    key: Key
    order: int
    core: bool
    label: str
    article_column: str | None
    levels: tuple[str, ...]
    level_labels: dict[str, str]
    article_levels: tuple[str, ...]


class Choice(Fact):
    key: Key
    label: str
    exclusive: bool = False


class MapScoring(Fact):
    """Each answer stands for one level; several answers combine to the least or greatest."""

    dimension: str
    combine: Literal["min", "max", "set"]
    map: Annotated[dict[str, str], BeforeValidator(with_text_keys)]


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
    key: Key
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

    key: Key
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
