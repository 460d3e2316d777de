"""Criteria: each is spoken to, each level can be reached, and profiles say where options shine."""

from collections.abc import Iterator

from assessor.advice.levels import image, tokens_per_request
from assessor.advice.possible import possible_answers
from assessor.advice.proof.answer_sets import combined, told_apart, with_those_it_hangs_on
from assessor.advice.proof.findings import EXACT, EXHAUSTIVE, Finding, Part
from assessor.advice.scenarios import Column, Flags, model_of, outcomes
from assessor.knowledge.conditions import UNKNOWN, Answer, Situation, holds
from assessor.knowledge.findings import BANK, CATALOGUE
from assessor.knowledge.question_bank import (
    TASKS,
    Criterion,
    NumberQuestion,
    Question,
    TokenScoring,
)
from assessor.knowledge.schema import KnowledgeBase


def part(knowledge: KnowledgeBase) -> Part:
    """Look for criteria, levels and profiles that cannot be meant."""
    found: list[Finding] = []
    methods: list[str] = []
    for criterion in knowledge.criteria.values():
        if not model_of(knowledge).speaking[criterion.key]:
            path = f"dimensions ({criterion.key})"
            found.append(Finding("error", BANK, path, "no question speaks to it"))
            continue
        reached, method = reachable(knowledge, criterion)
        methods += [method] * len(criterion.levels)
        found += _not_reached(criterion, reached, method)
    return Part.of("Levels of criteria", methods, found)


def _not_reached(criterion: Criterion, reached: set[str], method: str) -> Iterator[Finding]:
    for level in criterion.levels:
        if level not in reached:
            path = f"dimensions ({criterion.key}).levels"
            yield Finding("error", BANK, path, f"no answers lead to {level!r}", method)


def always_answered(knowledge: KnowledgeBase, criterion: str) -> bool:
    """Say whether a question speaks to the criterion that everybody must answer."""
    return any(
        question.required and not question.show_if
        for question, _ in model_of(knowledge).speaking[criterion]
    )


# ---------------------------------------------------------------- levels


def reachable(knowledge: KnowledgeBase, criterion: Criterion) -> tuple[set[str], str]:
    """Return the levels that some answers lead to for certain, and how they were looked for.

    Single choices are enough: choosing several can mean no level that one of them does not mean
    alone. Optional questions are once all answered, and once all left out.
    """
    asked = [question for question, _ in model_of(knowledge).speaking[criterion.key]]
    keys = with_those_it_hangs_on(knowledge, _deciding(knowledge, criterion))
    answers = {key: _answers(knowledge, criterion, key, keys) for key in keys}
    codes, method = combined(knowledge, {key: len(each) for key, each in answers.items()})
    columns = {key: Column(each, codes[key]) for key, each in answers.items()}
    flags = _single(knowledge, criterion, columns)
    optional = {question.key for question in asked if not question.required}
    if optional:
        required = {key: column for key, column in columns.items() if key not in optional}
        flags = flags | _single(knowledge, criterion, required)
    reached = {name for name, flag in zip(criterion.levels, flags, strict=False) if flag}
    return reached, EXHAUSTIVE if method == EXACT else method


def _single(knowledge: KnowledgeBase, criterion: Criterion, columns: dict[str, Column]) -> Flags:
    """Return which levels are the only plausible one in some row."""
    position = list(knowledge.criteria).index(criterion.key)
    levels = outcomes(knowledge, columns).levels[:, position]
    alone: Flags = levels[levels.sum(axis=1) == 1].any(axis=0)
    return alone


def _deciding(knowledge: KnowledgeBase, criterion: Criterion) -> Iterator[str]:
    for question, speaking in model_of(knowledge).speaking[criterion.key]:
        yield question.key
        if isinstance(speaking, TokenScoring) and TASKS in knowledge.questions:
            yield TASKS


def _answers(
    knowledge: KnowledgeBase, criterion: Criterion, key: str, keys: tuple[str, ...]
) -> tuple[Answer, ...]:
    """Return the known answers that differ in the level they mean, or in what else is asked."""
    question = knowledge.questions[key]
    clauses = [
        clause
        for name in keys
        for clause in knowledge.questions[name].show_if
        if clause.question == key
    ]
    every = (*told_apart(question, clauses), *_numbers_or_choices(knowledge, question))
    distinct: dict[object, Answer] = {}
    for answer in every:
        if answer != UNKNOWN:
            situation = Situation({key: answer})
            shows = tuple(holds(clause, situation) for clause in clauses)
            distinct.setdefault((_meant(knowledge, criterion, question, answer), shows), answer)
    return tuple(distinct.values())


def _meant(
    knowledge: KnowledgeBase, criterion: Criterion, question: Question, answer: Answer
) -> object:
    """Return what tells an answer apart: its level, or itself where others have a say in that."""
    if question.key == TASKS:
        return tuple(tokens_per_request(knowledge, answer))
    return tuple(
        str(answer)
        if isinstance(scoring, TokenScoring)
        else image(knowledge, question, scoring, answer, {})
        for scoring in question.scoring
        if scoring.dimension == criterion.key
    )


def _numbers_or_choices(knowledge: KnowledgeBase, question: Question) -> Iterator[Answer]:
    yield from possible_answers(question)
    if not isinstance(question, NumberQuestion):
        return
    limits = question.number
    for scoring in question.scoring:
        if isinstance(scoring, TokenScoring):
            for tokens in filter(None, tokens_per_request(knowledge, UNKNOWN)):
                turns = (scoring.thresholds.medium_from, scoring.thresholds.high_from)
                numbers = (-(-turn // tokens) for turn in turns)
                yield from (each for each in numbers if limits.min <= each <= limits.max)


# ---------------------------------------------------------------- profiles


def profiles(knowledge: KnowledgeBase) -> Part:
    """Look for profiles that name a level on which the architecture is not at its best."""
    found = [
        Finding(
            "error",
            CATALOGUE,
            f"architectures ({key}).ideal_profile",
            f"{level!r} has grade {option.grade(name, level)} on {name!r}, another level "
            f"has {max(option.fit[name].grades.values())}",
        )
        for key, option in knowledge.options.items()
        for name, level in option.ideal_profile.items()
        if option.grade(name, level) < max(option.fit[name].grades.values())
    ]
    looked_at = sum(len(option.ideal_profile) for option in knowledge.options.values())
    return Part.of("Ideal profiles", [EXACT] * looked_at, found)
