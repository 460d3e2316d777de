"""How the result was computed, so that anyone can recompute it, and where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.labels import level_labels
from assessor.knowledge.question_bank import Sentence
from assessor.report.answers import Given, given_to
from assessor.report.criteria import grade_words, levels_of, mean_grade
from assessor.report.record import Record


@dataclass(frozen=True)
class Weighed:
    """A criterion with its share of the score. ``number`` stands for it in tables of grades."""

    number: int
    label: str
    is_core: bool
    levels: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Graded:
    """The grades, 0 to 4, of an option at the levels found, in the order of the criteria.

    ``words`` stand beside the article's six columns. ``score`` is None when it is out.
    """

    name: str
    score: float | None
    grades: tuple[float, ...]
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Traced:
    """A sentence of the article, the answers that go back to it, and what they decided."""

    sentence: Sentence
    answers: tuple[Given, ...]
    decided: tuple[str, ...]


@dataclass(frozen=True)
class Method:
    """What is needed to recompute the result with the edition."""

    criteria: tuple[Weighed, ...]
    left: tuple[Graded, ...]
    out: tuple[Graded, ...]
    grade_scale: tuple[tuple[str, str], ...]
    traces: tuple[Traced, ...]

    @property
    def core(self) -> tuple[Weighed, ...]:
        return tuple(criterion for criterion in self.criteria if criterion.is_core)


def method(record: Record) -> Method:
    """Return weights, grades and sources."""
    scores = {place.architecture: place.score for place in record.suggestion.ranking}
    options = record.knowledge.options
    scale = record.knowledge.architectures.meta.grade_scale
    return Method(
        criteria=_weighed(record),
        left=tuple(_graded(record, options[key], score) for key, score in scores.items()),
        out=tuple(
            _graded(record, option, None) for key, option in options.items() if key not in scores
        ),
        grade_scale=tuple(sorted(scale.items(), reverse=True)),
        traces=tuple(_traces(record)),
    )


def _weighed(record: Record) -> tuple[Weighed, ...]:
    return tuple(
        Weighed(
            number=number,
            label=record.knowledge.criteria[key].label,
            is_core=record.knowledge.criteria[key].core,
            levels=tuple(level_labels(record.knowledge, key, levels_of(record, key))),
            share=record.suggestion.weights[key],
        )
        for number, key in enumerate(_criteria(record), start=1)
    )


def _criteria(record: Record) -> list[str]:
    """Return the criteria that count, in their order."""
    return [key for key in record.knowledge.criteria if key in record.suggestion.weights]


def _graded(record: Record, option: Architecture, score: float | None) -> Graded:
    keys = _criteria(record)
    return Graded(
        name=option.short_name,
        score=score,
        grades=tuple(mean_grade(option, key, levels_of(record, key)) for key in keys),
        words=tuple(
            (
                record.knowledge.criteria[key].label,
                grade_words(record.knowledge, option, key, levels_of(record, key)),
            )
            for key in keys
            if record.knowledge.criteria[key].core
        ),
    )


def _traces(record: Record) -> Iterable[Traced]:
    for sentence in record.knowledge.sentences.values():
        answers = given_to(record, sentence.questions)
        if answers:
            yield Traced(sentence, answers, _decided(record, sentence.questions))


def _decided(record: Record, questions: Iterable[str]) -> tuple[str, ...]:
    asked = set(questions)
    return tuple(
        record.knowledge.criteria[key].label
        for key in record.knowledge.criteria
        if asked.intersection(record.suggestion.decided_by.get(key, ()))
    )
