"""Every architecture: its place, or the reasons why it is out."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assessor.advice.conditions import Condition
from assessor.advice.eligibility import Exclusion, OpenExclusion
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.labels import answer_labels, level_labels
from assessor.knowledge.question_bank import ScaleQuestion, Sentence
from assessor.report.answers import Given, given_to
from assessor.report.record import Record


@dataclass(frozen=True)
class Reason:
    """Why an option is out: the rule in words, the answers behind it, the article's sentences."""

    rule: str
    text: str
    answers: tuple[Given, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Blocker:
    """Answers that together rule options out; ``alone`` names those that nothing else rules out."""

    answers: tuple[Given, ...]
    options: tuple[str, ...]
    alone: tuple[str, ...]


@dataclass(frozen=True)
class Possibility:
    """One of the answers, or one of the levels, that would put an option out."""

    subject: str
    words: tuple[str, ...]
    is_level: bool


@dataclass(frozen=True)
class Threat:
    """What would still put options out: when all of ``ifs`` turn out so."""

    ifs: tuple[Possibility, ...]
    options: tuple[str, ...]
    hits_leader: bool


@dataclass(frozen=True)
class OnlyIf:
    """A condition of an option. ``is_open`` says that it may not apply after all."""

    text: str
    answers: tuple[Given, ...]
    is_open: bool


@dataclass(frozen=True)
class Ranked:
    """An option that is left. ``may_fall``: an answer not known yet may still put it out."""

    architecture: Architecture
    place: int
    score: float
    is_practically_equal: bool
    may_fall: bool
    conditions: tuple[OnlyIf, ...]


@dataclass(frozen=True)
class Excluded:
    """An option that is out, with every reason."""

    architecture: Architecture
    reasons: tuple[Reason, ...]


def ranked(record: Record) -> tuple[Ranked, ...]:
    """Return the options that are left, the best first."""
    suggestion = record.suggestion
    equal = {suggestion.leader, *suggestion.practically_equal}
    threatened = {exclusion.architecture for exclusion in suggestion.open_exclusions}
    return tuple(
        Ranked(
            architecture=record.knowledge.options[place.architecture],
            place=number,
            score=place.score,
            is_practically_equal=len(equal) > 1 and place.architecture in equal,
            may_fall=place.architecture in threatened,
            conditions=_conditions(record, suggestion.conditions.get(place.architecture, ())),
        )
        for number, place in enumerate(suggestion.ranking, start=1)
    )


def excluded(record: Record) -> tuple[Excluded, ...]:
    """Return the options that are out, those with the fewest reasons first."""
    found = [
        Excluded(option, reasons)
        for option in record.knowledge.options.values()
        if (reasons := _reasons(record, option.key))
    ]
    return tuple(sorted(found, key=lambda option: len(option.reasons)))


def _reasons(record: Record, architecture: str) -> tuple[Reason, ...]:
    return tuple(
        _reason(record, exclusion)
        for exclusion in record.suggestion.excluded
        if exclusion.architecture == architecture
    )


def _reason(record: Record, exclusion: Exclusion) -> Reason:
    return Reason(
        rule=exclusion.rule,
        text=exclusion.reason,
        answers=given_to(record, exclusion.answers),
        sentences=sentences(record.knowledge, exclusion.trace),
    )


def blockers(record: Record) -> tuple[Blocker, ...]:
    """Return the answers that rule options out, those that rule out most first."""
    by_answers: dict[tuple[str, ...], set[str]] = {}
    for exclusion in record.suggestion.excluded:
        behind = tuple(key for key in record.knowledge.questions if key in exclusion.answers)
        by_answers.setdefault(behind, set()).add(exclusion.architecture)
    times = Counter(key for hit in by_answers.values() for key in hit)
    found = [
        Blocker(
            answers=given_to(record, behind),
            options=_names(record.knowledge, hit),
            alone=_names(record.knowledge, {key for key in hit if times[key] == 1}),
        )
        for behind, hit in by_answers.items()
    ]
    return tuple(sorted(found, key=lambda blocker: len(blocker.options), reverse=True))


def _names(knowledge: KnowledgeBase, keys: Collection[str]) -> tuple[str, ...]:
    """Return the options' names, in the order of the catalogue."""
    return tuple(option.short_name for key, option in knowledge.options.items() if key in keys)


def threats(record: Record) -> tuple[Threat, ...]:
    """Return what answers not known yet may still put out, the leader's first."""
    by_ifs: dict[tuple[Possibility, ...], list[str]] = {}
    for exclusion in record.suggestion.open_exclusions:
        ifs = _possibilities(record.knowledge, exclusion)
        by_ifs.setdefault(ifs, []).append(exclusion.architecture)
    found = [
        Threat(
            ifs=ifs,
            options=_names(record.knowledge, keys),
            hits_leader=record.suggestion.leader in keys,
        )
        for ifs, keys in by_ifs.items()
    ]
    return tuple(sorted(found, key=lambda threat: not threat.hits_leader))


def _possibilities(knowledge: KnowledgeBase, exclusion: OpenExclusion) -> tuple[Possibility, ...]:
    answers = [
        Possibility(
            subject=knowledge.questions[key].text,
            words=_choices(knowledge, key, exclusion.answers[key]),
            is_level=False,
        )
        for key in knowledge.questions
        if key in exclusion.answers
    ]
    levels = [
        Possibility(
            subject=criterion.label,
            words=tuple(level_labels(knowledge, key, exclusion.levels[key])),
            is_level=True,
        )
        for key, criterion in knowledge.criteria.items()
        if key in exclusion.levels
    ]
    return (*answers, *levels)


def _choices(knowledge: KnowledgeBase, key: str, choices: Iterable[str]) -> tuple[str, ...]:
    question = knowledge.questions[key]
    on_scale = isinstance(question, ScaleQuestion)
    return tuple(
        answer_labels(knowledge, question, int(choice) if on_scale else choice)[0]
        for choice in choices
    )


def _conditions(record: Record, conditions: Iterable[Condition]) -> tuple[OnlyIf, ...]:
    return tuple(
        OnlyIf(condition.text, given_to(record, condition.answers), condition.open)
        for condition in conditions
    )


def sentences(knowledge: KnowledgeBase, ids: Iterable[str]) -> tuple[Sentence, ...]:
    """Return the sentences of the article with these numbers."""
    return tuple(knowledge.sentences[key] for key in ids)
