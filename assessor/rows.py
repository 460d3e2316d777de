"""A page form → what its template shows: one row for each question, one entry for each control."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.forms import BoundField

from assessor.discussion import Talk
from assessor.forms.fields import UNKNOWN_SUFFIX
from assessor.forms.page import PageForm
from assessor.knowledge import UNKNOWN, Answer
from assessor.knowledge.labels import answer_labels, scale_points
from assessor.knowledge.purpose import Purpose, purpose_of
from assessor.knowledge.question_bank import (
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
)
from assessor.workflow.drafts import Conflict


@dataclass(frozen=True)
class Option:
    """A radio button, a tick box, or one place in a ranking."""

    name: str
    value: str
    label: str
    chosen: bool = False
    exclusive: bool = False
    is_unknown: bool = False


@dataclass(frozen=True)
class Place:
    """One place of a ranking: a list to choose from."""

    name: str
    rank: int
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Clash:
    """Two answers in words: what was saved meanwhile, and what the page sends; empty for none."""

    conflict: Conflict
    theirs: list[str]
    yours: list[str]


@dataclass(frozen=True)
class OnlyIf:
    """A condition on another question of the page, for people without JavaScript."""

    question: str
    op: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A question as it stands on the page."""

    question: Question
    field: BoundField
    purpose: Purpose
    shown: bool
    only_if: tuple[OnlyIf, ...]
    options: tuple[Option, ...]
    places: tuple[Place, ...]
    typed: str
    unknown: Option | None
    clash: Clash | None
    talk: Talk | None

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def kind(self) -> str:
        return self.question.type

    @property
    def first_control(self) -> str:
        """Return the id of the control that an error links to."""
        return f"id_{self.key}" if self.kind in {"number", "text"} else f"id_{self.key}_0"

    @property
    def described_by(self) -> str:
        """Return the ids of hint and error, for aria-describedby."""
        ids = [f"id_{self.key}_helptext"]
        return " ".join([*ids, f"id_{self.key}_error"] if self.field.errors else ids)


@dataclass(frozen=True)
class RowSection:
    """The rows under one heading of the page."""

    heading: str
    rows: tuple[Row, ...]


def sections_of(
    form: PageForm,
    conflicts: Mapping[str, Conflict],
    talks: Mapping[str, Talk] = MappingProxyType({}),
) -> list[RowSection]:
    """Return the page's questions under their headings, leaving out those that cannot be shown.

    ``talks``: what else there is on the questions, where the page leads to it.
    """
    shown = form.shown(_given(form))
    sections = []
    for section in form.page.sections:
        rows = tuple(
            _row(form, question, shown, conflicts.get(question.key), talks.get(question.key))
            for question in section.questions
            if question.key in form.questions
        )
        if rows:
            sections.append(RowSection(section.heading, rows))
    return sections


def _given(form: PageForm) -> Mapping[str, Answer | None]:
    return form.answers() if form.is_bound else dict(form.initial)


def _row(
    form: PageForm,
    question: Question,
    shown: Collection[str],
    conflict: Conflict | None,
    talk: Talk | None,
) -> Row:
    field = form[question.key]
    value = field.value()
    unknown_label = form.knowledge.question_bank.meta.unknown_label
    return Row(
        question=question,
        field=field,
        purpose=purpose_of(form.knowledge, question),
        shown=question.key in shown,
        only_if=tuple(_only_if(form, question)),
        options=tuple(_options(question, value, unknown_label)),
        places=tuple(_places(question, value)),
        typed=_typed(question, value),
        unknown=_unknown_box(question, value, unknown_label),
        clash=_clash(form, question, conflict) if conflict else None,
        talk=talk,
    )


def _options(question: Question, value: object, unknown_label: str) -> Iterator[Option]:
    """Yield the buttons or boxes of a question that has them, "I don't know yet" last."""
    match question:
        case SingleQuestion(choices=choices) | MultiQuestion(choices=choices):
            entries = [(choice.key, choice.label, choice.exclusive) for choice in choices]
        case ScaleQuestion():
            entries = [(str(point), word, False) for point, word in scale_points(question).items()]
        case _:
            return
    chosen = {str(item) for item in value} if isinstance(value, list) else {str(value)}
    for key, label, exclusive in entries:
        yield Option(question.key, key, label, chosen=key in chosen, exclusive=exclusive)
    if question.allow_unknown:
        yield Option(
            question.key,
            UNKNOWN,
            unknown_label,
            chosen=UNKNOWN in chosen,
            exclusive=True,
            is_unknown=True,
        )


def _places(question: Question, value: object) -> Iterator[Place]:
    if not isinstance(question, RankedQuestion):
        return
    ranked = list(value) if isinstance(value, list) else []
    for rank in range(1, question.max_choices + 1):
        here = ranked[rank - 1] if rank <= len(ranked) else ""
        name = f"{question.key}-{rank}"
        yield Place(
            name,
            rank,
            tuple(
                Option(name, choice.key, choice.label, chosen=choice.key == here)
                for choice in question.choices
            ),
        )


def _typed(question: Question, value: object) -> str:
    if isinstance(question, NumberQuestion):
        # Bound: what the number control and the "I don't know yet" box sent. Unbound: the answer.
        value = value[0] if isinstance(value, list) else value
        return "" if value in (None, UNKNOWN) else str(value)
    return "" if value is None else str(value)


def _unknown_box(question: Question, value: object, label: str) -> Option | None:
    if not question.allow_unknown or not isinstance(question, NumberQuestion | RankedQuestion):
        return None
    ticked = value == UNKNOWN or (isinstance(value, list) and UNKNOWN in value)
    return Option(question.key + UNKNOWN_SUFFIX, UNKNOWN, label, chosen=ticked, is_unknown=True)


def _only_if(form: PageForm, question: Question) -> Iterator[OnlyIf]:
    """Yield the conditions that hang on a question of the same page."""
    here = {other.key: other for other in form.page.questions}
    for clause in question.show_if:
        if clause.question in here:
            values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
            yield OnlyIf(here[clause.question].text, clause.op, tuple(map(str, values)))


def _clash(form: PageForm, question: Question, conflict: Conflict) -> Clash:
    def in_words(answer: Answer | None) -> list[str]:
        return [] if answer is None else answer_labels(form.knowledge, question, answer)

    return Clash(conflict, in_words(conflict.theirs), in_words(form.answers().get(question.key)))
